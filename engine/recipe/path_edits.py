"""Changing any field of a recipe by its path: `training.optimizer.learning_rate`, `columns.age.role`."""

from __future__ import annotations

import difflib
import json
from collections.abc import Sequence
from typing import Any

from pydantic import ValidationError

from engine.errors import RecipeInvalid
from engine.recipe.columns import STEPS, ColumnSpec
from engine.recipe.recipe import Recipe
from engine.recipe.refusals import refusal
from engine.recipe.rows import DerivedColumn
from engine.recipe.step_edits import with_step_disabled, with_step_enabled
from engine.recipe.target import TargetSpec
from engine.recipe.words import recipe_steps

_FIELDS = tuple(ColumnSpec.model_fields)
_STEPS = (*STEPS, "hide", "outcome")
"""Fields of a column that have fields themselves."""


def edited(recipe: Recipe, edits: Sequence[str]) -> Recipe:
    """The recipe with each `path=value` applied in turn.

    A value is read as JSON, or taken as text when it is none. A column is named in the path:
    `columns.age.role`; `derived.ratio=a / b` adds a derived column, and null takes it away. Naming
    another `kind` of part starts from that part's defaults; the part's kind alone may stand for it:
    `columns.age.scale=log`. `disabled.rows.where=true` switches a step off, and false on again.

    Raises `RecipeInvalid` for a path that leads nowhere or a value that does not fit.
    """
    for edit in edits:
        path, equals, text = edit.partition("=")
        if not equals or not path.strip():
            raise RecipeInvalid(
                edit, "this is not of the form path=value", "Write training.epochs=20."
            )
        recipe = _with_text(recipe, path.strip(), text.strip())
    return recipe


def with_value(recipe: Recipe, path: str, value: Any) -> Recipe:
    """The recipe with a plain value at a path; see `edited` for paths.

    Raises `RecipeInvalid` for a path that leads nowhere or a value that does not fit.
    """
    try:
        return _with_value(recipe, path, value)
    except ValidationError as error:
        raise _invalid(path, error) from None


def _with_text(recipe: Recipe, path: str, text: str) -> Recipe:
    """The recipe with that value; where texts are wanted, such as names of classes, 0 is one too."""
    value = _value(text)
    try:
        return _with_value(recipe, path, value)
    except ValidationError as error:
        wants_texts = any(each["type"] == "string_type" for each in error.errors())
        texts = _value(text, numbers=str) if wants_texts else value
        if isinstance(texts, bool):
            texts = text
        try:
            return _with_value(recipe, path, texts)
        except ValidationError:
            raise _invalid(path, error) from None


def _value(text: str, numbers: type[str] | None = None) -> Any:
    """What is written; numbers as they are written if `numbers` is `str`."""
    try:
        return json.loads(text, parse_int=numbers, parse_float=numbers)
    except (ValueError, RecursionError):  # also a number of thousands of digits, or lists in lists
        return text


def _with_value(recipe: Recipe, path: str, value: Any) -> Recipe:
    data = recipe.model_dump(mode="json")
    keys = path.split(".")
    place: Any = data
    if keys[0] == "disabled" and len(keys) > 1:
        return _with_switch(recipe, path, value)
    if keys[0] == "derived" and len(keys) > 1:
        return _with_derived(recipe, ".".join(keys[1:]), value)
    if keys[0] == "columns" and len(keys) > 1:
        name, keys = _column_and_field(data["columns"], keys[1:])
        if not keys:
            raise RecipeInvalid(
                path, "the field of the column is missing", f"Write {path}.role=ignore."
            )
        place = _column(data["columns"], name)
        if keys[0] == "outcome" and len(keys) > 1 and place["outcome"] is None:
            place["outcome"] = TargetSpec().model_dump(mode="json")
    _set(place, path, keys, value)
    return Recipe.model_validate(data)


