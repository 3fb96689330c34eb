"""The learning rate at each step: the schedule, or what a person set."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict
from torch import optim

from engine.recipe.families import Schedule


class ByHand(BaseModel):
    """A learning rate set while training."""

    model_config = ConfigDict(frozen=True)

    value: float
    factor: float
    """The schedule's factor at the step where it was set."""


class LearningRate:
    """Sets the optimizer's rate before each step.

    A rate set by hand holds from the next step on. From there the schedule goes on in proportion
    but never above it, so that a rate set during warm-up is not multiplied.
    """

    def __init__(
        self, optimizer: optim.Optimizer, base: float, schedule: Schedule, steps: int
    ) -> None:
        """`base` is the recipe's rate, `steps` the length of the whole run."""
        self._optimizer = optimizer
        self._base = base
        self._schedule = schedule
        self._steps = steps
        self.by_hand: ByHand | None = None
        self.value = self._current()

    def set_by_hand(self, value: float, step: int) -> None:
        """Use `value` from `step` on."""
        self.by_hand = ByHand(value=value, factor=self._schedule.factor(step, self._steps))

    def restore(self, by_hand: ByHand | None) -> None:
        """Go on from a checkpoint, after the optimizer was restored."""
        self.by_hand = by_hand
        self.value = self._current()

    def apply(self, step: int, used: float = 0.0) -> None:
        """Set the rate for `step`.

        Where more than its share of the time is used up, from 0 to 1, the schedule is as far as that.
        """
        factor = self._schedule.factor(max(step, round(used * self._steps)), self._steps)
        if self.by_hand is None:
            value = self._base * factor
        else:
            share = factor / self.by_hand.factor if self.by_hand.factor > 0 else 1.0
            value = self.by_hand.value * min(1.0, share)
        if value != self.value:
            self.value = value
            for group in self._optimizer.param_groups:
                group["lr"] = value * group.get("rate", 1.0)

    def _current(self) -> float:
        """The rate of a group without a factor of its own."""
        group = self._optimizer.param_groups[0]
        return float(group["lr"]) / float(group.get("rate", 1.0))
