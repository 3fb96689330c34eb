"""Recipes as JSON files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from engine.errors import FileMissing, NoPermission, RecipeTooNew, RecipeUnreadable
from engine.recipe.recipe import VERSION, Recipe


def load_recipe(path: Path) -> Recipe:
    """Read a recipe.

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
        raise RecipeUnreadable(origin, where, f"{first['msg']}{shown}") from None


def recipe_json(recipe: Recipe) -> str:
    """The recipe as indented JSON text."""
    return json.dumps(recipe.model_dump(mode="json"), indent=2, ensure_ascii=False) + "\n"
