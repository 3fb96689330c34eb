"""The cache of converted tables: one folder per fingerprint, bounded, least recently used goes first.

A table that a living process uses is never removed.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from engine.data.in_use import TABLE_FILE, is_in_use, is_private
from engine.errors import CacheDiskFull, DiskFull
from engine.files import write_atomic, writing
from engine.paths import table_cache

DEFAULT_LIMIT = 20 * 10**9
"""Bytes that all converted tables together may take, unless that is over half of the free disk."""
SMALLEST_LIMIT = 100 * 10**6
_TEMPORARY = ".tmp"
_ABANDONED = 24 * 3600
"""Seconds after which an unfinished folder belongs to a process that is gone."""


class _Choice(BaseModel):
    """`cache.json` beside the tables."""

    model_config = ConfigDict(frozen=True)

    limit: int


class CachedTable(BaseModel):
    """A converted table in the cache."""

    model_config = ConfigDict(frozen=True)

    folder: Path
    path: str
    """The file it was made of."""
    rows: int
    columns: int
    size: int
    """Bytes on the disk."""
    used: float
    """When it was used last, in seconds since 1970."""
    in_use: bool
    """A living process uses it, so it stays."""


@dataclass(frozen=True, slots=True)
class Cleared:
    """What clearing the cache came to."""

    tables: int
    size: int
    """Bytes that were freed."""
    kept: int
    """Tables that stay because they are in use."""


def cached(fingerprint: str) -> Path | None:
    """The folder of that table, or nothing."""
    folder = table_cache() / fingerprint
    return folder if (folder / TABLE_FILE).exists() else None


@contextmanager
def new_entry(fingerprint: str, expected: int = 0) -> Iterator[Path]:
    """A temporary folder that becomes the table's entry when the block ends well.

    Whatever ends the block otherwise leaves nothing behind. The cache can always be made again, so
    nothing is synced.

    Args:
        fingerprint: The name of the entry.
        expected: Bytes that it will take, roughly: old tables go when the disk has less room.

    Raises `CacheDiskFull` or `WriteFailed`.
    """
    root = table_cache()
    final = root / fingerprint
    temporary = root / f".{fingerprint}.{secrets.token_hex(4)}{_TEMPORARY}"
    try:
        with writing(root):
            temporary.mkdir(parents=True)
            _make_room(expected)
            yield temporary
            if final.exists() and not (final / TABLE_FILE).exists():
                _remove(final)
            try:
                temporary.rename(final)
            except OSError:
                if not (final / TABLE_FILE).exists():
                    raise
                # Another process has converted the same file meanwhile: theirs is as good.
    except DiskFull as error:
        raise CacheDiskFull(error.path) from error
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
    _remove(folder)


def limit() -> int:
    """Bytes that the cache may take: what was chosen, or what suits the disk."""
    try:
        chosen = _Choice.model_validate_json(_choice_file().read_bytes()).limit
    except (OSError, ValidationError):
        room = _free() + cache_size()
        chosen = min(DEFAULT_LIMIT, room // 2)
    return max(SMALLEST_LIMIT, chosen)


def set_limit(size: int) -> None:
    """Choose how many bytes the cache may take, and make it so. Raises `DiskFull` or `WriteFailed`."""
    choice = _Choice(limit=size)
    path = _choice_file()
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
    write_atomic(path, choice.model_dump_json().encode())
    evict()


def evict(most: int | None = None, *, keep: str = "") -> None:
    """Delete private entries, and those used longest ago until the rest fits into `most` bytes.

    Args:
        most: Bytes; None: the limit in force.
        keep: An entry that stays, whatever its size.
    """
    most = limit() if most is None else most
    total = 0
    for used, folder in sorted(_folders(), reverse=True):
        size = folder_size(folder)
        if folder.name.endswith(_TEMPORARY):  # being made, or left by a process that was killed
            goes = time.time() - used > _ABANDONED
        else:
            too_large = total + size > most and folder.name != keep
            goes = (too_large or is_private(folder)) and not is_in_use(folder)
        if not goes or not _remove(folder):
            total += size


def cached_tables() -> tuple[CachedTable, ...]:
    """All converted tables, the one used last first."""
    found = (_described(folder, used) for used, folder in sorted(_folders(), reverse=True))
    return tuple(table for table in found if table is not None)


def cache_size() -> int:
    """Bytes of all converted tables."""
    return sum(folder_size(folder) for _, folder in _folders())


def remove_tables(tables: Iterable[CachedTable]) -> Cleared:
    """Delete these converted tables, but those in use; they are made again when they are opened."""
    tables = tuple(tables)
    gone = [t for t in tables if not is_in_use(t.folder) and _remove(t.folder)]
    return Cleared(len(gone), sum(table.size for table in gone), len(tables) - len(gone))


def clear_cache() -> Cleared:
    """Delete all converted tables that nobody uses; they are made again when they are opened."""
    tables, freed, kept = 0, 0, 0
    for used, folder in _folders():
        size = folder_size(folder)
        if folder.name.endswith(_TEMPORARY):
            if time.time() - used > _ABANDONED and _remove(folder):
                freed += size
        elif not is_in_use(folder) and _remove(folder):
            tables += 1
            freed += size
        else:
            kept += 1
    return Cleared(tables, freed, kept)


def folder_size(folder: Path) -> int:
    """Bytes of the files in the folder."""
    total = 0
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            with suppress(OSError):
                if entry.is_dir(follow_symlinks=False):
                    total += folder_size(Path(entry.path))
                else:
                    total += entry.stat().st_size
    return total


def _remove(folder: Path) -> bool:
    # Renamed first: no reader finds a half of it, and where open files cannot be deleted all stays.
    doomed = folder.with_name(f".{folder.name}.{secrets.token_hex(4)}{_TEMPORARY}")
    try:
        folder.rename(doomed)
    except OSError:
        return not folder.exists()
    shutil.rmtree(doomed, ignore_errors=True)
    return True


def _make_room(expected: int) -> None:
    """Let old tables go until so many bytes are free on the disk, as far as there are any."""
    if _free() >= expected:
        return
    for _, folder in sorted(_folders()):
        if _free() >= expected:
            return
        if not folder.name.endswith(_TEMPORARY) and not is_in_use(folder):
            _remove(folder)


def _free() -> int:
    """Bytes free on the disk of the cache."""
    folder = table_cache()
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return DEFAULT_LIMIT


def _choice_file() -> Path:
    return table_cache().with_name("cache.json")


def _described(folder: Path, used: float) -> CachedTable | None:
    try:
        info = json.loads((folder / TABLE_FILE).read_bytes())
        path, rows, columns = str(info["path"]), int(info["rows"]), len(info["names"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return CachedTable(
        folder=folder,
        path=path,
        rows=rows,
        columns=columns,
        size=folder_size(folder),
        used=used,
        in_use=is_in_use(folder),
    )


def _folders() -> list[tuple[float, Path]]:
    """Time of last use and folder of everything in the cache."""
    found = []
    with suppress(OSError):
        for folder in table_cache().iterdir():
            with suppress(OSError):
                try:
                    used = (folder / TABLE_FILE).stat()
                except (FileNotFoundError, NotADirectoryError):
                    used = folder.stat()
                found.append((used.st_mtime, folder))
    return found
