"""The gradient does not reach the first layers."""

from __future__ import annotations

import numpy as np

from engine.doctor.case import Case, shown
from engine.doctor.finding import Change, Finding
from engine.messages import message
from engine.training.watched import Watched

SHARE = 1e-3
"""Of the last block's gradient that reaches the first one."""
LEAST_BLOCKS = 3
DEAD = 0.5


def look(case: Case) -> Finding | None:
    """The first block's gradient is less than a thousandth of the last one's."""
    watched = case.history.watched
    places = [n for n, name in enumerate(watched.blocks) if name.startswith(("trunk.", "head"))]
    if len(places) < LEAST_BLOCKS:
        return None
    first, last = (watched.of_block("gradient_norm", place) for place in (places[0], places[-1]))
    known = np.isfinite(first) & np.isfinite(last) & (last > 0)
    if known.sum() < 2:
        return None
    share = float(np.median(first[known] / last[known]))
    is_squashed = case.trunk_field("activation") in ("sigmoid", "tanh")
    if share >= SHARE or (not is_squashed and _is_dead(watched)):
        return None
    changes: list[Change] = []
    if is_squashed:
        changes.append(Change("model.trunk.activation", "relu"))
    if case.trunk_field("residual") is False:
        changes.append(Change("model.trunk.residual", True))
    if case.trunk_field("normalization") == "none":
        changes.append(Change("model.trunk.normalization", "layer"))
    return Finding(
        name="vanishing",
        title=message("The gradient vanishes on its way to the first layers"),
        evidence=message(
            "The gradient of {first} is {share} of that of {last}: the first layers hardly learn.",
            first=watched.blocks[places[0]],
            share=shown(share, 2),
            last=watched.blocks[places[-1]],
        ),
        advice=message(
            "Use normalization, paths around the layers and an activation such as ReLU, or fewer layers."
        ),
        changes=tuple(changes),
        explains=(
            "dead_units",
            "not_learning",
            "plateau",
            "more_epochs",
            "rate_too_low",
            "classes_missed",
        ),
    )


def _is_dead(watched: Watched) -> bool:
    """Whether nothing flows because units have died: that is the cause then."""
    known = watched.whole("dead")
    known = known[np.isfinite(known)]
    return len(known) > 0 and bool(known[-1] > DEAD)
