"""From lines of text to records: Python's csv reader, applied line by line.

A record goes over several lines only if its quotes are sound. Otherwise its first line stands alone,
so that one open quote costs one line and not the rest of the file.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

csv.field_size_limit(2**31 - 1)

RUNS = "  "
"""The delimiter of tables whose columns are set apart by one or more spaces."""

STAND_IN = "\ue000"
"""A character of private use that stands for a stray quote while a line is read."""

_JOINED_LINES = 1000
_JOINED_LINES_AFTER_FAILURES = 20
_FAILURES = 50
_JOINED_CHARACTERS = 4 << 20


@dataclass(frozen=True, slots=True)
class Dialect:
    """How fields are written; every part is known."""

    delimiter: str
    """One character, or `RUNS`."""
    quote: str
    """Empty: no character quotes."""
    escape: str = ""
    """What makes the next character literal, beside a doubled quote; empty: nothing does."""
    comment: str = ""
    """What a line of comment begins with; empty: there is none."""
    skips_spaces: bool = False
    """Whether blanks after a delimiter are no part of the field, so that quotes may follow them."""

    @property
    def is_plain(self) -> bool:
        """Whether a reader of bytes, without options for blanks, reads it rightly."""
        marks = self.delimiter + self.quote + self.escape
        return self.delimiter != RUNS and not self.skips_spaces and marks.isascii()

    def split(self, text: str) -> list[str]:
        """The fields of a line without quotes and escapes."""
        if self.delimiter == RUNS:
            return [part for part in text.split(" ") if part] or [""]
        fields = text.split(self.delimiter)
        return [field.lstrip(" ") for field in fields] if self.skips_spaces else fields

    def rows(self, lines: Iterable[str], *, strict: bool) -> Iterator[list[str]]:
        """Python's reader over these lines."""
        runs = self.delimiter == RUNS
        return csv.reader(
            (line.strip(" ") for line in lines) if runs else lines,
            delimiter=self.delimiter[0],
            quotechar=self.quote or None,
            quoting=csv.QUOTE_MINIMAL if self.quote else csv.QUOTE_NONE,
            escapechar=self.escape or None,
            skipinitialspace=self.skips_spaces or runs,
            strict=strict,
        )

    def quotes_in(self, text: str) -> int:
        """How many quotes open or close something, as far as counting tells."""
        if self.escape and self.escape in text:
            text = re.sub(re.escape(self.escape) + ".", "", text, flags=re.DOTALL)
        return text.count(self.quote) if self.quote else 0

    def parse(self, text: str, *, strict: bool = True) -> list[str] | None:
        """The fields of a text that is one record, or nothing when it is not exactly one."""
        if not (self.quote and self.quote in text) and not (self.escape and self.escape in text):
            return self.split(text) if "\n" not in text and "\r" not in text else None
        lines = io.StringIO(text, newline="") if "\n" in text or "\r" in text else [text]
        try:
            rows = list(self.rows(lines, strict=strict))
        except csv.Error:
            return self._with_blanks_after_quotes(text)
        return rows[0] if len(rows) == 1 else None

    def _with_blanks_after_quotes(self, text: str) -> list[str] | None:
        """The fields of a record that is sound but for blanks between a quote and a delimiter."""
        if not self.quote or f"{self.quote} " not in text:
            return None
        after = rf"(?<={re.escape(self.quote)}) +(?={re.escape(self.delimiter[0])}|[\r\n]|$)"
        bare = re.sub(after, "", text)
        if bare == text or self.delimiter[0] == " " or self.parse(bare) is None:
            return None
        return self.parse(text, strict=False)

    def parse_loosely(self, text: str) -> list[str]:
        """The fields of a line whose quotes are not sound, as far as can be told.

        Quotes that neither open nor close a field are taken for characters like any other.
        """
        fields = self.parse(with_stand_ins(text, self.inner_quotes(text)))
        if fields is None:
            return self.split(text)
        return [field.replace(STAND_IN, self.quote) for field in fields]

    def inner_quotes(self, text: str) -> list[int]:
        """Where single quotes stand that neither open nor close a field."""
        if not self.quote:
            return []
        delimiter = self.delimiter[0]
        found = []
        for match in re.finditer(re.escape(self.quote), text):
            place = match.start()
            before, after = text[:place], text[place + 1 :]
            if self.quote in (before[-1:], after[:1]):
                continue
            if self.skips_spaces:
                before = before.rstrip(" ")
            if before and after and not before.endswith(delimiter) and after[0] != delimiter:
                found.append(place)
        return found


