"""Rows that are ordered in time but split at random."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from engine.data.preparing.columnar import kind_of
from engine.data.preparing.row_facts import times_of
from engine.data.preparing.split_report.finding import SplitWarning
from engine.data.preparing.split_report.look import Look
from engine.data.preparing.splits.facts import OUT
from engine.messages import message
from engine.recipe.split import SplitMethod
from engine.schema import Column, Kind, Role

_TIMES = frozenset(
    [
        "date",
        "time",
        "timestamp",
        "datetime",
        "day",
        "week",
        "month",
        "quarter",
        "year",
        "hour",
        "step",
        "epoch",
        "period",
    ]
)
_IN_ORDER = 0.99
"""Share of neighbours that must not go back."""
_FEWEST = 5
"""Different times."""


def order_warnings(look: Look) -> Iterator[SplitWarning]:
    """A column of times that the rows follow, or that has the role time, while chance deals the rows."""
    if look.dealt.method not in (SplitMethod.RANDOM, SplitMethod.STRATIFIED):
        return
    named = look.recipe.named_with(Role.TIME)
    columns = [look.schema[named]] if named in look.schema and named else _candidates(look)
    for column in columns:
        if column.name != named and not _is_in_order(look, column):
            continue
        rows = len(look.dealt.parts.validation) + len(look.dealt.parts.test)
        yield SplitWarning(
            "time_order",
            "warning",
            message("The rows follow {column}, but are split at random", column=column.name)
            if column.name != named
            else message(
                "{column} is a time, but the rows are split at random", column=column.name
            ),
            message(
                "Training sees rows from just before and just after those that it is tested on. New rows come later than all of them.",
            ),
            rows,
            column.name,
            message("Test on the latest rows"),
            look.recipe.with_split(method=SplitMethod.TIME, column=column.name),
        )
        return  # one column tells it


def _candidates(look: Look) -> list[Column]:
    found = []
    for column in look.schema.columns:
        kind = kind_of(look.recipe.column(column.name), look.schema)
        if look.role(column.name) is Role.TARGET or column.is_constant:
            continue
        if column.distinct and column.distinct < _FEWEST:
            continue
        if kind is Kind.DATE or (kind is Kind.NUMBER and _says_time(column.name)):
            found.append(column)
    return found


def _says_time(name: str) -> bool:
    words = re.findall(r"[A-Z]?[a-z]+|[A-Z]+", name)
    return bool(words) and words[-1].casefold() in _TIMES


def _is_in_order(look: Look, column: Column) -> bool:
    """Whether nearly all rows come no earlier than the one before, or no later."""
    up = down = pairs = 0
    last = np.empty(0)
    for span in look.spans():
        values = times_of(look.source, column.name, look.recipe, look.schema, span)
        values = values[(look.codes[span] != OUT) & ~np.isnan(values)]
        steps = np.diff(np.append(last, values))
        up += int(np.count_nonzero(steps > 0))
        down += int(np.count_nonzero(steps < 0))
        pairs += len(steps)
        last = values[-1:] if len(values) else last
    moving = up + down
    if moving < _FEWEST or pairs == 0:
        return False
    return max(up, down) >= _IN_ORDER * moving
