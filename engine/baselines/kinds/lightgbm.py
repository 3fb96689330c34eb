"""LightGBM, where it is installed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from engine.baselines.baseline import Baseline, Learned, LearningRows
from engine.baselines.boosting_fields import LearningRate, Patience, Trees
from engine.messages import N_

if TYPE_CHECKING:
    from engine.baselines.baseline import Floats


class LightGbm(Baseline):
    """Ke et al., “LightGBM: a highly efficient gradient boosting decision tree”, NeurIPS 2017.

    At the library's defaults, but for stopping early by the run's validation rows. Missing values and
    categories go in as they are.
    """

    title: ClassVar[str] = N_("LightGBM")
    summary: ClassVar[str] = N_("Gradient boosting by another library; often a little ahead.")
    order: ClassVar[int] = 40
    package: ClassVar[str] = "lightgbm"
    extra: ClassVar[str] = "boost"
    share: ClassVar[float] = 1.0

    kind: Literal["lightgbm"] = "lightgbm"
    trees: Trees = 500
    learning_rate: LearningRate = 0.1
    patience: Patience = 20

    def fit(
        self, train: LearningRows, validation: LearningRows | None, *, seed: int, threads: int
    ) -> Learned:
        """Grow trees until the validation rows gain no more; without any, as many as by default."""
        import lightgbm

        task: dict[str, Any] = {"objective": "regression"}
        if train.classes == 2:
            task = {"objective": "binary"}
        elif train.classes:
            task = {"objective": "multiclass", "num_class": train.classes}
        settings = task | {
            "learning_rate": self.learning_rate,
            "num_threads": threads,
            "seed": seed,
            "deterministic": True,
            "force_row_wise": True,
            "verbosity": -1,
        }
        data = _dataset(train, None)
        options: dict[str, Any] = {}
        trees = min(self.trees, 100)
        if validation is not None:
            trees = self.trees
            options = {
                "valid_sets": [_dataset(validation, data)],
                "callbacks": [lightgbm.early_stopping(self.patience, verbose=False)],
            }
        return _Boosted(lightgbm.train(settings, data, trees, **options), threads)


@dataclass(frozen=True, slots=True)
class _Boosted:
    model: Any
    threads: int

    def predict(self, rows: LearningRows) -> Floats:
        import numpy as np

        found: Floats = self.model.predict(rows.cells, num_threads=self.threads)
        return np.stack([1 - found, found], axis=1) if rows.classes == 2 else found


def _dataset(rows: LearningRows, like: Any) -> Any:
    import lightgbm

    categories = [place for place, is_category in enumerate(rows.is_category) if is_category]
    return lightgbm.Dataset(
        rows.cells,
        rows.target,
        weight=rows.weights,
        reference=like,
        categorical_feature=categories,
        params={"verbosity": -1},
        free_raw_data=False,
    )
