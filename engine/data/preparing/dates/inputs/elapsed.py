"""Dates as the time since the first one."""

from __future__ import annotations

from typing import ClassVar, Literal

from engine.messages import N_
from engine.recipe.column_families import DateInputs


class Elapsed(DateInputs):
    """Days since the first training date and nothing else."""

    title: ClassVar[str] = N_("Elapsed time")
    summary: ClassVar[str] = N_("Days since the first training date; nothing of the calendar.")
    order: ClassVar[int] = 20

    kind: Literal["elapsed"] = "elapsed"
