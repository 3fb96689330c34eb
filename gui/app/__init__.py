"""Starting the window. Nothing of Qt is imported until it is known that Qt can work here."""

from __future__ import annotations


def run(path: str | None = None) -> int:
    """Open the window, with a file or sample if one is named; returns the exit status.

    Raises `DisplayMissing` or `LibraryMissing` where no window can be shown.
    """
    from gui.app.start_check import check

    check()
    from gui.app.program import main

    return main(path)
