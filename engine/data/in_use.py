"""Which folders of the cache are in use, by this process or another one, and which were last.

A process that uses a folder keeps a small file in it that names the process. A file of a process that is
gone counts for nothing. A private folder goes as soon as the last process lets go of it.
"""

from __future__ import annotations

import os
import shutil
import threading
import weakref
from collections import Counter
from contextlib import suppress
from pathlib import Path

import psutil

TABLE_FILE = "table.json"
"""The file that every finished folder has; its time of change is the time of last use."""
_PREFIX = "used-by-"
_PRIVATE = "private"
_SAME_START_SECONDS = 2.0
"""Start times are computed from the system clock, which may be set while a process runs."""

_lock = threading.RLock()  # a table may be collected, and so released, while another is held
_held: Counter[Path] = Counter()


def hold(folder: Path, user: object) -> None:
    """Mark the folder as used for as long as `user` lives."""
    with _lock:
        _held[folder] += 1
        with suppress(OSError):  # a cache that cannot be written to cannot be cleared either
            _mark(folder).touch()
    weakref.finalize(user, _release, folder)


def mark_used(folder: Path) -> None:
    """Note that the table in the folder has been used now; the one used longest ago goes first."""
    with suppress(OSError):
        os.utime(folder / TABLE_FILE)


def make_private(folder: Path) -> None:
    """Let the folder go as soon as nobody uses it: it holds values that are to be hidden."""
    with suppress(OSError):
        if folder.is_dir():
            (folder / _PRIVATE).touch()


def is_private(folder: Path) -> bool:
    """Whether the folder is to go as soon as nobody uses it."""
    return (folder / _PRIVATE).exists()


def is_in_use(folder: Path) -> bool:
    """Whether a living process uses the folder."""
    try:
        marks = [each.name for each in folder.iterdir() if each.name.startswith(_PREFIX)]
    except OSError:
        return False
    return any(_lives(*_process_of(mark)) for mark in marks)


def _release(folder: Path) -> None:
    with _lock:
        _held[folder] -= 1
        if _held[folder] <= 0:
            del _held[folder]
            with suppress(OSError):
                _mark(folder).unlink(missing_ok=True)
            if is_private(folder) and not is_in_use(folder):
                # The entry's own file first: whoever looks meanwhile finds no table.
                with suppress(OSError):
                    (folder / TABLE_FILE).unlink(missing_ok=True)
                shutil.rmtree(folder, ignore_errors=True)


def _mark(folder: Path) -> Path:
    process = psutil.Process()
    return folder / f"{_PREFIX}{process.pid}-{process.create_time():.0f}"


def _process_of(mark: str) -> tuple[int, float]:
    process, _, start = mark.removeprefix(_PREFIX).partition("-")
    try:
        return int(process), float(start)
    except ValueError:
        return -1, 0.0


def _lives(process: int, start: float) -> bool:
    if process == os.getpid():
        return True
    try:
        return abs(psutil.Process(process).create_time() - start) <= _SAME_START_SECONDS
    except (psutil.NoSuchProcess, ValueError):
        return False
    except psutil.AccessDenied:
        return True
