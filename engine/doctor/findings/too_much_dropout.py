"""Dropout takes so much away that the network cannot learn the training rows."""

from __future__ import annotations

import numpy as np

from engine.doctor.case import Case, recent, shown
from engine.doctor.finding import Change, Finding
from engine.messages import message

STRONG = 0.5
WORSE = 1.25
"""The training loss, under dropout, as a multiple of the validation loss, without it."""
LEAST = 5


def look(case: Case) -> Finding | None:
    """The network does much better without dropout, in validation, than with it, in training."""
    dropout = case.trunk_field("dropout")
    if not isinstance(dropout, float | int) or dropout < STRONG or case.epochs < LEAST:
        return None
    if not len(case.validation_loss):
        return None
    train = float(np.median(recent(case.train_loss)))
    validation = float(np.median(recent(case.validation_loss)))
    if validation <= 0 or train < WORSE * validation:
        return None
    weaker = shown(float(dropout) / 3, 1)
    return Finding(
        name="too_much_dropout",
        title=message("Dropout is too strong"),
        evidence=message(
            "With a dropout of {dropout} the training loss is {train}, without it the validation loss is {validation}.",
            dropout=float(dropout),
            train=shown(train),
            validation=shown(validation),
        ),
        advice=message("Lower it to {weaker}.", weaker=weaker),
        changes=(Change("model.trunk.dropout", weaker),),
        explains=("more_epochs", "plateau", "rate_too_low", "not_learning"),
    )
