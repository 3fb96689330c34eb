"""The fields of a recipe that a sweep can try values of, and what to try unless a person says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from engine.plans.sweep import Choices, Domain, Range
from engine.recipe.columns import STEPS
from engine.recipe.field_shapes import (
    Bounds,
    Choice,
    Field,
    Number,
    NumberList,
    PartOf,
    Section,
    Shape,
    Toggle,
    fields_of,
)
from engine.recipe.field_words import Said, Words, field_title, plain
from engine.recipe.parts import Part
from engine.recipe.recipe import Recipe

_PARTS = ("training", "model", "outcome", "rows", "columns")
"""Where fields are looked for. How a file is read and how rows are split are no matter of what is best:
trials on other rows do not compare."""
_NOT = {
    ("training", "time_budget"),
    ("training", "device"),
    ("training", "custom_weights"),
    ("training", "early_stopping", "metric"),
    ("model", "members"),
    ("rows", "where"),
    ("rows", "duplicates"),
}
_FACTOR = 10.0


@dataclass(frozen=True, slots=True)
class Sweepable:
    """A field that can be swept."""

    path: str
    """As in `--set`."""
    words: Said
    """The same in words."""
    shape: Shape
    unit: str
    value: Any
    """What the recipe says now."""


def sweepable_fields(recipe: Recipe) -> tuple[Sweepable, ...]:
    """The fields with a number, a choice or a part in them, in the order of the recipe."""
    found: list[Sweepable] = []
    for name in _PARTS:
        if name == "columns":
            found += _of_columns(recipe)
        else:
            info = Recipe.model_fields[name]
            found += _of_model((name,), (field_title(name, info),), getattr(recipe, name))
    return tuple(found)


def domain_of(field: Sweepable) -> Domain | None:
    """What to try in a field: around its value, within its bounds; None where nothing offers itself."""
    match field.shape:
        case Toggle():
            return Choices(values=(False, True))
        case Choice(values=values):
            return Choices(values=tuple(_plain(value) for value in values))
        case PartOf(family=family):
            kinds = tuple(member.kind_name() for member in family.members())
            return Choices(values=kinds) if len(kinds) > 1 else None
        case Number() as shape:
            return _range_around(shape, field.value)
        case NumberList():
            return _lists_around(field.value)
    return None


def _of_model(
    path: tuple[str, ...], words: tuple[Said, ...], model: BaseModel
) -> Iterator[Sweepable]:
    infos = type(model).model_fields
    for field in fields_of(type(model)):
        here = (*path, field.name)
        if here in _NOT or field.name == "kind":
            continue
        value = getattr(model, field.name)
        title = (*words, field_title(field.name, infos[field.name]))
        match field.shape:
            case Section():
                if isinstance(value, BaseModel):
                    yield from _of_model(here, title, value)
            case PartOf():
                yield from _of_part(here, title, field, value)
            case Number() | Choice() | Toggle() | NumberList():
                yield _sweepable(here, title, field, value)
            case _:
                pass


def _of_part(
    path: tuple[str, ...], words: tuple[Said, ...], field: Field, value: Part | None
) -> Iterator[Sweepable]:
    kind = None if value is None else value.kind_name()
    yield _sweepable((*path, "kind"), words, field, kind)
    if value is not None:
        yield from _of_model(path, words, value)


def _of_columns(recipe: Recipe) -> Iterator[Sweepable]:
    for column in recipe.columns:
        if column.name is None:
            continue
        for field in fields_of(type(column)):
            if field.name in STEPS and isinstance(field.shape, PartOf):
                part = getattr(column, field.name)
                title = field_title(field.name, type(column).model_fields[field.name])
                path = ("columns", column.name, field.name)
                yield from _of_part(path, (plain(column.name), title), field, part)


def _sweepable(
    path: tuple[str, ...], words: tuple[Said, ...], field: Field, value: Any
) -> Sweepable:
    # “Training · Optimizer · Learning rate” says it; the first word says where on the pages it is.
    return Sweepable(".".join(path), Words(words, " · "), field.shape, field.unit, value)


def _range_around(shape: Number, value: Any) -> Range | None:
    low, high = _ends(shape.bounds)
    if isinstance(value, bool) or not isinstance(value, int | float):
        value = None
    if shape.log or (value is not None and 0 < value < 1 and high > 1 and not shape.whole):
        centre = value or 1e-3
        return Range(low=max(low, centre / _FACTOR), high=min(high, centre * _FACTOR), log=True)
    if shape.whole:
        return _whole_range(low, high, int(value or 8))
    if high <= 1:
        return Range(low=low, high=min(high, 0.5) if low < 0.5 else high)
    if value:
        return Range(low=max(low, value / 2), high=min(high, value * 2))
    return Range(low=low, high=min(high, low + 0.1 if low == 0 else low * _FACTOR))


def _whole_range(low: float, high: float, centre: int) -> Range | None:
    first, last = max(low, centre // 2), min(high, max(2, centre * 2))
    if first >= last:
        return None
    return Range(low=first, high=last, log=centre >= 32 and first > 0, whole=True)


def _lists_around(value: Any) -> Choices | None:
    if not isinstance(value, tuple) or not value:
        return None
    halves, doubles = (tuple(max(1, int(v * f)) for v in value) for f in (0.5, 2))
    found = dict.fromkeys((halves, tuple(value), doubles))
    return Choices(values=tuple(found)) if len(found) > 1 else None


def _ends(bounds: Bounds) -> tuple[float, float]:
    low = 0.0 if bounds.low is None else bounds.low
    high = 1e6 if bounds.high is None else bounds.high
    return (1e-8 if bounds.low_open and low == 0 else low), high


def _plain(value: Any) -> Any:
    return getattr(value, "value", value)
