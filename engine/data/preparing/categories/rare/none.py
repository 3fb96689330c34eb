"""No level is merged."""

from __future__ import annotations

from typing import ClassVar, Literal

from engine.messages import N_
from engine.recipe.column_families import RareLevels


class NoneRare(RareLevels):
    """Every level of the training rows stays."""

    title: ClassVar[str] = N_("Keep all levels")
    summary: ClassVar[str] = N_("Every level of the training rows stays.")
    order: ClassVar[int] = 10

    kind: Literal["none"] = "none"

    def least(self, rows: int) -> float:
        """One."""
        del rows
        return 1.0
