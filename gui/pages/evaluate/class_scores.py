"""Scores per class, counted from a confusion matrix."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.evaluation.result import Evaluation


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


def positive_score(answer: Evaluation) -> ClassScore | None:
    """The scores of the positive class: the one that was chosen, else the second of two."""
    scores = class_scores(answer.classes, answer.confusion)
    chosen = [score for score in scores if score.name == answer.positive]
    if chosen:
        return chosen[0]
    return scores[-1] if len(scores) == 2 else None


def at_half(answer: Evaluation) -> tuple[float, float]:
    """Where on the ROC curve the threshold 0.5 is: false and true positive rate."""
    score = positive_score(answer)
    if score is not None and len(answer.classes) == 2 and not answer.weighted:
        return score.false_positive_rate(answer.rows) or 0.0, score.recall or 0.0
    # Of several classes the most likely one is predicted, whatever its probability; and the counts
    # of the matrix do not know the weights of rows.
    before = [point for point in answer.roc if point.threshold > 0.5] or list(answer.roc[:1])
    return before[-1].false_positive_rate, before[-1].true_positive_rate
