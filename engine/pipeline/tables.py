"""The table that a run was made for."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import FileChanged, TrainyardError
from engine.recipe.privacy import hides
from engine.recipe.reading import Reading
from engine.store.run_folder import RunFolder

if TYPE_CHECKING:
    from engine.data.table import Table


def table_of(run: RunFolder) -> Table:
    """The table that a run was made for: from its cache, or read again from its file.

    Raises `FileChanged` when the file no longer holds the rows of then, and the errors of `ReadError`.
    """
    from engine.data.in_use import make_private
    from engine.data.kept_readings import kept_reading
    from engine.data.open import open_table
    from engine.data.table import Table

    info = run.info()
    with suppress(TrainyardError):  # evicted or damaged: made again below
        table = Table.load(Path(info.table_folder))
        if table.fingerprint == info.fingerprint:
            return table
    # The fingerprint covers how the file was asked to be read.
    recipe = run.recipe()
    asked = kept_reading(info.fingerprint) or recipe.reading
    likely = (asked, Reading(part=asked.part), Reading(), run.resolved().reading)
    for reading in dict.fromkeys(likely):
        table = open_table(Path(info.table_path), reading)
        if hides(recipe):
            make_private(table.folder)
        if table.fingerprint == info.fingerprint:
            return table
    raise FileChanged(info.table_path)
