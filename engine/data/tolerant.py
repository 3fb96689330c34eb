"""The slower reader for files that the fast one refuses or is likely to misread.

It works line by line with Python's csv reader. A record goes over several lines only if its quotes
are sound and its number of fields is right; otherwise its first line alone is rejected and reading
goes on with the next, so that one open quote costs one line and not the rest of the file.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from engine.data.dialect import Layout, count_lines
from engine.data.rejects import open_quote, wrong_width
from engine.messages import Message

csv.field_size_limit(2**31 - 1)

_JOINED_LINES = 1000
_JOINED_CHARACTERS = 4 << 20


@dataclass(frozen=True, slots=True)
class Record:
    """What one or more lines came to: fields, or a reason against them, or neither (a blank line)."""

    text: str
    breaks: int
    """Line ends inside the record."""
    fields: list[str] | None = None
    reason: Message | None = None


def lines_of(chunks: Iterable[bytes]) -> Iterator[str]:
    """The lines of a UTF-8 stream with their ends: LF, CRLF or CR."""
    held = b""
    for chunk in chunks:
        lines = (held + chunk).splitlines(keepends=True)
        # A CR at the end of a chunk may be half of a CRLF.
        held = lines.pop() if lines else b""
        for line in lines:
            yield line.decode("utf-8", "replace")
    for line in held.splitlines(keepends=True):
        yield line.decode("utf-8", "replace")


def read_records(lines: Iterator[str], layout: Layout) -> Iterator[Record]:
    """The records after the header."""
    reader = _Reader(lines, layout)
    while (record := reader.next()) is not None:
        yield record


class _Reader:
    def __init__(self, lines: Iterator[str], layout: Layout) -> None:
        self._lines = lines
        self._ahead: list[str] = []  # lines given back, next one last
        self._delimiter = layout.reading.delimiter or ","
        self._quote = layout.reading.quote or ""
        self._width = layout.width
        self._kept = len(layout.names)

    def next(self) -> Record | None:
        line = self._next_line()
        if line is None:
            return None
        text = line.rstrip("\r\n")
        if not text:
            return Record("", 0)
        if not self._quote or self._quote not in text:
            return self._judged(text, text.split(self._delimiter))
        fields = self._parse(text)
        if fields is not None:
            return self._judged(text, fields)
        return self._joined(line) or Record(text, 0, reason=open_quote())

    def _next_line(self) -> str | None:
        return self._ahead.pop() if self._ahead else next(self._lines, None)

    def _joined(self, first: str) -> Record | None:
        """The record over several lines that begins with `first`, or nothing if there is none."""
        taken = [first]
        size = len(first)
        while len(taken) < _JOINED_LINES and size < _JOINED_CHARACTERS:
            line = self._next_line()
            if line is None:
                break
            taken.append(line)
            size += len(line)
            if line.count(self._quote) % 2 == 0:
                continue  # the quote is still open
            text = "".join(taken).rstrip("\r\n")
            fields = self._parse_strictly(text)
            if fields is None:
                break
            return self._judged(text, fields)
        self._ahead.extend(reversed(taken[1:]))
        return None

    def _parse(self, text: str) -> list[str] | None:
        """The fields of one line, or nothing when a quote stays open."""
        fields = self._parse_strictly(text)
        if fields is not None:
            return fields
        closed = text.count(self._quote) % 2 == 0
        return next(self._csv(text, strict=False), []) if closed else None

    def _parse_strictly(self, text: str) -> list[str] | None:
        try:
            rows = list(self._csv(text, strict=True))
        except csv.Error:
            return None
        return rows[0] if len(rows) == 1 else None

    def _csv(self, text: str, *, strict: bool) -> Iterator[list[str]]:
        lines = text.splitlines(keepends=True) if "\n" in text or "\r" in text else [text]
        return csv.reader(lines, delimiter=self._delimiter, quotechar=self._quote, strict=strict)

    def _judged(self, text: str, fields: list[str]) -> Record:
        breaks = count_lines(text)
        found = len(fields)
        if found > self._width and not any(f.strip() for f in fields[self._width :]):
            fields = fields[: self._width]  # blank fields at the end hold nothing
        elif found != self._width and found != self._kept:
            return Record(text, breaks, reason=wrong_width(found, self._width))
        return Record(text, breaks, fields=fields[: self._kept])
