"""What is different between two recipes, in words: columns by name, parts by title."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from pydantic import BaseModel

from engine.messages import Message, Translate, message
from engine.recipe.columns import ColumnSpec
from engine.recipe.disabled import DisabledStep
from engine.recipe.field_words import (
    Said,
    Words,
    field_title,
    listed,
    part_words,
    plain,
    value_words,
)
from engine.recipe.parts import Part
from engine.recipe.recipe import Recipe


@dataclass(frozen=True, slots=True)
class Difference:
    """One place in which two recipes differ."""

    path: tuple[str, ...]
    """Fields from the recipe down; a column or another named entry by its name."""
    where: Words
    """The same in words."""
    before: Said | None
    """None: it is not there."""
    after: Said | None

    def render(self, translate: Translate | None = None) -> str:
        """The difference as one line in the language of `translate` (English without one)."""
        where = self.where.render(translate)
        nothing = message("not there")
        before, after = (each or nothing for each in (self.before, self.after))
        return f"{where}: {before.render(translate)} → {after.render(translate)}"

    def __str__(self) -> str:
        return self.render()


def differences(one: Recipe, other: Recipe) -> tuple[Difference, ...]:
    """All differences, in the order in which a recipe is written; none for equal recipes.

    A column that one of them does not list counts as used automatically.
    """
    return tuple(_of_models((), (), one, other))


_ORDERED = (("derived",),)
"""Lists in which it matters what comes first."""
_Path = tuple[str, ...]
_Where = tuple[Said, ...]


def _of_models(
    path: _Path, where: _Where, one: BaseModel, other: BaseModel
) -> Iterator[Difference]:
    for name, info in type(one).model_fields.items():
        before, after = getattr(one, name), getattr(other, name)
        if before == after:
            continue
        here, called = (*path, name), (*where, field_title(name, info))
        if here == ("columns",):
            yield from _of_named(here, (), before, after)
        elif _is_named(before) and _is_named(after):
            yield from _of_named(here, called, before, after)
        elif _are_parts(before) and _are_parts(after):
            yield from _of_parts(here, called, before, after)
        elif _are_alike(before, after):
            yield from _of_models(here, called, before, after)
        else:
            yield Difference(
                here,
                Words(called, " · "),
                value_words(before, info, name),
                value_words(after, info, name),
            )


def _are_alike(one: Any, other: Any) -> bool:
    """Whether two values have the same fields; parts of different kinds have not."""
    return isinstance(one, BaseModel) and type(one) is type(other)


def _is_named(entries: Any) -> bool:
    return isinstance(entries, tuple) and all(
        isinstance(entry, BaseModel) and not isinstance(entry, Part) and hasattr(entry, "name")
        for entry in entries
    )


def _of_named(
    path: _Path, where: _Where, one: Sequence[Any], other: Sequence[Any]
) -> Iterator[Difference]:
    before, after = ({_key(entry): entry for entry in entries} for entries in (one, other))
    for key in dict.fromkeys((*before, *after)):
        here, called = (*path, key), (*where, _called(path, key))
        old, new = before.get(key), after.get(key)
        if path == ("columns",):
            # A column that is not listed is used as inferred, like one that says nothing.
            listed_in = old or new
            old, new = old or _empty(listed_in), new or _empty(listed_in)
        if old is not None and new is not None:
            if old != new:
                yield from _of_models(here, called, old, new)
            continue
        yield Difference(here, Words(called, " · "), _entry(old), _entry(new))
    order = [key for key in before if key in after]
    if path in _ORDERED and order != [key for key in after if key in before]:
        order_of = Words((*where, message("Order")), " · ")
        yield Difference(path, order_of, plain(", ".join(before)), plain(", ".join(after)))


def _are_parts(entries: Any) -> bool:
    """Whether it is a list of parts, such as layers."""
    return (
        isinstance(entries, tuple)
        and bool(entries)
        and all(isinstance(entry, Part) for entry in entries)
    )


def _of_parts(
    path: _Path, where: _Where, one: Sequence[Part], other: Sequence[Part]
) -> Iterator[Difference]:
    """Parts by their place, counted from 1; those of the same kinds in a row belong together."""
    before_kinds, after_kinds = [part.kind for part in one], [part.kind for part in other]
    matcher = SequenceMatcher(None, before_kinds, after_kinds, autojunk=False)
    for _, start, end, begin, stop in matcher.get_opcodes():
        for step in range(max(end - start, stop - begin)):
            before = one[start + step] if start + step < end else None
            after = other[begin + step] if begin + step < stop else None
            if before == after:
                continue
            number = (start if before is not None else begin) + step + 1
            here, called = (*path, str(number)), (*where, message("{number}", number=number))
            if before is not None and after is not None and _are_alike(before, after):
                yield from _of_models(here, called, before, after)
            else:
                said = [None if part is None else part_words(part) for part in (before, after)]
                yield Difference(here, Words(called, " · "), *said)


def _key(entry: Any) -> str:
    return entry.name if entry.name is not None else str(entry.position)


def _called(path: _Path, key: str) -> Message:
    if path == ("columns",):
        return message("Column “{name}”", name=key)
    return message("“{name}”", name=key)


def _empty(entry: Any) -> ColumnSpec:
    return ColumnSpec(name=entry.name, position=entry.position)


def _entry(entry: BaseModel | None) -> Said | None:
    if entry is None:
        return None
    if isinstance(entry, DisabledStep):
        return message("there")
    fields = type(entry).model_fields
    said = [
        value_words(getattr(entry, name), info)
        for name, info in fields.items()
        if name != "name" and getattr(entry, name) not in (None, ())
    ]
    return listed(said) if said else message("there")
