"""The month, quarter or year of dates."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from engine.messages import N_, Message, message
from engine.recipe.hiding import Hiding
from engine.schema import Kind

if TYPE_CHECKING:
    import pyarrow as pa

    from engine.data.cells.cell_types import CellType


class CoarsenDate(Hiding):
    """Each date becomes the first day of its month, quarter or year."""

    title: ClassVar[str] = N_("Coarser dates")
    summary: ClassVar[str] = N_(
        "Each date becomes the first day of its month, quarter or year; times of day go."
    )
    order: ClassVar[int] = 40
    reads: ClassVar[Kind] = Kind.DATE
    suits: ClassVar[tuple[Kind, ...]] = (Kind.DATE,)

    kind: Literal["coarsen_date"] = "coarsen_date"
    to: Literal["month", "quarter", "year"] = Field(
        default="month",
        title=N_("To"),
        description=N_("What stays of a date."),
        json_schema_extra={
            "labels": {"month": N_("Month"), "quarter": N_("Quarter"), "year": N_("Year")}
        },
    )

    def hide(self, cells: pa.Array, cell_type: CellType) -> tuple[pa.Array, int]:
        """First days (timestamp[us])."""
        import numpy as np
        import pyarrow as pa

        from engine.data.cells import typed

        days, misfits = typed.days(cells, cell_type)
        absent = np.isnan(days)
        days[absent] = 0
        months = np.floor(days).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
        months -= months % {"month": 1, "quarter": 3, "year": 12}[self.to]
        first = months.astype("datetime64[M]").astype("datetime64[us]")
        return pa.array(first, pa.timestamp("us"), mask=absent), misfits

    def words(self) -> Message:
        """What is done, in a few words."""
        if self.to == "month":
            return message("dates coarsened to months")
        if self.to == "quarter":
            return message("dates coarsened to quarters")
        return message("dates coarsened to years")
