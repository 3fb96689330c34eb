"""Scores per class, counted from a confusion matrix."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ClassScore:
    """One class; a score is `None` where it is not defined (never predicted, no rows)."""

    name: str
    rows: int
    """Rows of which this is the actual class."""
    predicted: int
    """Rows predicted as this class."""
    hits: int
    precision: float | None
    recall: float | None
    f1: float | None

    def false_positive_rate(self, all_rows: int) -> float | None:
        """Share of the other classes' rows that were taken for this one."""
        others = all_rows - self.rows
        return (self.predicted - self.hits) / others if others else None


def class_scores(
    classes: Sequence[str], confusion: Sequence[Sequence[int]]
) -> tuple[ClassScore, ...]:
    """Precision, recall and F1 of every class; `confusion[actual][predicted]` holds counts."""
    scores = []
    for index, name in enumerate(classes):
        rows = sum(confusion[index])
        predicted = sum(row[index] for row in confusion)
        hits = confusion[index][index]
        scores.append(
            ClassScore(
                name=name,
                rows=rows,
                predicted=predicted,
                hits=hits,
                precision=hits / predicted if predicted else None,
                recall=hits / rows if rows else None,
                f1=2 * hits / (rows + predicted) if rows + predicted else None,
            )
        )
    return tuple(scores)
