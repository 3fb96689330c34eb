"""How a run ends: saved, with the weights of its best epoch, and told once."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import TypeAlias

from engine import events
from engine.errors import StoreError, TrainyardError
from engine.events import RunEvent
from engine.models.network import Network
from engine.training.best import copy_weights
from engine.training.run_state import RunState
from engine.training.saver import Saver
from engine.training.scored_parts import ScoredParts

Ended: TypeAlias = events.RunFinished | events.RunStopped | events.RunFailed


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run ended. The network now holds its best weights."""

    ended: Ended
    error: TrainyardError | None = None
    """Why it failed."""


class Ending:
    """Ends a run, in one way or the other."""

    def __init__(
        self,
        network: Network,
        state: RunState,
        saver: Saver,
        parts: ScoredParts,
        emit: Callable[[RunEvent], None],
    ) -> None:
        """`emit` takes the last event of the run; `network` gets its best weights."""
        self._network, self._state, self._saver = network, state, saver
        self._parts, self._emit = parts, emit

    def averaged(self) -> AbstractContextManager[None]:
        """While the network has its averaged weights, if there are any."""
        average = self._state.average
        return nullcontext() if average is None else average.in_place()

    def well(self, *, stopped: bool, stopped_early: bool) -> Outcome:
        """Save, load the best weights, score the test part once.

        Args:
            stopped: A person stopped it.
            stopped_early: Nothing was gained for a while.
        """
        best = self._state.best
        self._saver.save()
        if best.weights is None:
            # Stopped within the first epoch: what was learned so far is better than nothing.
            with self.averaged():
                best.weights = copy_weights(self._network)
            self._saver.save_best(best)
        self._network.load_state_dict(best.weights)
        test = self._parts.score_test(self._network)
        now, epoch = time.time(), self._state.epoch
        ended: Ended
        if stopped:
            ended = events.RunStopped(now, epoch, best.epoch, test)
        else:
            ended = events.RunFinished(now, epoch, best.epoch, stopped_early, test)
        self._emit(ended)
        return Outcome(ended)

    def badly(self, error: TrainyardError) -> Outcome:
        """Keep the best weights and tell why it ended."""
        best = self._state.best
        if best.weights is not None:
            self._network.load_state_dict(best.weights)
            if not isinstance(error, StoreError):
                try:
                    self._saver.save_best(best)
                except StoreError as second:
                    error = second
        ended = events.RunFailed(
            time.time(), self._state.epoch, best.epoch, type(error).__name__, error.facts()
        )
        self._emit(ended)
        return Outcome(ended, error)
