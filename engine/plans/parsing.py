"""A swept field as people write it: `training.optimizer.learning_rate=1e-4..1e-2:log`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from engine.errors import RecipeInvalid
from engine.messages import message
from engine.plans.sweep import Choices, Domain, Range, Sweep, SweptField
from engine.plans.sweepable import domain_of, sweepable_fields
from engine.plans.trials import value_text
from engine.recipe.field_shapes import Number
from engine.recipe.path_edits import with_value
from engine.recipe.recipe import Recipe
from engine.recipe.refusals import Refused, refusal

_FORM = (
    "Write training.optimizer.learning_rate=1e-4..1e-2:log, model.trunk.dropout=0,0.2,0.4 "
    "or model.trunk.widths=[64,64],[128]."
)


def parse_field(text: str, recipe: Recipe) -> SweptField:
    """A field and what is tried in it; without a `=`, what offers itself for the field.

    A range may end in `:log` and in the number of points that a grid has: `1..64:log:7`. Whether its
    numbers are whole follows from the field.

    Raises `RecipeInvalid` for what is none, or what the recipe does not take.
    """
    path, equals, written = (part.strip() for part in text.partition("="))
    if not path:
        raise RecipeInvalid(text, "this is not of the form field=values", _FORM)
    known = {field.path: field for field in sweepable_fields(recipe)}
    found = known.get(path)
    try:
        if equals:
            whole = isinstance(found.shape, Number) and found.shape.whole if found else None
            domain = parse_domain(written, whole=whole)
        else:
            offered = None if found is None else domain_of(found)
            if offered is None:
                raise RecipeInvalid(path, "it has to be said what is tried in this field", _FORM)
            domain = offered
    except ValueError as error:
        raise RecipeInvalid(path, str(refusal(error)), _FORM) from None
    field = SweptField(path=path, domain=domain)
    if field.path.endswith(".kind") or isinstance(domain, Range):
        check_field(recipe, field)
    return field


def parse_domain(text: str, *, whole: bool | None = None) -> Domain:
    """`1e-4..1e-2:log`, `8, 16, 32`, `[64, 64], [128]`, `mlp, resnet`.

    Args:
        text: What is written.
        whole: Whether numbers are whole; None: if they look so.

    Raises `ValueError` for what is none of them, `ValidationError` for what cannot be tried.
    """
    if ".." not in text:
        return Choices(values=tuple(_as_tuples(value) for value in _listed(text)))
    ends, *options = text.split(":")
    low, _, high = ends.partition("..")
    points = {}
    for option in options:
        if option.strip().isdecimal():
            points["points"] = int(option)
        elif option.strip() not in ("log", "linear"):
            raise Refused(message("“{text}” is neither log nor a number of points", text=option))
    if whole is None:
        whole = low.strip().lstrip("-").isdecimal() and high.strip().lstrip("-").isdecimal()
    log = any(option.strip() == "log" for option in options)
    try:
        numbers = float(low), float(high)
    except ValueError:
        raise Refused(message("“{text}” is no range of numbers", text=ends)) from None
    return Range(low=numbers[0], high=numbers[1], log=log, whole=whole, **points)


def domain_text(domain: Domain) -> str:
    """What `parse_domain` reads."""
    if isinstance(domain, Range):
        ends = "..".join(_number(end, whole=domain.whole) for end in (domain.low, domain.high))
        return f"{ends}:log" if domain.log else ends
    return ", ".join(value_text(value) for value in domain.values)


def check_sweep(recipe: Recipe, sweep: Sweep) -> None:
    """Raise `RecipeInvalid` for a field that the recipe does not take at the ends of what is tried."""
    for field in in_order(sweep.fields):
        check_field(recipe, field, [f for f in sweep.fields if f.path.endswith(".kind")])


def check_field(recipe: Recipe, field: SweptField, kinds: Sequence[SweptField] = ()) -> None:
    """Raise `RecipeInvalid` unless the recipe takes the field's values.

    Args:
        recipe: The recipe.
        field: The field.
        kinds: Fields that choose the kind of a part, with which other fields come and go.
    """
    domain = field.domain
    values = (domain.low, domain.high) if isinstance(domain, Range) else domain.values
    if isinstance(domain, Range) and domain.whole:
        values = tuple(int(value) for value in values if isinstance(value, float))
    parents = [kind for kind in kinds if field.path.startswith(kind.path.removesuffix("kind"))]
    parents = [kind for kind in parents if kind.path != field.path]
    for value in values:
        problem: RecipeInvalid | None = None
        for base in _with_kinds(recipe, parents):
            try:
                with_value(base, field.path, value)
                break
            except RecipeInvalid as error:
                problem = problem or error
        else:
            assert problem is not None
            raise problem


def in_order(fields: Sequence[SweptField]) -> tuple[SweptField, ...]:
    """The order in which values are set: a part's kind before its fields, which it would reset."""
    return tuple(
        sorted(fields, key=lambda field: (not field.path.endswith(".kind"), field.path.count(".")))
    )


def _with_kinds(recipe: Recipe, kinds: Sequence[SweptField]) -> list[Recipe]:
    found = [recipe]
    for kind in kinds:
        if isinstance(kind.domain, Choices):
            found += [with_value(recipe, kind.path, value) for value in kind.domain.values]
    return found


def _listed(text: str) -> list[Any]:
    try:
        found = json.loads(f"[{text}]")
    except (ValueError, RecursionError):
        return [_plain(part.strip()) for part in text.split(",") if part.strip()]
    return list(found)


def _plain(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _as_tuples(value: Any) -> Any:
    return tuple(_as_tuples(each) for each in value) if isinstance(value, list) else value


def _number(value: float, *, whole: bool) -> str:
    return str(int(value)) if whole else f"{value:.6g}"
