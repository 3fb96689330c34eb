"""Faults in the calls that write files: the n-th one fails, writes less than it was given, or is the last.

What is counted are the calls on files under one folder: `os.open`, `os.write`, `os.fsync`, renames, the
making and deleting of files and folders, and files opened by `open`.
"""

from __future__ import annotations

import builtins
import errno
import io
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


class Crash(BaseException):
    """The process ends here: nothing that it would still do reaches the disk."""


FAULTS: dict[str, tuple[str, ...]] = {
    "open": ("EIO", "ENOSPC", "EACCES", "crash"),
    "write": ("EIO", "ENOSPC", "short", "torn EIO", "torn ENOSPC", "torn crash", "crash"),
    "fsync": ("EIO", "ENOSPC", "crash", "crash after"),
    "rename": ("EIO", "ENOSPC", "EACCES", "crash", "crash after"),
    "mkdir": ("EIO", "ENOSPC", "EACCES", "crash", "crash after"),
    "unlink": ("EIO", "EACCES", "crash", "crash after"),
    "touch": ("EIO", "EACCES", "crash"),
}
"""What can go wrong with each kind of call."""


class Injector:
    """Counts the calls of a block, and lets one of them go wrong."""

    def __init__(self, folder: Path, at: int = -1, fault: str = "") -> None:
        self._folder = os.path.realpath(folder)
        self._at, self._fault = at, fault
        self.calls: list[str] = []
        """The kinds of the calls so far."""
        self.hit = ""
        """The call that went wrong, and its path."""
        self._open: dict[int, str] = {}
        self._dead = False

    @contextmanager
    def __call__(self) -> Iterator[None]:
        """Inject while the block runs."""
        names = ("open", "write", "fsync", "rename", "replace", "mkdir", "unlink", "remove")
        real = {name: getattr(os, name) for name in (*names, "rmdir", "utime", "close", "sendfile")}
        self._real = real
        real_open, real_io_open = builtins.open, io.open
        self._real_open = real_open
        fakes: dict[str, Callable[..., Any]] = {
            "open": self._os_open,
            "write": self._os_write,
            "fsync": lambda fd: self._of_descriptor("fsync", fd, lambda: real["fsync"](fd)),
            "rename": lambda a, b, **k: self._rename("rename", a, b, k),
            "replace": lambda a, b, **k: self._rename("replace", a, b, k),
            "mkdir": lambda p, *a, **k: self._of_path(
                "mkdir", p, lambda: real["mkdir"](p, *a, **k)
            ),
            "unlink": lambda p, **k: self._of_path("unlink", p, lambda: real["unlink"](p, **k)),
            "remove": lambda p, **k: self._of_path("unlink", p, lambda: real["remove"](p, **k)),
            "rmdir": lambda p, **k: self._of_path("unlink", p, lambda: real["rmdir"](p, **k)),
            "utime": lambda p, *a, **k: self._of_path(
                "touch", p, lambda: real["utime"](p, *a, **k)
            ),
            "close": self._os_close,
            "sendfile": self._sendfile,
        }
        for name, fake in fakes.items():
            setattr(os, name, fake)
        builtins.open = io.open = self._open_file  # type: ignore[assignment]
        try:
            yield
        finally:
            for name, function in real.items():
                setattr(os, name, function)
            builtins.open, io.open = real_open, real_io_open  # type: ignore[assignment]
            for descriptor in self._open:
                try:
                    os.close(descriptor)
                except OSError:
                    continue

    # One call -------------------------------------------------------------------------------------

    def _step(self, kind: str, path: str) -> str:
        """Count a call; what is to go wrong with it."""
        if self._dead:
            raise Crash
        self.calls.append(kind)
        if len(self.calls) - 1 != self._at:
            return ""
        self.hit = f"{kind} {path.removeprefix(self._folder)}"
        if self._fault == "crash":
            self._die()
        return self._fault

    def _die(self) -> None:
        self._dead = True
        raise Crash

    def _of_path(self, kind: str, path: Any, call: Callable[[], Any]) -> Any:
        where = self._inside(path)
        if where is None:
            return call()
        fault = self._step(kind, where)
        _raise(fault, where)
        found = call()
        if fault == "crash after":
            self._die()
        return found

    def _of_descriptor(self, kind: str, descriptor: int, call: Callable[[], Any]) -> Any:
        path = self._open.get(descriptor)
        return call() if path is None else self._of_path(kind, path, call)

    def _rename(self, name: str, one: Any, other: Any, named: dict[str, Any]) -> Any:
        return self._of_path("rename", one, lambda: self._real[name](one, other, **named))

    def _os_open(self, path: Any, flags: int, *rest: Any, **named: Any) -> int:
        descriptor: int = self._of_path(
            "open", path, lambda: self._real["open"](path, flags, *rest, **named)
        )
        where = self._inside(path)
        if where is not None:
            self._open[descriptor] = where
        return descriptor

    def _os_close(self, descriptor: int) -> None:
        self._open.pop(descriptor, None)
        self._real["close"](descriptor)

    def _os_write(self, descriptor: int, data: Any) -> int:
        path = self._open.get(descriptor)
        if path is None:
            return int(self._real["write"](descriptor, data))
        return self._write(path, data, lambda part: self._real["write"](descriptor, part))

    def _write(self, path: str, data: Any, write: Callable[[Any], Any]) -> int:
        fault = self._step("write", path)
        half = memoryview(data).cast("B")[: max(1, len(memoryview(data).cast("B")) // 2)]
        if fault == "short":
            return int(write(half))
        if fault.startswith("torn"):
            write(half)
            if fault == "torn crash":
                self._die()
            fault = fault.removeprefix("torn ")
        _raise(fault, path)
        return int(write(data))

    def _sendfile(self, out: int, source: int, offset: Any, count: int) -> int:
        path = self._open.get(out)
        if path is None:
            return int(self._real["sendfile"](out, source, offset, count))
        _raise(self._step("write", path).removeprefix("torn ").replace("short", ""), path)
        return int(self._real["sendfile"](out, source, offset, count))

    def _open_file(self, file: Any, mode: str = "r", *rest: Any, **named: Any) -> Any:
        where = self._inside(file) if not isinstance(file, int) else None
        if where is None or not set(mode) & set("wax+"):
            return self._real_open(file, mode, *rest, **named)
        _raise(self._step("open", where), where)
        raw = _Raw(self, where, mode.replace("b", "").replace("t", ""))
        self._open[raw.fileno()] = where
        buffering = rest[0] if rest else named.get("buffering", -1)
        if buffering == 0:
            return raw
        buffered = io.BufferedRandom(raw) if "+" in mode else io.BufferedWriter(raw)
        if "b" in mode:
            return buffered
        return io.TextIOWrapper(buffered, encoding=named.get("encoding") or "utf-8")

    def _inside(self, path: Any) -> str | None:
        """The path, if it is under the folder."""
        try:
            text = os.path.abspath(os.fspath(path))  # noqa: PTH100
        except TypeError:
            return None
        if isinstance(text, bytes):
            return None
        return text if text.startswith(self._folder) else None


class _Raw(io.FileIO):
    """An unbuffered file whose writes are counted."""

    def __init__(self, injector: Injector, path: str, mode: str) -> None:
        super().__init__(path, mode)
        self._injector, self._path = injector, path

    def write(self, data: Any) -> int:
        return self._injector._write(self._path, data, super().write)


def _raise(fault: str, path: str) -> None:
    number = getattr(errno, fault, None) if fault.isupper() else None
    if number is not None:
        raise OSError(number, os.strerror(number), path)
