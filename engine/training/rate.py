"""The learning rate at each step: the schedule, or what a person set."""

from __future__ import annotations

import math

from pydantic import BaseModel, ConfigDict
from torch import optim

from engine.metrics import Metric
from engine.recipe.families import Schedule

_FINE = 1_000_000
"""Steps of a schedule whose pace was changed: it is gone through by shares then."""


class ByHand(BaseModel):
    """A learning rate set while training."""

    model_config = ConfigDict(frozen=True)

    value: float
    factor: float
    """The schedule's factor at the step where it was set."""


class Stretch(BaseModel):
    """Where the length of a run was changed: the rest of the schedule is gone through from there on."""

    model_config = ConfigDict(frozen=True)

    step: int
    share: float
    """Of the schedule, that lay behind at that step."""


class Plateau(BaseModel):
    """How long the watched metric has stood still, for schedules that wait for it."""

    model_config = ConfigDict(frozen=True)

    best: float | None = None
    """None before the first epoch."""
    waited: int = 0
    """Epochs since the best one, or since the last fall."""
    falls: int = 0


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
        self.stretch: Stretch | None = None
        self.plateau = Plateau()
        self.value = self._current()
        self._is_applied = False  # and stays so

    @property
    def follows_steps(self) -> bool:
        """Whether the schedule changes with the steps, so that the length of the run matters."""
        ends = (self._schedule.factor(place, 100) for place in (0, 25, 50, 75, 99))
        return len(set(ends)) > 1

    def set_by_hand(self, value: float, step: int) -> None:
        """Use `value` from `step` on."""
        self.by_hand = ByHand(value=value, factor=self._factor(step))
        self._is_applied = False

    def set_steps(self, steps: int, step: int) -> None:
        """Let the run end after `steps`: from `step` on the rest of the schedule is spread over them."""
        self.stretch = Stretch(step=step, share=min(1.0, self._share(step)))
        self._steps = steps

    def restore(
        self, by_hand: ByHand | None, stretch: Stretch | None, plateau: Plateau, steps: int
    ) -> None:
        """Go on from a checkpoint, after the optimizer was restored."""
        self.by_hand, self.stretch, self.plateau = by_hand, stretch, plateau
        self._steps = steps
        self.value = self._current()
        self._is_applied = False

    def apply(self, step: int, used: float = 0.0) -> None:
        """Set the rate for `step`.

        Where more than its share of the time is used up, from 0 to 1, the schedule is as far as that.
        """
        if self._is_applied:
            return
        self._is_applied = self._schedule.rests
        factor = self._factor(step, used)
        if self.by_hand is None:
            value = self._base * factor
        else:
            share = factor / self.by_hand.factor if self.by_hand.factor > 0 else 1.0
            value = self.by_hand.value * min(1.0, share)
        if value != self.value:
            self.value = value
            for group in self._optimizer.param_groups:
                group["lr"] = value * group.get("rate", 1.0)

    def place(self, step: int, used: float = 0.0) -> tuple[int, int]:
        """Where a step of the run is in the schedule, and how long that is."""
        if self.stretch is None:
            return max(step, round(used * self._steps)), self._steps
        return round(max(self._share(step), used) * _FINE), _FINE

    def end_epoch(self, value: float, monitor: Metric) -> bool:
        """Take up an epoch's value of the watched metric; True if the rate falls for want of a gain."""
        patience = self._schedule.patience_before_fall
        if patience is None:
            return False
        before = self.plateau
        if before.best is None or monitor.is_better(value, before.best):
            best = None if math.isnan(value) else value
            self.plateau = before.model_copy(update={"best": best, "waited": 0})
            return False
        if before.waited + 1 < patience:
            self.plateau = before.model_copy(update={"waited": before.waited + 1})
            return False
        falls = before.falls + 1
        self.plateau = before.model_copy(update={"waited": 0, "falls": falls})
        self._is_applied = False
        return self._schedule.after_falls(falls) < self._schedule.after_falls(before.falls)

    def _factor(self, step: int, used: float = 0.0) -> float:
        factor = self._schedule.factor(*self.place(step, used))
        return factor * self._schedule.after_falls(self.plateau.falls)

    def _share(self, step: int) -> float:
        """How much of the schedule lies behind at a step."""
        if self.stretch is None:
            return step / max(1, self._steps)
        begun, done = self.stretch.step, self.stretch.share
        return done + (1 - done) * (step - begun) / max(1, self._steps - begun)

    def _current(self) -> float:
        """The rate of a group without a factor of its own."""
        group = self._optimizer.param_groups[0]
        return float(group["lr"]) / float(group.get("rate", 1.0))
