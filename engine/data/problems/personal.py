"""Columns that likely hold data about people: told once, judged by the cells and by the column's name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from engine.data.problems.case import Case, percent
from engine.data.problems.fixes import ignore
from engine.data.problems.personal_patterns import (
    NOT_OF_PEOPLE,
    PATTERNS,
    Pattern,
    plain_name,
)
from engine.data.problems.problem import MOST_ROWS, Problem
from engine.data.table import texts
from engine.messages import Message, message
from engine.schema import Column, Kind, Role

_LOOKED_AT = 2000
"""Different values of a column that are looked at."""
_FEWEST = 5
_DIFFERENT = 0.1
"""Share of different values that names, numbers and addresses of people have at least."""
_MANY = 200
_LONGEST = 200
_IN_TEXTS = 3
_SHORT = 1e6
_EMAIL_IN_TEXT = r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}"


@dataclass(frozen=True, slots=True)
class _Found:
    pattern: Pattern | None
    """Nothing for free texts in which e-mail addresses stand."""
    share: float
    """Of the cells looked at."""
    rows: tuple[int, ...]
    count: int


def personal(case: Case) -> Iterator[Problem]:
    """A finding for each column that looks personal; a warning where it is used for training."""
    for column in case.schema.columns:
        case.go_on()
        if column.is_constant or column.kind is Kind.IMAGE:
            continue
        found = case.once(("personal", column.name, column.kind), lambda: _looked_at(case, column))  # noqa: B023
        if found is not None:
            yield _told(case, column, found)


def _told(case: Case, column: Column, found: _Found) -> Problem:
    hidden = case.recipe.column(column.name).hide is not None
    used = case.role(column.name) is Role.FEATURE and not hidden
    if found.pattern is None:
        title = message("Texts in {column} name e-mail addresses", column=column.name)
        detail = message("Make sure that you may use them.")
    else:
        title = Message(found.pattern.title, {"column": column.name})
        detail = message(
            "{share}% of its values look so. Make sure that you may use them, hide them, or leave the column out.",
            share=percent(found.share),
        )
        if hidden:
            detail = message(
                "{share}% of its values look so. They are hidden before anything is done with them.",
                share=percent(found.share),
            )
        elif not used:
            detail = message(
                "{share}% of its values look so. It is not used for training.",
                share=percent(found.share),
            )
    return Problem(
        "personal",
        "warning" if used else "info",
        title,
        detail,
        column=column.name,
        count=found.count,
        rows=found.rows,
        fix=ignore(column.name) if used else None,
    )


def _looked_at(case: Case, column: Column) -> _Found | None:
    cells = case.sampled(column.name)
    if pa.types.is_floating(cells.type) or _is_short_number(case, column.name, cells):
        return None
    if len(cells) - cells.null_count < _FEWEST:
        return None
    encoded = cells.dictionary_encode()
    words = texts(encoded.dictionary)
    distinct = len(words)
    step = max(1, distinct // _LOOKED_AT)
    seen: list[str] = [
        word.strip() for word in words.take(pa.array(range(0, distinct, step))).to_pylist()
    ]
    name = plain_name(column.name)
    different = distinct / (len(cells) - cells.null_count)
    for pattern in PATTERNS:
        if pattern.many and different < _DIFFERENT and distinct < _MANY:
            continue
        if pattern.code == "name" and NOT_OF_PEOPLE.search(name):
            continue
        share = _share(pattern, seen)
        is_called = pattern.called is not None and pattern.called.search(name) is not None
        if share >= pattern.by_itself or (is_called and share >= pattern.if_called):
            return _found(case, pattern, share, encoded, words)
    return _in_texts(case, column, cells)


def _is_short_number(case: Case, name: str, cells: pa.Array) -> bool:
    """Whether all cells are whole numbers with fewer digits than a phone number has."""
    largest = case.profile.columns[name].maximum
    return pa.types.is_integer(cells.type) and largest is not None and largest < _SHORT


def _share(pattern: Pattern, seen: Sequence[str]) -> float:
    probe = seen[:: max(1, len(seen) // 50)]
    short = [word for word in probe if len(word) <= _LONGEST]
    if (
        sum(map(pattern.looks_so, short))
        < min(pattern.by_itself, pattern.if_called) * len(probe) / 4
    ):
        return 0.0  # far from it: do not look at all of them
    fits = sum(pattern.looks_so(word) for word in seen if len(word) <= _LONGEST)
    return fits / len(seen)


def _found(
    case: Case, pattern: Pattern, share: float, encoded: pa.DictionaryArray, words: pa.Array
) -> _Found:
    """The rows of the sample with such cells; their number in all rows is worked out from it."""
    fits = [len(word) <= _LONGEST and pattern.looks_so(word.strip()) for word in words.to_pylist()]
    is_so = np.array([*fits, False])
    indices = encoded.indices.fill_null(len(words)).to_numpy(zero_copy_only=False)
    places = np.flatnonzero(is_so[indices])
    count = len(places)
    if case.is_sampled:
        count = round(count / len(indices) * case.table.rows)
    return _Found(pattern, share, tuple(case.sample[places[:MOST_ROWS]].tolist()), count)


def _in_texts(case: Case, column: Column, cells: pa.Array) -> _Found | None:
    if column.kind is not Kind.TEXT or not pa.types.is_string(cells.type):
        return None
    mask = pc.fill_null(pc.match_substring_regex(cells, _EMAIL_IN_TEXT), False)
    if mask.true_count < _IN_TEXTS:
        return None
    places = pc.indices_nonzero(mask).to_numpy()
    count = len(places)
    if case.is_sampled:
        count = round(count / len(cells) * case.table.rows)
    rows = tuple(case.sample[places[:MOST_ROWS].astype(np.int64)].tolist())
    return _Found(None, count / max(1, case.table.rows), rows, count)
