"""A worker process (`python -m engine.worker`) as the window sees it: tasks in, replies out."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Literal

from engine.tasks import REPLY, Reply, Task

SPARING = {
    "ARROW_DEFAULT_MEMORY_POOL": "jemalloc",
    "MALLOC_ARENA_MAX": "2",
    "MALLOC_MMAP_THRESHOLD_": str(4 << 20),
    "MALLOC_TRIM_THRESHOLD_": str(8 << 20),
}
"""For a process that reads tables: what it frees goes back to the system (Linux), a tenth of its memory less."""


class WorkerProcess:
    """Started at once. Knows nothing of Qt; whoever listens does so in a thread."""

    def __init__(self, mode: Literal["--wait", "--read"]) -> None:
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the worker
        self._process = subprocess.Popen(
            [sys.executable, "-m", "engine.worker", mode],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            cwd=Path(__file__).resolve().parent.parent,
            env=_environment(mode),
            process_group=0,
        )

    @property
    def is_alive(self) -> bool:
        """Whether the process still runs."""
        return self._process.poll() is None

    def send(self, task: Task) -> None:
        """Give the process a task; one that died tells so by the end of its replies."""
        stdin = self._process.stdin
        assert stdin is not None
        with suppress(OSError):
            stdin.write(task.model_dump_json().encode() + b"\n")
            stdin.flush()

    def replies(self) -> Iterator[Reply]:
        """What it says, until it closes its output; blocks meanwhile."""
        stdout = self._process.stdout
        assert stdout is not None
        with stdout:
            for line in stdout:
                with suppress(ValueError):  # a library printed something
                    yield REPLY.validate_json(line)

    def wait(self, seconds: float) -> int | None:
        """Its exit code; None if it goes on."""
        try:
            return self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return None

    def release(self) -> None:
        """Let the process end by itself once its task is done."""
        stdin = self._process.stdin
        if stdin is not None and not stdin.closed:
            with suppress(OSError):
                stdin.close()

    def end(self) -> None:
        """Ask the process to end: a task half done takes its unfinished files away first."""
        self.release()
        if self.is_alive:
            self._process.terminate()

    def kill(self) -> None:
        """End the process at once."""
        self._process.kill()

    def leave(self) -> None:
        """Be done with it, also where it trains on."""
        if self.is_alive:
            self._process.returncode = 0  # Popen would warn that it is left behind
        self._log.close()

    def last_words(self) -> str:
        """The last line that the process wrote to its standard error."""
        try:
            self._log.seek(0)
            lines = self._log.read()[-4000:].decode("utf-8", "replace").strip().splitlines()
        except (OSError, ValueError):
            return ""
        return lines[-1] if lines else ""


def _environment(mode: Literal["--wait", "--read"]) -> dict[str, str]:
    spares = mode == "--read" and sys.platform == "linux"
    return (SPARING if spares else {}) | os.environ | {"PYTHONUNBUFFERED": "1"}
