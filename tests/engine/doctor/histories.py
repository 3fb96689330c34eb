"""Histories written by hand: curves as the doctor reads them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from engine import events
from engine.doctor.case import Case
from engine.recipe.recipe import Recipe
from engine.training.history import History

ROWS = 1000
METRICS = ("loss", "accuracy", "roc_auc")
STEPS = 50


def recipe(**training: Any) -> Recipe:
    """AdamW at 0.001 and an MLP, with other fields of training."""
    fields = {"optimizer": {"kind": "adamw", "learning_rate": 1e-3}, **training}
    return Recipe.model_validate(
        {"training": fields, "model": {"trunk": {"kind": "mlp", "widths": [32, 32]}}}
    )


def case(
    train: Sequence[float],
    validation: Sequence[float],
    *,
    area: float = 0.9,
    accuracy: float = 0.85,
    rows: int = ROWS,
    update: float = 1e-3,
    dead: float = 0.0,
    predicted: tuple[int, ...] = (),
    actual: tuple[int, ...] = (),
    stopped_early: bool = False,
    asked: Recipe | None = None,
    failed: str = "",
) -> Case:
    """A run with these losses per epoch."""
    told: list[events.RunEvent] = [
        events.RunStarted(
            0.0, METRICS, "loss", len(train), STEPS, 4 * rows, rows, rows, 5000, "cpu", 1
        )
    ]
    for epoch, (loss, val) in enumerate(zip(train, validation, strict=True), 1):
        step = epoch * STEPS
        told += [
            events.BlocksWatched(
                epoch, epoch, step, ("trunk.1", "head"), (0.5, 0.5), (5.0, 1.0), (update, update),
                (dead, float("nan")), 10**8,
            ),
            events.EpochEnded(
                epoch, epoch, step, (loss, accuracy, area), (val, accuracy, area), 1e-3, 0.7, 1e4,
                val <= min(validation[:epoch]),
            ),
        ]  # fmt: skip
    if predicted:
        last = len(train)
        told.append(events.ClassesPredicted(last, last, last * STEPS, predicted, actual))
    best = 1 + min(range(len(validation)), key=validation.__getitem__)
    if failed:
        told.append(events.RunFailed(99.0, len(train), best, failed, {}))
    else:
        told.append(events.RunFinished(99.0, len(train), best, stopped_early, ()))
    history = History()
    history.extend(told)
    return Case(history, asked or recipe(), ("no", "yes"))
