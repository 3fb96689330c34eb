"""Quotes that stand where no writer puts them, so that two readers may take them for different things.

Where every quote either opens a field, closes one or is doubled within one, the quotes before a place
tell by their number whether it is within a field: that is checked for millions of them at once. Only
what does not pass is looked at record by record.
"""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from engine.data.text.records import Dialect

_LONGEST_RECORD = 8 << 20
"""Bytes of a record beyond which a quote is likely to have been left open."""
_PIECE = 1 << 17
"""Bytes that are looked at at once: few enough to stay in the processor's cache."""


class StrayQuotes:
    """Looks through the bytes of a file (in UTF-8) as they are read."""

    def __init__(self, dialect: Dialect) -> None:
        self._quote = dialect.quote.encode()
        self._escape = dialect.escape.encode()
        self._is_edge = np.zeros(256, dtype=np.bool_)
        self._is_edge[list(b"\r\n" + dialect.delimiter.encode() + self._quote)] = True
        self._records = _SoundRecords(dialect) if dialect.quote else None
        self._held = b""  # quotes and escapes at the end
        self._rest = b""  # the record that is not over yet, without them
        self._inside = False  # whether it ends within quotes so far
        self._is_odd = False  # whether what it is depends on more than the number of its quotes
        self.found = False
        """Whether there is such a quote in what was seen so far."""
        self.at_end = False
        """Whether all bytes were seen."""

    def see(self, data: bytes) -> None:
        """The next bytes; none at the end."""
        self.at_end = not data
        if self.found or self._records is None:
            return
        if not data:
            self.found = not self._ends_soundly()
            return
        if self._held:
            data = self._held + data
        known = data.rstrip(self._quote + self._escape)
        self._held = data[len(known) :]  # what these are depends on the next byte
        if self._has_escaped_end(known):
            self.found = True
        elif not known:
            pass
        elif self._quote not in known and not self._inside and self._quote not in self._rest:
            start = _last_line(known, len(known))
            self._rest = known[start:] if start else self._rest + known
        elif self._is_odd or not self._counts_are_sound(known):
            self._look_closer(self._rest + known)
        if len(self._rest) + len(self._held) > _LONGEST_RECORD:
            self.found = self.found or self._quote in self._rest + self._held

    def _counts_are_sound(self, data: bytes) -> bool:
        """Whether all quotes are plainly sound; then what is left of the last record is noted."""
        places = _places(data, self._quote[0])
        found = np.frombuffer(data, dtype=np.uint8)
        if self._escape and bool(np.any(found[places - 1] == self._escape[0])):
            return False
        opening, closing = places[int(self._inside) :: 2], places[1 - int(self._inside) :: 2]
        if len(opening) and not opening[0]:
            if self._rest and not self._is_edge[self._rest[-1]]:
                return False
            opening = opening[1:]
        sound = self._is_edge[found[opening - 1]].all() and self._is_edge[found[closing + 1]].all()
        if sound:
            self._note_rest(data, places)
        return bool(sound)

    def _note_rest(self, data: bytes, places: NDArray[np.intp]) -> None:
        inside, count, end = self._inside, len(places), len(data)
        while True:
            start = _last_line(data, end)
            if not start:
                self._rest += data
                break
            before = int(np.searchsorted(places, start))
            if (before + inside) % 2 == 0:
                self._rest = data[start:]
                break
            end = int(places[before - 1]) if before else 0
        self._inside = (count + inside) % 2 == 1

    def _look_closer(self, data: bytes) -> None:
        """Look at the quotes record by record."""
        assert self._records is not None
        match = self._records.whole.match(data)
        self._rest = data[match.end() :] if match is not None else data
        begun = self._records.begun.fullmatch(self._rest)
        self._is_odd = begun is None or begun["closed"] is not None
        if begun is None:
            begun = self._records.begun_line.fullmatch(self._rest)
        self.found = begun is None
        self._inside = begun is not None and begun["open"] is not None

    def _ends_soundly(self) -> bool:
        """Whether the last record is sound."""
        assert self._records is not None
        last = self._rest + self._held + b"\n"
        match = self._records.whole.match(last)
        if self._quote not in last:
            return not self._has_escaped_end(last)
        return match is not None and match.end() == len(last)

    def _has_escaped_end(self, data: bytes) -> bool:
        """Whether a line end may be meant as a character of a field without quotes around it."""
        return bool(self._escape) and any(self._escape + end in data for end in (b"\n", b"\r"))


class _SoundRecords:
    """Patterns of records that all readers take for the same.

    Fields without quotes around them may have some within, but only if the record is one line.
    """

    def __init__(self, dialect: Dialect) -> None:
        mark, quote, escape = map(re.escape, (dialect.delimiter, dialect.quote, dialect.escape))
        escaped = f"|{escape}[^\r\n]" if escape else ""
        cut = f"{escape}?" if escape else ""  # half of what is escaped, where the data ends
        end = rf"(?={mark}|[\r\n])"
        blanks = "" if mark == re.escape(" ") else " *+"
        text = f"(?:[^{quote}{escape}]|{quote}{quote}{escaped})*+"
        line = rf"(?:[^{quote}{escape}\r\n]|{quote}{quote}{escaped})*+"
        bare = rf"(?:[^{mark}{quote}{escape}\r\n]{escaped})*+"
        loose = rf"(?!{quote})(?:[^{mark}{escape}\r\n]{escaped})*+"
        field = f"(?>{quote}{text}{quote}{blanks}{end}|{bare}{end})"
        field_of_line = f"(?>{quote}{line}{quote}{blanks}{end}|{loose}{end})"
        fields = rf"{field}(?:{mark}{field})*+"
        fields_of_line = rf"{field_of_line}(?:{mark}{field_of_line})*+(?=[\r\n])"
        self.whole = re.compile(rf"(?:(?>{fields_of_line}|{fields})[\r\n])*+".encode())
        self.begun = re.compile(
            f"(?:{field}{mark})*+"
            f"(?:(?P<open>{quote}{text}{cut})|(?P<closed>{quote}{text}{quote}{blanks})|{bare}{cut})".encode()
        )
        """What may become a sound record."""
        self.begun_line = re.compile(
            f"(?:{field_of_line}{mark})*+"
            f"(?:(?P<open>{quote}{line}{cut})|{quote}{line}{quote}{blanks}|{loose}{cut})".encode()
        )
        """What may become one if no line end comes within."""


def _places(data: bytes, quote: int) -> NDArray[np.intp]:
    """Where the quotes stand."""
    found = np.frombuffer(data, dtype=np.uint8)
    pieces = [
        np.flatnonzero(found[start : start + _PIECE] == quote) + start
        for start in range(0, len(data), _PIECE)
    ]
    return np.concatenate(pieces)


def _last_line(data: bytes, end: int) -> int:
    """Where the last line begins that begins before `end` or there."""
    return max(data.rfind(b"\n", 0, end), data.rfind(b"\r", 0, end)) + 1
