"""What was decided about doubt, held against the truth: sets and intervals, and “don't know”."""

from __future__ import annotations

from engine.data.preparing.fitted_target import FittedClasses
from engine.evaluation.calibrate import covered
from engine.evaluation.curves import share_interval
from engine.evaluation.measures.scored import ScoredRows
from engine.evaluation.result import Coverage, Doubt
from engine.evaluation.scores import Scores


def coverage_of(scores: Scores) -> Coverage | None:
    """How often the sets or intervals that were decided for hold the truth; None without any."""
    decision, outputs = scores.decision, scores.outputs
    if decision.conformal is None or outputs is None:
        return None
    inside, sizes = covered(decision, scores.preparation.fitted_target, outputs, scores.values)
    low, high = share_interval(float(inside.sum()), len(inside))
    return Coverage(
        asked=decision.conformal.coverage,
        found=float(inside.mean()),
        low=low,
        high=high,
        size=float(sizes.mean()),
    )


def doubt_of(scores: Scores) -> Doubt | None:
    """How many rows are not answered, and what that is worth; None where nothing was decided."""
    target, least = scores.preparation.fitted_target, scores.decision.least_confidence
    if least is None or scores.outputs is None or not isinstance(target, FittedClasses):
        return None
    sure = scores.decision.is_sure(target, scores.outputs)
    rows: ScoredRows = scores.scored_rows
    right = rows.right
    return Doubt(
        asked=least,
        share=float((~sure).mean()),
        sure=float(right[sure].mean()) if sure.any() else None,
        unsure=float(right[~sure].mean()) if not sure.all() else None,
    )
