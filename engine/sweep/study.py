"""What is tried next, whether a trial is given up, and how much each field matters: Optuna, told again.

The sweep's own events are what is kept; the study lives in memory and is made from them when a sweep goes
on. Each trial draws with a seed of its own, so that a sweep that was killed tries what it would have tried.

Methods: tree-structured Parzen estimators (Bergstra et al., “Algorithms for hyper-parameter optimization”,
NeurIPS 2011), the median rule (Golovin et al., “Google Vizier”, KDD 2017, section 3.5.3), Hyperband (Li et
al., JMLR 2018), importance by functional ANOVA over a random forest (Hutter et al., ICML 2014).
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from engine.plans.sweep import Choices, Sweep, SweptField
from engine.plans.trials import Trial

if TYPE_CHECKING:
    import optuna
    from optuna.distributions import BaseDistribution
    from optuna.pruners import BasePruner
    from optuna.samplers import BaseSampler

_STARTUP = 10
"""Trials at random before TPE has something to go by; fewer in a short sweep."""
_BEFORE_PRUNING = 4
"""Trials that are trained to the end before one is measured by their median."""
WEIGHED_FROM = 4
"""Trials that it takes to say which fields matter."""


class Study:
    """The trials of one sweep, as Optuna knows them: their costs, of which less is better.

    The cost is the watched metric, turned round where more of it is better; which that is, is known once
    the first trial has started.
    """

    def __init__(self, sweep: Sweep, epochs: int) -> None:
        """A study without trials, each of which takes at most so many epochs."""
        import optuna

        optuna.logging.set_verbosity(optuna.logging.ERROR)
        self._sweep = sweep
        self._distributions = {f.path: _distribution(f) for f in sweep.fields}
        self._grid = sweep.grid() if sweep.method == "grid" else ()
        self._study = optuna.create_study(
            study_name="sweep",
            sampler=optuna.samplers.RandomSampler(seed=sweep.seed),
            pruner=self._pruner(epochs),
        )
        self._trial: optuna.trial.Trial | None = None
        self._steps = 0

    def tell_again(self, trial: Trial, sign: int) -> None:
        """Take up a trial that is over, in their order; `sign` turns its values into costs."""
        self._study.add_trial(self._frozen(trial, sign))

    def ask(self, number: int, values: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Begin trial `number`, counted from 1; what it tries.

        Args:
            number: Which trial.
            values: What it tries, of one that goes on.
        """
        if values is None and self._grid:
            values = dict(
                zip((f.path for f in self._sweep.fields), self._grid[number - 1], strict=True)
            )
        if values is not None:
            self._study.enqueue_trial(self._params(values))
        else:
            self._study.sampler = self._sampler(number)
        self._trial = self._study.ask(self._distributions)
        self._steps = 0
        return self._values(self._trial.params)

    def report(self, cost: float) -> bool:
        """The cost after one more epoch; whether the trial is to be given up."""
        assert self._trial is not None
        self._steps += 1
        if not math.isfinite(cost):
            return False
        self._trial.report(cost, self._steps)
        return self._sweep.prune != "none" and self._trial.should_prune()

    def end(self, state: str, cost: float) -> None:
        """The trial is over; `state` as in `TrialEnded`."""
        assert self._trial is not None
        from optuna.trial import TrialState

        # A trial that was cut short is told by the course of its epochs, like one that was pruned.
        if state == "done" and math.isfinite(cost):
            self._study.tell(self._trial, cost)
        elif state == "failed" or not self._steps:
            self._study.tell(self._trial, state=TrialState.FAIL)
        else:
            self._study.tell(self._trial, state=TrialState.PRUNED)
        self._trial = None

    def weigh(self) -> dict[str, float]:
        """How much of the variance each field accounts for; empty while that cannot be told."""
        import optuna

        done = [t for t in self._study.trials if t.state is optuna.trial.TrialState.COMPLETE]
        varied = [
            path for path in self._distributions if len({str(t.params[path]) for t in done}) > 1
        ]
        if len(done) < WEIGHED_FROM or len(varied) < 2 or len({t.value for t in done}) < 2:
            return {}
        found = optuna.importance.get_param_importances(
            self._study,
            evaluator=optuna.importance.FanovaImportanceEvaluator(seed=0),
            params=varied,
        )
        shares = {path: float(found.get(path, 0.0)) for path in self._distributions}
        return shares if all(math.isfinite(share) for share in shares.values()) else {}

    # Inside ---------------------------------------------------------------------------------------

    def _pruner(self, epochs: int) -> BasePruner:
        from optuna import pruners

        match self._sweep.prune:
            case "median":
                return pruners.MedianPruner(_BEFORE_PRUNING, n_warmup_steps=max(2, epochs // 20))
            case "hyperband":
                return pruners.HyperbandPruner(1, max(2, epochs), 3)
        return pruners.NopPruner()

    def _sampler(self, number: int) -> BaseSampler:
        seed = (self._sweep.seed * 1_000_003 + number) % 2**32
        from optuna import samplers

        if self._sweep.method == "random":
            return samplers.RandomSampler(seed=seed)
        trials = self._sweep.trials or 3 * _STARTUP
        return samplers.TPESampler(
            n_startup_trials=max(3, min(_STARTUP, trials // 3)), multivariate=True, seed=seed
        )

    def _frozen(self, trial: Trial, sign: int) -> optuna.trial.FrozenTrial:
        from optuna.trial import TrialState, create_trial

        course = {at: sign * v for at, v in enumerate(trial.course, start=1) if math.isfinite(v)}
        if trial.state == "done" and trial.counts:
            state = TrialState.COMPLETE
        else:
            state = (
                TrialState.FAIL
                if trial.state == "failed" or not trial.course
                else TrialState.PRUNED
            )
        return create_trial(
            params=self._params(trial.values),
            distributions=self._distributions,
            value=sign * trial.value if state is TrialState.COMPLETE else None,
            state=state,
            intermediate_values=course,
        )

    def _params(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Values as Optuna takes them: what is chosen from a list, as JSON text."""
        return {
            field.path: json.dumps(values[field.path])
            if isinstance(field.domain, Choices)
            else values[field.path]
            for field in self._sweep.fields
        }

    def _values(self, params: Mapping[str, Any]) -> dict[str, Any]:
        return {
            field.path: json.loads(params[field.path])
            if isinstance(field.domain, Choices)
            else params[field.path]
            for field in self._sweep.fields
        }


def _distribution(field: SweptField) -> BaseDistribution:
    from optuna import distributions

    domain = field.domain
    if isinstance(domain, Choices):
        return distributions.CategoricalDistribution([json.dumps(v) for v in domain.values])
    if domain.whole:
        return distributions.IntDistribution(int(domain.low), int(domain.high), log=domain.log)
    return distributions.FloatDistribution(domain.low, domain.high, log=domain.log)
