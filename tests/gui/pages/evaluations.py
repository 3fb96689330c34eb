"""Evaluations as a worker would answer them, one per task."""

from __future__ import annotations

import math
import random
from typing import Any

from engine.evaluation.result import Evaluation, MetricValue, RocPoint, RowError
from engine.schema import Task


def binary(run: str = "run12", **changes: Any) -> Evaluation:
    points = [i / 60 for i in range(61)]
    roc = tuple(
        RocPoint(
            false_positive_rate=x, true_positive_rate=min(1.0, x ** (1 / 6.5)), threshold=1 - x**0.4
        )
        for x in points
    )
    result = Evaluation(
        run=run,
        part="test",
        rows=7327,
        task=Task.BINARY,
        target="income",
        classes=("≤ 50K", "> 50K"),
        metrics=(
            _metric("loss", "Loss", 0.305, 0.294, 0.316, 0.55, higher=False),
            _metric("accuracy", "Accuracy", 0.864, 0.856, 0.872, 0.761),
            _metric("macro_f1", "Macro F1", 0.804, 0.794, 0.815, 0.432),
            _metric("roc_auc", "ROC AUC", 0.918, 0.911, 0.924, 0.5),
        ),
        confusion=((5179, 395), (601, 1152)),
        roc=roc,
        largest_errors=tuple(
            RowError(
                row=14237 - 97 * i,
                actual=("≤ 50K", "> 50K")[i % 2],
                predicted=("> 50K", "≤ 50K")[i % 2],
                loss=6.21 - 0.11 * i,
            )
            for i in range(25)
        ),
    )
    return result.model_copy(update=changes)


def multiclass(run: str = "run12", classes: int = 10) -> Evaluation:
    chance = random.Random(3)
    confusion = tuple(
        tuple(
            chance.choice([0, 0, 0, 0, 1, 2]) if i != j else 26 + chance.randint(0, 9)
            for j in range(classes)
        )
        for i in range(classes)
    )
    return Evaluation(
        run=run,
        part="test",
        rows=sum(map(sum, confusion)),
        task=Task.MULTICLASS,
        target="digit",
        classes=tuple(str(i) for i in range(classes)),
        metrics=(
            _metric("loss", "Loss", 0.121, 0.08, 0.17, 2.303, higher=False),
            _metric("accuracy", "Accuracy", 0.963, 0.944, 0.981, 0.104),
            _metric("macro_f1", "Macro F1", 0.962, 0.941, 0.98, 0.019),
        ),
        confusion=confusion,
        largest_errors=tuple(
            RowError(
                row=1500 - 31 * i, actual=str((i * 3) % 10), predicted=str(i % 10), loss=5 - i / 6
            )
            for i in range(25)
        ),
    )


def regression(run: str = "run12") -> Evaluation:
    chance = random.Random(4)
    pairs = []
    for _ in range(600):
        actual = chance.gauss(150, 70)
        pairs.append((0.8 * actual + 30 + chance.gauss(0, 28), actual))
    return Evaluation(
        run=run,
        part="test",
        rows=600,
        task=Task.REGRESSION,
        target="progression",
        metrics=(
            _metric("loss", "Loss", 0.31, 0.28, 0.35, 1.01, higher=False),
            _metric("mae", "MAE", 24.3, 22.8, 25.9, 61.4, higher=False),
            _metric("rmse", "RMSE", 31.2, 29.0, 33.5, 73.4, higher=False),
            _metric("r2", "R²", 0.842, 0.81, 0.868, -0.002),
        ),
        predicted_vs_actual=tuple(pairs),
        largest_errors=tuple(
            RowError(
                row=i * 17,
                actual=f"{a:.1f}",
                predicted=f"{p:.1f}",
                loss=(a - p) ** 2 / 5000,
            )
            for i, (p, a) in enumerate(sorted(pairs, key=lambda x: -abs(x[0] - x[1]))[:25])
        ),
    )


def _metric(
    name: str,
    title: str,
    value: float,
    low: float,
    high: float,
    baseline: float,
    higher: bool = True,
) -> MetricValue:
    assert math.isfinite(value)
    return MetricValue(
        name=name,
        title=title,
        value=value,
        low=low,
        high=high,
        baseline=baseline,
        higher_is_better=higher,
    )
