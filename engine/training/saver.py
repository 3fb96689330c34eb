"""When a run is saved, and what happens when that fails."""

from __future__ import annotations

import time
from collections.abc import Callable

from engine import events
from engine.errors import StoreError
from engine.events import RunEvent
from engine.training.best import Best
from engine.training.checkpoint import Checkpoints
from engine.training.kept import KeptEpochs
from engine.training.run_state import RunState


class Saver:
    """Saves a run's state; without checkpoints it does nothing."""

    def __init__(
        self,
        checkpoints: Checkpoints | None,
        state: RunState,
        before: Callable[[], None],
        emit: Callable[[RunEvent], None],
        kept: KeptEpochs | None = None,
    ) -> None:
        """A saver.

        Args:
            checkpoints: Where to save; None saves nothing.
            state: What to save.
            before: Called first: nothing that is not finite is saved, and no loss is lost.
            emit: Takes `CheckpointSaved`, and `Noted` where a saving failed.
            kept: Which epochs are kept besides.
        """
        self._checkpoints, self._state = checkpoints, state
        self._before, self._emit = before, emit
        self._kept = kept
        self._failed = False  # the last saving, which was told

    def save_if_due(self) -> None:
        """Save if the last time is long enough ago."""
        if self._checkpoints is not None and self._checkpoints.is_due:
            self.save_or_tell()

    def save_or_tell(self) -> None:
        """Save; that a checkpoint cannot be written is no reason to end a run, so it is told once."""
        self._try(self.save)

    def keep_epoch(self) -> None:
        """Keep the epoch that has just ended, if it is one of those that stay."""
        if self._kept is not None and self._kept.wants(self._state.epoch, self._state.value):
            self._try(self._save_epoch)

    def save(self) -> None:
        """Save. Raises `StoreError`, and what `before` raises."""
        self._before()
        if self._checkpoints is None:
            return
        for which in self._checkpoints.save(self._state.checkpoint()):
            saved = events.CheckpointSaved(time.time(), self._state.epoch, self._state.step, which)
            self._emit(saved)

    def _save_epoch(self) -> None:
        assert self._kept is not None
        name = self._kept.save(self._state.checkpoint())
        self._emit(events.CheckpointSaved(time.time(), self._state.epoch, self._state.step, name))

    def _try(self, saving: Callable[[], None]) -> None:
        try:
            saving()
            self._failed = False
        except StoreError as error:
            if not self._failed:
                self._emit(events.Noted(time.time(), error.messages()[0]))
            self._failed = True

    def save_best(self, best: Best) -> None:
        """Save the best weights alone. Raises `StoreError`."""
        if self._checkpoints is not None and best.weights is not None:
            self._checkpoints.save_best(best.weights, best.epoch, best.value)
