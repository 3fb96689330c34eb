"""The slower reader for files that the fast one refuses or is likely to misread."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from engine.data.dialect import Layout
from engine.data.mending import Mender
from engine.data.records import Record, RecordReader
from engine.data.rejects import header_again, open_quote, wrong_width
from engine.messages import Message


@dataclass(frozen=True, slots=True)
class Judged:
    """A record and what it came to: fields, or a reason against it, or neither (a blank line)."""

    text: str
    breaks: int
    """Line ends inside the record."""
    fields: list[str] | None = None
    reason: Message | None = None
    is_mended: bool = False


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


def read_records(lines: Iterator[str], layout: Layout, mender: Mender) -> Iterator[Judged]:
    """The records after the header, each judged."""
    reader = RecordReader(lines, layout.dialect, width=layout.width, fits=mender.fits)
    for record in reader:
        yield _judged(record, layout, mender)


def _judged(record: Record, layout: Layout, mender: Mender) -> Judged:
    text, breaks, fields = record.text, record.breaks, record.fields
    if record.is_blank:
        return Judged(text, breaks)
    kept = len(layout.names)
    if fields is not None and record.is_sound and len(fields) in (layout.width, kept):
        if layout.header and is_header_again(fields, layout):
            return Judged(text, breaks, reason=header_again())
        return Judged(text, breaks, fields[:kept])
    mended = mender.mend(text, fields if record.is_sound else None) if not breaks else None
    if mended is not None:
        return Judged(text, breaks, mended[:kept], is_mended=True)
    if fields is None:
        return Judged(text, breaks, reason=open_quote())
    if len(fields) in (layout.width, kept):
        return Judged(text, breaks, fields[:kept])
    return Judged(text, breaks, reason=wrong_width(len(fields), layout.width))


def is_header_again(fields: list[str], layout: Layout) -> bool:
    """Whether a row is the last line of the header once more."""
    names = layout.header
    return len(names) > 1 and len(fields) >= len(names) and tuple(
        field.strip() for field in fields[: len(names)]
    ) == names  # fmt: skip
