"""Errors of setting a run beside other models."""

from __future__ import annotations

from dataclasses import dataclass

from engine.errors.base import TrainyardError
from engine.messages import N_


class CompareError(TrainyardError):
    """A run cannot be compared."""


@dataclass(eq=False)
class UnknownBaseline(CompareError):
    """No baseline of that name."""

    baseline: str
    known: str
    found = N_("There is no baseline “{baseline}”.")
    advice = N_("Choose from: {known}.")


@dataclass(eq=False)
class NothingToCompare(CompareError):
    """A part of the split without rows."""

    part: str
    found = N_("The {part} part of this run has no rows to compare on.")
    advice = N_("Choose another part, or train with a share of rows for it.")
