"""Starting the window. Nothing of Qt is imported until it is known that Qt can work here."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.recipe.reading import Reading


def run(path: str | None = None, reading: Reading | None = None) -> int:
    """Open the window, with a file or sample if one is named; returns the exit status.

    `reading` says how to read the file; without it, it is read as the last time, or as detected.

    Raises `DisplayMissing` or `LibraryMissing` where no window can be shown.
    """
    from gui.app.start_check import check

    check()
    from gui.app.program import main

    return main(path, reading)
