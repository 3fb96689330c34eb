"""`trainyard open`: the window."""

from __future__ import annotations

import importlib
from typing import Annotated

import typer

from engine.cli.reading import Delimiter, Encoding, ReadingEdits, TablePart, asked_reading
from engine.cli.tables import table_path
from engine.recipe.reading import Reading


def open_verb(
    table: Annotated[
        str | None, typer.Argument(metavar="[FILE|SAMPLE]", help="What to open at once.")
    ] = None,
    encoding: Encoding = None,
    delimiter: Delimiter = None,
    part: TablePart = None,
    changes: ReadingEdits = None,
) -> None:
    """Open the window, on a file or a bundled sample if one is named."""
    open_window(table, asked_reading(changes, encoding, delimiter, part))


def open_window(table: str | None, reading: Reading | None = None) -> None:
    """Run the window until it is closed.

    Raises `UnknownSample`, or `DisplayMissing` and `LibraryMissing` from the window's own first look.
    """
    path = None if table is None else str(table_path(table).absolute())
    # By name, because the engine must not depend on the window.
    raise typer.Exit(importlib.import_module("gui.app").run(path, reading))
