"""What is told of the steps of a run: mean losses some 30 times a second, and a loss that is no number."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

from engine.errors import LossNotFinite
from engine.events import RunEvent, StepsDone
from engine.training.best import is_finite
from engine.training.run_state import RunState
from engine.training.watch import Watch

REPORT_SECONDS = 1 / 30


class StepReports:
    """Tells of the steps since it told the last time."""

    def __init__(
        self,
        state: RunState,
        watch: Watch,
        clock: Callable[[], float],
        emit: Callable[[RunEvent], None],
    ) -> None:
        """Nothing is told yet.

        Args:
            state: Of the run.
            watch: Tells at the same times what it found.
            clock: Seconds, those of pauses left out.
            emit: Takes `StepsDone`.
        """
        self._state, self._watch, self._clock, self._emit = state, watch, clock, emit
        self._told = math.nan
        self.due = 0.0
        """The time by `time.monotonic` from which on steps should be told of."""

    def begin(self) -> None:
        """Steps are taken from now on."""
        self._told = self._clock()
        self.due = time.monotonic() + REPORT_SECONDS

    def tell(self) -> None:
        """Tell of the steps since the last time, if there are any. Raises `LossNotFinite`."""
        state = self._state
        reading = state.meter.read()
        if reading is None:
            return
        if reading.first_bad is not None:
            raise self._not_finite(state.step - reading.first_bad)
        before = self._told
        self.begin()
        self._emit(
            StepsDone(
                time.time(),
                state.step,
                state.epoch + 1,
                reading.loss,
                state.rate.value,
                reading.rows / max(1e-9, self._told - before),
            )
        )
        self._watch.tell(state.epoch + 1, state.step)

    def require_finite(self, loss: float) -> None:
        """Raise `LossNotFinite` where a validation loss is none because weights broke."""
        if not math.isfinite(loss) and not is_finite(self._state.network):
            raise self._not_finite(self._state.step)

    def _not_finite(self, step: int) -> LossNotFinite:
        rate = self._state.rate.value
        return LossNotFinite(self._state.epoch + 1, step, rate, float(f"{rate / 10:.1g}"))
