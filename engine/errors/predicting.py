"""Errors of predicting new rows."""

from __future__ import annotations

from dataclasses import dataclass

from engine.errors.base import TrainyardError
from engine.messages import N_


class PredictError(TrainyardError):
    """New rows do not fit the model."""


@dataclass(eq=False)
class ColumnMissing(PredictError):
    """Columns that the model needs are not in the file."""

    path: str
    columns: str
    closest: str = ""
    found = N_("{path} lacks columns that the model needs: {columns}.")
    advice = N_("Rename or add them. The columns found are: {closest}.")