def _set(place: Any, path: str, keys: list[str], value: Any) -> None:
    """Set the field that `keys` lead to from `place`, a dictionary of plain values."""
    for depth, key in enumerate(keys):
        last = depth == len(keys) - 1
        if isinstance(place, list):
            at = _place_in_list(place, path, key)
            if last:
                place[at] = value
                return
            place = place[at]
            continue
        named = isinstance(place, dict) and "kind" in place and key == "kind"
        if not isinstance(place, dict) or (key not in place and not (last and named)):
            raise _no_such_field(path, key, list(place) if isinstance(place, dict) else [])
        if last:
            break
        if place[key] is None and keys[depth + 1 :] == ["kind"]:
            place[key] = {"kind": None}  # nothing is chosen yet, and now something is
        elif place[key] is None:
            chosen = ".".join(path.split(".")[: -len(keys) + depth + 1])
            raise RecipeInvalid(
                path, f"“{key}” is chosen automatically", f"Set {chosen}.kind first."
            )
        place = place[key]
    if keys[-1] == "kind" and len(keys) > 1 and place["kind"] != value:
        place.clear()  # parts of another kind have other fields
    place[keys[-1]] = value


def _place_in_list(items: list[Any], path: str, key: str) -> int:
    """The place in a list that a part of a path names, counted from 0."""
    if key.isdecimal() and len(key) < 10 and int(key) < len(items):
        return int(key)
    if not items:
        raise RecipeInvalid(path, "the list is empty", "Set the whole list.")
    raise RecipeInvalid(
        path,
        f"“{key}” is no place in a list of {len(items)}",
        f"Places go from 0 to {len(items) - 1}.",
    )


def _column_and_field(columns: list[dict[str, Any]], keys: list[str]) -> tuple[str, list[str]]:
    """The column that a path names, and the path of the field in it.

    A column's name may hold dots, even the names of fields: one that the recipe lists is preferred, then
    the shortest.
    """
    listed = {str(key) for column in columns for key in (column["name"], column["position"])}
    splits = [
        (".".join(keys[:at]), keys[at:])
        for at in range(1, len(keys))
        if keys[at] in _STEPS or (keys[at] in _FIELDS and at == len(keys) - 1)
    ]
    for name, field in splits:
        if name in listed:
            return name, field
    if splits:
        return splits[0]
    whole = ".".join(keys)
    if len(keys) == 1 or whole in listed:
        return whole, []
    return ".".join(keys[:-1]), keys[-1:]


def _with_derived(recipe: Recipe, name: str, value: Any) -> Recipe:
    """The recipe with that derived column; without it where the value is null."""
    if value is None:
        return recipe.without_derived(name)
    return recipe.with_derived(DerivedColumn(name=name, expression=str(value)))


def _with_switch(recipe: Recipe, path: str, value: Any) -> Recipe:
    """The recipe with a step switched off (true) or on again (false)."""
    if not isinstance(value, bool):
        raise RecipeInvalid(path, "this is neither true nor false", f"Write {path}=true.")
    wanted = path.removeprefix("disabled.")
    steps = {".".join(step.path): step for step in recipe_steps(recipe)}
    step = steps.get(wanted)
    if step is None or not (step.can_be_disabled or not step.enabled):
        known = [text for text, each in steps.items() if each.can_be_disabled or not each.enabled]
        raise _no_such_field(path, wanted, known or ["rows.where"])
    if value is not step.enabled:
        return recipe
    change = with_step_disabled if value else with_step_enabled
    return change(recipe, step.path)


def _column(columns: list[dict[str, Any]], name: str) -> dict[str, Any]:
    for column in columns:
        if name in (column["name"], str(column["position"])):
            return column
    column = ColumnSpec(name=name).model_dump(mode="json")
    columns.append(column)
    return column


def _no_such_field(path: str, key: str, known: list[str]) -> RecipeInvalid:
    if not known:
        return RecipeInvalid(path, f"“{key}” is inside a plain value", "Shorten the path.")
    close = difflib.get_close_matches(key, known, 1)
    hint = f"Did you mean “{close[0]}”?" if close else f"Known here: {', '.join(known)}."
    return RecipeInvalid(path, f"there is no field “{key}”.", hint)


def _invalid(path: str, error: ValidationError) -> RecipeInvalid:
    first = error.errors()[0]
    found = first.get("input")
    shown = f" (found {json.dumps(found)})" if isinstance(found, str | int | float) else ""
    return RecipeInvalid.because(path, refusal(error), shown)
