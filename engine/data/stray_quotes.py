"""Quotes that close a field although text follows: the fast reader drops them without a word."""

from __future__ import annotations

import numpy as np

from engine.data.records import Dialect

_LOOKED_AT = 1000
"""Lines of one block that are looked at; with more in doubt the whole block is."""
_LONGEST_LINE = 1 << 20
_FEED, _RETURN = b"\n\r"


class StrayQuotes:
    """Looks through the bytes of a file (in UTF-8) as they are read."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._quote = dialect.quote.encode()
        self._marks = (dialect.delimiter + dialect.escape).encode()
        self._tail = b""
        self.found = False
        """Whether there is such a quote in what was seen so far."""

    def see(self, data: bytes) -> None:
        """The next bytes; none at the end."""
        if self.found or not self._quote:
            return
        if self._quote not in data and self._quote not in self._tail:
            self._tail = data[_last_line(data) :][-_LONGEST_LINE:]
            return
        whole = self._tail + data
        end = _last_line(whole) if data else len(whole)
        self.found = self._is_in(whole[:end])
        self._tail = whole[end:][-_LONGEST_LINE:]

    def _is_in(self, lines: bytes) -> bool:
        found = np.frombuffer(lines, dtype=np.uint8)
        if len(found) < 3:
            return False
        quotes = found == self._quote[0]
        edges = quotes | (found == _FEED) | (found == _RETURN)
        for mark in self._marks:
            edges |= found == mark
        places = np.flatnonzero(quotes[1:-1] > (edges[:-2] | edges[2:])) + 1
        return len(places) > _LOOKED_AT or any(self._closes(lines, at) for at in places.tolist())

    def _closes(self, lines: bytes, place: int) -> bool:
        """Whether the quote at that place closes a field that was opened in the same line."""
        start = _last_line(lines, place)
        if lines.count(self._quote, start, place) % 2 == 0:
            return False
        ends = (lines.find(mark, place) for mark in (b"\n", b"\r"))
        end = min((end for end in ends if end >= 0), default=len(lines))
        return self._dialect.parse(lines[start:end].decode("utf-8", "replace")) is None


def _last_line(data: bytes, end: int | None = None) -> int:
    """Where the last line begins that begins before `end`."""
    stop = len(data) if end is None else end
    return max(data.rfind(b"\n", 0, stop), data.rfind(b"\r", 0, stop)) + 1
