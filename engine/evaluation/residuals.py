"""Errors against a column of the table, whether the model sees that column or not."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from engine.evaluation.groups import ColumnGroups, grouped
from engine.evaluation.row_table import RowTable

BINS = 20
MOST_POINTS = 2_000
_MOST_GROUPS = 30
_Z = 1.959964
_ENDS = (0.1, 0.5, 0.9)

ErrorKind: TypeAlias = Literal["residual", "loss"]
Floats: TypeAlias = NDArray[np.float64]


class _Result(BaseModel):
    model_config = ConfigDict(frozen=True, ser_json_inf_nan="null")


class ResidualGroup(_Result):
    """The errors of rows with a value, or in a range, of the column."""

    label: str
    rows: int
    low: float | None = None
    high: float | None = None
    """Ends of the range; None for a value."""
    mean: float
    mean_low: float
    mean_high: float
    """The 95% interval of the mean."""
    tenth: float
    median: float
    ninetieth: float


class ResidualPoint(_Result):
    """One row."""

    row: int
    """Of the table, from 0."""
    at: float
    """Its value of the column."""
    error: float


class Residuals(_Result):
    """Errors by the values of a column."""

    column: str
    kind: ErrorKind
    """`residual`: predicted − actual, of numbers; `loss`: what each row adds to the loss, of classes."""
    is_number: bool
    """Whether groups are ranges, in order, and points are there."""
    groups: tuple[ResidualGroup, ...]
    """Ranges in their order, values by falling number of rows; at most 30."""
    points: tuple[ResidualPoint, ...] = ()
    """Of up to 2,000 rows drawn evenly; of numbers only."""
    rows: int
    """That have a value."""
    missing: int


def residuals_against(table: RowTable, column: str, cells: pa.Array, kind: ErrorKind) -> Residuals:
    """Errors of the rows of a part by a column.

    Args:
        table: What is known of its rows.
        column: The column's name.
        cells: Its cells for the rows of that table, in their order.
        kind: Which error.
    """
    errors = (table.errors if kind == "residual" else table.losses).astype(np.float64)
    groups = grouped(column, cells, 1, bins=BINS, most=_MOST_GROUPS)
    if groups is None:
        return Residuals(
            column=column,
            kind=kind,
            is_number=False,
            groups=(),
            rows=len(cells) - cells.null_count,
            missing=cells.null_count,
        )
    values = _numbers(cells) if groups.is_range else None
    known = np.isfinite(errors)
    there = np.isfinite(values) if values is not None else ~np.asarray(cells.is_null())
    return Residuals(
        column=column,
        kind=kind,
        is_number=groups.is_range,
        groups=_groups(groups, errors, known, values),
        points=() if values is None else _points(table, values, errors, known & there),
        rows=int(there.sum()),
        missing=int((~there).sum()),
    )


def _groups(
    groups: ColumnGroups, errors: Floats, known: NDArray[np.bool_], values: Floats | None
) -> tuple[ResidualGroup, ...]:
    found = []
    for code, label in enumerate(groups.labels):
        inside = (groups.codes == code) & known
        own = errors[inside]
        if not len(own):
            continue
        mean = float(own.mean())
        reach = _Z * float(own.std(ddof=1)) / float(np.sqrt(len(own))) if len(own) > 1 else 0.0
        tenth, median, ninetieth = np.quantile(own, _ENDS).tolist()
        ends: dict[str, Any] = {}
        if values is not None:
            ends = {"low": float(values[inside].min()), "high": float(values[inside].max())}
        found.append(
            ResidualGroup(
                label=label,
                rows=len(own),
                mean=mean,
                mean_low=mean - reach,
                mean_high=mean + reach,
                tenth=tenth,
                median=median,
                ninetieth=ninetieth,
                **ends,
            )
        )
    return tuple(found)


def _points(
    table: RowTable, values: Floats, errors: Floats, known: NDArray[np.bool_]
) -> tuple[ResidualPoint, ...]:
    places = np.flatnonzero(known)
    if len(places) > MOST_POINTS:
        places = places[np.linspace(0, len(places) - 1, MOST_POINTS).round().astype(np.int64)]
    each = zip(
        table.rows[places].tolist(),
        values[places].tolist(),
        errors[places].tolist(),
        strict=True,
    )
    return tuple(ResidualPoint(row=row, at=at, error=error) for row, at, error in each)


def _numbers(cells: pa.Array) -> Floats:
    found: Floats = cells.cast(pa.float64()).to_numpy(zero_copy_only=False)
    return found
