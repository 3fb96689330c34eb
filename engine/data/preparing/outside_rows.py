"""The test part from a file of its own: the same columns by name, the same condition on its rows."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from engine.data.in_use import make_private
from engine.data.preparing.columnar import Source, bottom, row_count, span_length, spans
from engine.data.preparing.derived.source import derived_source
from engine.data.preparing.hidden import hidden_source
from engine.data.preparing.row_facts import RowCondition
from engine.data.preparing.split import Rows
from engine.data.progress import Cancelled, never
from engine.errors import Cancelled as CancelledError
from engine.errors import FileChanged
from engine.messages import Message, message_n
from engine.recipe.privacy import hides
from engine.recipe.reading import Reading
from engine.recipe.recipe import Recipe
from engine.recipe.split import SplitMethod

if TYPE_CHECKING:
    from engine.data.table import Table


@dataclass(frozen=True, slots=True)
class OutsideRows:
    """The rows of a test file that are used."""

    table: Table
    rows: Rows
    outside: int
    """Rows that do not meet the condition."""

    @property
    def notes(self) -> tuple[Message, ...]:
        """Rows left out."""
        if not self.outside:
            return ()
        return (
            message_n(
                "{count} row of the test file does not meet the condition and is left out.",
                "{count} rows of the test file do not meet the condition and are left out.",
                self.outside,
            ),
        )


def path_of_test_file(file: str, source: Source | Path | None) -> Path:
    """Where a test file is: as named, or beside the table if there is no such file here."""
    path = Path(file).expanduser()
    base = source if isinstance(source, Path) else getattr(bottom_of(source), "path", None)
    if not path.is_absolute() and not path.exists() and base is not None:
        beside = Path(base).parent / path
        if beside.exists():
            return beside.absolute()
    return path.absolute()


def open_test_file(path: Path, reading: Reading, *, cancelled: Cancelled = never) -> Table:
    """The table of a test file: its layout is detected, its cells are read as those of training.

    Raises the errors of `ReadError`.
    """
    from engine.data.open import open_table

    own = Reading(header=reading.header, columns=reading.columns)
    return open_table(path, own, cancelled=cancelled)


def bottom_of(source: Source | None) -> object:
    """What lies under all layers, if there is anything."""
    return None if source is None else bottom(source)


def outside_rows(
    source: Source, recipe: Recipe, *, cancelled: Cancelled = never
) -> OutsideRows | None:
    """The rows of the recipe's test file; None for a split without one.

    Raises the errors of `ReadError`, among them `FileChanged` where the file is not the one that a run
    noted, and `ExpressionInvalid` where its columns do not fit.
    """
    if recipe.split.method is not SplitMethod.FILE or not recipe.split.file:
        return None
    path = path_of_test_file(recipe.split.file, source)
    table = open_test_file(path, recipe.reading, cancelled=cancelled)
    noted = recipe.split.file_fingerprint
    if noted is not None and noted != table.fingerprint:
        raise FileChanged(str(path))
    if hides(recipe):
        make_private(table.folder)
    if recipe.rows.where is None:
        return OutsideRows(table, np.arange(table.rows, dtype=np.int64), 0)
    seen = derived_source(hidden_source(table, recipe), recipe)
    condition = RowCondition(recipe.rows.where, seen, recipe)
    kept = []
    start = 0
    for span in spans(table, table.names[0], None):
        if cancelled():
            raise CancelledError
        kept.append(np.flatnonzero(condition.mask(span)).astype(np.int64) + start)
        start += span_length(span)
    rows = np.concatenate(kept)
    return OutsideRows(table, rows, row_count(table, table.names[0]) - len(rows))
