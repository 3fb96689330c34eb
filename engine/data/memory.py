"""How much memory there is to take, and arrays on disk for what is larger."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import psutil
from numpy.typing import DTypeLike, NDArray

from engine.errors import CacheDiskFull, DiskFull
from engine.files import writing
from engine.paths import table_cache

SHARE = 0.5
"""The part of the free memory that prepared rows may take; the rest is for training and the window."""
_CGROUPS = Path("/sys/fs/cgroup")
_UNLIMITED = 1 << 60
_ZEROS = bytes(1 << 20)


def available_memory() -> int:
    """Bytes that this process can still take: of the machine, its control group and its own limits.

    `TRAINYARD_MEMORY` (bytes) stands in for all of them.
    """
    given = os.environ.get("TRAINYARD_MEMORY", "")
    if given.isdigit():
        return int(given)
    return max(0, min(psutil.virtual_memory().available, _left_in_group(), _left_to_process()))


def fits_memory(size: int) -> bool:
    """Whether so many bytes can be held without crowding out everything else."""
    return size <= SHARE * available_memory()


class Storage:
    """Makes arrays, in memory or in files without a name, which vanish with their arrays."""

    def __init__(self, *, on_disk: bool) -> None:
        self.on_disk = on_disk

    def empty(self, shape: tuple[int, ...], dtype: DTypeLike) -> NDArray[Any]:
        """An array to be filled. Raises `CacheDiskFull` or `WriteFailed`."""
        size = int(np.prod(shape)) * np.dtype(dtype).itemsize
        if not self.on_disk or size == 0:
            return np.empty(shape, dtype)
        with _told(), _nameless() as file:
            _reserve(file, size)
            return np.memmap(file, dtype, "r+", shape=shape)

    def growing(self, dtype: DTypeLike) -> Growing:
        """An array whose length is known at the end only."""
        return Growing(np.dtype(dtype), on_disk=self.on_disk)


class Growing:
    """Takes pieces; `array` is all of them behind each other."""

    def __init__(self, dtype: np.dtype[Any], *, on_disk: bool) -> None:
        self._dtype = dtype
        self._pieces: list[NDArray[Any]] = []
        self._file: BinaryIO | None = None
        if on_disk:
            with _told():
                self._file = _nameless()

    def append(self, piece: NDArray[Any]) -> None:
        """Add to the end. Raises `CacheDiskFull` or `WriteFailed`."""
        piece = np.ascontiguousarray(piece, self._dtype)
        if self._file is None:
            self._pieces.append(piece)
        else:
            with _told():
                piece.tofile(self._file)

    def array(self) -> NDArray[Any]:
        """All pieces; nothing can be added afterwards."""
        if self._file is None:
            if len(self._pieces) == 1:
                return self._pieces[0]
            return np.concatenate([np.empty(0, self._dtype), *self._pieces])
        with _told(), self._file as file:
            file.flush()
            if file.tell() == 0:
                return np.empty(0, self._dtype)
            return np.memmap(file, self._dtype, "r+")


def is_on_disk(array: NDArray[Any] | None) -> bool:
    """Whether the array is a file mapped into memory."""
    return isinstance(array, np.memmap)


@contextmanager
def _told() -> Iterator[None]:
    """Turn errors of writing beside the cached tables into ones for people."""
    try:
        with writing(table_cache()):
            yield
    except DiskFull as full:
        raise CacheDiskFull(full.path) from full


def _nameless() -> BinaryIO:
    """A file that vanishes when it is closed and no longer mapped, even if the process is killed."""
    folder = table_cache()
    folder.mkdir(parents=True, exist_ok=True)
    return tempfile.TemporaryFile(dir=folder)


def _reserve(file: BinaryIO, size: int) -> None:
    """Take the room on the disk now: a mapped page that finds no room kills the process."""
    if hasattr(os, "posix_fallocate"):
        os.posix_fallocate(file.fileno(), 0, size)
        return
    for start in range(0, size, len(_ZEROS)):
        file.write(_ZEROS[: size - start])
    file.flush()


def _left_in_group() -> int:
    """Bytes left in the tightest control group around this process; pages of files can go."""
    left = _UNLIMITED
    try:
        groups = Path("/proc/self/cgroup").read_text().splitlines()
    except OSError:
        return left
    for group in groups:
        _, kinds, path = group.split(":", 2)
        if kinds == "":
            names = ("memory.max", "memory.current", "inactive_file")
            root = _CGROUPS
        elif kinds == "memory":
            names = ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file")
            root = _CGROUPS / "memory"
        else:
            continue
        place = root / path.lstrip("/")
        while place.is_relative_to(root):
            left = min(left, _left(place, *names))
            place = place.parent
    return left


def _left(folder: Path, limit: str, used: str, reclaimable: str) -> int:
    try:
        most = (folder / limit).read_text().strip()
        if not most.isdigit() or int(most) >= _UNLIMITED:
            return _UNLIMITED
        taken = int((folder / used).read_text())
        statistics = dict(
            line.split(maxsplit=1) for line in (folder / "memory.stat").read_text().splitlines()
        )
    except (OSError, ValueError):
        return _UNLIMITED
    return int(most) - taken + int(statistics.get(reclaimable, 0))


def _left_to_process() -> int:
    """Bytes left below the process's own limits (`ulimit -d`, `ulimit -v`)."""
    if sys.platform == "win32":
        return _UNLIMITED
    import resource

    left = _UNLIMITED
    used = psutil.Process().memory_info()
    for limit, taken in (
        (getattr(resource, "RLIMIT_DATA", None), getattr(used, "data", used.rss)),
        (getattr(resource, "RLIMIT_AS", None), used.vms),
    ):
        if limit is not None:
            with suppress(OSError, ValueError):
                soft, _ = resource.getrlimit(limit)
                if soft != resource.RLIM_INFINITY:
                    left = min(left, soft - taken)
    return left
