"""How the bytes of a file become rows and cells: the part of a recipe that a file is read with."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal, TypeAlias

from pydantic import Field

from engine.messages import N_
from engine.recipe.parts import Frozen

Thousands: TypeAlias = Literal["", ",", ".", " ", "'"]


class DateOrder(StrEnum):
    """Which comes first where a date like 03/04/2026 could be read in two ways."""

    DAY_FIRST = "day_first"
    MONTH_FIRST = "month_first"


class CellFix(Frozen):
    """What a text that does not fit its column is read as, wherever it stands in that column."""

    found: str
    value: str
    """Empty: no value."""


class ColumnReading(Frozen):
    """How the cells of one column become values; `None` means: detect it."""

    name: str
    missing: tuple[str, ...] | None = Field(default=None, title=N_("Read as missing"))
    dates: DateOrder | None = Field(default=None, title=N_("Order of dates"))
    fixes: tuple[CellFix, ...] = ()


class RowFix(Frozen):
    """A row that could not be read as it stands, as it was set right by a person.

    It holds only where the line still reads `found`, so that another file is not mended by mistake.
    """

    line: int = Field(ge=1)
    found: str
    text: str
    """The line as it should have been; empty: the row is left out for good."""
    file: str = ""
    """Name of the file, where a table comes from several."""


class Reading(Frozen):
    """How the bytes of a file are read; `None` means: detect it."""

    encoding: str | None = Field(default=None, title=N_("Encoding"))
    delimiter: str | None = Field(default=None, min_length=1, max_length=2, title=N_("Delimiter"))
    """One character; two spaces mean: one or more spaces."""
    quote: str | None = Field(default=None, max_length=1, title=N_("Quote"))
    escape: str | None = Field(default=None, max_length=1, title=N_("Escape"))
    """Beside a doubled quote; empty: nothing escapes."""
    comment: str | None = Field(default=None, max_length=2, title=N_("Comments begin with"))
    skip_lines: int | None = Field(default=None, ge=0, title=N_("Lines above the table"))
    header: bool | None = Field(default=None, title=N_("First line is a header"))
    header_rows: int | None = Field(default=None, ge=1, le=5, title=N_("Lines of the header"))
    decimal: Literal[".", ","] | None = Field(default=None, title=N_("Decimal mark"))
    thousands: Thousands | None = Field(
        default=None,
        title=N_("Mark between thousands"),
        description=N_("Empty: numbers have none."),
    )
    footer_lines: int | None = Field(default=None, ge=0, title=N_("Lines below the table"))
    part: str | None = Field(
        default=None,
        min_length=1,
        title=N_("Part"),
        description=N_("Sheet, table or archive member. Empty: the only one, or the first."),
    )
    repair: bool | None = Field(
        default=None,
        title=N_("Set damaged rows right"),
        description=N_("Where there is only one way to do it. Off: they are kept out."),
    )
    columns: tuple[ColumnReading, ...] = ()
    """Columns that are read in another way than detected."""
    fixes: tuple[RowFix, ...] = ()

    def column(self, name: str) -> ColumnReading:
        """What is set for that column (an empty one when nothing is)."""
        return next((c for c in self.columns if c.name == name), ColumnReading(name=name))

    def with_column(self, column: ColumnReading) -> Reading:
        """A copy in which the column of that name is read like this."""
        others = tuple(c for c in self.columns if c.name != column.name)
        kept = () if column == ColumnReading(name=column.name) else (column,)
        return self.model_copy(update={"columns": (*others, *kept)})
