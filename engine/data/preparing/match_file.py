"""Comparing a file with a preparation: the file is opened as it comes, then every cell is looked at."""

from __future__ import annotations

from pathlib import Path

from engine.data.in_use import make_private
from engine.data.open import open_table
from engine.data.preparing.match_report import FileMatch
from engine.data.preparing.matching import match_source
from engine.data.preparing.preparation import Preparation
from engine.data.progress import Cancelled, Progress, never, nothing
from engine.recipe.reading import Reading
from engine.recipe.recipe import Recipe

_PERCENT = 100


def match_file(
    preparation: Preparation,
    recipe: Recipe,
    path: Path,
    reading: Reading | None = None,
    *,
    progress: Progress = nothing,
    cancelled: Cancelled = never,
) -> FileMatch:
    """How another file matches a preparation, every row of it.

    Args:
        preparation: Fitted on the training rows of another table.
        recipe: The recipe that it was fitted by.
        path: The file, in any format.
        reading: How it is read; None: as is detected, with a header where the training file had one.
        progress: Told of (percent, 100).
        cancelled: Asked between blocks.

    Raises:
        ReadError: The file cannot be read.
        Cancelled, DiskFull, WriteFailed, KeyMissing, KeyDamaged.
    """

    def opening(done: int, total: int) -> None:
        progress(_PERCENT // 2 * done // max(1, total), _PERCENT)

    def looking(done: int, total: int) -> None:
        progress(_PERCENT // 2 + (_PERCENT - _PERCENT // 2) * done // max(1, total), _PERCENT)

    asked = reading or Reading(header=recipe.reading.header)
    table = open_table(path, asked, progress=opening, cancelled=cancelled)
    if preparation.hidden:
        make_private(table.folder)
    return match_source(
        preparation,
        table,
        recipe,
        path=str(path),
        rejected=len(table.rejects),
        progress=looking,
        cancelled=cancelled,
    )
