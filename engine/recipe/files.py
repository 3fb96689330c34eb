"""Recipes as JSON files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from engine.errors import FileMissing, NoPermission, RecipeTooNew, RecipeUnreadable
from engine.files import SEAL, unsealed
from engine.recipe.recipe import VERSION, Recipe
from engine.recipe.refusals import refusal


def load_recipe(path: Path, *, of_run: bool = False) -> Recipe:
    """Read a recipe; that of a run's folder must be as the run wrote it.

    Raises `FileMissing`, `NoPermission`, `RecipeUnreadable` (with line and column, or the field) or
    `RecipeTooNew`.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise FileMissing(str(path)) from None
    except PermissionError:
        raise NoPermission(str(path)) from None
    except (UnicodeDecodeError, OSError) as error:
        raise RecipeUnreadable(str(path), "", str(error)) from None
    if of_run:
        try:
            require_seal(text)
        except ValueError as error:
            raise RecipeUnreadable(str(path), "recipe", str(error)) from None
    return parse_recipe(text, str(path))


def parse_recipe(text: str, origin: str) -> Recipe:
    """A recipe from JSON text; `origin` names it in errors.

    Raises `RecipeUnreadable` or `RecipeTooNew`.
    """
    try:
        data: Any = json.loads(text)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise RecipeUnreadable(origin, where, error.msg) from None
    except (ValueError, RecursionError) as error:  # a number of thousands of digits, lists in lists
        raise RecipeUnreadable(origin, "recipe", str(error)) from None
    if isinstance(data, dict):
        data.pop(SEAL, None)  # that of a run's own file, which a person may have copied and changed
    version = data.get("trainyard") if isinstance(data, dict) else None
    if isinstance(version, int) and version > VERSION:
        raise RecipeTooNew(origin, version, VERSION)
    try:
        return Recipe.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "recipe"
        found = first.get("input")
        shown = f" (found {found!r})" if isinstance(found, (str, int, float)) else ""
        raise RecipeUnreadable(origin, where, f"{refusal(error)}{shown}") from None


def require_seal(text: str) -> None:
    """Raise `ValueError` when a JSON object's checksum is not that of the rest of it."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return  # what is wrong with it is told by whoever parses it
    if isinstance(found, dict):
        unsealed(found)


def recipe_json(recipe: Recipe) -> str:
    """The recipe as indented JSON text."""
    return json.dumps(recipe.model_dump(mode="json"), indent=2, ensure_ascii=False) + "\n"
