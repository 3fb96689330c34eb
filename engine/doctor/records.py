"""The case of a run on disk."""

from __future__ import annotations

from engine.data.preparing.preparation import Preparation
from engine.doctor.case import Case
from engine.errors import TrainyardError
from engine.store.run_folder import RunFolder
from engine.training.history import History


def case_of(run: RunFolder) -> Case:
    """What the doctor is shown of a run.

    Raises `RunDamaged` or `RecipeTooNew`.
    """
    history = History()
    history.extend(run.events())
    try:
        classes = Preparation.load(run.preparation).classes
    except (TrainyardError, OSError):
        classes = ()  # not prepared yet: classes go by their numbers
    return Case(history, run.resolved(), classes)
