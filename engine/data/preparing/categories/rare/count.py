"""Levels of few rows merged into one."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from engine.messages import N_
from engine.recipe.column_families import RareLevels


class FewRows(RareLevels):
    """Levels that fewer training rows have become one level."""

    title: ClassVar[str] = N_("Merge levels of few rows")
    summary: ClassVar[str] = N_("Levels that few training rows have become one.")
    order: ClassVar[int] = 20

    kind: Literal["count"] = "count"
    below: int = Field(
        default=10,
        ge=2,
        le=1_000_000,
        title=N_("Fewer rows than"),
        json_schema_extra={"unit": N_("rows")},
    )
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
        """As set."""
        del rows
        return self.below
