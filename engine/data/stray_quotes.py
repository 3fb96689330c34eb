"""Quotes that close a field although text follows: the fast reader drops them without a word."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.data.records import Dialect

_LOOKED_AT = 1000
"""Lines of one block that are looked at; with more in doubt the whole block is."""
_LONGEST_LINE = 1 << 20
_PIECE = 1 << 17
"""Bytes that are looked at at once: few enough to stay in the processor's cache."""


class StrayQuotes:
    """Looks through the bytes of a file (in UTF-8) as they are read."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._quote = dialect.quote.encode()
        self._marks = (dialect.delimiter + dialect.escape + "\r\n").encode()
        self._tail = b""
        self.found = False
        """Whether there is such a quote in what was seen so far."""

    def see(self, data: bytes) -> None:
        """The next bytes; none at the end."""
        if self.found or not self._quote:
            return
        first = _first_line_end(data, 0)
        whole = first < len(data) or not data
        if whole:
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
                looked_at += 1
                if looked_at > _LOOKED_AT or self._closes(data, piece + place):
                    return True
        return False

    def _within(self, piece: NDArray[np.uint8]) -> list[int]:
        """Where quotes stand with neither a quote nor a delimiter nor a line end beside them."""
        quotes = piece == self._quote[0]
        edges = quotes.copy()
        for mark in self._marks:
            edges |= piece == mark
        places: list[int] = (np.flatnonzero(quotes[1:-1] > (edges[:-2] | edges[2:])) + 1).tolist()
        return places

    def _closes(self, data: bytes, place: int) -> bool:
        """Whether the quote at that place closes a field that was opened in the same line."""
        start = _last_line(data, place)
        if data.count(self._quote, start, place) % 2 == 0:
            return False
        line = data[start : _first_line_end(data, place)]
        return self._dialect.parse(line.decode("utf-8", "replace")) is None


def _first_line_end(data: bytes, start: int) -> int:
    """The place of the first line end, or the length of the data."""
    ends = (data.find(mark, start) for mark in (b"\n", b"\r"))
    return min((end for end in ends if end >= 0), default=len(data))


def _last_line(data: bytes, end: int) -> int:
    """Where the last line begins that begins before `end`."""
    return max(data.rfind(b"\n", 0, end), data.rfind(b"\r", 0, end)) + 1
