"""The steps of a column: which choices there are, what Auto takes, and why.

Light to import: names and settings only, nothing is fitted. A step is named as the field of
`ColumnSpec` that holds it, one of `STEPS`.
"""

from __future__ import annotations

from functools import cache
from typing import Any, TypeVar, cast

from engine.messages import Message, message
from engine.recipe.column_families import (
    Clip,
    ColumnStep,
    DateInputs,
    Encoding,
    Fill,
    RareLevels,
    Scaling,
)
from engine.recipe.columns import STEPS, ColumnSpec
from engine.schema import Column, Kind

_S = TypeVar("_S", bound=ColumnStep)

FAMILIES: dict[str, type[ColumnStep]] = {
    "missing": Fill,
    "clip": Clip,
    "scale": Scaling,
    "encode": Encoding,
    "rare": RareLevels,
    "dates": DateInputs,
}
"""The family of each step, in the order in which a form shows them."""
assert tuple(FAMILIES) == STEPS

_AUTO: dict[tuple[str, Kind], str] = {
    ("missing", Kind.NUMBER): "median",
    ("missing", Kind.CATEGORY): "own_level",
    ("missing", Kind.DATE): "zero",
    ("clip", Kind.NUMBER): "none",
    ("scale", Kind.NUMBER): "standard",
    ("rare", Kind.CATEGORY): "none",
    ("dates", Kind.DATE): "calendar",
}


def kind_in_force(spec: ColumnSpec, column: Column) -> Kind:
    """What the column's values are used as: as hidden, as chosen, or as inferred."""
    kind = spec.kind or column.kind
    return kind if spec.hide is None else spec.hide.kind_after(kind)


def choices(step: str, kind: Kind, spec: ColumnSpec | None = None) -> tuple[type[ColumnStep], ...]:
    """What can be chosen for a step of a column of that kind; nothing where the step is not for it.

    With `spec`, choices that its other steps allow: in bins, missing may have one of its own.
    """
    found = _members(step, kind)
    if step == "missing" and kind is Kind.NUMBER and spec is not None and _in_bins(spec):
        found = (Fill.member("own_level"), *found)
    return found


@cache
def _members(step: str, kind: Kind) -> tuple[type[ColumnStep], ...]:
    family: type[Any] = FAMILIES[step]
    found = [member for member in family.members() if kind in member.kinds]
    if step == "missing":  # the automatic one first
        found.sort(key=lambda member: member.kind_name() != _AUTO.get((step, kind)))
    return tuple(found)


def automatic(step: str, kind: Kind, spec: ColumnSpec | None = None) -> ColumnStep | None:
    """What Auto takes; None where there is nothing to choose, or where another part decides.

    The other part is the model's `categories` for `encode`.
    """
    if step == "missing" and kind is Kind.NUMBER and spec is not None and _in_bins(spec):
        return _default("missing", "own_level")
    name = _AUTO.get((step, kind))
    return None if name is None else _default(step, name)


@cache
def _default(step: str, name: str) -> ColumnStep:
    family: type[Any] = FAMILIES[step]
    return cast(ColumnStep, family.default(name))


def is_automatic(step: str, kind: Kind, spec: ColumnSpec) -> bool:
    """Whether Auto decides: nothing is set, or something that is not for this kind."""
    chosen = getattr(spec, step)
    return chosen is None or type(chosen) not in choices(step, kind, spec)


def in_force(step: str, kind: Kind, spec: ColumnSpec) -> ColumnStep | None:
    """The step with Auto replaced; None as for `automatic`."""
    if is_automatic(step, kind, spec):
        return automatic(step, kind, spec)
    return cast(ColumnStep, getattr(spec, step))


def idle_steps(kind: Kind, spec: ColumnSpec) -> tuple[Message, ...]:
    """A sentence for each step that is set but not for columns of that kind, and so has no effect."""
    found = []
    for step in STEPS:
        chosen = getattr(spec, step)
        if chosen is None or not is_automatic(step, kind, spec):
            continue
        facts = {"column": spec.name or "", "step": f"{step}: {chosen.kind}"}
        match kind:
            case Kind.NUMBER:
                text = message(
                    "“{column}” is a number: “{step}” is not for it and has no effect.", **facts
                )
            case Kind.CATEGORY:
                text = message(
                    "“{column}” is a category: “{step}” is not for it and has no effect.", **facts
                )
            case _:
                text = message(
                    "“{column}” is a date: “{step}” is not for it and has no effect.", **facts
                )
        found.append(text)
    return tuple(found)


