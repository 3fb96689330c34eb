"""The curve of a learning-rate range test, and what it proposes. Free of torch, so that the window can draw it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict

from engine.recipe.families import Optimizer
from engine.recipe.parts import OneOf

Rule: TypeAlias = Literal["valley", "steepest", "minimum"]
SMOOTHING = 0.98
"""Of the mean that is drawn: each step counts 2 %."""
DIVERGED = 4.0
"""The test ends where the smoothed loss is so many times its least."""
_LEFT_OUT = 0.1
"""Share of the steps at the beginning that no rule looks at: the mean has hardly begun there."""
_FEWEST = 8
"""Steps that a rule needs."""


class Proposal(BaseModel):
    """A learning rate that a rule picks from the curve."""

    model_config = ConfigDict(frozen=True)

    rule: Rule
    rate: float
    loss: float
    """The smoothed loss there."""


class RateCurve(BaseModel):
    """Smith, “Cyclical learning rates for training neural networks”, WACV 2017, section 3.3.

    The rate rises evenly on a logarithmic scale from step to step, until the loss runs away.
    """

    model_config = ConfigDict(frozen=True, ser_json_inf_nan="constants")

    rates: tuple[float, ...]
    losses: tuple[float, ...]
    """Of each step's batch, before the step."""
    smoothed: tuple[float, ...]
    optimizer: Annotated[Optimizer, OneOf(Optimizer)]
    """With the recipe's learning rate, or what Auto makes of it."""
    diverged: bool
    """Whether the loss ran away before the largest rate was reached."""
    proposals: tuple[Proposal, ...]
    """The one to take first; none where the loss never falls."""

    @property
    def current(self) -> float:
        """The learning rate before."""
        return float(self.optimizer.learning_rate)

    @property
    def proposed(self) -> Proposal | None:
        """The one to take."""
        return self.proposals[0] if self.proposals else None


def smoothed_losses(losses: Sequence[float], weight: float = SMOOTHING) -> tuple[float, ...]:
    """An exponential mean that is not drawn towards 0 at its beginning."""
    mean = 0.0
    found = []
    for place, loss in enumerate(losses, 1):
        mean = weight * mean + (1 - weight) * loss
        found.append(mean / (1 - weight**place))
    return tuple(found)


def curve_of(
    rates: Sequence[float], losses: Sequence[float], optimizer: Optimizer, *, diverged: bool
) -> RateCurve:
    """The curve of a test, and what the rules make of it."""
    smoothed = smoothed_losses(losses)
    start = round(_LEFT_OUT * len(rates))
    proposals: list[Proposal] = []
    if len(rates) - start >= _FEWEST:
        picked: tuple[tuple[Rule, int | None], ...] = (
            ("valley", _valley(smoothed[start:])),
            ("steepest", _steepest(rates[start:], smoothed[start:])),
            ("minimum", _minimum(rates[start:], smoothed[start:])),
        )
        for rule, place in picked:
            if place is not None:
                at = start + place
                proposals.append(Proposal(rule=rule, rate=_rounded(rates[at]), loss=smoothed[at]))
    return RateCurve(
        rates=tuple(rates),
        losses=tuple(losses),
        smoothed=smoothed,
        optimizer=optimizer,
        diverged=diverged,
        proposals=tuple(proposals),
    )


def _valley(losses: Sequence[float]) -> int | None:
    """Two thirds down the longest valley: the longest series of ever smaller losses, gaps allowed.

    The rule that fastai takes first (`fastai.callback.schedule.valley`).
    """
    longest = [1] * len(losses)
    for place, loss in enumerate(losses):
        for before in range(place):
            if loss < losses[before]:
                longest[place] = max(longest[place], longest[before] + 1)
    end = max(range(len(losses)), key=longest.__getitem__)
    if longest[end] < _FEWEST // 2:
        return None
    begin = end
    for place in range(end - 1, -1, -1):
        if losses[place] > losses[begin] and longest[place] == longest[begin] - 1:
            begin = place
    return begin + round((end - begin) * 2 / 3)


def _steepest(rates: Sequence[float], losses: Sequence[float]) -> int | None:
    """Where the loss falls fastest along the logarithm of the rate, before its least.

    Slopes are taken over a stretch of steps: between two steps there is more noise than fall.
    """
    least = min(range(len(losses)), key=losses.__getitem__)
    reach = max(1, len(losses) // 15)
    slopes = {
        place: (losses[place + reach] - losses[place - reach])
        / math.log(rates[place + reach] / rates[place - reach])
        for place in range(reach, min(least + 1, len(losses) - reach))
    }
    if not slopes or min(slopes.values()) >= 0:
        return None
    return min(slopes, key=slopes.__getitem__)


def _minimum(rates: Sequence[float], losses: Sequence[float]) -> int | None:
    """A tenth of the rate at which the loss is least, as Smith's rule of thumb has it."""
    least = min(range(len(losses)), key=losses.__getitem__)
    if losses[least] >= losses[0]:
        return None
    wanted = rates[least] / 10
    return min(range(len(rates)), key=lambda place: abs(math.log(rates[place] / wanted)))


def _rounded(rate: float) -> float:
    """Two digits: no test tells more."""
    return float(f"{rate:.2g}")
