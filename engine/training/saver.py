"""When a run is saved, and what happens when that fails.

While it trains, a run is copied at the step and written by a thread of its own, one checkpoint at a time;
it is told to be saved once it is on disk. Pauses and ends wait for that.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from engine import events
from engine.errors import StoreError
from engine.events import RunEvent
from engine.training.background import Background
from engine.training.best import Best
from engine.training.checkpoint import Checkpoint, Checkpoints
from engine.training.kept import KeptEpochs
from engine.training.run_state import RunState


@dataclass(frozen=True, slots=True)
class _Written:
    """What came of writing a checkpoint."""

    epoch: int
    step: int
    names: tuple[str, ...]
    """As in `CheckpointSaved`."""
    error: StoreError | None
    """The first thing that went wrong."""


class Saver:
    """Saves a run's state; without checkpoints it does nothing. `close` it at the end."""

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
            emit: Takes `CheckpointSaved`, and `Noted` where a saving failed; called in the thread of
                the caller only.
            kept: Which epochs are kept besides.
        """
        self._checkpoints, self._state = checkpoints, state
        self._before, self._emit = before, emit
        self._kept = kept
        self._writing: Background[_Written] = Background("checkpoint")
        self._failed = False  # the last saving, which was told

    # In the background ----------------------------------------------------------------------------

    def save_if_due(self) -> None:
        """Begin to save if the last time is long enough ago; tell of what is saved by now."""
        self._take(wait=False)
        if self._is_due():
            self._begin(keeps=False, is_due=True)

    def after_epoch(self) -> None:
        """Keep the epoch that has just ended, if it is one of those that stay, and save if it is time."""
        self._take(wait=False)
        keeps = False
        if self._kept is not None and self._kept.keeps_any:
            self._take(wait=True)  # which epochs stay depends on those that are there
            keeps = self._kept.wants(self._state.epoch, self._state.value)
        is_due = self._is_due()
        if keeps or is_due:
            self._begin(keeps=keeps, is_due=is_due)

    def _is_due(self) -> bool:
        """Whether to save now: it is time, and nothing is being written."""
        if self._checkpoints is None or not self._checkpoints.is_due:
            return False
        if self._checkpoints.is_eager:
            self._take(wait=True)
        return not self._writing.is_busy

    def _begin(self, *, keeps: bool, is_due: bool) -> None:
        """Copy the run as it is at this step, and let the thread write it."""
        self._before()
        if is_due and self._checkpoints is not None:
            self._checkpoints.begin()
        copy = self._state.checkpoint()
        self._writing.begin(lambda: self._write(copy, keeps, is_due))

    def _write(self, copy: Checkpoint, keeps: bool, is_due: bool) -> _Written:
        """In the thread."""
        names: list[str] = []
        error: StoreError | None = None
        if keeps:
            assert self._kept is not None
            try:
                names.append(self._kept.save(copy))
            except StoreError as found:
                error = found
        if is_due:
            assert self._checkpoints is not None
            try:
                names += self._checkpoints.write(copy)
            except StoreError as found:
                error = error or found
        return _Written(copy.position.epoch, copy.position.step, tuple(names), error)

    def _take(self, *, wait: bool) -> None:
        """Tell what came of the checkpoint that was being written."""
        written = self._writing.take(wait=wait)
        if written is None:
            return
        for name in written.names:
            self._emit(events.CheckpointSaved(time.time(), written.epoch, written.step, name))
        self._note(written.error)

    # At once --------------------------------------------------------------------------------------

    def save(self) -> None:
        """Save, and wait until it is on disk. Raises `StoreError`, and what `before` raises."""
        self._before()
        if self._checkpoints is None:
            return
        self._take(wait=True)
        for which in self._checkpoints.save(self._state.checkpoint()):
            saved = events.CheckpointSaved(time.time(), self._state.epoch, self._state.step, which)
            self._emit(saved)

    def save_or_tell(self) -> None:
        """As `save`; that a checkpoint cannot be written is no reason to end a run: it is told once."""
        try:
            self.save()
            self._note(None)
        except StoreError as error:
            self._note(error)

    def save_best(self, best: Best) -> None:
        """Save the best weights alone, and wait until they are on disk. Raises `StoreError`."""
        self._take(wait=True)
        if self._checkpoints is not None and best.weights is not None:
            self._checkpoints.save_best(best.weights, best.epoch, best.value)

    def close(self) -> None:
        """Wait for what is being written, and end its thread."""
        self._writing.close()

    def _note(self, error: StoreError | None) -> None:
        """Tell that a saving failed, unless the one before did so too."""
        if error is not None and not self._failed:
            self._emit(events.Noted(time.time(), error.messages()[0]))
        self._failed = error is not None
