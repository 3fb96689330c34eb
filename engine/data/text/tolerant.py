"""What records that are not plainly rows come to, and the slower reader, which judges every record."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from engine.data.rejects import (
    as_corrected,
    below,
    corrected,
    header_again,
    loose_quotes,
    open_quote,
    other_table,
    quote_within,
    wrong_width,
)
from engine.data.text.dialect import Layout
from engine.data.text.mending import Mended, Mender
from engine.data.text.records import Record, RecordReader
from engine.data.text.row_fixes import RowFixes
from engine.messages import Message


@dataclass(frozen=True, slots=True)
class Judged:
    """A record and what it came to: fields, or a reason against it, or neither."""

    text: str
    breaks: int = 0
    """Line ends inside the record."""
    fields: list[str] | None = None
    reason: Message | None = None
    """Why it is no row; with fields: what was done to make it one."""
    by_hand: bool = False
    """Whether a person did it; without fields and reason: left it out."""


class Judge:
    """Judges the records of one file, in file order."""

    def __init__(self, layout: Layout, mender: Mender, fixes: RowFixes) -> None:
        self._layout = layout
        self._mender = mender
        self._fixes = fixes
        self._mends = layout.reading.repair is not False
        self._other_width: int | None = None
        """Fields of the rows of another table, once its header was met."""

    def judge(self, record: Record, line: int) -> Judged:
        """What the record comes to, which begins in that line."""
        if record.is_blank:
            return Judged(record.text, record.breaks)
        if self._fixes:
            fix = self._fixes.at(line, record.text)
            if fix is not None:
                judged = self._judge(record)
                return judged if _is_plain(judged) else self._fixed(record, fix.text)
        return self._judge(record)

    def judge_below(self, record: Record, line: int) -> Judged:
        """The same for a record below the table, which is no row unless a person says so."""
        if record.is_blank or (
            record.fields is not None and not any(map(str.strip, record.fields))
        ):
            return Judged(record.text, record.breaks)
        fix = self._fixes.at(line, record.text)
        if fix is not None:
            return self._fixed(record, fix.text)
        return Judged(record.text, record.breaks, reason=below())

    def _fixed(self, record: Record, text: str) -> Judged:
        if not text:
            return Judged(record.text, record.breaks, by_hand=True)
        layout = self._layout
        fields = layout.dialect.parse(text)
        kept = len(layout.names)
        if fields is not None and len(fields) in (layout.width, kept):
            if not any(map(str.strip, fields[kept:])):
                return Judged(record.text, record.breaks, fields[:kept], corrected(), by_hand=True)
            reason = wrong_width(len(fields), kept)
        else:
            reason = wrong_width(len(fields), layout.width) if fields is not None else open_quote()
        return Judged(record.text, record.breaks, reason=as_corrected(reason))

    def _judge(self, record: Record) -> Judged:
        text, breaks, fields = record.text, record.breaks, record.fields
        layout, kept = self._layout, len(self._layout.names)
        found = len(fields) if fields is not None else 0
        fits = found in (layout.width, kept)
        is_row = fields is not None and fits and not any(map(str.strip, fields[kept:]))
        if fields is not None and record.is_sound:
            if is_header_again(fields, layout):
                self._other_width = None
                return Judged(text, breaks, reason=header_again())
            if is_other_header(fields, layout):
                self._other_width = found
            if is_row:
                return Judged(text, breaks, fields[:kept])
            if found == self._other_width:
                return Judged(text, breaks, reason=other_table(found, layout.width))
        mended = self._mended(record)
        if mended is not None:
            return Judged(text, breaks, mended.fields[:kept], mended.reason)
        if fields is None:
            return Judged(text, breaks, reason=open_quote())
        if not fits:
            return Judged(text, breaks, reason=wrong_width(found, layout.width))
        if not is_row:
            return Judged(text, breaks, reason=wrong_width(found, kept))
        if self._mends:
            return Judged(text, breaks, fields[:kept], loose_quotes())
        return Judged(text, breaks, reason=quote_within())

    def _mended(self, record: Record) -> Mended | None:
        if not self._mends or record.breaks:
            return None
        mended = self._mender.mend(record.text, record.fields if record.is_sound else None)
        lost = mended is not None and any(map(str.strip, mended.fields[len(self._layout.names) :]))
        return None if lost else mended


def _is_plain(judged: Judged) -> bool:
    """Whether the record is a row as it stands, so that nothing has to be corrected."""
    return judged.fields is not None and judged.reason is None


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


def read_records(
    lines: Iterator[str], layout: Layout, mender: Mender, fixes: RowFixes
) -> Iterator[Judged]:
    """The records after the header, each judged."""
    fits = mender.fits if layout.reading.repair is not False else _never
    reader = RecordReader(lines, layout.dialect, width=layout.width, fits=fits)
    judge = Judge(layout, mender, fixes)
    line = layout.header_lines + 1
    for record in reader:
        yield judge.judge(record, line)
        line += 1 + record.breaks


def _never(text: str) -> bool:
    return False


def is_header_again(fields: list[str], layout: Layout) -> bool:
    """Whether a row is the last line of the header once more."""
    names = _without_blank_end(layout.header)
    return len(layout.names) > 1 and any(names) and _without_blank_end(fields) == names


def _without_blank_end(fields: Sequence[str]) -> list[str]:
    """The fields, stripped, up to the last one with something in it."""
    found = [field.strip() for field in fields]
    while found and not found[-1]:
        found.pop()
    return found


def is_other_header(fields: list[str], layout: Layout) -> bool:
    """Whether a row is the header of another table, of the same columns and a few more or less."""
    names = layout.header
    found = tuple(field.strip() for field in fields)
    same = min(len(found), len(names))
    return len(found) != layout.width and same > 2 and found[:same] == names[:same]
