"""Rows that stand on both sides of the split."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from engine.data.preparing.split_report.finding import SplitWarning
from engine.data.preparing.split_report.look import Look
from engine.messages import message, message_n
from engine.recipe.recipe import Recipe
from engine.recipe.rows import DuplicatePolicy, Duplicates

MANY = 0.01
"""Share of the rows of validation and test from which copies make a difference."""


def copy_warnings(look: Look) -> Iterator[SplitWarning]:
    """Rows of validation and test that are the same as a training row in all that is learned from."""
    names = [column.name for column in look.used]
    names += [target.name or "" for target in look.targets]
    found = look.hashed_rows(names)
    both = found.on_both_sides()
    count = int(np.count_nonzero(both)) * found.thinning
    if not count:
        return
    share = np.count_nonzero(both) / max(1, found.checked)
    together = look.recipe.split_method.is_free
    yield SplitWarning(
        "copies",
        "warning" if share >= MANY else "info",
        message_n(
            "{count} row of validation and test is the same as a training row",
            "{count} rows of validation and test are the same as training rows",
            count,
        ),
        message(
            "{share}% of them can be answered from memory, so the score flatters. Nothing is wrong if they are different cases that happen to be alike.",
            share=percent(share),
        ),
        count,
        None,
        message("Keep them in one part") if together else message("Use one of each"),
        with_copies(
            look, DuplicatePolicy.TOGETHER if together else DuplicatePolicy.DROP, tuple(names)
        ),
        found.thinning > 1,
    )


def with_copies(look: Look, policy: DuplicatePolicy, names: tuple[str, ...]) -> Recipe:
    """The recipe with rows that are alike in these columns dropped, or kept in one part."""
    raw = [column.name for column in look.schema.columns]
    columns = () if set(raw) == set(names) else tuple(name for name in raw if name in names)
    duplicates = Duplicates(policy=policy, columns=columns, keep=look.recipe.rows.duplicates.keep)
    rules = look.recipe.rows.model_copy(update={"duplicates": duplicates})
    return look.recipe.model_copy(update={"rows": rules})


def percent(share: float) -> str:
    """A share from 0 to 1 as people read it."""
    return f"{100 * share:.1f}" if share >= 0.001 else "<0.1"
