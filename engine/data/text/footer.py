"""Lines below a table that are no rows of it: notes, and lines of delimiters alone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Literal

from engine.data.text.records import Dialect
from engine.data.text.sample import FileSample

_CHUNK = 1 << 16
_MOST = 16 << 20
"""Bytes at the end of a file that are looked through at most."""
_MOST_NOTES = 40
_TOTAL = re.compile(
    r"(grand |sub-?)?totals?|sum|summe|gesamt|insgesamt|somme|suma|totale?|合计|总计|小计|共计|計|合計",
    re.IGNORECASE,
)
"""What a line that holds nothing else begins the end of a table with."""
_NARROWEST = 3
"""Columns that a table must have for a line with one text in it to be told from a row."""


@dataclass(frozen=True, slots=True)
class Footer:
    """What stands below the rows."""

    lines: int = 0
    bytes: int = 0


def find_footer(sample: FileSample, encoding: str, dialect: Dialect, width: int) -> Footer:
    """What stands at the end of the file, from the first line on that is plainly no row.

    Such a line is the second one of delimiters alone, one with notes below it, or the word for a total
    without a number. Notes below a blank line are told from rows by their width, when all rows are read.
    """
    if width < _NARROWEST or encoding.startswith(("utf-16", "utf-32")):
        return Footer()
    size = _CHUNK
    while True:
        start = max(0, sample.size - size)
        with sample.path.open("rb") as file:
            file.seek(start)
            lines = file.read().splitlines(keepends=True)
        below, is_whole = _footer(lines[1:] if start else lines, encoding, dialect, width)
        if not is_whole or start == 0 or size >= _MOST:
            break
        size *= 4
    nothing = (dialect.delimiter + " \t\r\n").encode()
    above = (line for line in lines[: len(lines) - len(below)] if line.strip(nothing))
    if is_whole or (start == 0 and sum(1 for _ in islice(above, 2)) < 2):
        return Footer()  # no row in sight, or a header at most: this is no footer of a table
    return Footer(len(below), sum(map(len, below)))


def _footer(
    lines: list[bytes], encoding: str, dialect: Dialect, width: int
) -> tuple[list[bytes], bool]:
    """The lines of the footer, and whether they are all the lines."""
    notes = bare = start = 0
    nothing = (dialect.delimiter + " \t\r\n").encode()
    mark = dialect.delimiter.encode()
    for place in range(len(lines) - 1, -1, -1):
        line = lines[place]
        if not line.strip(nothing):
            bare += mark in line
            if bare > 1 or (bare and notes):
                start = place
            continue
        text = line.decode(encoding, "replace").strip("\r\n")
        fields = dialect.parse(text) or []
        filled = sum(1 for field in fields if field.strip())
        within = dialect.quotes_in(text) % 2 == 1  # the line begins amid a quoted field
        if within or filled != 1 or len(fields) > width or notes >= _MOST_NOTES:
            return (lines[start:] if start else []), False
        notes += 1
        if _TOTAL.fullmatch("".join(fields).strip(" \t:.*-")):
            start = place
    return lines, True


def bytes_of_last_lines(path: Path, lines: int, encoding: str) -> int | None:
    """The bytes of that many lines at the end; nothing if the file has no more lines than that.

    A line end at the very end of the file ends its last line and begins no other.
    """
    if not lines:
        return 0
    wide = 2 if encoding.startswith("utf-16") else 4 if encoding.startswith("utf-32") else 1
    order: Literal["big", "little"] = "big" if encoding.endswith("be") else "little"
    feed, back = (ord(mark).to_bytes(wide, order) for mark in "\n\r")
    size, seen = path.stat().st_size, _CHUNK
    while True:
        start = max(0, size - seen)
        start -= start % wide
        with path.open("rb") as file:
            file.seek(start)
            data = file.read()
        place = _start_of_last_lines(data, lines, feed, back, wide)
        if place is not None and (place > 0 or start > 0):
            return len(data) - place
        if start == 0:
            return None
        seen *= 4


def _start_of_last_lines(
    data: bytes, lines: int, feed: bytes, back: bytes, wide: int
) -> int | None:
    """Where the last lines begin, if the data holds the line end above them."""
    place = len(data)
    for mark in (feed, back):
        if data.endswith(mark, 0, place):
            place -= wide
    marks = [mark for mark in (feed, back) if mark in data]
    for _ in range(lines):
        found = max((_last(data, mark, place, wide) for mark in marks), default=-1)
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
