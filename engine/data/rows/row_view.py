"""The rows of a table that filters leave, in the order that sorts give: numbers of rows, never copies of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from engine.data.progress import Cancelled, never
from engine.data.rows.conditions import Condition, Kinds
from engine.data.rows.filters import Filter, RowsFilter, Sort
from engine.data.rows.row_order import ordered
from engine.data.table import Table
from engine.errors import Cancelled as CancelledError
from engine.errors import FileDamaged, FileMissing

Rows = NDArray[np.int64]
BATCH = 1 << 17
"""Rows that are looked at together."""


def visible_rows(
    table: Table,
    filters: Sequence[Filter] = (),
    sorts: Sequence[Sort] = (),
    *,
    kinds: Kinds | None = None,
    cancelled: Cancelled = never,
) -> Rows | None:
    """The rows to show, in the order to show them; `None`: all of them in the order of the file.

    Args:
        table: Where the rows are.
        filters: A row has to pass all of them.
        sorts: The first one decides, the next ones where it does not. Rows that are equal in all of
            them stay in the order of the file; missing values come last.
        kinds: What columns are taken for, where that may differ from how their cells are stored.
        cancelled: Asked between batches.

    Raises:
        Cancelled: It was cancelled.
        UnknownColumn, ExpressionInvalid: A filter or a sort does not fit the table.
        FileMissing, FileDamaged: Rows chosen elsewhere are not known any more.
    """
    rows = passing_rows(table, filters, kinds=kinds, cancelled=cancelled)
    return ordered(table, rows, sorts, kinds=kinds or {}, cancelled=cancelled)


def passing_rows(
    table: Table,
    filters: Sequence[Filter],
    *,
    kinds: Kinds | None = None,
    cancelled: Cancelled = never,
) -> Rows | None:
    """The rows that pass all filters, in the order of the file; `None`: there are no filters.

    Raises the same errors as `visible_rows`.
    """
    chosen = [chosen_rows(each, table.rows) for each in filters if isinstance(each, RowsFilter)]
    others = [each for each in filters if not isinstance(each, RowsFilter)]
    passing = _passing(table, others, kinds, cancelled)
    for rows in chosen:
        passing = rows if passing is None else np.intersect1d(passing, rows, assume_unique=True)
    return passing


def chosen_rows(filter_: RowsFilter, count: int) -> Rows:
    """The rows that were chosen, those of them that a table of `count` rows has.

    Raises `FileMissing` or `FileDamaged`.
    """
    try:
        found = np.load(filter_.file, allow_pickle=False)
    except FileNotFoundError:
        raise FileMissing(filter_.file) from None
    except (OSError, ValueError) as error:
        raise FileDamaged(filter_.file, "NumPy", str(error)) from None
    rows: Rows = np.unique(found.astype(np.int64, copy=False))
    return rows[(rows >= 0) & (rows < count)]


def _passing(
    table: Table, filters: Sequence[Filter], kinds: Kinds | None, cancelled: Cancelled
) -> Rows | None:
    conditions = [Condition.of(table, each, kinds or {}) for each in filters]
    if not conditions:
        return None
    names = tuple(dict.fromkeys(name for each in conditions for name in each.columns))
    kept = []
    for start, batch in batches(table, names):
        if cancelled():
            raise CancelledError
        mask = conditions[0].mask(batch)
        for condition in conditions[1:]:
            if not mask.any():
                break
            mask &= condition.mask(batch)
        kept.append(np.flatnonzero(mask) + start)
    return np.concatenate(kept).astype(np.int64, copy=False) if kept else np.empty(0, np.int64)


def batches(table: Table, names: Sequence[str]) -> Iterator[tuple[int, pa.RecordBatch]]:
    """Some columns of the table, batch by batch, with the row that each begins at."""
    columns = [table.column(name) for name in names]
    for start in range(0, table.rows, BATCH):
        size = min(BATCH, table.rows - start)
        arrays = [_joined(column.slice(start, size)) for column in columns]
        if arrays:
            yield start, pa.record_batch(arrays, names=list(names))
        else:  # an expression without columns still has to say something for every row
            yield start, pa.record_batch([pa.nulls(size)], names=[""])


def _joined(values: pa.ChunkedArray) -> pa.Array:
    return values.chunk(0) if values.num_chunks == 1 else values.combine_chunks()