def missing_in_force(spec: ColumnSpec, kind: Kind) -> Fill | None:
    """What stands in for a missing value; None for a kind that is not used."""
    return _typed(in_force("missing", kind, spec), Fill)


def clip_in_force(spec: ColumnSpec, kind: Kind) -> Clip | None:
    """The limits of numbers; None for other kinds."""
    return _typed(in_force("clip", kind, spec), Clip)


def scale_in_force(spec: ColumnSpec, kind: Kind) -> Scaling | None:
    """The scaling of numbers; None for other kinds."""
    return _typed(in_force("scale", kind, spec), Scaling)


def encode_in_force(spec: ColumnSpec, kind: Kind) -> Encoding | None:
    """What a category becomes; None for other kinds and where the model's part of the recipe decides."""
    return _typed(in_force("encode", kind, spec), Encoding)


def rare_in_force(spec: ColumnSpec, kind: Kind) -> RareLevels | None:
    """Which levels are merged; None for other kinds."""
    return _typed(in_force("rare", kind, spec), RareLevels)


def dates_in_force(spec: ColumnSpec, kind: Kind) -> DateInputs | None:
    """What dates become; None for other kinds."""
    return _typed(in_force("dates", kind, spec), DateInputs)


def may_flag(spec: ColumnSpec, kind: Kind) -> bool:
    """Whether an input tells which rows had no value, if training rows lack any.

    Not where such rows are dropped, or where a level of their own says it.
    """
    fill = missing_in_force(spec, kind)
    if fill is None or fill.drops_rows or spec.flag is False:
        return False
    if spec.flag:
        return True
    if kind is Kind.CATEGORY:
        encoding = encode_in_force(spec, kind)
        return encoding is not None and encoding.kind_name() == "ordinal"
    return not fill.own_level


def is_flagged(spec: ColumnSpec, kind: Kind, missing: int) -> bool:
    """Whether there is such an input where `missing` training rows lack a value."""
    return may_flag(spec, kind) and (missing > 0 or spec.flag is True)


def makes_codes(spec: ColumnSpec, kind: Kind) -> bool:
    """Whether the column becomes codes for the network's category encoder."""
    if kind is Kind.NUMBER:
        return _in_bins(spec)
    if kind is not Kind.CATEGORY:
        return False
    encoding = encode_in_force(spec, kind)
    return encoding is None or encoding.makes_codes


def why(step: str, kind: Kind, column: Column, spec: ColumnSpec | None = None) -> Message | None:
    """Why Auto does what it does; None where there is nothing to choose."""
    match step:
        case "missing":
            return _why_missing(kind, column, spec)
        case "scale" if kind is Kind.NUMBER:
            return message(
                "Mean 0 and deviation 1, so that every number starts with the same weight."
            )
        case "clip" if kind is Kind.NUMBER:
            return message("Values far out may be right; nothing is changed without being asked.")
        case "encode" if kind is Kind.CATEGORY:
            return message("As the Model page says for categories.")
        case "rare" if kind is Kind.CATEGORY:
            return message("Every level of the training rows has a code of its own.")
        case "dates" if kind is Kind.DATE:
            return message("Time since the first date and the parts of the calendar that repeat.")
        case _:
            return None


def why_flag(kind: Kind, column: Column) -> Message | None:
    """Why Auto adds an input for missing values, or none."""
    if kind in (Kind.NUMBER, Kind.DATE):
        if column.missing:
            return message("A second input tells which rows had no value.")
        return message("No value is missing here, so there is nothing to tell.")
    if kind is Kind.CATEGORY:
        return message("A level of its own tells it already.")
    return None


def _why_missing(kind: Kind, column: Column, spec: ColumnSpec | None) -> Message | None:
    match kind:
        case Kind.NUMBER if spec is not None and _in_bins(spec):
            return message("Missing is a bin of its own, because it may mean something.")
        case Kind.NUMBER if column.missing:
            return message(
                "The median takes the place of a missing value, and a second input tells which rows had none."
            )
        case Kind.NUMBER:
            return message("No value is missing here. In new rows the median takes its place.")
        case Kind.CATEGORY if column.missing:
            return message("Missing is a level of its own, because it may mean something.")
        case Kind.CATEGORY:
            return message("No value is missing here. In new rows a missing one counts as unknown.")
        case Kind.DATE:
            return message("A missing date is zero in every part, and an input tells so.")
        case _:
            return None


def _in_bins(spec: ColumnSpec) -> bool:
    return spec.scale is not None and spec.scale.makes_codes


def _typed(step: ColumnStep | None, family: type[_S]) -> _S | None:
    return step if isinstance(step, family) else None
