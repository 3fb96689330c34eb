"""The target: missing, the same everywhere, uneven or rare classes."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from engine.data.problems.case import Case, percent
from engine.data.problems.fixes import balance_classes
from engine.data.problems.problem import Problem
from engine.data.rows.filters import LevelsFilter, MissingFilter
from engine.data.table import texts
from engine.messages import message, message_n
from engine.schema import Column, Kind

_RARE_ROWS = 5
_RARE_SHARE = 0.05
_FEW_ROWS = 50
_MOST_CLASSES = 10_000


def target(case: Case) -> Iterator[Problem]:
    """What is wrong with the column to predict."""
    column = case.target
    if column is None:
        return
    figures = case.profile.columns[column.name]
    present = case.table.rows - figures.missing
    if not present:
        yield Problem(
            "target_missing",
            "error",
            message("{column} has no value in any row", column=column.name),
            message("Choose another target, or fill the column in."),
            column=column.name,
            count=case.table.rows,
        )
        return
    if figures.missing:
        rows, _ = case.once(
            ("missing", column.name), lambda: case.first_rows(column.name, pc.is_null)
        )
        yield Problem(
            "target_missing",
            "warning",
            message_n(
                "{count} row has no {column}",
                "{count} rows have no {column}",
                figures.missing,
                column=column.name,
            ),
            message("Rows without a target are left out of training and scoring."),
            column=column.name,
            count=figures.missing,
            rows=rows,
            filters=(MissingFilter(column=column.name),),
        )
    if column.distinct == 1:
        yield Problem(
            "target_one_class",
            "error",
            message("{column} has one value only", column=column.name),
            message("There is nothing to tell apart. Choose another target."),
            column=column.name,
            count=present,
        )
    elif column.kind is Kind.CATEGORY and column.distinct <= _MOST_CLASSES:
        yield from _classes(case, column)


def _classes(case: Case, column: Column) -> Iterator[Problem]:
    counts = case.once(("classes", column.name), lambda: _counted(case, column.name))
    if not counts:
        return
    rare = [(value, count) for value, count in counts if count < _RARE_ROWS]
    if rare:
        wanted = pa.array([value for value, _ in rare])
        rows, count = case.once(
            ("rare", column.name),
            lambda: case.first_rows(column.name, lambda c: pc.is_in(texts(c), wanted)),
        )
        yield Problem(
            "rare_classes",
            "warning",
            message_n(
                "{count} class of {column} is rare",
                "{count} classes of {column} are rare",
                len(rare),
                column=column.name,
            ),
            message(
                "Fewer than {rows} rows each: {names}.",
                rows=_RARE_ROWS,
                names=", ".join(value for value, _ in rare[:5]) + (" …" if len(rare) > 5 else ""),
            ),
            column=column.name,
            count=count,
            rows=rows,
            filters=(LevelsFilter(column=column.name, values=tuple(v for v, _ in rare)),),
        )
    total = sum(count for _, count in counts)
    value, least = counts[-1]
    if least < _RARE_SHARE * total and case.recipe.training.class_weights == "none":
        yield Problem(
            "imbalance",
            "info",
            message("The classes of {column} are uneven", column=column.name),
            message(
                "“{value}” is {share}% of the rows. Accuracy says little then; look at macro-F1.",
                value=value,
                share=percent(least / total),
            ),
            column=column.name,
            count=least,
            filters=(LevelsFilter(column=column.name, values=(value,)),),
            fix=balance_classes(),
        )


def _counted(case: Case, name: str) -> list[tuple[str, int]]:
    """All classes with their counts, the most frequent first."""
    counts = case.table.column(name).drop_null().value_counts()
    values = texts(counts.field("values")).to_pylist()
    numbers = counts.field("counts").to_numpy()
    return [(values[i], int(numbers[i])) for i in np.argsort(-numbers, kind="stable").tolist()]


def little(case: Case) -> Iterator[Problem]:
    """Too little to learn from."""
    if not any(case.used()):
        yield Problem(
            "no_features",
            "error",
            message("No column is left to learn from"),
            message("Give at least one number, category or date column the role feature."),
        )
    if case.table.rows < _FEW_ROWS:
        yield Problem(
            "few_rows",
            "warning",
            message_n("Only {count} row", "Only {count} rows", case.table.rows),
            message("So few rows can be learnt by heart. Scores on them mean little."),
            count=case.table.rows,
        )
