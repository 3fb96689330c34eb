"""How many bytes the last lines of a file take."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

_CHUNK = 1 << 16


def bytes_of_last_lines(path: Path, lines: int, encoding: str) -> int | None:
    """The bytes of that many lines at the end; nothing if the file has no more lines than that.

    A line end at the very end of the file ends its last line and begins no other.
    """
    if not lines:
        return 0
    wide = 2 if encoding.startswith("utf-16") else 4 if encoding.startswith("utf-32") else 1
    order: Literal["big", "little"] = "big" if encoding.endswith("be") else "little"
    feed, back = (ord(mark).to_bytes(wide, order) for mark in "\n\r")
    size = path.stat().st_size
    data = b""
    with path.open("rb") as file:
        while True:
            start = max(0, size - len(data) - _CHUNK)
            start -= start % wide
            file.seek(start)
            data = file.read(size - len(data) - start) + data
            place = _start_of_last_lines(data, lines, feed, back, wide)
            if place is not None and (place > 0 or start > 0):
                return len(data) - place
            if start == 0:
                return None


def _start_of_last_lines(
    data: bytes, lines: int, feed: bytes, back: bytes, wide: int
) -> int | None:
    """Where the last lines begin, if the data holds the line end above them."""
    place = len(data)
    for mark in (feed, back):
        if data.endswith(mark, 0, place):
            place -= wide
    for _ in range(lines):
        found = max(_last(data, mark, place, wide) for mark in (feed, back))
        if found < 0:
            return None
        begin, place = found + wide, found
        if data[found : found + wide] == feed and data.endswith(back, 0, place):
            place -= wide
    return begin


def _last(data: bytes, mark: bytes, end: int, wide: int) -> int:
    """The last place of the mark before `end` that is no part of two characters."""
    found = data.rfind(mark, 0, end)
    while found >= 0 and (len(data) - found) % wide:
        found = data.rfind(mark, 0, found + len(mark) - 1)
    return found
