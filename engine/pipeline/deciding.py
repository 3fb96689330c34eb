"""Deciding how a run's probabilities are read: its threshold, their correction, the doubt that is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from engine.errors import (
    DecisionInvalid,
    NotByThreshold,
    RowsOfOneKind,
    SeveralTargetsUndecided,
)
from engine.pipeline.test_looks import note_choice
from engine.store.run_folder import RunFolder
from engine.tasks import DecideTask, Part

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from engine.evaluation.thresholds import Sweep
    from engine.predictor.decision import Decision
    from engine.predictor.predictor import Predictor

    _Rows: TypeAlias = tuple[NDArray[np.float32], NDArray[Any], NDArray[np.float64] | None]


def decide_run(run: RunFolder, asked: DecideTask) -> Decision:
    """Let all predictions of a run follow what is asked for from now on; what is not named stays.

    Probabilities are corrected first, on validation rows; sets and the threshold follow from those.

    Raises `RunUntrained`, `RunDamaged`, the errors of decisions in `engine.errors.predicting`,
    `DiskFull`, `WriteFailed`, or the errors of reading the run's table.
    """
    from engine.predictor.decision import Decision, decision_of, keep_decision
    from engine.predictor.fitted_recipe import fitted_recipe
    from engine.predictor.predictor import best_weights

    _, best_epoch = best_weights(run.path)
    decision = decision_of(run.path)
    if asked.forget or not decision.is_for(best_epoch):
        decision = Decision()
    _, preparation = fitted_recipe(run.path)
    target = preparation.fitted_target
    several = preparation.task.has_several_targets
    by_threshold = asked.threshold is not None or asked.best or asked.costs is not None
    if by_threshold and (several or len(target.classes) != 2):
        raise DecisionInvalid(preparation.target, preparation.task.value)
    if several and (asked.calibration or asked.coverage):
        raise SeveralTargetsUndecided(preparation.target)
    changes: dict[str, Any] = {}
    if asked.least_confidence is not None:
        changes["least_confidence"] = asked.least_confidence or None
    if asked.costs is not None:
        changes |= {"missed": asked.costs[0], "alarm": asked.costs[1]}
    if asked.coverage == 0:
        changes["conformal"] = None
    if asked.calibration == "none":
        changes["calibration"] = None
    decision = decision.model_copy(update=changes)
    chooses = asked.threshold is None and (asked.best is not None or asked.costs is not None)
    fits = asked.calibration not in (None, "none")
    coverage = asked.coverage or (decision.conformal.coverage if decision.conformal else None)
    covers = bool(asked.coverage) or (asked.calibration is not None and coverage is not None)
    if chooses or fits or covers:
        decision = _Fitting(run, asked).decide(decision, coverage if covers else None)
    if asked.threshold is not None:
        changes = {
            "threshold": asked.threshold,
            "chosen_by": asked.chosen_by,
            "metric": asked.best or "",
        }
        decision = decision.model_copy(update=changes)
    decision = Decision.model_validate(decision.model_dump() | {"best_epoch": best_epoch})
    keep_decision(run.path, decision)
    if chooses and asked.part == "test":
        note_choice(run)
    return decision


class _Fitting:
    """What has to be fitted on the rows of a run."""

    def __init__(self, run: RunFolder, asked: DecideTask) -> None:
        from engine.pipeline.results import predictor_and_table
        from engine.predictor.decision import Decision
        from engine.predictor.part import RunParts

        self._asked = asked
        self._predictor: Predictor
        self._predictor, table, schema = predictor_and_table(run)
        self._predictor.decision = Decision()  # outputs as the network gives them
        self._parts = RunParts(self._predictor, table, schema, with_test_file=asked.part == "test")
        self._known: dict[Part, _Rows] = {}

    def decide(self, decision: Decision, coverage: float | None) -> Decision:
        """The decision with all that is to be fitted."""
        from engine.evaluation.calibrate import fit_calibration, fit_conformal

        asked, target = self._asked, self._predictor.preparation.fitted_target
        if asked.calibration is not None and asked.calibration != "none":
            outputs, values, weights = self._outputs("validation")
            fitted = fit_calibration(asked.calibration, target, outputs, values, weights)
            decision = decision.model_copy(update={"calibration": fitted})
        if coverage is not None:
            outputs, values, _ = self._outputs("validation")
            found = fit_conformal(coverage, decision, target, decision.outputs(outputs), values)
            decision = decision.model_copy(update={"conformal": found})
        if asked.threshold is None and (asked.best is not None or asked.costs is not None):
            decision = self._with_threshold(decision)
        return decision

    def _with_threshold(self, decision: Decision) -> Decision:
        from engine.evaluation.thresholds import THRESHOLD_METRICS

        asked = self._asked
        found = self._sweep(decision)
        if asked.best is not None:
            if asked.best not in THRESHOLD_METRICS:
                raise NotByThreshold(asked.best, ", ".join(THRESHOLD_METRICS))
            changes = {
                "threshold": found.best(asked.best),
                "chosen_by": "metric",
                "metric": asked.best,
            }
        else:
            assert asked.costs is not None
            changes = {
                "threshold": found.cheapest(*asked.costs),
                "chosen_by": "cost",
                "metric": "",
            }
        return decision.model_copy(update=changes)

    def _sweep(self, decision: Decision) -> Sweep:
        from engine.evaluation.curves import sweep

        outputs, values, weights = self._outputs(self._asked.part)
        chances = self._predictor.preparation.predictions(decision.outputs(outputs))
        found = sweep(values == 1, chances, weights) if len(values) else None
        if found is None:
            raise RowsOfOneKind(self._asked.part, len(values))
        return found

    def _outputs(self, part: Part) -> _Rows:
        """Outputs, values or class codes, and weights of a part."""
        if part not in self._known:
            arrays = self._parts.part(part).arrays
            assert arrays.values is not None
            weights = None if arrays.weights is None else arrays.weights.astype("float64")
            self._known[part] = self._predictor.outputs(arrays), arrays.values, weights
        return self._known[part]
