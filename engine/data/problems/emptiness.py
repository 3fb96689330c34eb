"""Columns with missing values, or without any news: constant, nearly constant, different in every row."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from engine.data.problems.case import Case, percent
from engine.data.problems.fixes import ignore
from engine.data.problems.problem import Fix, Problem, Severity
from engine.data.rows.filters import MissingFilter
from engine.messages import message
from engine.schema import Column, Kind, Role

_NEARLY = 0.99
_ENOUGH_ROWS = 100


def missing(case: Case) -> Iterator[Problem]:
    """Columns with rows that have no value."""
    for column in case.used():
        count = case.profile.columns[column.name].missing
        if not count or column.is_constant:
            continue
        share = count / case.table.rows
        mostly = share > 0.5
        rows, _ = case.once(
            ("missing", column.name),
            partial(case.first_rows, column.name, pc.is_null),
        )
        yield Problem(
            "missing",
            "warning" if mostly else "info",
            message("{count} missing in {column}", count=count, column=column.name),
            message(
                "{share}% of rows. Prepare says what stands in for them.", share=percent(share)
            ),
            column=column.name,
            count=count,
            rows=rows,
            filters=(MissingFilter(column=column.name),),
            fix=ignore(column.name) if mostly else None,
        )


def useless(case: Case) -> Iterator[Problem]:
    """Columns that never change, hardly ever, or with every row."""
    for column in case.schema.columns:
        if case.role(column.name) not in (Role.FEATURE, Role.IGNORE):
            continue
        case.go_on()
        if column.is_constant:
            yield _constant(case, column)
        elif column.is_identifier:
            yield _identifier(case, column)
        elif case.role(column.name) is Role.FEATURE:
            yield from _nearly_constant(case, column)


def _constant(case: Case, column: Column) -> Problem:
    if column.distinct == 0:
        title = message("{column} is empty", column=column.name)
        detail = message("No row has a value there.")
    else:
        title = message("{column} has one value only", column=column.name)
        detail = message("A column that never changes tells nothing about the target.")
    return Problem(
        "constant",
        _if_used(case, column),
        title,
        detail,
        column=column.name,
        count=case.table.rows,
        fix=_ignored(case, column),
    )


def _identifier(case: Case, column: Column) -> Problem:
    return Problem(
        "identifier",
        _if_used(case, column),
        message("{column} looks like a key", column=column.name),
        message("It is different in every row, so a network can only learn it by heart."),
        column=column.name,
        count=case.table.rows,
        fix=_ignored(case, column),
    )


def _nearly_constant(case: Case, column: Column) -> Iterator[Problem]:
    if case.table.rows < _ENOUGH_ROWS or column.kind in (Kind.TEXT, Kind.IMAGE):
        return
    found = case.once(("mode", column.name), lambda: _mode(case, column.name))
    if found is None:
        return
    value, share = found
    yield Problem(
        "nearly_constant",
        "info",
        message("{column} is nearly always the same", column=column.name),
        message(
            "“{value}” in {share}% of the rows that have a value.",
            value=value,
            share=percent(share),
        ),
        column=column.name,
        count=round(share * (case.table.rows - column.missing)),
        fix=ignore(column.name),
    )


def _mode(case: Case, name: str) -> tuple[str, float] | None:
    """The most frequent value and its share, if nearly all values are it."""
    values = case.sampled(name).drop_null()
    if len(values) < _ENOUGH_ROWS:
        return None
    if not pa.types.is_string(values.type):  # a value in most rows is the one in the middle
        numbers = values.to_numpy(zero_copy_only=False)
        middle = np.partition(numbers, len(numbers) // 2)[len(numbers) // 2]
        if np.count_nonzero(numbers == middle) < _NEARLY * len(numbers):
            return None
    counts = values.value_counts()
    at = int(np.argmax(counts.field("counts").to_numpy()))
    share = counts.field("counts")[at].as_py() / len(values)
    if share < _NEARLY or len(counts) < 2:
        return None
    return str(counts.field("values")[at].cast(pa.string()).as_py()), share


def _if_used(case: Case, column: Column) -> Severity:
    return "warning" if case.role(column.name) is Role.FEATURE else "info"


def _ignored(case: Case, column: Column) -> Fix | None:
    return ignore(column.name) if case.role(column.name) is Role.FEATURE else None
