"""Which of several networks are kept: the best one, or the best few whose mean is better."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from engine.data.preparing.inputs import OutputForm
from engine.metrics import Metric
from engine.models.members import averaged

Scored = Callable[[Tensor], tuple[float, ...]]
"""The metrics of outputs for the validation rows, loss first."""


@dataclass(frozen=True, slots=True)
class Selection:
    """The networks whose mean is the model."""

    places: tuple[int, ...]
    """Of the networks kept, in order of their places."""
    scores: tuple[float, ...]
    """Validation metrics of their mean."""
    value: float
    """The metric that decided."""


def select(
    outputs: Mapping[int, Tensor], score: Scored, monitor: Metric, place: int, form: OutputForm
) -> Selection:
    """The best network, or the mean of the best two, three … when that is better.

    Fewer are preferred where they are as good. The means are those of the networks in order of their own
    scores, which has as few candidates as networks, so that little is fitted to the validation rows
    (Caruana et al., “Ensemble selection from libraries of models”, ICML 2004, sorted initialisation).

    Args:
        outputs: Of each network by its place, (rows, outputs); at least one.
        score: Scores outputs.
        monitor: The metric that decides.
        place: Where it stands among the scores.
        form: What outputs are.
    """
    alone = {each: score(found) for each, found in outputs.items()}
    order = sorted(alone)
    for at in range(1, len(order)):  # by insertion: NaN is no number to sort by
        while at and monitor.is_better(alone[order[at]][place], alone[order[at - 1]][place]):
            order[at - 1 : at + 1] = order[at], order[at - 1]
            at -= 1
    best = Selection((order[0],), alone[order[0]], alone[order[0]][place])
    for count in range(2, len(order) + 1):
        chosen = order[:count]
        scores = score(mean_of([outputs[each] for each in chosen], form))
        if monitor.is_better(scores[place], best.value):
            best = Selection(tuple(sorted(chosen)), scores, scores[place])
    return best


def mean_of(outputs: list[Tensor], form: OutputForm) -> Tensor:
    """The outputs (rows, outputs) of several networks as one, probabilities averaged for classes."""
    return outputs[0] if len(outputs) == 1 else averaged(torch.stack(outputs, 1), form)