def shown(mark: str) -> str:
    """A delimiter as it can be seen."""
    return {"\t": "⇥", " ": "␣", RUNS: "␣␣"}.get(mark, mark)


def written(cell: str, dialect: Dialect) -> str:
    """The cell as a correct writer writes it, quoted where it has to be."""
    quote = dialect.quote
    marks = (dialect.delimiter[0], quote, "\r", "\n")
    if not quote or not any(mark in cell for mark in marks):
        return cell
    if dialect.escape:
        cell = cell.replace(dialect.escape, dialect.escape * 2)
    return quote + cell.replace(quote, (dialect.escape or quote) + quote) + quote


def raw_fields(text: str, dialect: Dialect) -> list[str]:
    """The fields of a sound line as they stand in it, with their quotes."""
    mark, quote = re.escape(dialect.delimiter[0]), re.escape(dialect.quote)
    if dialect.delimiter == RUNS:
        mark += "+"
        text = text.strip(" ")
    if not quote:
        return re.split(mark, text)
    escaped = f"|{re.escape(dialect.escape)}." if dialect.escape else ""
    blanks = " *" if dialect.skips_spaces else ""
    quoted = (
        f"{blanks}{quote}(?:[^{quote}{re.escape(dialect.escape)}]|{quote}{quote}{escaped})*{quote}"
    )
    field = re.compile(f"(?:{quoted})?(?:(?!{mark}).)*", re.DOTALL)
    fields, place = [], 0
    while True:
        match = field.match(text, place)
        end = match.end() if match is not None else len(text)
        fields.append(text[place:end])
        delimiter = re.compile(mark).match(text, end)
        if delimiter is None:
            return fields
        place = delimiter.end()


def with_stand_ins(text: str, places: Iterable[int]) -> str:
    """The text with `STAND_IN` at these places."""
    characters = list(text)
    for place in places:
        characters[place] = STAND_IN
    return "".join(characters)


@dataclass(frozen=True, slots=True)
class Record:
    """What one or more lines came to."""

    text: str
    """Without the line end."""
    breaks: int = 0
    """Line ends inside the record."""
    fields: list[str] | None = None
    """Nothing for blank lines, comments, and lines with an open quote."""
    is_sound: bool = True
    """Whether the quotes stand where a correct writer puts them."""
    is_blank: bool = False
    """Whether the line holds nothing, or a comment."""
    is_comment: bool = False


def count_lines(text: str) -> int:
    """Number of line ends: LF, CRLF or CR."""
    return text.count("\n") + text.count("\r") - text.count("\r\n")


