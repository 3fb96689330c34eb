"""All measures, and those that rows have."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TypeAlias

import numpy as np

from engine.evaluation.measures import chances, counts, values
from engine.evaluation.measures.counts import Margins
from engine.evaluation.measures.ranks import RankCounts, Ranked, linear_parts_of_auc
from engine.evaluation.measures.scored import Floats, ScoredRows, Weights
from engine.messages import N_

TOP_CHOICES = (2, 3, 5)
_CELLS_KEPT = 4_000_000
"""Sorted rows × classes that are kept for the next weightings."""
_ROWS_FOR_THREADS = 100_000
_RANKED_CLASSES = 30
"""Of more classes the interval of the mean average precision is not looked for: it would take minutes."""


class Weighed:
    """Scored rows under weightings, with what several measures need counted once."""

    def __init__(self, rows: ScoredRows, weights: Weights, ranked: Ranks | None = None) -> None:
        self.rows, self.weights = rows, weights
        self._ranked = ranked or Ranks(rows)
        self._margins: Margins | None = None
        self._ranks: RankCounts | None = None
        self._by_class: tuple[Floats, Floats] | None = None

    @cached_property
    def whole(self) -> Floats:
        """The sum of each weighting, (weightings,)."""
        found: Floats = self.weights.sum(axis=0)
        return found

    @property
    def margins(self) -> Margins:
        """Of the confusion matrix."""
        if self._margins is None:
            self._margins = Margins(self.rows, self.weights)
        return self._margins

    @property
    def ranks(self) -> RankCounts:
        """Rows by the probability of the second of two classes."""
        if self._ranks is None:
            self._ranks = self._ranked.of(1).counted(self.weights)
        return self._ranks

    def ranks_of(self, code: int) -> RankCounts:
        """Rows by the probability of one class."""
        return self.ranks if code == 1 else self._ranked.of(code).counted(self.weights)

    @property
    def by_class(self) -> tuple[Floats, Floats]:
        """ROC AUC and average precision of each of more classes against the rest, (classes, weightings)."""
        if self._by_class is None:
            # Sorting and summing leave the interpreter lock: of many rows two classes go at once.
            at_once = 2 if len(self.rows) >= _ROWS_FOR_THREADS else 1
            with ThreadPoolExecutor(at_once) as pool:
                each = list(pool.map(self._areas_of, range(self.rows.classes)))
            areas, precisions = zip(*each, strict=True)
            self._by_class = np.array(areas), np.array(precisions)
        return self._by_class

    def _areas_of(self, code: int) -> tuple[Floats, Floats]:
        found = self._ranked.of(code).counted(self.weights)
        return found.roc_auc(), found.average_precision()

    def mean(self, of_rows: Floats) -> Floats:
        """The weighted mean of one number per row."""
        return counts.share(of_rows @ self.weights, self.whole)


class Ranks:
    """Rows sorted by the probability of each class, once for all weightings."""

    def __init__(self, rows: ScoredRows) -> None:
        self._rows = rows
        self._known: dict[int, Ranked] = {}

    def of(self, code: int) -> Ranked:
        """One class against the others."""
        if code in self._known:
            return self._known[code]
        chances_ = self._rows.predictions
        if self._rows.is_binary:
            own = chances_ if code == 1 else 1 - chances_
        else:
            own = chances_[:, code]
        found = Ranked(self._rows.actual == code, own)
        if len(self._rows) * len(self._known) < _CELLS_KEPT:
            self._known[code] = found
        return found


Compute: TypeAlias = Callable[[Weighed], Floats]
Applies: TypeAlias = Callable[[ScoredRows], bool]


@dataclass(frozen=True, slots=True)
class Measure:
    """One way to score predictions."""

    name: str
    title: str
    """Marked for translation."""
    compute: Compute
    """(weightings,)."""
    applies: Applies
    higher_is_better: bool = True
    at_threshold: bool = False
    """Whether it follows from the predicted class, and so from the threshold."""
    least: float = -np.inf
    most: float = np.inf
    resampled: Applies = lambda rows: True
    """Whether an interval is looked for by resampling `compute`."""
    is_slow: Applies = lambda rows: False
    """Whether it looks at each class by itself, so that fewer resamples have to do."""
    linear: Callable[[ScoredRows, Floats], Floats] | None = None
    """Where `compute` takes too long for each resample: what each row adds to it, to first order."""


def measures_of(rows: ScoredRows) -> tuple[Measure, ...]:
    """The measures that such rows have, in the order in which people look for them."""
    return tuple(measure for measure in MEASURES.values() if measure.applies(rows))


def _is_binary(rows: ScoredRows) -> bool:
    return rows.is_binary


def _has_classes(rows: ScoredRows) -> bool:
    return rows.classes > 0


def _has_several(rows: ScoredRows) -> bool:
    return rows.classes > 2


def _is_ordered(rows: ScoredRows) -> bool:
    return rows.classes > 2 and rows.ordered


def _is_value(rows: ScoredRows) -> bool:
    return rows.classes == 0


def _has_quantiles(rows: ScoredRows) -> bool:
    return len(rows.quantiles) > 0


def _has_interval(rows: ScoredRows) -> bool:
    return len(rows.quantiles) > 1


def _has_more_than(count: int, rows: ScoredRows) -> bool:
    return rows.classes > count


def _by_margins(of_margins: Callable[[Margins], Floats]) -> Compute:
    return lambda weighed: of_margins(weighed.margins)


def _by_mean(of_rows: Callable[[ScoredRows], Floats]) -> Compute:
    return lambda weighed: weighed.mean(of_rows(weighed.rows))


def _of_ranks(of_ranks: Callable[[RankCounts], Floats], of_several: int = 0) -> Compute:
    """Of two classes as it is, of more the mean over those for which it is defined."""

    def found(weighed: Weighed) -> Floats:
        if weighed.rows.is_binary:
            return of_ranks(weighed.ranks)
        each = weighed.by_class[of_several]
        there = np.isfinite(each)
        return counts.share(np.where(there, each, 0.0).sum(axis=0), there.sum(axis=0) * 1.0)

    return found


def _few_ranked(rows: ScoredRows) -> bool:
    return rows.classes <= _RANKED_CLASSES


def _loss(weighed: Weighed) -> Floats:
    rows, weights = weighed.rows, weighed.weights
    assert rows.losses is not None
    if rows.loss_weights is None:
        return weighed.mean(rows.losses)
    counted = rows.loss_weights
    return counts.share((rows.losses * counted) @ weights, counted @ weights)


def _counted(
    name: str, title: str, of_margins: Callable[[Margins], Floats], applies: Applies
) -> Measure:
    return Measure(
        name, title, _by_margins(of_margins), applies, at_threshold=True, least=-1.0, most=1.0
    )


def _relative(rows: ScoredRows) -> bool:
    return rows.classes == 0 and bool((rows.actual != 0).all())


MEASURES: dict[str, Measure] = {
    measure.name: measure
    for measure in (
        Measure(
            "loss",
            N_("Loss"),
            _loss,
            lambda rows: rows.losses is not None,
            higher_is_better=False,
        ),
        _counted("accuracy", N_("Accuracy"), counts.accuracy, _has_classes),
        _counted(
            "balanced_accuracy", N_("Balanced accuracy"), counts.balanced_accuracy, _has_classes
        ),
        Measure(
            "roc_auc",
            N_("ROC AUC"),
            _of_ranks(RankCounts.roc_auc),
            _has_classes,
            least=0.0,
            most=1.0,
            resampled=_is_binary,
            linear=linear_parts_of_auc,
        ),
        Measure(
            "pr_auc",
            N_("PR AUC"),
            _of_ranks(RankCounts.average_precision, 1),
            _has_classes,
            least=0.0,
            most=1.0,
            resampled=_few_ranked,
            is_slow=_has_several,
        ),
        _counted("f1", N_("F1"), counts.f1, _is_binary),
        _counted("precision", N_("Precision"), counts.precision, _is_binary),
        _counted("recall", N_("Recall"), counts.recall, _is_binary),
        _counted("specificity", N_("Specificity"), counts.specificity, _is_binary),
        _counted("macro_f1", N_("Macro F1"), counts.macro_f1, _has_classes),
        _counted("micro_f1", N_("Micro F1"), counts.micro_f1, _has_several),
        _counted("weighted_f1", N_("Weighted F1"), counts.weighted_f1, _has_several),
        _counted("macro_precision", N_("Macro precision"), counts.macro_precision, _has_several),
        _counted("macro_recall", N_("Macro recall"), counts.macro_recall, _has_several),
        *(
            Measure(
                f"top_{most}",
                title,
                _by_mean(partial(chances.is_among, most=most)),
                partial(_has_more_than, most),
                least=0.0,
                most=1.0,
            )
            for most, title in zip(
                TOP_CHOICES,
                (N_("Among the top 2"), N_("Among the top 3"), N_("Among the top 5")),
                strict=True,
            )
        ),
        _counted("mcc", N_("Matthews correlation"), counts.matthews, _has_classes),
        _counted("kappa", N_("Cohen’s kappa"), counts.kappa, _has_classes),
        Measure(
            "quadratic_kappa",
            N_("Quadratic kappa"),
            lambda weighed: counts.quadratic_kappa(weighed.rows, weighed.weights),
            _is_ordered,
            at_threshold=True,
            least=-1.0,
            most=1.0,
        ),
        Measure(
            "class_distance",
            N_("Classes off"),
            lambda weighed: counts.class_distance(weighed.rows, weighed.weights),
            _is_ordered,
            higher_is_better=False,
            at_threshold=True,
            least=0.0,
        ),
        Measure(
            "lift",
            N_("Lift in the top 10%"),
            _of_ranks(RankCounts.lift),
            _is_binary,
            least=0.0,
        ),
        Measure(
            "log_loss",
            N_("Log loss"),
            _by_mean(chances.log_losses),
            _has_classes,
            higher_is_better=False,
            least=0.0,
        ),
        Measure(
            "brier",
            N_("Brier score"),
            _by_mean(chances.brier_scores),
            _has_classes,
            higher_is_better=False,
            least=0.0,
            most=2.0,
        ),
        Measure(
            "calibration_error",
            N_("Calibration error"),
            lambda weighed: chances.calibration_error(weighed.rows, weighed.weights),
            _has_classes,
            higher_is_better=False,
            least=0.0,
            most=1.0,
        ),
        Measure(
            "mae",
            N_("MAE"),
            _by_mean(lambda rows: np.abs(rows.errors)),
            _is_value,
            higher_is_better=False,
            least=0.0,
        ),
        Measure(
            "rmse",
            N_("RMSE"),
            lambda weighed: values.rmse(weighed.rows, weighed.weights),
            _is_value,
            higher_is_better=False,
            least=0.0,
        ),
        Measure(
            "r2",
            N_("R²"),
            lambda weighed: values.r2(weighed.rows, weighed.weights),
            _is_value,
            most=1.0,
        ),
        Measure(
            "median_error",
            N_("Median absolute error"),
            lambda weighed: values.median_error(weighed.rows, weighed.weights),
            _is_value,
            higher_is_better=False,
            least=0.0,
        ),
        Measure(
            "mape",
            N_("MAPE"),
            _by_mean(values.relative_errors),
            _relative,
            higher_is_better=False,
            least=0.0,
        ),
        Measure(
            "smape",
            N_("sMAPE"),
            _by_mean(values.symmetric_errors),
            _is_value,
            higher_is_better=False,
            least=0.0,
            most=2.0,
        ),
        Measure(
            "pinball",
            N_("Pinball loss"),
            _by_mean(values.pinball_losses),
            _has_quantiles,
            higher_is_better=False,
            least=0.0,
        ),
        Measure(
            "coverage",
            N_("Inside the interval"),
            _by_mean(values.is_covered),
            _has_interval,
            least=0.0,
            most=1.0,
        ),
        Measure(
            "interval_width",
            N_("Width of the interval"),
            _by_mean(values.widths),
            _has_interval,
            higher_is_better=False,
            least=0.0,
        ),
    )
}
