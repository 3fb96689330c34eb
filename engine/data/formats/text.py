"""CSV and its relatives."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from engine.data.formats.kinds import TEXT
from engine.data.formats.rows import Ask, Format, Rows
from engine.data.progress import Cancelled, Progress
from engine.data.text.dialect import detect_layout
from engine.data.text.sample import take_sample
from engine.data.text.text_stream import TextStream
from engine.errors import HeaderOnly
from engine.messages import Message, message_n

_LINES_TOLD = 10


class Text(Format):
    """Lines of cells with a delimiter between them; whatever is no other format is tried as this."""

    kind = TEXT

    def recognises(self, path: Path, head: bytes) -> bool:
        return True

    def open(self, ask: Ask) -> Rows:
        return TextRows(ask)


class TextRows(Rows):
    """The rows of a text table."""

    def __init__(self, ask: Ask) -> None:
        super().__init__(ask)
        self.kind = TEXT
        self._layout = detect_layout(take_sample(ask.path), ask.reading)
        self.names = self._layout.names
        self.reading = self._layout.reading
        self.detected = self._layout.why
        self.why = tuple(each.reason for each in self.detected)
        self.renamed = self._layout.renamed
        self.sample = self._layout.sample

    def _read(self, progress: Progress, cancelled: Cancelled) -> Iterator[pa.RecordBatch]:
        stream = TextStream(
            self.path,
            self._layout,
            known_as=self.origin,
            progress=progress,
            cancelled=cancelled,
        )
        yield from stream
        if not stream.rows:
            raise HeaderOnly(str(self.path), len(self.names), ", ".join(self.names))
        self.rows = stream.rows
        self.rejects = stream.rejects
        self.repairs = stream.repairs
        self.left_out = stream.left_out
        self.line_map = stream.line_map
        self.remarks = tuple(_remarks(stream))


def _remarks(stream: TextStream) -> Iterator[Message]:
    """What is to be told of the bytes and the rows after all have been read."""
    if stream.misfit_bytes:
        yield message_n(
            "In {count} place the bytes do not fit the encoding; they were read as Windows-1252"
            " (lines {lines}).",
            "In {count} places the bytes do not fit the encoding; they were read as Windows-1252"
            " (lines {lines}).",
            stream.misfit_bytes,
            lines=_listed(stream.misfit_lines),
        )
    if stream.zeros:
        yield message_n(
            "{count} NUL character was left out.",
            "{count} NUL characters were left out.",
            stream.zeros,
        )
    if stream.mended:
        yield message_n(
            "{count} damaged row was set right: a stray quote, or a delimiter too many or too few.",
            "{count} damaged rows were set right: a stray quote, or a delimiter too many or too few.",
            stream.mended,
        )
    if stream.corrected:
        yield message_n(
            "{count} row was corrected by hand.",
            "{count} rows were corrected by hand.",
            stream.corrected,
        )
    if stream.left_out:
        yield message_n(
            "{count} row was left out by hand.",
            "{count} rows were left out by hand.",
            stream.left_out,
        )


def _listed(lines: tuple[int, ...]) -> str:
    """The first lines, as far as they are known."""
    more = ", …" if len(lines) > _LINES_TOLD else ""
    return ", ".join(map(str, lines[:_LINES_TOLD])) + more if lines else "—"
