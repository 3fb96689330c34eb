"""Worker processes as tests start and ask them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

from engine.tasks import REPLY, First, Progress, Reply, Result, Task


def start(*arguments: str, **options: Any) -> subprocess.Popen[bytes]:
    """A worker with this command line."""
    root = Path(__file__).resolve().parents[2]
    return subprocess.Popen(
        [sys.executable, "-m", "engine.worker", *arguments], cwd=root, **options
    )


class Warm:
    """A waiting worker, asked from a test."""

    def __init__(self, mode: str = "--wait") -> None:
        self.process = start(mode, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.first: list[First] = []
        """What was told of tables before all of them was read."""

    def reply(self) -> Reply:
        """The next one."""
        assert self.process.stdout is not None
        return REPLY.validate_json(self.process.stdout.readline())

    def send(self, *lines: str) -> None:
        """Lines for its standard input, all at once."""
        assert self.process.stdin is not None
        self.process.stdin.write("".join(f"{line}\n" for line in lines).encode())
        self.process.stdin.flush()

    def ask(self, *tasks: Task) -> Any:
        """The values of the next answer, or the failure."""
        self.send(*(task.model_dump_json() for task in tasks))
        while isinstance(reply := self.reply(), Progress | First):
            if isinstance(reply, First):
                self.first.append(reply)
            else:
                assert 0 <= reply.done <= 1
        return reply.value if isinstance(reply, Result) else reply
