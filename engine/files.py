"""Writing files so that a reader finds the old content or the new, never a half of it.

Everything goes to a temporary name beside the destination, is synced, then renamed. A full disk
becomes `DiskFull`, any other refusal `WriteFailed`, and no temporary file is left behind.
"""

from __future__ import annotations

import errno
import json
import os
import secrets
import shutil
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from engine.errors import DiskFull, StoreError, WriteFailed

_FULL = {errno.ENOSPC, errno.EDQUOT}
_TEMPORARY = ".tmp"
BINARY = getattr(os, "O_BINARY", 0)
"""For `os.open`: Windows would translate line ends without it."""


def write_error(path: Path, error: OSError) -> StoreError:
    """The error for people that belongs to an operating system error while writing `path`."""
    if error.errno in _FULL:
        return DiskFull(str(path))
    return WriteFailed(str(path), error.strerror or str(error))


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turn operating system errors inside the block into `DiskFull` or `WriteFailed` of `path`."""
    try:
        yield
    except OSError as error:
        raise write_error(path, error) from error
    except (DiskFull, WriteFailed) as error:
        error.path = str(path)  # not the temporary name that was being written
        raise


def write_all(descriptor: int, data: bytes) -> None:
    """Write all of `data`, however little the system takes at a time."""
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def write_plain(path: Path, data: bytes) -> None:
    """Create or overwrite `path` in place, unsynced: for files that an atomic block syncs at its end.

    Raises `DiskFull` or `WriteFailed`.
    """
    with writing(path):
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | BINARY, 0o666)
        try:
            write_all(descriptor, data)
        finally:
            os.close(descriptor)


def write_atomic(path: Path, data: bytes) -> None:
    """Replace the content of `path`.

    Raises `DiskFull` or `WriteFailed`; the former content is then untouched.
    """
    with atomic_file(path) as temporary:
        write_plain(temporary, data)


def write_secret(path: Path, data: bytes) -> None:
    """As `write_atomic`; only the owner can read the file, from its first moment on.

    Raises `DiskFull` or `WriteFailed`; the former content is then untouched.
    """
    with atomic_file(path) as temporary:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | BINARY, 0o600)
        try:
            write_all(descriptor, data)
        finally:
            os.close(descriptor)


@contextmanager
def atomic_file(path: Path) -> Iterator[Path]:
    """A temporary path to write to, which becomes `path` when the block ends well.

    Raises `DiskFull` or `WriteFailed`; the former content is then untouched.
    """
    final = Path(os.path.realpath(path))
    temporary = _temporary(final)
    try:
        with writing(path):
            yield temporary
            _sync(temporary)
            temporary.replace(final)
            _sync_folder(final.parent)
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


@contextmanager
def atomic_folder(path: Path) -> Iterator[Path]:
    """A temporary folder to fill, which becomes the new folder `path` when the block ends well.

    Raises `DiskFull` or `WriteFailed`; there is then no folder `path`.
    """
    temporary = _temporary(path)
    try:
        with writing(path):
            temporary.mkdir()
            yield temporary
            for folder, _, names in os.walk(temporary):
                for name in names:
                    _sync(Path(folder, name))
                _sync_folder(Path(folder))
            temporary.rename(path)
            _sync_folder(path.parent)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


SEAL = "seal"
"""Key of the checksum in a sealed JSON file."""


def seal_of(data: bytes) -> str:
    """A checksum (CRC-32) that tells whether bytes were damaged; it is no protection against a person."""
    return f"{zlib.crc32(data):08x}"


def sealed_json(value: dict[str, Any]) -> bytes:
    """A JSON object as indented text, with a checksum of all the rest as its last entry."""
    rest = {key: item for key, item in value.items() if key != SEAL}
    text = json.dumps({**rest, SEAL: seal_of(_canonical(rest))}, indent=2, ensure_ascii=False)
    return text.encode() + b"\n"


def unsealed(value: dict[str, Any]) -> dict[str, Any]:
    """The object without its checksum; one that was never sealed is taken as it is.

    Raises `ValueError` when the checksum is not that of the rest.
    """
    rest = {key: item for key, item in value.items() if key != SEAL}
    if SEAL in value and value[SEAL] != seal_of(_canonical(rest)):
        raise ValueError("it was altered")
    return rest


def _canonical(value: dict[str, Any]) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


def clear_temporaries(folder: Path) -> None:
    """Delete what killed processes left under `folder`. Only while nobody writes there."""
    for entry in list(folder.rglob(f".*{_TEMPORARY}")):
        if entry.is_dir():
            shutil.rmtree(entry, ignore_errors=True)
        else:
            entry.unlink(missing_ok=True)


def _temporary(path: Path) -> Path:
    return path.with_name(f".{path.name}.{secrets.token_hex(4)}{_TEMPORARY}")


def _sync(path: Path) -> None:
    # Write access: Windows refuses to sync a descriptor that may only read.
    descriptor = os.open(path, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sync_folder(path: Path) -> None:
    if os.name == "nt":
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
