"""Processes that train, and are killed: real ones, forked off a process that has imported everything.

A worker takes seconds to import torch; a child of this process has it at once, so hundreds of kills take
minutes. What it runs is what a worker runs.
"""

from __future__ import annotations

import os
import signal
import threading
import time
import traceback
from collections.abc import Callable
from pathlib import Path

from engine.events import RunFailed
from engine.pipeline.training import train_run
from engine.store.run_folder import RunFolder

POLL = 0.002


class Child:
    """A process that trains a run."""

    def __init__(self, work: Callable[[], int], log: Path) -> None:
        """Begin; what the process says, or dies of, goes to `log`."""
        self._log = log
        self.began = time.monotonic()
        self.pid = os.fork()
        if self.pid == 0:
            self._live(work)
        self.code: int | None = None
        """Exit code, or the signal's negative number; None while it lives."""

    @classmethod
    def training(cls, run: RunFolder, log: Path) -> Child:
        """One that trains this run, or goes on with it."""

        def work() -> int:
            return 1 if isinstance(train_run(run), RunFailed) else 0

        return cls(work, log)

    def kill(self) -> None:
        """As the system kills a process that is out of memory: at once, with nothing tidied up."""
        if self.poll() is None:
            os.kill(self.pid, signal.SIGKILL)
            self.wait()

    def poll(self) -> int | None:
        """The exit code, if it has ended."""
        if self.code is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.code = os.waitstatus_to_exitcode(status)
        return self.code

    def wait(self, seconds: float = 120.0) -> int:
        """The exit code once it has ended; one that takes longer than this is killed."""
        deadline = time.monotonic() + seconds
        while self.poll() is None:
            if time.monotonic() > deadline:
                os.kill(self.pid, signal.SIGKILL)
                os.waitpid(self.pid, 0)
                self.code = -signal.SIGKILL
                with self._log.open("a") as log:
                    log.write(f"It was not through in {seconds:.0f} s.")
            time.sleep(POLL)
        assert self.code is not None
        return self.code

    def wait_or_kill_after(self, seconds: float) -> bool:
        """Kill it after so many seconds; whether it was still alive then."""
        deadline = self.began + seconds
        while self.poll() is None:
            if time.monotonic() >= deadline:
                self.kill()
                return self.code == -signal.SIGKILL
            time.sleep(POLL)
        return False

    @property
    def said(self) -> str:
        """The end of what it said."""
        try:
            return self._log.read_text(errors="replace")[-2000:]
        except OSError:
            return ""

    def _live(self, work: Callable[[], int]) -> None:
        code = 3
        try:
            nowhere = os.open(self._log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o666)
            os.dup2(nowhere, 1)
            os.dup2(nowhere, 2)
            code = work()
        except BaseException:
            with open(self._log, "a") as file:  # noqa: PTH123
                traceback.print_exc(file=file)
        finally:
            os._exit(code)


def warm_up(run: RunFolder) -> None:
    """Train a run here: much is imported by the first step only, and children should not repeat it."""
    import torch

    torch.set_num_threads(1)
    train_run(run)
    left = [
        thread.name for thread in threading.enumerate() if thread is not threading.main_thread()
    ]
    if left:
        raise RuntimeError(f"threads that a child would lack: {left}")
