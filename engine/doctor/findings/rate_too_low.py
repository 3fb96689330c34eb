"""The learning rate is too low: the loss creeps."""

from __future__ import annotations

import numpy as np

from engine.doctor.case import Case, shown
from engine.doctor.finding import Change, Finding
from engine.messages import message

LEAST = 5
UPDATE = 1e-4
"""Share of the weights that a step changes; about ten times as much is usual."""
SAME_PACE = 0.35
"""Pace of the last third of the epochs, as a share of that of the first third."""
FALLING = 0.8
"""Share of the epochs in which the loss fell."""
HIGHEST = 0.1


def look(case: Case) -> Finding | None:
    """Each epoch is a little better than the one before, in steps that hardly change the weights."""
    losses, rate = case.train_loss, case.learning_rate
    if len(losses) < LEAST or not rate < HIGHEST or not case.update_ratio < UPDATE:
        return None
    third = max(2, len(losses) // 3)
    early = float(losses[0] - losses[third - 1])
    late = float(losses[-third] - losses[-1])
    falling = float((np.diff(losses) < 0).mean())
    if falling < FALLING or early <= 0 or late < SAME_PACE * early:
        return None
    higher = min(shown(rate * 10, 2), HIGHEST)
    return Finding(
        name="rate_too_low",
        title=message("The learning rate is too low"),
        evidence=message(
            "A step changes the weights by {ratio}% of their size; about 0.1% is usual. After {epochs} epochs the loss still falls as slowly as at first, from {first} to {last}.",
            ratio=shown(100 * case.update_ratio, 2),
            epochs=case.epochs,
            first=shown(losses[0]),
            last=shown(losses[-1]),
        ),
        advice=message("Raise it from {rate} to {higher}.", rate=shown(rate), higher=higher),
        changes=(Change("training.optimizer.learning_rate", higher),),
        explains=("more_epochs", "not_learning", "plateau", "few_steps", "classes_missed"),
    )
