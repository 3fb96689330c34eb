"""The network learns the training rows by heart."""

from __future__ import annotations

import numpy as np

from engine.doctor.case import Case, recent, shown
from engine.doctor.finding import Change, Finding
from engine.messages import Message, message

SIGNS = ((0.2, 0.75), (0.1, 0.4))
"""Rise of the validation loss above its lowest value, and the training loss as a share of it: a smaller
rise tells as much where the two are far apart."""
LEAST_EPOCHS = 5
"""Since the lowest validation loss."""


def look(case: Case) -> Finding | None:
    """Since some epoch the validation loss rises, while the training loss goes on falling."""
    losses, train = case.validation_loss, case.train_loss
    if len(losses) < 2 * LEAST_EPOCHS or not np.isfinite(losses).all():
        return None
    since = int(np.argmin(losses))
    if len(losses) - since <= LEAST_EPOCHS or losses[since] <= 0:
        return None
    now, trained = float(np.median(recent(losses))), float(np.median(recent(train)))
    rise, gap = now / losses[since] - 1, trained / now
    if trained > train[since] or not any(rise >= r and gap < g for r, g in SIGNS):
        return None
    return Finding(
        name="overfitting",
        title=message("Overfitting since epoch {epoch}", epoch=since + 1),
        evidence=message(
            "The validation loss was lowest in epoch {epoch} with {best} and is {now} now, while the training loss fell from {before} to {after}.",
            epoch=since + 1,
            best=shown(losses[since]),
            now=shown(now),
            before=shown(train[since]),
            after=shown(trained),
        ),
        advice=_advice(case),
        changes=_changes(case),
        explains=("plateau",),
    )


def _stronger(case: Case) -> float | None:
    dropout = case.trunk_field("dropout")
    if not isinstance(dropout, float | int) or dropout >= 0.5:
        return None
    return min(0.5, shown(float(dropout) + 0.2, 2))


def _decay(case: Case) -> float:
    decay = getattr(case.recipe.training.optimizer, "weight_decay", 0.0)
    return min(1.0, shown(10 * decay, 2)) if decay else 0.01


def _changes(case: Case) -> tuple[Change, ...]:
    dropout = _stronger(case)
    changes = [] if dropout is None else [Change("model.trunk.dropout", dropout)]
    if hasattr(case.recipe.training.optimizer, "weight_decay"):
        changes.append(Change("training.optimizer.weight_decay", _decay(case)))
    if not case.recipe.training.early_stopping.enabled:
        changes.append(Change("training.early_stopping.enabled", True))
    return tuple(changes)


def _advice(case: Case) -> Message:
    dropout = _stronger(case)
    if dropout is not None:
        return message(
            "More rows help most. Otherwise train with a dropout of {dropout} and a weight decay of {decay}.",
            dropout=dropout,
            decay=_decay(case),
        )
    return message(
        "More rows help most. Otherwise train with a weight decay of {decay}, or a smaller network.",
        decay=_decay(case),
    )
