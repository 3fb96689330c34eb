"""A preset: a network with a name, to be used again and to be given away, as a JSON file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final, Literal

from pydantic import Field, ValidationError, field_validator

from engine.errors import (
    FileMissing,
    NoPermission,
    NotAPreset,
    PresetTooNew,
    PresetUnreadable,
    RecipeNotPreset,
)
from engine.messages import message
from engine.recipe.model import ModelSpec
from engine.recipe.parts import Frozen
from engine.recipe.recipe import Recipe
from engine.recipe.refusals import Refused
from engine.recipe.training import Training

VERSION: Final = 1
LONGEST_NAME = 60
LARGEST_FILE = 4_000_000
"""Bytes; a network of a thousand layers has fewer than 200,000."""


class Preset(Frozen):
    """Trunk and encoders, and how they are trained if that belongs to it."""

    trainyard_preset: Literal[1] = VERSION
    name: str = Field(min_length=1, max_length=LONGEST_NAME)
    model: ModelSpec
    training: Training | None = None

    @field_validator("name")
    @classmethod
    def _name_is_one_line(cls, name: str) -> str:
        name = " ".join(name.split())
        if not name or not name.isprintable():
            raise Refused(message("a preset needs a name of one line"))
        return name

    @classmethod
    def of(cls, recipe: Recipe, name: str, *, training: bool) -> Preset:
        """What a recipe says of the network, and of its training if it is asked for.

        Raises `pydantic.ValidationError` for a name that cannot be one.
        """
        return cls(name=name, model=recipe.model, training=recipe.training if training else None)

    def used_in(self, recipe: Recipe) -> Recipe:
        """The recipe with this network; its own training stays where the preset has none."""
        changes: dict[str, object] = {"model": self.model}
        if self.training is not None:
            changes["training"] = self.training
        return recipe.model_copy(update=changes)


def preset_json(preset: Preset) -> str:
    """The preset as indented JSON text."""
    return json.dumps(preset.model_dump(mode="json"), indent=2, ensure_ascii=False) + "\n"


def load_preset(path: Path) -> Preset:
    """Read a preset.

    Raises `FileMissing`, `NoPermission`, `PresetUnreadable` (with line and column, or the field),
    `NotAPreset`, `RecipeNotPreset` or `PresetTooNew`.
    """
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST_FILE + 1)
    except FileNotFoundError:
        raise FileMissing(str(path)) from None
    except PermissionError:
        raise NoPermission(str(path)) from None
    except OSError as error:
        raise PresetUnreadable(str(path), "", error.strerror or str(error)) from None
    if len(data) > LARGEST_FILE:
        raise NotAPreset(str(path))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise NotAPreset(str(path)) from None
    return parse_preset(text, str(path))


def parse_preset(text: str, origin: str) -> Preset:
    """A preset from JSON text; `origin` names it in errors.

    Raises `PresetUnreadable`, `NotAPreset`, `RecipeNotPreset` or `PresetTooNew`.
    """
    try:
        data: Any = json.loads(text)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise PresetUnreadable(origin, where, error.msg) from None
    except (ValueError, RecursionError) as error:  # a number of thousands of digits, lists in lists
        raise PresetUnreadable(origin, "", str(error)) from None
    if not isinstance(data, dict) or "trainyard_preset" not in data:
        if isinstance(data, dict) and "trainyard" in data:
            raise RecipeNotPreset(origin)
        raise NotAPreset(origin)
    version = data["trainyard_preset"]
    if isinstance(version, int) and version > VERSION:
        raise PresetTooNew(origin, version, VERSION)
    try:
        return Preset.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        found = first.get("input")
        shown = f" (found {found!r})" if isinstance(found, (str, int, float)) else ""
        raise PresetUnreadable(origin, where, f"{first['msg']}{shown}") from None
