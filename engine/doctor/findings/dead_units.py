"""Many units give the same for every row."""

from __future__ import annotations

import numpy as np

from engine.doctor.case import Case, shown
from engine.doctor.finding import Change, Finding
from engine.messages import message

MANY = 0.5
"""Share of a block's units."""
_HARD = ("relu",)
SOFT = "silu"


def look(case: Case) -> Finding | None:
    """Half of a block's units or more have stopped taking part."""
    watched = case.history.watched
    worst, block = 0.0, -1
    for place in range(len(watched.blocks)):
        known = watched.of_block("dead", place)
        known = known[np.isfinite(known)]
        if len(known) and known[-1] > worst:
            worst, block = float(known[-1]), place
    if worst < MANY:
        return None
    rate = case.learning_rate
    if case.trunk_field("activation") in _HARD:
        advice = message(
            "ReLU units that are pushed below zero for all rows never come back. Use the activation SiLU and a learning rate of {rate}.",
            rate=shown(rate / 3, 1),
        )
        changes: tuple[Change, ...] = (
            Change("model.trunk.activation", SOFT),
            Change("training.optimizer.learning_rate", shown(rate / 3, 1)),
        )
    else:
        advice = message("Lower the learning rate to {rate}.", rate=shown(rate / 10, 1))
        changes = (Change("training.optimizer.learning_rate", shown(rate / 10, 1)),)
    return Finding(
        name="dead_units",
        title=message("{share}% of the units in a block are dead", share=round(100 * worst)),
        evidence=message(
            "In block {block}, {share}% of the units give the same for every validation row: nothing flows through them.",
            block=watched.blocks[block],
            share=round(100 * worst),
        ),
        advice=advice,
        changes=changes,
        explains=("not_learning", "plateau", "vanishing"),
    )
