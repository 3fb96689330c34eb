"""Levels of a small share of rows merged into one."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from engine.messages import N_
from engine.recipe.column_families import RareLevels


class SmallShare(RareLevels):
    """Levels of a smaller share of the training rows that have a value become one level."""

    title: ClassVar[str] = N_("Merge levels of a small share")
    summary: ClassVar[str] = N_("Levels that a small share of training rows has become one.")
    order: ClassVar[int] = 30

    kind: Literal["share"] = "share"
    below: float = Field(default=0.01, gt=0.0, le=0.5, title=N_("Smaller share than"))
    unknown: bool = Field(
        default=True,
        title=N_("New levels count as rare"),
        description=N_("A level that no training row has is treated as the rare ones are."),
    )

    @property
    def takes_unknown(self) -> bool:
        """As set."""
        return self.unknown

    def least(self, rows: int) -> float:
        """That share of the rows."""
        return self.below * rows
