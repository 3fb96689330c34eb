"""What is different between two lines: what both begin with, what changed, what both end with."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


class Difference(NamedTuple):
    """A line in three pieces."""

    before: str
    changed: str
    after: str


def between(one: str, other: str) -> tuple[Difference, Difference]:
    """Both lines, cut where they begin and where they cease to differ."""
    start = _alike(one, other)
    room = min(len(one), len(other)) - start
    end = min(_alike(reversed(one), reversed(other)), room)
    return _cut(one, start, end), _cut(other, start, end)


def _cut(text: str, start: int, end: int) -> Difference:
    stop = len(text) - end
    return Difference(text[:start], text[start:stop], text[stop:])


def _alike(one: Iterable[str], other: Iterable[str]) -> int:
    """How many signs are the same before the first that differs."""
    count = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        count += 1
    return count
