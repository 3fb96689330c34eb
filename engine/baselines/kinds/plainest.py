"""The same prediction for every row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

from engine.baselines.baseline import Baseline, Learned, LearningRows
from engine.messages import N_

if TYPE_CHECKING:
    from engine.baselines.baseline import Floats


class Plainest(Baseline):
    """The shares of the training classes, so that the most frequent one is predicted; or the mean."""

    title: ClassVar[str] = N_("Majority or mean")
    summary: ClassVar[str] = N_("The most frequent class, or the mean, for every row.")
    order: ClassVar[int] = 10
    share: ClassVar[float] = 0.02

    kind: Literal["plainest"] = "plainest"

    def fit(
        self, train: LearningRows, validation: LearningRows | None, *, seed: int, threads: int
    ) -> Learned:
        """Count, or take the mean, by the rows' weights."""
        import numpy as np

        del validation, seed, threads
        if train.classes:
            counts = np.bincount(train.target, train.weights, minlength=train.classes)
            return _Same(counts / counts.sum())
        return _Same(np.average(train.target, weights=train.weights))


@dataclass(frozen=True, slots=True)
class _Same:
    value: Floats

    def predict(self, rows: LearningRows) -> Floats:
        import numpy as np

        return (
            np.tile(self.value, (len(rows), 1)) if rows.classes else np.full(len(rows), self.value)
        )
