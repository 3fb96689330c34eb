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
        self._is_edge[list(b"\r\n" + dialect.delimiter.encode())] = True
        self._records = _SoundRecords(dialect) if dialect.quote else None
        self._rest = b""  # the record that is not over yet
        self._inside = False  # whether it ends within quotes so far
        self._has_loose = False  # whether there are quotes within fields without quotes around them
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
        elif self._quote not in data and not self._inside and self._quote not in self._rest:
            self._rest = data[_last_line(data, len(data)) :]
        elif not self._counts_are_sound(data):
            self._look_closer(self._rest + data)
        if len(self._rest) > _LONGEST_RECORD:
            self.found = self.found or self._quote in self._rest

    def _counts_are_sound(self, data: bytes) -> bool:
        """Whether all quotes are plainly sound; then what is left of the last record is noted."""
        if self._has_loose or self._rest.endswith((self._quote, self._escape or self._quote)):
            return False  # what it is depends on the next byte
        places = _places(data, self._quote[0])
        if not len(places):
            self._rest += data
            return True
        if places[-1] == len(data) - 1:
            return False
        found = np.frombuffer(data, dtype=np.uint8)
        before = found[places - 1]
        before[places == 0] = self._rest[-1] if self._rest else ord("\n")
        after = found[places + 1]
        if self._escape and bool(np.any(before == self._escape[0])):
            return False
        opens = np.arange(len(places)) % 2 == int(self._inside)
        quote = self._quote[0]
        sound = np.where(
            opens,
            self._is_edge[before] | (before == quote),
            self._is_edge[after] | (after == quote),
        )
        if not sound.all():
            return False
        self._note_rest(data, places)
        return True

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
        self._has_loose = begun is None
        if begun is None:
            begun = self._records.begun_line.fullmatch(self._rest)
        self.found = begun is None
        self._inside = begun is not None and begun["open"] is not None

    def _ends_soundly(self) -> bool:
        """Whether the last record is sound."""
        if self._quote not in self._rest and not self._inside:
            return True
        assert self._records is not None
        match = self._records.whole.match(self._rest + b"\n")
        return match is not None and match.end() == len(self._rest) + 1


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
            f"(?:(?P<open>{quote}{text}{cut})|{quote}{text}{quote}{blanks}|{bare}{cut})".encode()
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
