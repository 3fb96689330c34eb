"""The learning rate is too high: the loss jumps instead of falling."""

from __future__ import annotations

import numpy as np

from engine.doctor.case import Case, shown
from engine.doctor.finding import Change, Finding
from engine.messages import message

JUMP = 0.05
"""Of the loss, from one epoch to the next."""
UPWARD = 0.3
"""Share of the epochs in which the training loss rose."""
UPDATE = 0.1
"""Share of the weights that a step may change; about 0.001 is usual (Karpathy 2015, CS231n)."""
AT_ONCE = 0.8
"""Share of the weights that no single step may change: what they started from is gone."""
LEAST = 6


def look(case: Case) -> Finding | None:
    """The loss goes up and down by more than a few percent, or steps change the weights by a tenth."""
    rate, losses = case.learning_rate, case.train_loss
    if len(losses) < LEAST:
        return None
    after = losses[len(losses) // 3 :]
    changes = np.diff(after)
    jump = float(np.median(np.abs(changes)) / max(abs(float(np.median(after))), 1e-9))
    upward = float((changes > 0).mean())
    if jump >= JUMP and upward >= UPWARD and float(np.median(after)) > 0.2 * losses[0]:
        evidence = message(
            "In {share}% of the epochs the training loss rose, and it changes by {jump}% from one to the next.",
            share=round(100 * upward),
            jump=round(100 * jump),
        )
    elif case.largest_update >= AT_ONCE:
        evidence = message(
            "A single step changed the weights by {ratio}% of their size; about 0.1% is usual.",
            ratio=round(100 * case.largest_update),
        )
    elif case.update_ratio >= UPDATE:
        evidence = message(
            "A step changes the weights by {ratio}% of their size; about 0.1% is usual.",
            ratio=shown(100 * case.update_ratio),
        )
    else:
        return None
    lower = shown(rate / 10, 2)
    return Finding(
        name="rate_too_high",
        title=message("The learning rate is too high"),
        evidence=evidence,
        advice=message("Lower it from {rate} to {lower}.", rate=shown(rate), lower=lower),
        changes=(Change("training.optimizer.learning_rate", lower),),
        explains=(
            "not_learning",
            "gradient_spikes",
            "dead_units",
            "plateau",
            "overfitting",
            "more_epochs",
            "impatient",
            "classes_missed",
            "few_steps",
        ),
    )
