"""The run's event log: one writer that appends, any number of readers that follow."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from engine.errors import DiskFull, RunNotFound
from engine.events import (
    EpochEnded,
    RunEvent,
    RunFailed,
    RunFinished,
    RunStopped,
    StepsDone,
    from_lines,
    is_damaged,
    to_line,
)
from engine.files import BINARY, write_all, write_plain, writing

FLUSH_SECONDS = 1 / 30
_RESERVE_BYTES = 16_384


class EventLog:
    """Appends events, flushed at most about 30 times a second.

    Steps and epochs may wait for the next flush; everything else is written at once, and what ends a
    run is synced to the disk. A reserve file is kept beside the log and given
    up when the disk is full, so that the end of the run can still be told.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._reserve = path.with_name(".reserve")
        self._waiting: list[str] = []
        self._flushed = 0.0
        write_plain(self._reserve, b"\0" * _RESERVE_BYTES)
        with writing(path):
            self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | BINARY, 0o666)
        self._may_be_torn = True
        """Whether the last line may lack its end: of a killed process, or after a failed write."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def emit(self, event: RunEvent) -> None:
        """Append one event; the one that ends the run may use the reserve.

        Raises `DiskFull` or `WriteFailed`.
        """
        if isinstance(event, RunFinished | RunStopped | RunFailed):
            self._emit_last(event)
            return
        self._waiting.append(to_line(event))
        if isinstance(event, StepsDone | EpochEnded):
            if time.monotonic() - self._flushed >= FLUSH_SECONDS:
                self.flush()
            return
        self.flush()

    def sync(self) -> None:
        """Bring what was written to the disk; may be called in another thread than the rest.

        Raises `DiskFull` or `WriteFailed`.
        """
        with writing(self._path):
            os.fsync(self._file)

    def flush(self) -> None:
        """Write what waits.

        Raises `RunNotFound` when the run was deleted meanwhile: nobody wants it trained to its end.
        """
        if self._waiting:
            data = "".join(self._waiting).encode()
            self._waiting.clear()
            if not self._path.exists():
                raise RunNotFound(self._path.parent.name, str(self._path.parent.parent.parent))
            with writing(self._path):
                if self._may_be_torn:
                    end_torn_line(self._file)
                self._may_be_torn = True
                write_all(self._file, data)
                self._may_be_torn = False
        self._flushed = time.monotonic()

    def close(self) -> None:
        """Write what waits and close."""
        try:
            self.flush()
        finally:
            os.close(self._file)
            with suppress(OSError):  # the next one to open the log writes it anew
                self._reserve.unlink(missing_ok=True)

    def _emit_last(self, event: RunEvent) -> None:
        try:
            self._append_synced(event)
        except DiskFull:
            self._reserve.unlink(missing_ok=True)
            self._append_synced(event)

    def _append_synced(self, event: RunEvent) -> None:
        self.flush()
        self._waiting.append(to_line(event))
        self.flush()
        self.sync()


def end_torn_line(descriptor: int) -> None:
    """The next line starts anew: a last one that was cut off is ended, and passed over by readers."""
    if os.lseek(descriptor, 0, os.SEEK_END) > 0:
        os.lseek(descriptor, -1, os.SEEK_END)
        if os.read(descriptor, 1) != b"\n":
            write_all(descriptor, b"\n")


class EventTail:
    """Reads a growing log: each `poll` returns the events that were added, whole lines only."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._position = 0
        self.damaged = 0
        """Whole lines that are no events: not those cut off by the end of a process."""

    def poll(self) -> list[RunEvent]:
        """New events since the last call; empty when there are none (or no log yet)."""
        lines = self.poll_lines()
        found = list(from_lines(lines))
        if len(found) < len(lines):
            self.damaged += sum(map(is_damaged, lines))
        return found

    def poll_lines(self) -> list[str]:
        """New whole lines since the last call."""
        try:
            with self._path.open("rb") as file:
                file.seek(self._position)
                data = file.read()
        except FileNotFoundError:
            return []
        end = data.rfind(b"\n") + 1
        self._position += end
        # Not `splitlines`: texts may hold other characters that count as line ends there.
        return data[:end].decode("utf-8", "replace").split("\n")[:-1]
