"""Knowing again what is asked often: the entries of a tuple by name, a function's last answer.

A table may have ten thousand columns, and every view of the window asks about them.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import is_
from typing import Generic, TypeVar

_T = TypeVar("_T")
_R = TypeVar("_R")
_KEPT = 8
"""So many tuples have their names at hand at a time."""


class ByName(Generic[_T]):
    """The entries of tuples by name. What was found out about a tuple is kept while it is in use.

    The tuples themselves are the keys, by identity: models are copied with all their attributes, so
    that what a model noted about its columns would be taken along to a copy with other columns.
    """

    def __init__(self, name_of: Callable[[_T], str | None]) -> None:
        self._name_of = name_of
        self._known: dict[int, tuple[tuple[_T, ...], dict[str, _T]]] = {}

    def of(self, entries: tuple[_T, ...]) -> dict[str, _T]:
        """The entries that have a name, the first of each; not to be changed."""
        known = self._known.get(id(entries))
        if known is not None and known[0] is entries:
            return known[1]
        found: dict[str, _T] = {}
        for entry in entries:
            name = self._name_of(entry)
            if name is not None:
                found.setdefault(name, entry)
        # A new dictionary, because other threads may read the old one.
        kept = list(self._known.items())[1 - _KEPT :]
        self._known = {**dict(kept), id(entries): (entries, found)}
        return found


class Last(Generic[_R]):
    """A function that remembers its last answer: asked again about the same objects, it knows it."""

    def __init__(self, function: Callable[..., _R]) -> None:
        self._function = function
        self._known: tuple[tuple[object, ...], _R] | None = None

    def __call__(self, *about: object) -> _R:
        """The function's answer; what it is asked about is told apart by identity."""
        known = self._known
        if known is not None and len(known[0]) == len(about) and all(map(is_, known[0], about)):
            return known[1]
        answer = self._function(*about)
        self._known = (about, answer)
        return answer
