"""Quotes that close a field although text follows: the fast reader drops them without a word."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.data.text.records import Dialect

_LOOKED_AT = 1000
"""Lines of one block that are looked at; with more in doubt the whole block is."""
_LONGEST_LINE = 1 << 20
_PRINTED = 14
_PIECE = 1 << 17
"""Bytes that are looked at at once: few enough to stay in the processor's cache."""


class StrayQuotes:
    """Looks through the bytes of a file (in UTF-8) as they are read."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._quote = dialect.quote.encode()
        self._marks = [m for m in (dialect.delimiter + dialect.escape).encode() if m >= _PRINTED]
        self._tail = b""
        self.found = False
        """Whether there is such a quote in what was seen so far."""

    def see(self, data: bytes) -> None:
        """The next bytes; none at the end."""
        if self.found or not self._quote:
            return
        if self._quote not in data and self._quote not in self._tail:
            self._tail = data[_last_line(data, len(data)) :][-_LONGEST_LINE:]
            return
        first = _first_line_end(data, 0)
        if first < len(data) or not data:
            edge = self._tail + data[:first]
            last = max(first, _last_line(data, len(data)))
            self.found = self._is_in(edge, 0, len(edge)) or self._is_in(data, first, last)
            self._tail = data[last:]
        else:
            self._tail = (self._tail + data)[-_LONGEST_LINE:]

    def _is_in(self, data: bytes, start: int, end: int) -> bool:
        if data.find(self._quote, start, end) < 0:
            return False
        found = np.frombuffer(data, dtype=np.uint8)[:end]
        looked_at = 0
        for piece in range(start, end - 2, _PIECE):
            for place in self._within(found[piece : piece + _PIECE + 2]):
                line = _last_line(data, piece + place)
                if data.count(self._quote, line, piece + place) % 2 == 0:
                    continue  # it opens nothing, for a field begins otherwise
                looked_at += 1
                if looked_at > _LOOKED_AT or not self._is_sound(data, line):
                    return True
        return False

    def _within(self, piece: NDArray[np.uint8]) -> list[int]:
        """Where quotes stand with neither a quote nor a delimiter nor a line end beside them."""
        quotes = piece == self._quote[0]
        edges = piece < _PRINTED  # line ends and tabs
        edges |= quotes
        for mark in self._marks:
            edges |= piece == mark
        places: list[int] = (np.flatnonzero(quotes[1:-1] > (edges[:-2] | edges[2:])) + 1).tolist()
        return places

    def _is_sound(self, data: bytes, start: int) -> bool:
        """Whether the quotes of the line that begins there stand where a writer puts them."""
        line = data[start : _first_line_end(data, start)]
        return self._dialect.parse(line.decode("utf-8", "replace")) is not None


def _first_line_end(data: bytes, start: int) -> int:
    """The place of the first line end, or the length of the data."""
    end = data.find(b"\n", start)
    if end < 0:
        end = data.find(b"\r", start)
    return end if end >= 0 else len(data)


def _last_line(data: bytes, end: int) -> int:
    """Where the last line begins that begins before `end`."""
    start = data.rfind(b"\n", 0, end)
    return (start if start >= 0 else data.rfind(b"\r", 0, end)) + 1
