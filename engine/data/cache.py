"""The cache of converted tables: one folder per fingerprint, bounded, least recently used goes first."""

from __future__ import annotations

import os
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from engine.files import writing
from engine.paths import table_cache

LIMIT = 10 << 30
"""Bytes that all converted tables together may take."""
_TEMPORARY = ".tmp"
_ABANDONED = 24 * 3600
"""Seconds after which an unfinished folder belongs to a process that is gone."""
_MARK = "table.json"
"""The file that every finished folder has; its time of change is the time of last use."""


def cached(fingerprint: str) -> Path | None:
    """The folder of that table, marked as used now, or nothing."""
    folder = table_cache() / fingerprint
    try:
        os.utime(folder / _MARK)
    except OSError:
        return None
    return folder


@contextmanager
def new_entry(fingerprint: str) -> Iterator[Path]:
    """A temporary folder that becomes the table's entry when the block ends well.

    Whatever ends the block otherwise leaves nothing behind. The cache can always be made again, so
    nothing is synced.

    Raises `DiskFull` or `WriteFailed`.
    """
    root = table_cache()
    final = root / fingerprint
    temporary = root / f".{fingerprint}.{secrets.token_hex(4)}{_TEMPORARY}"
    try:
        with writing(root):
            temporary.mkdir(parents=True)
            yield temporary
            try:
                temporary.rename(final)
            except OSError:
                if not (final / _MARK).exists():
                    raise
                # Another process has converted the same file meanwhile: theirs is as good.
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    evict(keep=fingerprint)


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """Where something large may lie for a while; it need not exist and is gone after the block."""
    folder = table_cache() / f".scratch.{secrets.token_hex(4)}{_TEMPORARY}"
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def discard(folder: Path) -> None:
    """Delete an entry that cannot be read."""
    shutil.rmtree(folder, ignore_errors=True)


def evict(limit: int | None = None, *, keep: str = "") -> None:
    """Delete the entries used longest ago until the rest fits into `limit` bytes."""
    limit = LIMIT if limit is None else limit
    total = 0
    for used, folder in sorted(_entries(), reverse=True):
        size = folder_size(folder)
        if folder.name.endswith(_TEMPORARY):  # being made, or left by a process that was killed
            goes = time.time() - used > _ABANDONED
        else:
            goes = total + size > limit and folder.name != keep
        if goes:
            shutil.rmtree(folder, ignore_errors=True)
        else:
            total += size


def cache_size() -> int:
    """Bytes of all converted tables."""
    return sum(folder_size(folder) for _, folder in _entries())


def clear_cache() -> None:
    """Delete all converted tables; they are made again when their files are opened."""
    for _, folder in _entries():
        shutil.rmtree(folder, ignore_errors=True)


def folder_size(folder: Path) -> int:
    """Bytes of the files directly in the folder."""
    total = 0
    with suppress(OSError):
        for entry in folder.iterdir():
            with suppress(OSError):
                total += entry.stat().st_size
    return total


def _entries() -> list[tuple[float, Path]]:
    """Time of last use and folder of everything in the cache."""
    found = []
    with suppress(OSError):
        for folder in table_cache().iterdir():
            mark = folder / _MARK
            with suppress(OSError):
                used = mark if mark.exists() else folder
                found.append((used.stat().st_mtime, folder))
    return found
