"""What is in each column: counts, spread, distribution, and how it goes with the target.

A column is read from its beginning to its end, a batch at a time, so a table may be larger than memory.
Up to `AT_ONCE` rows every figure comes from all of them. In a longer table counts, extremes, means and
deviations still do; quartiles and distributions come from a random sample of `SAMPLE` rows, and each
figure says so.
"""

from __future__ import annotations

import numpy as np

from engine.data.profiling.column_profile import ColumnProfile, Profile, Spacing
from engine.data.profiling.profile_levels import profile_levels
from engine.data.profiling.profile_numbers import profile_numbers
from engine.data.profiling.profile_target import Target, read_target
from engine.data.progress import Cancelled, never
from engine.data.rows.row_selection import Rows, Selection
from engine.data.table import Table
from engine.errors import Cancelled as CancelledError
from engine.schema import Column, Kind, Schema

__all__ = ["AT_ONCE", "SAMPLE", "ColumnProfile", "Profile", "Spacing", "profile"]

AT_ONCE = 2_000_000
"""Rows of which one column fits into memory comfortably."""
SAMPLE = 200_000
"""Rows that distributions come from in a longer table."""
_TEXT_AT_ONCE = 64 << 20
"""Bytes of texts in a column from which on its distinct values are not kept all at once."""


def profile(
    table: Table,
    schema: Schema,
    *,
    target: str | None = None,
    rows: Rows | None = None,
    cancelled: Cancelled = never,
) -> Profile:
    """Profile every column as the kind that the schema gives it.

    `rows` are the rows to look at, in any order; `None` means all. Raises `engine.errors.Cancelled`.
    """
    selected = Selection.of(table, rows)
    detail = selected if selected.count <= AT_ONCE else selected.sample(SAMPLE)
    goal = read_target(table, schema, target, detail, cancelled)
    short_detail, short_goal = detail, goal
    columns = {}
    for column in schema.columns:
        if cancelled():
            raise CancelledError
        chosen, chosen_goal = detail, goal
        if detail is selected and selected.count > SAMPLE and _is_heavy(table, column):
            if short_detail is detail:
                short_detail = selected.sample(SAMPLE)
                short_goal = read_target(table, schema, target, short_detail, cancelled)
            chosen, chosen_goal = short_detail, short_goal
        columns[column.name] = _profile(table, column, selected, chosen, chosen_goal, cancelled)
    return Profile(columns, selected.count, any(found.sample for found in columns.values()))


def _profile(
    table: Table,
    column: Column,
    rows: Selection,
    detail: Selection,
    target: Target | None,
    cancelled: Cancelled,
) -> ColumnProfile:
    if target is not None and target.name == column.name:
        target = None
    profiled = profile_numbers if column.kind in (Kind.NUMBER, Kind.DATE) else profile_levels
    with np.errstate(invalid="ignore"):
        return profiled(table, column, rows, detail, target, cancelled)


def _is_heavy(table: Table, column: Column) -> bool:
    """Whether a column of texts is too large to be encoded in one piece."""
    return column.kind not in (Kind.NUMBER, Kind.DATE) and (
        table.column(column.name).nbytes > _TEXT_AT_ONCE
    )
