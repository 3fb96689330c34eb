"""Splits that a column says: the words train, validation and test, in any case and usual spelling.

With folds, every other value names a fold, and one of them validates after the other; rows marked as
test stay aside, rows marked as training train in every fold.
"""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from engine.data.preparing.splits.by_chance import validation_from_train
from engine.data.preparing.splits.facts import (
    OUT,
    TEST,
    TRAIN,
    VALIDATION,
    Dealt,
    LeftOut,
    RowFacts,
)
from engine.errors import SplitColumnUnclear, WrongFolds
from engine.messages import Message, message, message_n
from engine.recipe.split import Split

_WORDS = {
    TRAIN: "train training trn tr learn learning fit",
    VALIDATION: "validation validate valid val dev development eval evaluation tune tuning",
    TEST: "test testing tst te holdout hold-out hold_out heldout held-out held_out",
}
_PARTS = {word: part for part, words in _WORDS.items() for word in words.split()}
_NAMED = 5
NO_MARK = -1
MOST_MARKS = 10_000
"""Different values that are told apart; all others count as one, which names no part."""


def natural_order(name: str) -> tuple[tuple[int, int, str], ...]:
    """Sorts fold 10 behind fold 9."""
    pieces = re.split(r"(\d+)", name)
    return tuple((0, int(p), "") if p.isdecimal() else (1, 0, p) for p in pieces if p)


def part_of(text: str) -> int | None:
    """The part that a word stands for; None if it stands for none."""
    return _PARTS.get(text.strip().casefold())


def deal(facts: RowFacts, split: Split) -> Dealt:
    """Deal rows as `facts.marks`, places among `facts.names`, say.

    Without rows marked for validation, the share asked for is drawn from the training rows.
    Raises `SplitColumnUnclear` or `WrongFolds`.
    """
    assert facts.marks is not None
    own, validates = _meaning(facts, split)
    codes = facts.codes()
    counts = np.zeros(len(facts.names) + 1, np.int64)
    table = np.append(np.asarray(own, np.uint8), np.uint8(OUT))  # the last one: no mark
    for span in facts.spans():
        marks = np.asarray(facts.marks[span])
        codes[span] = table[marks]
        counts += np.bincount(np.where(marks < 0, len(facts.names), marks), minlength=len(counts))
    notes: tuple[Message, ...] = ()
    if split.has_validation and not validates:
        codes = validation_from_train(codes, facts, split)
        notes = (
            message(
                "“{column}” names no rows for validation, so they are drawn from those for training.",
                column=facts.column,
            ),
        )
    return Dealt(codes, _left_out(facts, own, counts), notes)


def _meaning(facts: RowFacts, split: Split) -> tuple[list[int], bool]:
    """The code of each mark, and whether one of them validates."""
    found = [part_of(name) for name in facts.names]
    others = [name for name, part in zip(facts.names, found, strict=True) if part is None]
    if split.in_folds is not None and others:
        fold, folds = split.in_folds
        if len(others) != folds:
            raise WrongFolds(facts.column, len(others), folds)
        mine = sorted(others, key=natural_order)[fold]
        codes = [
            part if part is not None else VALIDATION if name == mine else TRAIN
            for name, part in zip(facts.names, found, strict=True)
        ]
        return codes, True
    if TRAIN not in found:
        shown = ", ".join(sorted(facts.names, key=natural_order)[:_NAMED])
        raise SplitColumnUnclear(facts.column, shown + (" …" if len(facts.names) > _NAMED else ""))
    if split.in_folds is not None:
        # The column says no folds: what it gives to validation joins the rows that are dealt to them.
        codes = [OUT if part is None else TRAIN if part == VALIDATION else part for part in found]
        return codes, False
    return [OUT if part is None else part for part in found], VALIDATION in found


def _left_out(facts: RowFacts, own: list[int], counts: NDArray[np.int64]) -> tuple[LeftOut, ...]:
    found = []
    strange = [place for place, part in enumerate(own) if part == OUT]
    rows = int(sum(counts[place] for place in strange))
    if rows:
        shown = sorted((facts.names[place] for place in strange), key=natural_order)
        names = ", ".join(shown[:_NAMED]) + (" …" if len(shown) > _NAMED else "")
        reason = message_n(
            "{count} row has another value in “{column}” than train, validation or test, and is left out: {names}.",
            "{count} rows have other values in “{column}” than train, validation or test, and are left out: {names}.",
            rows,
            column=facts.column,
            names=names,
        )
        found.append(LeftOut("no_part", rows, reason))
    if counts[-1]:
        reason = message_n(
            "{count} row has no value in “{column}”, which says the part, and is left out.",
            "{count} rows have no value in “{column}”, which says the part, and are left out.",
            int(counts[-1]),
            column=facts.column,
        )
        found.append(LeftOut("no_part_value", int(counts[-1]), reason))
    return tuple(found)
