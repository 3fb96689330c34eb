"""Logistic and ridge regression."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import Field

from engine.baselines.baseline import Baseline, Learned, LearningRows
from engine.baselines.by_class import every_class
from engine.messages import N_

if TYPE_CHECKING:
    from engine.baselines.baseline import Floats

_ROUNDS = 500


class LinearModel(Baseline):
    """Scikit-learn's `LogisticRegression` and `Ridge` on the inputs of the network.

    Codes are one-hot, with the unknown level as all zeros; inputs are divided by their deviation, so
    that the penalty treats them alike.
    """

    title: ClassVar[str] = N_("Linear model")
    summary: ClassVar[str] = N_("Logistic or ridge regression. What a straight line explains.")
    order: ClassVar[int] = 20
    share: ClassVar[float] = 0.5

    kind: Literal["linear"] = "linear"
    penalty: float = Field(
        default=1.0,
        gt=0.0,
        le=1e9,
        title=N_("Penalty"),
        description=N_("How strongly large weights are held down."),
    )

    def fit(
        self, train: LearningRows, validation: LearningRows | None, *, seed: int, threads: int
    ) -> Learned:
        """Solve for the weights; what has not converged by then is good enough for a baseline."""
        from sklearn.exceptions import ConvergenceWarning
        from sklearn.linear_model import LogisticRegression, Ridge
        from sklearn.preprocessing import StandardScaler

        del validation, seed, threads
        inputs = _inputs(train)
        scaler = StandardScaler(with_mean=False).fit(inputs)
        model: Any
        if train.classes:
            model = LogisticRegression(C=1 / self.penalty, max_iter=_ROUNDS)
        else:
            model = Ridge(alpha=self.penalty)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            model.fit(scaler.transform(inputs), train.target, sample_weight=train.weights)
        return _Linear(scaler, model)


@dataclass(frozen=True, slots=True)
class _Linear:
    scaler: Any
    model: Any

    def predict(self, rows: LearningRows) -> Floats:
        inputs = self.scaler.transform(_inputs(rows))
        if rows.classes:
            return every_class(self.model.predict_proba(inputs), self.model.classes_, rows.classes)
        found: Floats = self.model.predict(inputs)
        return found


def _inputs(rows: LearningRows) -> Any:
    """(rows, inputs): dense where there are numbers only, else sparse."""
    import numpy as np
    from scipy import sparse

    numbers = rows.numbers.astype(np.float64)
    if not rows.codes.shape[1]:
        return numbers
    blocks: list[Any] = [sparse.csr_array(numbers)]
    count = np.arange(len(rows))
    for place, levels in enumerate(rows.levels):
        known = rows.codes[:, place] > 0
        at = (count[known], rows.codes[known, place] - 1)
        ones = np.ones(int(known.sum()))
        blocks.append(sparse.csr_array((ones, at), shape=(len(rows), max(1, levels - 1))))
    return sparse.hstack(blocks, format="csr")
