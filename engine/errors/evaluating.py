"""Errors of looking into what a run predicts."""

from __future__ import annotations

from dataclasses import dataclass

from engine.errors.base import TrainyardError
from engine.messages import N_


class EvaluateError(TrainyardError):
    """What was asked of a run's predictions cannot be told."""


@dataclass(eq=False)
class RowMissing(EvaluateError):
    """A table has no row of that number."""

    row: int
    """As people count, from 1."""
    rows: int
    path: str
    found = N_("{path} has {rows} rows; there is no row {row}.")
    advice = N_("Name a row from 1 to {rows}.")


@dataclass(eq=False)
class NotEvaluated(EvaluateError):
    """What is known of a part's rows was never kept, or cannot be read any more."""

    run: str
    part: str
    found = N_("The rows of the {part} part of run “{run}” have not been evaluated.")
    advice = N_("Evaluate that part first, then ask again.")
