"""Who trains a run: an exclusive guard for the trainer, a lock file with a heartbeat for watchers.

The guard is a lock of the operating system; it vanishes with its process, so two processes never train
one run. The lock file says which process it is. Its process id alone proves little after a restart, so
the start time of the process is kept with it; on another machine only the heartbeat counts.
"""

from __future__ import annotations

import os
import platform
import threading
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

import psutil
from filelock import FileLock, Timeout
from pydantic import BaseModel, ConfigDict, ValidationError

from engine.errors import RunBusy, StoreError
from engine.files import write_atomic, write_error, write_plain

LOCK = "lock"
GUARD = ".guard"
HEARTBEAT_SECONDS = 2.0
SILENT_SECONDS = 20.0
"""A heartbeat older than this is no sign of life."""
_SAME_START_SECONDS = 2.0
"""Start times are computed from the system clock, which may be set while a process runs."""


class Holder(BaseModel):
    """The process that holds a run."""

    model_config = ConfigDict(frozen=True)

    process: int
    started: float
    """Start time of the process, seconds since 1970."""
    host: str

    @classmethod
    def this_process(cls) -> Self:
        """The process that asks."""
        pid = os.getpid()
        return cls(process=pid, started=psutil.Process(pid).create_time(), host=platform.node())


def holder(folder: Path) -> Holder | None:
    """The live process that trains the run in `folder`, if there is one."""
    lock = folder / LOCK
    try:
        found = Holder.model_validate_json(lock.read_bytes())
        beat = lock.stat().st_mtime
    except (OSError, ValidationError):
        return None
    beats = abs(time.time() - beat) < SILENT_SECONDS
    if found.host != platform.node():
        return found if beats else None
    return found if is_running(found, beats=beats) else None


def is_running(found: Holder, *, beats: bool = False) -> bool:
    """Whether a process of this machine still runs; one that `beats` does, whatever its start time says."""
    try:
        process = psutil.Process(found.process)
        if process.status() == psutil.STATUS_ZOMBIE:
            return False
        same = abs(process.create_time() - found.started) < _SAME_START_SECONDS
    except psutil.NoSuchProcess:
        return False
    except psutil.AccessDenied:
        same = False
    return same or beats


def processes_at_work(runs: Path) -> int:
    """How many live processes train the runs in a folder."""
    found = (holder(folder) for folder in runs.iterdir() if folder.is_dir())
    return len({(each.host, each.process) for each in found if each is not None})


class RunLock:
    """Holds a run while the block runs.

    Entering raises `RunBusy` when another process (or thread) holds it.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._guard = FileLock(folder / GUARD, timeout=0, thread_local=False)
        self._end = threading.Event()
        self._heart = threading.Thread(target=self._beat, name="heartbeat", daemon=True)

    def __enter__(self) -> Self:
        try:
            self._guard.acquire()
        except Timeout:
            found = holder(self._folder)
            raise RunBusy(self._folder.name, str(found.process) if found else "?") from None
        except OSError as error:
            raise write_error(self._folder, error) from error
        try:
            write_atomic(self._folder / LOCK, Holder.this_process().model_dump_json().encode())
        except BaseException:
            try:
                with suppress(OSError):  # it may be there already, naming a process that gives up
                    (self._folder / LOCK).unlink(missing_ok=True)
            finally:
                self._guard.release()
            raise
        self._heart.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._end.set()
        self._heart.join()
        lock = self._folder / LOCK
        try:
            lock.unlink(missing_ok=True)
        except OSError:
            with suppress(StoreError):  # an empty one names nobody
                write_plain(lock, b"")
        self._guard.release()

    def _beat(self) -> None:
        while not self._end.wait(HEARTBEAT_SECONDS):
            with suppress(OSError):
                os.utime(self._folder / LOCK)
