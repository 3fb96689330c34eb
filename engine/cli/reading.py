"""The options that say how a file is read; every other property is reached with `--set reading.…`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from engine.cli.preset_option import with_preset
from engine.errors import RecipeInvalid
from engine.recipe.auto.choose import as_new
from engine.recipe.files import load_recipe
from engine.recipe.path_edits import edited
from engine.recipe.reading import Reading
from engine.recipe.recipe import Recipe

Encoding: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--encoding", metavar="NAME", help="Encoding of the file, such as gb18030; else detected."
    ),
]
Delimiter: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--delimiter",
        metavar="MARK",
        help="What divides the fields: a character, or comma, semicolon, tab, bar, space, spaces, colon.",
    ),
]
TablePart: TypeAlias = Annotated[
    str | None,
    typer.Option("--part", metavar="NAME", help="Sheet, table or archive member."),
]
ReadingEdits: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="PATH=VALUE",
        help="Change how the file is read, e.g. reading.header=false or reading.decimal=,. Repeatable.",
    ),
]
RecipeFile: TypeAlias = Annotated[
    Path | None,
    typer.Option("--recipe", "-r", metavar="FILE", help="The recipe; none: defaults."),
]

_MARKS = {
    "comma": ",",
    "semicolon": ";",
    "tab": "\t",
    "\\t": "\t",
    "bar": "|",
    "pipe": "|",
    "space": " ",
    "spaces": "  ",
    "colon": ":",
}


def asked_recipe(
    recipe: Path | None,
    changes: Sequence[str] | None,
    encoding: str | None = None,
    delimiter: str | None = None,
    part: str | None = None,
    preset: str = "",
) -> Recipe:
    """The recipe in the file, or a new one, which leaves much to Auto, with what the options say.

    Raises the errors of `RecipeError` and `PresetError`, and `FileMissing` or `NoPermission` for the file.
    """
    base = with_preset(load_recipe(recipe) if recipe else as_new(Recipe()), preset)
    return edited(base, [*(changes or ()), *_as_edits(encoding, delimiter, part)])


def asked_reading(
    changes: Sequence[str] | None,
    encoding: str | None = None,
    delimiter: str | None = None,
    part: str | None = None,
) -> Reading:
    """How a file is to be read, where nothing else of a recipe counts.

    Raises `RecipeInvalid` for a change that is not about reading, or does not fit.
    """
    for change in changes or ():
        field = change.partition("=")[0].strip()
        if not field.startswith("reading."):
            raise RecipeInvalid(
                field, "only the reading of the file can be changed here.", "Write reading.…=…."
            )
    return asked_recipe(None, changes, encoding, delimiter, part).reading


def _as_edits(encoding: str | None, delimiter: str | None, part: str | None) -> list[str]:
    named = {
        "encoding": encoding,
        "delimiter": None if delimiter is None else _MARKS.get(delimiter.casefold(), delimiter),
        "part": part,
    }
    return [f"reading.{k}={json.dumps(v)}" for k, v in named.items() if v is not None]
