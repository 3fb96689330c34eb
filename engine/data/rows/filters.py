"""What narrows and orders the rows that are looked at: plain values that can be kept in a file."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class RangeFilter(_Frozen):
    """Rows whose number (or date, in seconds since 1970) lies between two bounds."""

    filter: Literal["range"] = "range"
    column: str
    low: float | None = None
    high: float | None = None
    holds_high: bool = True
    """Whether `high` itself is inside; the bars of a histogram leave it to the next one."""


class LevelsFilter(_Frozen):
    """Rows with one of these values, or with none of them."""

    filter: Literal["levels"] = "levels"
    column: str
    values: tuple[str, ...]
    """As they are shown."""
    exclude: bool = False
    """Rows without a value are kept then."""


class MissingFilter(_Frozen):
    """Rows that have no value in a column, or have one."""

    filter: Literal["missing"] = "missing"
    column: str
    missing: bool = True


class TextFilter(_Frozen):
    """Rows with this text in a column or, for `None`, in any; capitals do not count."""

    filter: Literal["text"] = "text"
    column: str | None = None
    text: str


class ExpressionFilter(_Frozen):
    """Rows for which an expression of `engine.expressions` is true."""

    filter: Literal["expression"] = "expression"
    expression: str


class RowsFilter(_Frozen):
    """Rows that were chosen somewhere else, by their numbers."""

    filter: Literal["rows"] = "rows"
    title: str
    """What they have in common, in words."""
    file: str
    """A NumPy file of row numbers from 0, int64, rising."""


Filter: TypeAlias = Annotated[
    RangeFilter | LevelsFilter | MissingFilter | TextFilter | ExpressionFilter | RowsFilter,
    Field(discriminator="filter"),
]


class Sort(_Frozen):
    """The order of a column; missing values come last in either direction."""

    column: str
    descending: bool = False
