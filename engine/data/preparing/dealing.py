"""Dealing a table's rows to training, validation and test, in memory that does not grow with the table.

Row rules come first, in this order: the condition, the target, the copies. What is left is dealt by the
method of the split. Every row of the table ends in a part or among those left out, with its reason.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from engine.data.memory import Storage
from engine.data.preparing.columnar import Source, kind_of, row_count
from engine.data.preparing.derived.source import derived_source, with_derived_columns
from engine.data.preparing.fitting import choose_columns
from engine.data.preparing.hidden import hidden_source
from engine.data.preparing.row_facts import Collected, collect
from engine.data.preparing.split import Parts, Rows
from engine.data.preparing.splits import auto
from engine.data.preparing.splits.copies import one_of_each, tied
from engine.data.preparing.splits.facts import (
    OUT,
    TEST,
    TRAIN,
    VALIDATION,
    Codes,
    LeftOut,
    RowFacts,
)
from engine.data.preparing.target.several import names_listed
from engine.data.progress import Cancelled, never
from engine.errors import NoRowsLeft, TargetMissing, TargetOneClass
from engine.messages import Message, message_n
from engine.recipe.idle import idle_split_settings
from engine.recipe.recipe import Recipe
from engine.recipe.rows import DuplicatePolicy, KeptCopy
from engine.recipe.split import SplitMethod
from engine.schema import Kind, Schema


@dataclass(frozen=True, slots=True)
class DealtRows:
    """Which row is in which part, and what became of the others."""

    parts: Parts
    rows_in: int
    """Rows of the table."""
    left_out: tuple[LeftOut, ...]
    method: SplitMethod
    """How they were dealt, Auto replaced."""
    notes: tuple[Message, ...] = field(default=())


def deal_rows(
    source: Source,
    recipe: Recipe,
    schema: Schema,
    storage: Storage,
    *,
    cancelled: Cancelled = never,
) -> DealtRows:
    """The parts of a table's rows, and the rows that none of them has.

    Args:
        source: The table.
        recipe: Lists every column with kind and role.
        schema: The table's columns.
        storage: Where row numbers and facts about rows go.
        cancelled: Asked between spans of rows.

    Raises:
        NoTarget, NoFeatures, TargetMissing, TargetOneClass, TooFewRows, NoRowsLeft: What there is to
            learn from does not do.
        TooFewGroups, TooFewTimes, SplitColumnUnclear, WrongFolds: The column of the split does not do.
        ExpressionInvalid, UnknownColumn: The condition or a formula does not fit the table.
        Cancelled: It was cancelled.
    """
    source = derived_source(hidden_source(source, recipe), recipe)
    schema = with_derived_columns(schema, source)
    targets, _ = choose_columns(recipe, schema)
    names = names_listed([target.name or "" for target in targets])
    is_number = kind_of(targets[0], schema) is Kind.NUMBER
    method = auto.method_in_force(recipe, classes=not is_number)
    rows_in = row_count(source, targets[0].name or "")
    found = collect(source, recipe, schema, method, storage, cancelled)
    left_out = _filtered_out(recipe, found)
    if not len(found.rows):
        _complain(names, rows_in, found)
    for target, classes in zip(targets, found.classes, strict=False):
        if len(classes) == 1:
            raise TargetOneClass(target.name or "", classes[0], len(found.rows))
    found, copies = _without_copies(found, recipe, storage)
    facts = _with_groups(found, recipe)
    dealt = auto.deal(facts, recipe.split.model_copy(update={"method": method}))
    parts = _parts(found.rows, dealt.codes, facts)
    left_out = (*left_out, *copies, *dealt.left_out)
    kept = len(parts.train) + len(parts.validation) + len(parts.test)
    assert kept + sum(each.count for each in left_out) == rows_in, "a row went missing"
    idle = idle_split_settings(recipe, method, classes=not is_number)
    return DealtRows(parts, rows_in, left_out, method, (*idle, *found.notes, *dealt.notes))


def _filtered_out(recipe: Recipe, found: Collected) -> tuple[LeftOut, ...]:
    told = []
    if found.outside:
        reason = message_n(
            "{count} row does not meet the condition “{where}” and is left out.",
            "{count} rows do not meet the condition “{where}” and are left out.",
            found.outside,
            where=recipe.rows.where,
        )
        told.append(LeftOut("where", found.outside, reason))
    if found.without_target:
        reason = message_n(
            "{count} row has no target and is left out.",
            "{count} rows have no target and are left out.",
            found.without_target,
        )
        told.append(LeftOut("no_target", found.without_target, reason))
    return tuple(told)


def _complain(target: str, rows_in: int, found: Collected) -> None:
    if found.without_target == rows_in:
        raise TargetMissing(target, rows_in)
    reasons = message_n(
        "{count} row does not meet the condition.",
        "{count} rows do not meet the condition.",
        found.outside,
    )
    raise NoRowsLeft(rows_in, str(reasons))


def _without_copies(
    found: Collected, recipe: Recipe, storage: Storage
) -> tuple[Collected, tuple[LeftOut, ...]]:
    duplicates = recipe.rows.duplicates
    if duplicates.policy is not DuplicatePolicy.DROP or found.copies is None:
        return found, ()
    last = duplicates.keep is KeptCopy.LAST
    keep = one_of_each(found.facts, found.copies, last=last)
    dropped = len(keep) - int(np.count_nonzero(keep))
    if not dropped:
        return found, ()
    if duplicates.columns:
        reason = message_n(
            "{count} row is like another one in {columns} and is left out.",
            "{count} rows are like others in {columns} and are left out.",
            dropped,
            columns=", ".join(duplicates.columns),
        )
    else:
        reason = message_n(
            "{count} row is a copy of another one and is left out.",
            "{count} rows are copies of others and are left out.",
            dropped,
        )
    return found.only(keep, storage), (LeftOut("duplicate", dropped, reason),)


def _with_groups(found: Collected, recipe: Recipe) -> RowFacts:
    """The facts, with rows that are alike in one group where they have to stay together."""
    facts = found.facts
    if not auto.keeps_together(recipe) or found.copies is None:
        return facts
    if facts.groups is None:
        columns = ", ".join(recipe.rows.duplicates.columns)
        return replace(facts, groups=found.copies, column=facts.column or columns)
    return replace(facts, groups=tied(facts, facts.groups, found.copies))


def _parts(rows: Rows, codes: Codes, facts: RowFacts) -> Parts:
    growing = [facts.storage.growing(np.int64) for _ in range(3)]
    for span in facts.spans():
        here = codes[span]
        for part, pieces in zip((TRAIN, VALIDATION, TEST), growing, strict=True):
            pieces.append(np.asarray(rows[span])[here == part])
        assert here.max(initial=0) <= OUT
    train, validation, test = (pieces.array() for pieces in growing)
    return Parts(train, validation, test)
