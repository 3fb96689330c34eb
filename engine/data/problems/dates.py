"""Dates in which nothing tells the day from the month."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc

from engine.data.problems.case import Case
from engine.data.problems.fixes import read_dates
from engine.data.problems.problem import Problem
from engine.messages import message
from engine.recipe.reading import DateOrder
from engine.schema import Kind, Role


def dates(case: Case) -> Iterator[Problem]:
    """Date columns that read as well with day and month the other way round."""
    for column in case.schema.columns:
        if column.kind is not Kind.DATE:
            continue
        case.go_on()
        day_first = case.once(("dates", column.name), lambda: _day_first(case, column.name))  # noqa: B023
        if day_first is None or case.table.reading.column(column.name).dates is not None:
            continue
        title = message("{column}: day or month first?", column=column.name)
        if day_first:
            detail = message("No date tells. They are read with the day first.")
        else:
            detail = message("No date tells. They are read with the month first.")
        other = DateOrder.MONTH_FIRST if day_first else DateOrder.DAY_FIRST
        yield Problem(
            "ambiguous_dates",
            "info" if case.role(column.name) is Role.IGNORE else "warning",
            title,
            detail,
            column=column.name,
            count=case.table.rows - column.missing,
            fix=read_dates(column.name, other),
        )


def _day_first(case: Case, name: str) -> bool | None:
    """How a column of ambiguous dates is read; nothing where the dates tell."""
    form = case.table.cell_type(name).date_format
    values = case.table.column(name)
    day, month = form.find("%d"), form.find("%m")
    if min(day, month) < 0 or form.find("%Y") == 0 or not pa.types.is_timestamp(values.type):
        return None
    differ = False
    for _, cells in case.batches(name):
        days, months = pc.day(cells), pc.month(cells)
        if (pc.max(days).as_py() or 0) > 12:
            return None
        differ = differ or bool(pc.any(pc.not_equal(days, months)).as_py())
    return day < month if differ else None
