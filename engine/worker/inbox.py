"""Where the tasks of a worker come in."""

from __future__ import annotations

import os
import queue
import threading
from collections.abc import Iterator

from pydantic import ValidationError

from engine.tasks import TASK, CancelTask, Task


class Inbox:
    """The tasks on standard input. A thread waits for them: one at work may be told to give up."""

    def __init__(self) -> None:
        """Listen from now on."""
        self.is_given_up = threading.Event()
        """Nobody waits for the task at work any more."""
        self._tasks: queue.SimpleQueue[Task | ValidationError | None] = queue.SimpleQueue()
        threading.Thread(target=self._listen, name="inbox", daemon=True).start()

    def __iter__(self) -> Iterator[Task | ValidationError]:
        """One after another, or why it is none, until the input ends."""
        return iter(self._tasks.get, None)

    def _listen(self) -> None:
        with os.fdopen(os.dup(0), "rb") as lines:
            for line in lines:
                try:
                    task: Task | ValidationError = TASK.validate_json(line)
                except ValidationError as error:
                    task = error
                if isinstance(task, CancelTask):
                    self.is_given_up.set()
                else:
                    self.is_given_up.clear()  # the window sends no task before the last is answered
                    self._tasks.put(task)
        self.is_given_up.set()
        self._tasks.put(None)
