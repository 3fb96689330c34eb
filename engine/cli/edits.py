"""`--set path=value`: editing any field of a recipe."""

from __future__ import annotations

import difflib
import json
from collections.abc import Sequence
from typing import Annotated, Any, TypeAlias

import typer
from pydantic import ValidationError

from engine.errors import RecipeInvalid
from engine.recipe.columns import ColumnSpec
from engine.recipe.recipe import Recipe

Edits: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="PATH=VALUE",
        help="Change a recipe field, e.g. training.epochs=20 or columns.age.role=ignore. Repeatable.",
    ),
]


def edited(recipe: Recipe, edits: Sequence[str]) -> Recipe:
    """The recipe with each `path=value` applied in turn.

    A value is read as JSON, or taken as text when it is none. A column is named in the path:
    `columns.age.role`. Naming another `kind` of part starts from that part's defaults.

    Raises `RecipeInvalid` for a path that leads nowhere or a value that does not fit.
    """
    for edit in edits:
        path, equals, text = edit.partition("=")
        if not equals or not path.strip():
            raise RecipeInvalid(
                edit, "this is not of the form path=value", "Write training.epochs=20."
            )
        recipe = _with_value(recipe, path.strip(), _value(text.strip()))
    return recipe


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return text


def _with_value(recipe: Recipe, path: str, value: Any) -> Recipe:
    data = recipe.model_dump(mode="json")
    keys = path.split(".")
    place: Any = data
    if keys[0] == "columns" and len(keys) > 1:
        # A column's name may hold dots; its field does not.
        place = _column(data["columns"], ".".join(keys[1:-1]) or keys[1])
        keys = keys[-1:] if len(keys) > 2 else []
    for depth, key in enumerate(keys):
        if not isinstance(place, dict) or key not in place:
            raise _no_such_field(path, key, list(place) if isinstance(place, dict) else [])
        if depth < len(keys) - 1:
            place = place[key]
    if not keys:
        raise RecipeInvalid(
            path, "the field of the column is missing", f"Write {path}.role=ignore."
        )
    if keys[-1] == "kind" and len(keys) > 1 and place["kind"] != value:
        place.clear()  # parts of another kind have other fields
    place[keys[-1]] = value
    try:
        return Recipe.model_validate(data)
    except ValidationError as error:
        raise _invalid(path, error) from None


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
    return RecipeInvalid(path, f"{first['msg']}{shown}.")
