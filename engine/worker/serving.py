"""A worker that serves one task after another: what comes in, what is replied, and how it ends."""

from __future__ import annotations

import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from pydantic import ValidationError

from engine.errors import Cancelled, TrainyardError, Unexpected, WorkerDied
from engine.tasks import OpenTask, PreviewTask, Ready, Reply, Result, Task, TrainTask
from engine.worker.carrying_out import Hands, failure_of
from engine.worker.inbox import Inbox
from engine.worker.training import train_folder


class Server:
    """Serves tasks one after another over standard input and output."""

    def __init__(self) -> None:
        """Take standard input and output over."""
        # The pipe to the window is kept for replies alone; prints of libraries go elsewhere.
        sys.stdout.flush()
        self._replies = os.fdopen(os.dup(1), "w", encoding="utf-8")
        os.dup2(2, 1)
        self._writing = threading.RLock()  # first rows are told of by the thread that reads them
        self._ended = False
        self._inbox = Inbox()
        self._hands = Hands(self, self._inbox.is_given_up.is_set)

    def serve(self, warm_up: Callable[[], None]) -> int:
        """Until the input ends, or the window is gone. Returns the exit code."""
        signal.signal(signal.SIGTERM, self._terminate)
        try:
            warm_up()
            self.reply(Ready())
            for task in self._inbox:
                self._carry_out(task)
        except (BrokenPipeError, Cancelled):
            pass  # nobody is left to answer to
        finally:
            with suppress(OSError):
                self._replies.close()
        return 0

    def _carry_out(self, task: Task | ValidationError) -> None:
        if isinstance(task, ValidationError):
            self._fail(WorkerDied(2, str(task.errors()[0]["msg"])))
            return
        if isinstance(task, TrainTask):
            self._hands.forget()
            self._replies.close()
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            sys.exit(train_folder(Path(task.run)))
        try:
            answer = self._hands.carry_out(task)
        except BrokenPipeError:
            raise
        except Cancelled as error:
            if self._ended or not self._inbox.is_given_up.is_set():
                raise
            self._fail(error)
        except TrainyardError as error:
            self._fail(error)
        except Exception as error:  # noqa: BLE001 - told to the window, and the worker serves on
            traceback.print_exc()
            found = f"{type(error).__name__}: {error}"
            reads = isinstance(task, OpenTask | PreviewTask)
            self._fail(Unexpected(found) if reads else WorkerDied(1, found))
        else:
            self.reply(Result(value=answer.model_dump(mode="json")))

    def reply(self, reply: Reply) -> None:
        """Say something to the window. Raises `Cancelled` once the process was told to end."""
        if self._ended:
            raise Cancelled
        line = reply.model_dump_json() + "\n"
        with self._writing:
            self._replies.write(line)
            self._replies.flush()

    def _fail(self, error: TrainyardError) -> None:
        self.reply(failure_of(error))

    def _terminate(self, number: int, frame: object) -> None:
        """End a task tidily: raised inside it, so that files half written go away.

        A library may swallow what is raised while it calls back, so the next reply raises it again.
        """
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        self._ended = True
        raise Cancelled