class RecordReader:
    """Iterates over the records of lines that keep their ends.

    `fits` says whether a line with unsound quotes, or the start of a joined record that is not as
    wide as a row, can be understood on its own; then no further line is joined to it.
    """

    def __init__(
        self,
        lines: Iterator[str],
        dialect: Dialect,
        *,
        width: int | None = None,
        fits: Callable[[str], bool] | None = None,
    ) -> None:
        self._lines = lines
        self._dialect = dialect
        self._width = width
        self._fits = fits
        self._ahead: list[str] = []  # lines given back, next one last
        self._failures = 0
        self.position = 0
        """Characters of the lines that the records so far are made of."""

    def __iter__(self) -> Iterator[Record]:
        while (record := self._next()) is not None:
            yield record

    def _next(self) -> Record | None:
        line = self._next_line()
        if line is None:
            return None
        self.position += len(line)
        text = line.rstrip("\r\n")
        dialect = self._dialect
        if not text:
            return Record("", is_blank=True)
        if dialect.comment and text.startswith(dialect.comment):
            return Record(text, is_blank=True, is_comment=True)
        fields = dialect.parse(text)
        if fields is not None:
            return Record(text, fields=fields)
        if dialect.quotes_in(text) % 2 == 0:
            return Record(text, fields=dialect.parse(text, strict=False), is_sound=False)
        return self._joined(line) or Record(text, is_sound=False)

    def _next_line(self) -> str | None:
        return self._ahead.pop() if self._ahead else next(self._lines, None)

    def _joined(self, first: str) -> Record | None:
        """The record over several lines that begins with `first`, or nothing if there is none."""
        taken = [first]
        size = len(first)
        most = _JOINED_LINES if self._failures < _FAILURES else _JOINED_LINES_AFTER_FAILURES
        while len(taken) < most and size < _JOINED_CHARACTERS:
            line = self._next_line()
            if line is None:
                break
            taken.append(line)
            size += len(line)
            if self._dialect.quotes_in(line) % 2 == 0:
                continue  # the quote is still open
            text = "".join(taken).rstrip("\r\n")
            fields = self._dialect.parse(text)
            if fields is None or self._is_better_alone(first, fields):
                break
            self.position += size - len(first)
            return Record(text, count_lines(text), fields)
        self._ahead.extend(reversed(taken[1:]))
        self._failures += 1
        return None

    def _is_better_alone(self, first: str, joined: list[str]) -> bool:
        if self._width is None or self._fits is None or len(joined) == self._width:
            return False
        return self._fits(first.rstrip("\r\n"))


def parse_records(
    text: str, dialect: Dialect, *, whole: bool, limit: int = 100_000
) -> tuple[list[list[str]], list[int]]:
    """Records of the text, and the offset at which each ends; blank lines are passed over.

    A line with unsound quotes is split as if quotes within it meant nothing. The last record is left
    out unless the text is the `whole` file, for it may be cut.
    """
    if _is_lines_alone(text, dialect):
        records, ends = _records_of_lines(text, dialect, limit)
    else:
        records, ends = _records_at_once(text, dialect, limit) or _records_of_any(
            text, dialect, limit
        )
    if not whole and 1 < len(records) < limit:
        records.pop()
        ends.pop()
    return records, ends


def _records_at_once(
    text: str, dialect: Dialect, limit: int
) -> tuple[list[list[str]], list[int]] | None:
    """What `_records_of_any` finds where every line is a sound record, in one go; or nothing."""
    if dialect.skips_spaces or dialect.delimiter == RUNS:
        return None
    if any(mark and mark in text for mark in (dialect.escape, dialect.comment)):
        return None
    records: list[list[str]] = []
    ends: list[int] = []
    position = lines = 0

    def counted() -> Iterator[str]:
        nonlocal position, lines
        for line in io.StringIO(text, newline=""):
            position, lines = position + len(line), lines + 1
            yield line

    try:
        for number, record in enumerate(dialect.rows(counted(), strict=True), 1):
            if lines != number:
                return None
            if record:
                records.append(record)
                ends.append(position)
                if len(records) >= limit:
                    break
    except csv.Error:
        return None
    return records, ends


def _records_of_any(text: str, dialect: Dialect, limit: int) -> tuple[list[list[str]], list[int]]:
    records: list[list[str]] = []
    ends: list[int] = []
    reader = RecordReader(iter(io.StringIO(text, newline="")), dialect)
    for record in reader:
        if record.is_blank:
            continue
        sound = record.is_sound and record.fields is not None
        records.append(record.fields or [] if sound else dialect.parse_loosely(record.text))
        ends.append(reader.position)
        if len(records) >= limit:
            break
    return records, ends


def _is_lines_alone(text: str, dialect: Dialect) -> bool:
    """Whether every line that is not blank is a record: nothing is quoted, escaped or a comment."""
    marks = ("\r", dialect.quote, dialect.escape, dialect.comment)
    return not any(mark and mark in text for mark in marks)


def _records_of_lines(text: str, dialect: Dialect, limit: int) -> tuple[list[list[str]], list[int]]:
    records: list[list[str]] = []
    ends: list[int] = []
    end = 0
    for line in text.split("\n"):
        end += len(line) + 1
        if line:
            records.append(dialect.split(line))
            ends.append(min(end, len(text)))
            if len(records) >= limit:
                break
    return records, ends
