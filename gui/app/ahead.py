"""Imports what the first table will need before somebody opens one.

Each import holds the interpreter lock for as long as it reads and runs the module, and Qt's binding reads
the source of every module once more: together half a second in which the window would answer late.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from PySide6.QtCore import QObject

from gui.jobs import ThreadJob
from gui.turns import Urgency

NEEDED = (
    "engine.data.open",
    "engine.data.columns.infer",
    "engine.data.columns.carry",
    "engine.data.rows.shown_rows",
    "engine.data.profiling.profile",
    "engine.data.problems",
    "engine.data.problems.by_hand",
    "engine.data.rows.filters",
    "engine.data.rows.row_view",
    "engine.data.rows.row_order",
    "engine.data.relations.relations",
    "engine.data.relations.pair",
)


def import_ahead(parent: QObject, then: Callable[[], None]) -> ThreadJob:
    """Import what is needed in a thread that lets everything else go first; `then` is called after it."""

    def work(progress: Callable[[float], None], cancelled: Callable[[], bool]) -> None:
        for name in NEEDED:
            if cancelled():
                return
            import_module(name)

    job = ThreadJob(work, parent, Urgency.LATER)
    job.finished.connect(then)
    return job.start()
