"""Unpacking with a bound, so that a file made to fill disks does not."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from engine.data.formats.rows import Ask
from engine.errors import UnpacksTooLarge
from engine.files import writing

GIGABYTES = 2
RATIO = 200
"""A packed file may unpack to `GIGABYTES`, and beyond that to `RATIO` times its own size."""
_CHUNK = 1 << 20


class Readable(Protocol):
    """What is unpacked comes out of this."""

    def read(self, size: int, /) -> bytes:
        """Up to `size` bytes; none at the end."""


def limit_for(packed: int) -> int:
    """Bytes that a file of `packed` bytes may unpack to."""
    return max(GIGABYTES << 30, RATIO * packed)


def refuse_expansion(path: Path) -> int:
    """What a ZIP file says that it unpacks to, in bytes; the size of any other file.

    Raises `UnpacksTooLarge` when that is out of proportion.
    """
    packed = path.stat().st_size
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(member.file_size for member in archive.infolist())
    except (zipfile.BadZipFile, OSError):
        return packed  # another format, or broken: its reader says what is wrong
    if unpacked > limit_for(packed):
        raise UnpacksTooLarge(str(path), RATIO, GIGABYTES)
    return unpacked


def copy_bounded(
    ask: Ask, source: Readable, destination: Path, packed: int, done: Callable[[], int]
) -> None:
    """Write all that comes out of `source` to `destination`.

    Args:
        ask: Names the file in errors, is told of the progress, and may cancel.
        source: Gives the unpacked bytes.
        destination: Is created, with its folder.
        packed: Size of what is unpacked, in bytes.
        done: How many of these have been taken in.

    Raises `Cancelled`, `UnpacksTooLarge`, `DiskFull` or `WriteFailed`.
    """
    limit, written = limit_for(packed), 0
    with writing(destination):
        destination.parent.mkdir(parents=True, exist_ok=True)
        with destination.open("wb") as file:
            while True:
                ask.refuse_when_cancelled()
                try:
                    chunk = source.read(_CHUNK)
                except OSError as error:
                    raise BrokenArchiveError(str(error)) from error
                if not chunk:
                    return
                written += len(chunk)
                if written > limit:
                    raise UnpacksTooLarge(str(ask.path), RATIO, GIGABYTES)
                file.write(chunk)
                ask.progress(min(done(), packed), packed)


class BrokenArchiveError(Exception):
    """The packed bytes cannot be unpacked."""
