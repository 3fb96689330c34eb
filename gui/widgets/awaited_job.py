"""A job in a worker as pages see it, and one whose end somebody waits for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from PySide6.QtCore import SignalInstance

from engine.errors import TrainyardError


class Job(Protocol):
    """What is needed of a job in a worker (`gui.jobs.TaskJob`)."""

    progress: SignalInstance
    finished: SignalInstance
    failed: SignalInstance

    def cancel(self) -> None:
        """End the work; nothing more is delivered."""


class AwaitedJob:
    """A job with those who listen to it, until they let go of it."""

    def __init__(
        self,
        job: Job,
        *,
        progress: Callable[[float], None],
        finished: Callable[[Any], None],
        failed: Callable[[TrainyardError], None],
    ) -> None:
        self._job = job
        self._progress, self._finished, self._failed = progress, finished, failed
        job.progress.connect(progress)
        job.finished.connect(finished)
        job.failed.connect(failed)

    def let_go(self) -> None:
        """Whatever the job still says, nobody hears it."""
        self._job.progress.disconnect(self._progress)
        self._job.finished.disconnect(self._finished)
        self._job.failed.disconnect(self._failed)

    def cancel(self) -> None:
        """End the work, and let go of it."""
        self.let_go()
        self._job.cancel()
