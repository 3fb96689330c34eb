"""What the importance of the columns amounts to, in sentences."""

from __future__ import annotations

from collections.abc import Sequence

from engine.explanation.result import ColumnImportance, Importance
from gui.i18n import listed, tr, trn
from gui.widgets.results_numbers import figure

NAMED = 4
"""Columns named one by one before the rest is only counted."""


def idle(answer: Importance) -> tuple[ColumnImportance, ...]:
    """Columns whose shuffling makes no difference that lasts through the repeats."""
    return tuple(column for column in answer.columns if column.low <= 0)


def sentences(answer: Importance, metric: str) -> tuple[str, ...]:
    """The findings, the most telling first; `metric` is the metric's translated name."""
    lines = []
    idle_columns = idle(answer)
    used = [column for column in answer.columns if column.low > 0]
    first = answer.columns[0] if answer.columns else None
    if not used or first is None:
        lines.append(tr("No single column makes a difference that can be told from chance."))
    elif first.low > 0:
        after = answer.score - first.mean if answer.higher_is_better else answer.score + first.mean
        lines.append(
            tr(
                "Shuffling “{column}” takes {metric} from {before} to {after}, more than any other column.",
                column=first.name,
                metric=metric,
                before=figure(answer.score),
                after=figure(after),
            )
        )
    else:
        lines.append(
            tr(
                "No column stands out: the shuffles differ as much among themselves as the columns do."
            )
        )
    share = _half(used)
    if share is not None and len(used) > 2:
        lines.append(
            trn(
                "{count} of {all} columns carries half of the importance.",
                "{count} of {all} columns carry half of the importance.",
                share,
                all=len(answer.columns),
            )
        )
    if idle_columns and used:
        lines.append(
            trn(
                "{count} column makes no difference that can be told from chance: {names}.",
                "{count} columns make no difference that can be told from chance: {names}.",
                len(idle_columns),
                names=_names(idle_columns),
            )
        )
    return tuple(lines)


def in_sentence(title: str) -> str:
    """A metric's name inside a sentence: “accuracy”, but “ROC AUC” and “R²” stay."""
    return title[:1].lower() + title[1:] if title[1:2].islower() else title


def _half(used: Sequence[ColumnImportance]) -> int | None:
    """How many of the greatest columns make up half of the sum."""
    total = sum(column.mean for column in used)
    reached = 0.0
    for index, column in enumerate(used, start=1):
        reached += column.mean
        if total > 0 and reached >= total / 2:
            return index
    return None


def _names(columns: Sequence[ColumnImportance]) -> str:
    names = listed(column.name for column in columns[:NAMED])
    more = len(columns) - NAMED
    return names if more <= 0 else tr("{names} and {more} more", names=names, more=more)
