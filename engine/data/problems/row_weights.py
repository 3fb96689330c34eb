"""Columns that say how many rows of a population, or how much, a row stands for."""

from __future__ import annotations

import re
from collections.abc import Iterator

from engine.data.problems.case import Case
from engine.data.problems.fixes import use_as
from engine.data.problems.problem import Problem
from engine.messages import message
from engine.schema import Kind, Role

_CALLED = re.compile(
    r"(fnl|final|sample|sampling|survey|person|household|pop|population|design|case|row|post|expansion|inverse)"
    r"[\W_]*(wgt|wt|weight)s?|[ph]?w(gt|eight)[\W_]?(fin|final)|fnlwgt|[a-z]{1,4}wgt|"
    r"权重|加权|抽样权数",
    re.IGNORECASE,
)
"""Not “weight” alone: that is as likely what somebody weighs."""


def row_weights(case: Case) -> Iterator[Problem]:
    """Number columns that are called like sampling weights and used as a feature."""
    if any(case.role(column.name) is Role.WEIGHT for column in case.schema.columns):
        return
    for column in case.used():
        if column.kind is not Kind.NUMBER or not _CALLED.fullmatch(column.name.strip()):
            continue
        lowest = case.profile.columns[column.name].minimum
        if column.missing or lowest is None or lowest < 0:
            continue
        yield Problem(
            "row_weight",
            "info",
            message("{column} is called like a weight of rows", column=column.name),
            message(
                "Such a column says how many cases a row stands for, and nothing about the case itself. As a weight it counts in the loss and in the metrics instead of being learned from."
            ),
            column=column.name,
            count=case.table.rows,
            fix=use_as(column.name, Role.WEIGHT),
        )
