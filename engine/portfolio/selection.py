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
    """The best network, or the mean of several when that is better.

    Beginning with the best one, the network that makes the mean best is taken in, for as long as one does
    (Caruana et al., “Ensemble selection from libraries of models”, ICML 2004, section 2, each at most
    once). Fewer are preferred where they are as good.

    Args:
        outputs: Of each network by its place, (rows, outputs); at least one.
        score: Scores outputs.
        monitor: The metric that decides.
        place: Where it stands among the scores.
        form: What outputs are.
    """
    alone = {each: score(found) for each, found in sorted(outputs.items())}
    first = min(alone)
    for each, scores in alone.items():
        if monitor.is_better(scores[place], alone[first][place]):
            first = each
    best = Selection((first,), alone[first], alone[first][place])
    gained = True
    while gained:
        gained = False
        chosen = best.places
        for each in alone:
            if each in chosen:
                continue
            tried = tuple(sorted((*chosen, each)))
            scores = score(mean_of([outputs[one] for one in tried], form))
            if monitor.is_better(scores[place], best.value):
                best, gained = Selection(tried, scores, scores[place]), True
    return best


def mean_of(outputs: list[Tensor], form: OutputForm) -> Tensor:
    """The outputs (rows, outputs) of several networks as one, probabilities averaged for classes."""
    return outputs[0] if len(outputs) == 1 else averaged(torch.stack(outputs, 1), form)
