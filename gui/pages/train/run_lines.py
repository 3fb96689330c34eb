"""From the history of a run to the lines and marks of its charts; only what has grown is made again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtGui import QColor

from engine.training.happened import MarkKind as Happened
from gui.i18n import tr
from gui.models.run_words import rate
from gui.pages.train.band import Band
from gui.pages.train.chart_bar import XAxis
from gui.pages.train.lines import GrowingLine, Line, RunLines
from gui.pages.train.marks import Mark, MarkKind
from gui.pages.train.members import Members
from gui.pages.train.quantities import (
    GRADIENT_NORM,
    LEARNING_RATE,
    MEMORY,
    SMALL,
    THROUGHPUT,
    WATCHED,
)
from gui.pages.train.series import Numbers, nearest

if TYPE_CHECKING:
    from engine.recipe.families import Schedule
    from engine.training.columns import Ints
    from engine.training.happened import Mark as HistoryMark
    from engine.training.history import History

_AT_EDGE = {
    Happened.LEARNING_RATE: MarkKind.BY_HAND,
    Happened.CHANGE: MarkKind.BY_HAND,
    Happened.EARLY_STOP: MarkKind.EARLY_STOP,
    Happened.FAILURE: MarkKind.FAILURE,
}
PLAN_POINTS = 80


@dataclass(frozen=True, slots=True)
class Look:
    """How a run is drawn."""

    name: str
    colour: QColor
    focused: bool
    marker: int
    axis: XAxis
    smoothing: float
    live: bool
    members: Members = Members.EPOCHS
    """What its points are."""


class RunCurves:
    """The lines of one run for every chart."""

    def __init__(self, history: History) -> None:
        self.history = history
        self._growing: dict[tuple[str, str], tuple[tuple[float, int], GrowingLine]] = {}
        self._lines: dict[tuple[str, str], Line] = {}
        """The newest ones."""
        self._arrays: dict[str, tuple[tuple[int, int], Numbers]] = {}
        self._whole: dict[str, tuple[tuple[object, ...], RunLines]] = {}
        self.plan: Schedule | None = None
        """The schedule of its learning rate."""

    @property
    def changes(self) -> int:
        """While it stays, there is nothing new to draw."""
        return self.history.changes

    def x(self, axis: XAxis) -> Numbers:
        """Where the epochs that ended are on the lower axis; the same array until one more has."""
        history = self.history
        match axis:
            case XAxis.EPOCH:
                return self._kept("epochs", history.epochs_done)
            case XAxis.STEP:
                return self._kept("steps", history.epoch_steps)
            case XAxis.TIME:
                return self._kept("times", history.epoch_times)

    def _kept(self, name: str, values: Numbers | Ints) -> Numbers:
        """Values as floats: the array of the last time if no value was added since."""
        size = (len(values), self.history.resumes)
        known = self._arrays.get(name)
        if known is None or known[0] != size:
            known = self._arrays[name] = size, values.astype(np.float64, copy=False)
        return known[1]

    def end(self, axis: XAxis) -> float:
        """The newest place on the lower axis, within the epoch under way."""
        history = self.history
        started = history.started
        match axis:
            case XAxis.EPOCH:
                return history.step / max(1, started.steps_per_epoch) if started else 0.0
            case XAxis.STEP:
                return float(history.step)
            case XAxis.TIME:
                return history.seconds

    def scale(self, axis: XAxis) -> tuple[float, float | None]:
        """The length of an epoch (of a second on the axis of time), and where the last epoch would end."""
        started = self.history.started
        if started is None or axis is XAxis.TIME:
            return 1.0, None
        unit = 1.0 if axis is XAxis.EPOCH else float(started.steps_per_epoch)
        return unit, unit * started.epochs

    def lines(self, quantity: str, look: Look) -> RunLines:
        """What this run adds to the chart of `quantity`: a metric, or one of `SMALL`."""
        state = (self.changes, look, id(self.plan))
        known = self._whole.get(quantity)
        if known is not None and known[0] == state:
            return known[1]
        if quantity in SMALL:
            train, validation = self._small(quantity, look), None
        else:
            train = self._metric(quantity, "train", look)
            validation = self._metric(quantity, "validation", look)
        tail = self._tail(look) if quantity == "loss" and look.live else None
        plan = self._planned(look) if quantity == LEARNING_RATE and look.live else None
        fresh = RunLines(
            look.name,
            look.colour,
            look.focused,
            look.marker,
            train,
            validation,
            tuple(self._marks(quantity, look, train, validation)),
            tail,
            plan,
            self._band(quantity, look),
        )
        if known is not None and known[1].same_lines(fresh) and known[1].marks == fresh.marks:
            fresh = known[1]
        self._whole[quantity] = state, fresh
        return fresh

    # Lines ----------------------------------------------------------------------------------------

    def _metric(self, metric: str, part: str, look: Look) -> Line | None:
        history = self.history
        values = history.train(metric) if part == "train" else history.validation(metric)
        if self.is_young and part == "train" and metric == "loss":
            return self._from_steps(metric, history.steps.loss, look, look.smoothing)
        if not len(values) or not np.isfinite(values).any():
            return None
        return self._line((metric, part), self.x(look.axis), values, look, look.smoothing)

    def _small(self, quantity: str, look: Look) -> Line | None:
        history = self.history
        if quantity in WATCHED:
            return self._watched(quantity, look)
        if quantity == GRADIENT_NORM:
            values = history.gradient_norm
        elif quantity == LEARNING_RATE:
            values = history.learning_rate
        else:
            values = history.rows_per_second
        if self.is_young and quantity == LEARNING_RATE:
            return self._from_steps(quantity, history.steps.learning_rate, look, 0.0)
        if self.is_young and quantity == THROUGHPUT:
            return self._from_steps(quantity, history.steps.rows_per_second, look, 0.0)
        if not len(values):
            return None
        return self._line((quantity, "train"), self.x(look.axis), values, look, 0.0)

    def _watched(self, quantity: str, look: Look) -> Line | None:
        """What looks into the network found, where they found it."""
        watched = self.history.watched
        values = watched.memory if quantity == MEMORY else watched.whole(quantity)
        known = np.isfinite(values)
        if not known.any():
            return None
        match look.axis:
            case XAxis.EPOCH:
                x = watched.steps / self._steps_per_epoch
            case XAxis.STEP:
                x = watched.steps.astype(np.float64)
            case XAxis.TIME:
                x = watched.times
        name = f"{quantity} {look.axis.value}"
        x, values = self._kept(f"x of {name}", x[known]), self._kept(name, values[known])
        return self._line((quantity, "train"), x, values, look, 0.0)

    @property
    def _steps_per_epoch(self) -> int:
        started = self.history.started
        return max(1, started.steps_per_epoch) if started else 1

    @property
    def is_young(self) -> bool:
        """Too few epochs for a line, but steps to show."""
        return self.history.epoch < 2 and len(self.history.steps.step) > 1

    def _from_steps(self, quantity: str, values: Numbers, look: Look, weight: float) -> Line:
        return self._line((quantity, "steps"), self._steps_x(look.axis), values, look, weight)

    def _steps_x(self, axis: XAxis) -> Numbers:
        steps = self.history.steps
        match axis:
            case XAxis.EPOCH:
                return self._kept("epochs of steps", steps.epoch)
            case XAxis.STEP:
                return self._kept("steps within", steps.step)
            case XAxis.TIME:
                return self._kept("times of steps", steps.time)

    def _line(
        self, name: tuple[str, str], x: Numbers, values: Numbers, look: Look, weight: float
    ) -> Line:
        size = min(len(x), len(values))
        if size < len(x):
            x = x[:size]
        key = (weight, self.history.resumes)
        known = self._growing.get(name)
        if known is None or known[0] != key:
            known = self._growing[name] = key, GrowingLine(weight)
        line = self._lines[name] = known[1].follow(x, values[:size])
        return line

    def _tail(self, look: Look) -> tuple[Numbers, Numbers] | None:
        """From the last epoch that ended to the mean loss of the epoch under way."""
        history = self.history
        if history.epoch < 2:
            return None
        steps = history.steps
        since = int(np.searchsorted(steps.step, history.epoch_steps[-1], side="right"))
        losses = steps.loss[since:]
        line = self._lines.get(("loss", "train"))
        if not len(losses) or line is None:
            return None
        x = np.array([line.x[-1], self._steps_x(look.axis)[-1]])
        return x, np.array([line.drawn[-1], float(np.nanmean(losses))])

    def _planned(self, look: Look) -> tuple[Numbers, Numbers] | None:
        """The learning rate from now to the last epoch, as its schedule has it."""
        history, plan = self.history, self.plan
        if plan is None or not look.focused or look.axis is XAxis.TIME or not history.epoch:
            return None
        total = history.epochs * self._steps_per_epoch
        steps = np.linspace(history.step, max(total, history.step + 1), PLAN_POINTS)
        factors = np.array([plan.factor(int(step), total) for step in steps])
        if factors[0] <= 0:
            return None
        # A rate set by hand goes on in proportion, and never above it.
        values = history.learning_rate[-1] * np.minimum(1.0, factors / factors[0])
        if not any(mark.kind is Happened.LEARNING_RATE for mark in history.marks):
            values = history.learning_rate[-1] * factors / factors[0]
        x = steps / self._steps_per_epoch if look.axis is XAxis.EPOCH else steps
        return x, values

    def _band(self, quantity: str, look: Look) -> Band | None:
        """A single run has none."""
        del quantity, look
        return None

    # Marks ----------------------------------------------------------------------------------------

    def _marks(
        self, quantity: str, look: Look, train: Line | None, validation: Line | None
    ) -> list[Mark]:
        found: list[Mark] = []
        for mark in self.history.marks:
            x = _place(mark, look.axis)
            if mark.kind in _AT_EDGE and (look.focused or mark.kind is Happened.EARLY_STOP):
                label = ""
                if mark.kind is Happened.LEARNING_RATE and quantity == LEARNING_RATE:
                    label = tr("set to {rate}", rate=rate(mark.value))
                if mark.kind is Happened.CHANGE and quantity == "loss":
                    label = change_words(mark)
                if quantity not in SMALL or mark.kind is Happened.LEARNING_RATE:
                    found.append(Mark(_AT_EDGE[mark.kind], x, look.colour, label=label))
            elif mark.kind is Happened.CHECKPOINT and look.focused and quantity == "loss":
                found.append(Mark(MarkKind.CHECKPOINT, x, look.colour))
            elif mark.kind is Happened.BEST and quantity not in SMALL:
                found += self._best(x, validation or train, look, labelled=quantity == "loss")
        if look.focused and look.live:
            for part, kind in (
                (validation, MarkKind.VALIDATION_END),
                (train, MarkKind.TRAIN_END),
            ):
                if part is not None and len(part.x):
                    y = float(part.drawn[-1])
                    found.append(Mark(kind, float(part.x[-1]), look.colour, y))
        return found

    def _best(self, x: float, part: Line | None, look: Look, *, labelled: bool) -> list[Mark]:
        index = nearest(part.x, x) if part is not None else None
        if part is None or index is None:
            return []
        label = ""
        if labelled and look.focused:
            label = look.members.best(self.history.best_epoch)
        y = float(part.drawn[index])
        return [Mark(MarkKind.BEST, x, look.colour, y, label, look.focused)]


def _place(mark: HistoryMark, axis: XAxis) -> float:
    match axis:
        case XAxis.EPOCH:
            return float(mark.epoch)
        case XAxis.STEP:
            return float(mark.step)
        case XAxis.TIME:
            return mark.time


def change_words(mark: HistoryMark) -> str:
    """What was changed by hand, in two words."""
    value = tr("off") if mark.value is None else rate(mark.value)
    words = {
        "set_weight_decay": tr("decay {value}", value=value),
        "set_dropout": tr("dropout {value}", value=value),
        "set_clip": tr("clip {value}", value=value),
        "set_patience": tr("patience {value}", value=value),
        "set_epochs": tr("epochs {value}", value=value),
    }
    return words.get(mark.command, "")
