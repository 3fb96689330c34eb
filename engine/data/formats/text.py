"""CSV and its relatives."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from engine.data.dialect import detect_layout
from engine.data.formats.kinds import TEXT
from engine.data.formats.rows import Ask, Format, Rows
from engine.data.progress import Cancelled, Progress
from engine.data.sample import take_sample
from engine.data.text_stream import TextStream
from engine.messages import Message, message_n


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
        self.why = self._layout.why
        self.renamed = self._layout.renamed
        self.sample = self._layout.sample

    def _read(self, progress: Progress, cancelled: Cancelled) -> Iterator[pa.RecordBatch]:
        stream = TextStream(self.path, self._layout, progress=progress, cancelled=cancelled)
        yield from stream
        self.rows = stream.rows
        self.rejects = stream.rejects
        self.line_map = stream.line_map
        self.remarks = tuple(_remarks(stream))


def _remarks(stream: TextStream) -> Iterator[Message]:
    """What is to be told of the bytes and the rows after all have been read."""
    if stream.misfit_bytes:
        yield message_n(
            "In {count} place the bytes do not fit the encoding; they were read as Windows-1252.",
            "In {count} places the bytes do not fit the encoding; they were read as Windows-1252.",
            stream.misfit_bytes,
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
