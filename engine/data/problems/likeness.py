"""Columns that say the same as another one: a copy, another scale, other words, or nearly the same."""

from __future__ import annotations

from collections.abc import Iterator

from engine.data.problems.case import Case
from engine.data.problems.fixes import ignore
from engine.data.problems.problem import Problem
from engine.data.relations.relations import twins_among
from engine.data.relations.twins import Likeness, Twins
from engine.messages import Message, format_fact, message


def twins(case: Case) -> Iterator[Problem]:
    """Pairs of used columns of which one is enough."""
    used = tuple(column.name for column in case.used() if not column.is_constant)
    if len(used) < 2:
        return
    kinds = tuple(case.schema[name].kind for name in used)
    found = case.once(("twins", used, kinds), lambda: _twins(case, used))
    for pair in found:
        yield Problem(
            "same_columns" if pair.likeness is Likeness.IDENTICAL else "like_columns",
            "warning" if pair.likeness is Likeness.IDENTICAL else "info",
            _title(pair),
            _detail(pair),
            columns=(pair.kept, pair.other),
            fix=ignore(pair.other),
        )


def _twins(case: Case, used: tuple[str, ...]) -> tuple[Twins, ...]:
    wanted = frozenset(used)
    columns = tuple(column for column in case.schema.columns if column.name in wanted)
    schema = case.schema.model_copy(update={"columns": columns})
    return twins_among(case.table, schema, cancelled=case.cancelled)


def _title(twins: Twins) -> Message:
    names = {"kept": twins.kept, "other": twins.other}
    if twins.likeness is Likeness.IDENTICAL:
        return message("{other} is the same as {kept}", **names)
    if twins.likeness is Likeness.SCALED:
        return message("{other} is {kept} on another scale", **names)
    if twins.likeness is Likeness.RECODED:
        return message("{other} is {kept} in other words", **names)
    return message("{other} is nearly the same as {kept}", **names)


def _detail(twins: Twins) -> Message:
    if twins.likeness is Likeness.SCALED:
        return message(
            "{other} = {factor} × {kept} + {offset} in all {rows} rows.",
            other=twins.other,
            kept=twins.kept,
            factor=format_fact(twins.factor),
            offset=format_fact(twins.offset),
            rows=twins.rows,
        )
    if twins.likeness is Likeness.NEARLY:
        return message("Their relation is {strength}.", strength=f"{twins.strength:.3f}")
    if twins.likeness is Likeness.RECODED:
        return message(
            "Each value of one goes with one value of the other in all {rows} rows.",
            rows=twins.rows,
        )
    return message("They have the same value in all {rows} rows.", rows=twins.rows)
