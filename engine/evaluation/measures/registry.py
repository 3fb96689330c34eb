"""All measures, and those that rows have."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from engine.evaluation.measures import chances, counts, values
from engine.evaluation.measures.counts import Margins
from engine.evaluation.measures.ranks import RankCounts, linear_parts_of_auc
from engine.evaluation.measures.scored import Floats, ScoredRows, Weights
from engine.evaluation.measures.weighed import Applies, Compute, Measure, Weighed
from engine.messages import N_

TOP_CHOICES = (2, 3, 5)
_RANKED_CLASSES = 30
"""Of more classes the interval of the mean average precision is not looked for: it would take minutes."""


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


def _has_losses(rows: ScoredRows) -> bool:
    return rows.losses is not None


def _loss(weighed: Weighed) -> Floats:
    rows, weights = weighed.rows, weighed.weights
    assert rows.losses is not None
    if rows.loss_weights is None:
        return weighed.mean(rows.losses)
    counted = rows.loss_weights
    return counts.share((rows.losses * counted) @ weights, counted @ weights)


def _relative(rows: ScoredRows) -> bool:
    return rows.classes == 0 and bool((rows.actual != 0).all())


def _counted(
    name: str, title: str, of_margins: Callable[[Margins], Floats], applies: Applies
) -> Measure:
    """One that follows from the confusion of classes."""

    def compute(weighed: Weighed) -> Floats:
        return of_margins(weighed.margins)

    return Measure(name, title, compute, applies, at_threshold=True, least=-1.0, most=1.0)


def _mean(
    name: str,
    title: str,
    of_rows: Callable[[ScoredRows], Floats],
    applies: Applies,
    *,
    most: float = np.inf,
    higher_is_better: bool = False,
) -> Measure:
    """The weighted mean of one number per row, none negative."""

    def compute(weighed: Weighed) -> Floats:
        return weighed.mean(of_rows(weighed.rows))

    return Measure(name, title, compute, applies, higher_is_better, least=0.0, most=most)


def _whole(
    name: str,
    title: str,
    of_all: Callable[[ScoredRows, Weights], Floats],
    applies: Applies,
    *,
    least: float = 0.0,
    most: float = np.inf,
    higher_is_better: bool = False,
    at_threshold: bool = False,
) -> Measure:
    """One that looks at all rows together."""

    def compute(weighed: Weighed) -> Floats:
        return of_all(weighed.rows, weighed.weights)

    return Measure(
        name,
        title,
        compute,
        applies,
        higher_is_better,
        at_threshold=at_threshold,
        least=least,
        most=most,
    )


_OF_CLASSES: tuple[Measure, ...] = (
    _counted("accuracy", N_("Accuracy"), counts.accuracy, _has_classes),
    _counted("balanced_accuracy", N_("Balanced accuracy"), counts.balanced_accuracy, _has_classes),
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
    _counted(
        "weighted_precision", N_("Weighted precision"), counts.weighted_precision, _has_several
    ),
    _counted("macro_recall", N_("Macro recall"), counts.macro_recall, _has_several),
    *(
        _mean(
            f"top_{count}",
            title,
            partial(chances.is_among, most=count),
            partial(_has_more_than, count),
            most=1.0,
            higher_is_better=True,
        )
        for count, title in zip(
            TOP_CHOICES,
            (N_("Among the top 2"), N_("Among the top 3"), N_("Among the top 5")),
            strict=True,
        )
    ),
    _counted("mcc", N_("Matthews correlation"), counts.matthews, _has_classes),
    _counted("kappa", N_("Cohen’s kappa"), counts.kappa, _has_classes),
    _whole(
        "quadratic_kappa",
        N_("Quadratic kappa"),
        counts.quadratic_kappa,
        _is_ordered,
        least=-1.0,
        most=1.0,
        higher_is_better=True,
        at_threshold=True,
    ),
    _whole(
        "class_distance", N_("Classes off"), counts.class_distance, _is_ordered, at_threshold=True
    ),
    Measure("lift", N_("Lift in the top 10%"), _of_ranks(RankCounts.lift), _is_binary, least=0.0),
    _mean("log_loss", N_("Log loss"), chances.log_losses, _has_classes),
    _mean("brier", N_("Brier score"), chances.brier_scores, _has_classes, most=2.0),
    _whole(
        "calibration_error",
        N_("Calibration error"),
        chances.calibration_error,
        _has_classes,
        most=1.0,
    ),
)

_OF_VALUES: tuple[Measure, ...] = (
    _mean("mae", N_("MAE"), values.sizes, _is_value),
    _whole("rmse", N_("RMSE"), values.rmse, _is_value),
    _whole("r2", N_("R²"), values.r2, _is_value, least=-np.inf, most=1.0, higher_is_better=True),
    _whole("median_error", N_("Median absolute error"), values.median_error, _is_value),
    _mean("mape", N_("MAPE"), values.relative_errors, _relative),
    _mean("smape", N_("sMAPE"), values.symmetric_errors, _is_value, most=2.0),
    _mean("pinball", N_("Pinball loss"), values.pinball_losses, _has_quantiles),
    _mean(
        "coverage",
        N_("Inside the interval"),
        values.is_covered,
        _has_interval,
        most=1.0,
        higher_is_better=True,
    ),
    _mean("interval_width", N_("Width of the interval"), values.widths, _has_interval),
)

_LOSS = Measure("loss", N_("Loss"), _loss, _has_losses, higher_is_better=False)

MEASURES: dict[str, Measure] = {
    measure.name: measure for measure in (_LOSS, *_OF_CLASSES, *_OF_VALUES)
}
