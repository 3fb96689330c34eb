"""Rows with a missing value left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from engine.messages import N_
from engine.recipe.column_families import Fill
from engine.schema import Kind

if TYPE_CHECKING:
    from engine.recipe.column_families import Floats


class DropRow(Fill):
    """Such rows train and score nothing; a prediction is made with the median or most frequent value."""

    title: ClassVar[str] = N_("Drop the row")
    summary: ClassVar[str] = N_("Such rows are left out of training and scoring.")
    order: ClassVar[int] = 90
    kinds: ClassVar[tuple[Kind, ...]] = (Kind.NUMBER, Kind.CATEGORY, Kind.DATE)
    drops_rows: ClassVar[bool] = True

    kind: Literal["drop_row"] = "drop_row"

    def number(self, known: Floats) -> float:
        """The median; 0 without any value."""
        from engine.data.preparing.numbers.moments import median

        return median(known)
