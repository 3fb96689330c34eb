"""Columns that know the target: it gives itself away, is there under another name, or is in the order."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np
import pyarrow as pa

from engine.data.problems.case import Case
from engine.data.problems.fixes import ignore
from engine.data.problems.foresight import (
    Goal,
    Integers,
    floats,
    goal_of,
    is_few,
    prefixes,
    skill,
    skill_of,
)
from engine.data.problems.problem import Problem
from engine.messages import message
from engine.schema import Column, Kind, Role

_GIVEN_AWAY = 0.95
_COURSE = 0.99
"""Share of a number's spread that a column may explain before it is suspected."""
_ORDERED = 0.5
_EXACT = 1e-9
_OF_ONE_CLASS = 20
"""Rows of a class that a column must single out."""


def leakage(case: Case) -> Iterator[Problem]:
    """Used columns that tell the target almost perfectly, each by itself."""
    goal = case.once(("goal", case.recipe.target, _kind(case)), lambda: goal_of(case))
    if goal is None:
        return
    for column in case.used():
        if column.is_constant or column.kind is Kind.IMAGE:
            continue
        key = ("leak", goal.name, goal.is_number, column.name, column.kind)
        if found := case.once(key, partial(_found, case, column, goal)):
            yield _told(case, column, goal, found)


def order(case: Case) -> Iterator[Problem]:
    """Keys, and the order of the rows, that follow the target."""
    goal = case.once(("goal", case.recipe.target, _kind(case)), lambda: goal_of(case))
    if goal is None:
        return
    target = goal.name
    places = pa.array(case.sample)
    if case.once(("order", target, goal.is_number), lambda: skill_of(places, goal)) > _ORDERED:
        yield Problem(
            "ordered",
            "info",
            message("The rows are in the order of {target}", target=target),
            message(
                "Where a row stands tells much of its “{target}”. Splits here are drawn at random, so training does not suffer.",
                target=target,
            ),
            column=target,
            count=case.table.rows,
        )
    for column in case.schema.columns:
        role = case.role(column.name)
        if not column.is_identifier or role not in (Role.FEATURE, Role.IGNORE):
            continue
        case.go_on()
        key = ("key", target, goal.is_number, column.name)
        if case.once(key, partial(_key_skill, case, column, goal)) > _ORDERED:
            yield Problem(
                "telling_key",
                "warning" if role is Role.FEATURE else "info",
                message("The key {column} tells the target", column=column.name),
                message(
                    "Its order or its first letters say much of “{target}”. New rows get other keys.",
                    target=target,
                ),
                column=column.name,
                count=case.table.rows,
                fix=ignore(column.name) if role is Role.FEATURE else None,
            )


def _kind(case: Case) -> Kind | None:
    return None if case.target is None else case.target.kind


def _found(case: Case, column: Column, goal: Goal) -> str:
    """How the column knows the target: `copy`, `class`, `giveaway`, or not at all."""
    cells = case.sampled(column.name)
    if goal.codes is None:
        return _found_for_number(case, column, cells, goal)
    levels = _levels(cells, goal)
    if levels is not None and levels[1] <= 2 * goal.classes:
        how = _same_classes(*levels, goal)
        if how:
            return how
    return "giveaway" if skill(case, column, goal) >= _GIVEN_AWAY else ""


def _found_for_number(case: Case, column: Column, cells: pa.Array, goal: Goal) -> str:
    assert goal.values is not None
    if pa.types.is_string(cells.type):
        return "giveaway" if skill(case, column, goal) >= _COURSE else ""
    values = floats(cells)[goal.rows]
    truth = floats(case.sampled(goal.name))[goal.rows]
    known = ~np.isnan(values)
    if np.count_nonzero(known) > 0.95 * len(values) and not is_few(truth):
        one, other = values[known], truth[known]
        one, other = one - one.mean(), other - other.mean()
        size = float(np.sqrt(np.square(one).sum() * np.square(other).sum()))
        if size > 0 and 1 - abs(float(one @ other)) / size < _EXACT:
            return "copy"
    return "giveaway" if skill(case, column, goal) >= _COURSE else ""


def _levels(cells: pa.Array, goal: Goal) -> tuple[Integers, int] | None:
    """The column as levels in the rows of the goal (missing is −1), and how many there are."""
    encoded = cells.dictionary_encode()
    count = len(encoded.dictionary)
    if count > 2 * goal.classes:
        return None
    codes = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    return codes[goal.rows], count


def _same_classes(codes: Integers, levels: int, goal: Goal) -> str:
    """Whether levels and classes are the same thing, or two levels say which rows are of one class."""
    assert goal.codes is not None
    known = codes >= 0
    if np.count_nonzero(known) < 0.95 * len(codes) or levels < 2:
        return ""
    pairs = codes[known] * goal.classes + goal.codes[known]
    table = np.bincount(pairs, minlength=levels * goal.classes).reshape(levels, goal.classes)
    table = table[:, table.any(axis=0)]
    classes_of_level, levels_of_class = (table > 0).sum(axis=1), (table > 0).sum(axis=0)
    if table.shape[1] == levels and classes_of_level.max() == 1:
        return "copy" if levels_of_class.max() == 1 else ""
    if levels != 2:
        return ""
    for level in range(2):
        if classes_of_level[level] == 1:
            at = int(table[level].argmax())
            if levels_of_class[at] == 1 and table[level, at] >= _OF_ONE_CLASS:
                return "class"
    return ""


def _key_skill(case: Case, column: Column, goal: Goal) -> float:
    cells = case.sampled(column.name)
    if pa.types.is_string(cells.type):
        return skill_of(prefixes(cells), goal)
    return skill_of(cells, goal)


def _told(case: Case, column: Column, goal: Goal, how: str) -> Problem:
    name, target = column.name, goal.name
    if how == "copy":
        title = message("{column} is the target under another name", column=name)
        detail = (
            message("It rises and falls exactly with “{target}”.", target=target)
            if goal.is_number
            else message("Each of its values goes with one class of “{target}”.", target=target)
        )
    elif how == "class":
        title = message("{column} says which rows are of one class", column=name)
        detail = message(
            "One of its values stands in all rows of one class of “{target}”, and in no others.",
            target=target,
        )
    else:
        title = message("{column} gives the target away", column=name)
        detail = message(
            "It alone predicts “{target}” almost perfectly. Keep it only if it is known before the target is.",
            target=target,
        )
    code = {"copy": "target_copy", "class": "class_copy"}.get(how, "giveaway")
    return Problem(
        code,
        "warning",
        title,
        detail,
        column=name,
        count=case.table.rows,
        fix=ignore(name),
    )
