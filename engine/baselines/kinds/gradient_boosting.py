"""scikit-learn's histogram gradient boosting."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from engine.baselines.baseline import Baseline, Learned, LearningRows
from engine.baselines.boosting_fields import LearningRate, Patience, Trees
from engine.baselines.by_class import every_class
from engine.messages import N_

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.baselines.baseline import Floats

_BINS = 255
"""As many levels as the library takes."""


class GradientBoosting(Baseline):
    """`HistGradientBoostingClassifier` and `HistGradientBoostingRegressor`.

    At the library's defaults, but for stopping early: trees are added for as long as the validation rows
    of the run gain from them, as the epochs of a network are. Missing values and categories go in as
    they are; of a column with very many levels the most frequent ones keep their own.
    """

    title: ClassVar[str] = N_("Gradient boosting")
    summary: ClassVar[str] = N_("Trees, one mending the other. The usual yardstick for tables.")
    order: ClassVar[int] = 30
    share: ClassVar[float] = 2.0

    kind: Literal["gradient_boosting"] = "gradient_boosting"
    trees: Trees = 500
    learning_rate: LearningRate = 0.1
    patience: Patience = 20

    def fit(
        self, train: LearningRows, validation: LearningRows | None, *, seed: int, threads: int
    ) -> Learned:
        """Grow trees until the validation rows gain no more."""
        import numpy as np
        from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
        from threadpoolctl import threadpool_limits

        kept = tuple(
            _frequent(train.cells[:, place]) if is_category else None
            for place, is_category in enumerate(train.is_category)
        )
        kind = HistGradientBoostingClassifier if train.classes else HistGradientBoostingRegressor
        model = kind(
            max_iter=self.trees,
            learning_rate=self.learning_rate,
            categorical_features=[*train.is_category],
            early_stopping=True if validation is not None else "auto",
            n_iter_no_change=self.patience,
            random_state=seed,
        )
        options: dict[str, Any] = {}
        if validation is not None:
            options = {"X_val": _cells(validation, kept), "y_val": validation.target}
            if validation.weights is not None:
                options["sample_weight_val"] = validation.weights
        with threadpool_limits(threads):
            model.fit(_cells(train, kept), train.target, sample_weight=train.weights, **options)
        # The library keeps the trees that made it worse; those up to the best round count.
        scores = model.validation_score_
        best = max(1, int(np.argmax(scores))) if len(scores) else model.n_iter_
        return _Boosted(model, best, kept, threads)


@dataclass(frozen=True, slots=True)
class _Boosted:
    model: Any
    trees: int
    kept: tuple[NDArray[Any] | None, ...]
    threads: int

    def predict(self, rows: LearningRows) -> Floats:
        from threadpoolctl import threadpool_limits

        with threadpool_limits(self.threads):
            cells = _cells(rows, self.kept)
            model = self.model
            rounds = model.staged_predict_proba if rows.classes else model.staged_predict
            found: Floats = next(islice(rounds(cells), self.trees - 1, None))
        return every_class(found, model.classes_, rows.classes) if rows.classes else found


def _frequent(places: Floats) -> NDArray[Any] | None:
    """The levels that keep a place of their own; None: all of them."""
    import numpy as np

    known = places[~np.isnan(places)].astype(np.int64)
    if not len(known) or known.max() < _BINS:
        return None
    counts = np.bincount(known)
    return np.sort(np.argsort(-counts, kind="stable")[: _BINS - 1])


def _cells(rows: LearningRows, kept: tuple[NDArray[Any] | None, ...]) -> Floats:
    """The cells with the rare levels of large columns put together."""
    import numpy as np

    if all(levels is None for levels in kept):
        return rows.cells
    cells = rows.cells.copy()
    for place, levels in enumerate(kept):
        if levels is None:
            continue
        column = cells[:, place]
        found = np.searchsorted(levels, column)
        own = levels[np.minimum(found, len(levels) - 1)] == column
        cells[:, place] = np.where(np.isnan(column), np.nan, np.where(own, found, len(levels)))
    return cells
