"""The curve of an evaluation, as the card of curves takes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gui.pages.evaluate.curve_card import ModelCurve

if TYPE_CHECKING:
    from engine.evaluation.result import Evaluation


def curve_of(answer: Evaluation, name: str) -> ModelCurve:
    """Its ROC curve and its sweep of thresholds, under the name of the model."""
    area, precision = answer.metric("roc_auc"), answer.metric("pr_auc")
    of_class = answer.roc_area
    if of_class is None and area is not None:  # evaluated by an earlier version
        of_class = area.value
    two = len(answer.classes) == 2
    return ModelCurve(
        name=name,
        sweep=answer.sweep,
        roc=[(p.false_positive_rate, p.true_positive_rate) for p in answer.roc],
        roc_area=of_class,
        pr_area=precision.value if precision is not None and two else None,
    )
