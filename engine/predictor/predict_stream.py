"""Predicting a stream: text lines in, the same lines with predictions out, while more is still to come.

The beginning tells how the text is read (delimiter, encoding, header …), and that holds to the end. What
comes after is cut where a record ends and read piece by piece by the same readers as a file. A stream
that is no text, such as Parquet or a packed file, cannot be cut: it is kept on disk until it ends.
"""

from __future__ import annotations

import os
import select
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from engine.data.cache import scratch_folder
from engine.data.formats.registry import is_of_known_format, open_rows
from engine.data.formats.rows import Ask, Rows
from engine.data.progress import Cancelled, never, nothing
from engine.errors import Cancelled as CancelledError
from engine.errors import FileEmpty
from engine.files import writing
from engine.predictor.outputs import EVERYTHING, Outputs
from engine.predictor.predict_file import LINES_TOLD, reading_for
from engine.predictor.predicted_rows import PredictedRows
from engine.predictor.predictor import Predictor
from engine.predictor.report import PredictReport
from engine.predictor.table_writers import CsvWriter
from engine.recipe.reading import Reading

STREAM = "-"
"""Stands for standard input or output."""
_CALLED = "stdin"
"""What a stream is called in errors."""
_FIRST = 1 << 18
"""Bytes by which the reading is told, unless the stream ends before or nothing comes for a while."""
_FIRST_LINES = 50
_PIECE = 4 << 20
_LONGEST = 64 << 20
"""Bytes of a record."""
_PATIENCE = 0.2
"""Seconds after which lines that are there are predicted though no more come."""
_ONE_BYTE = ("utf-8", "utf-8-sig", "ascii", "latin-1", "iso-8859-1", "cp1252", "windows-1252")
"""Encodings in which a line ends with one byte that means nothing else."""


def predict_stream(
    predictor: Predictor,
    source: IO[bytes],
    destination: IO[bytes],
    *,
    reading: Reading | None = None,
    outputs: Outputs = EVERYTHING,
    harmless_formulas: bool = False,
    cancelled: Cancelled = never,
) -> PredictReport:
    """Predict every row of a stream as CSV; each piece is written as soon as it is predicted.

    Args:
        predictor: The model.
        source: Bytes of a table; a pipe or a file.
        destination: Where lines go; it is flushed after each piece.
        reading: What is known of the layout; the rest is detected from the beginning.
        outputs: What to tell of each row.
        harmless_formulas: Put an apostrophe before text that a spreadsheet would run as a formula.
        cancelled: Asked between pieces.

    Raises:
        FileEmpty: Nothing came.
        ColumnMissing, OutputsNotGiven, ReadError, Cancelled: As for a file; lines may be out already.
    """
    with scratch_folder() as scratch:
        scratch.mkdir(parents=True, exist_ok=True)
        stream = _Stream(predictor, destination, scratch, reading or Reading(), cancelled)
        return stream.predict(source, outputs, harmless_formulas=harmless_formulas)


class _Stream:
    """One stream on its way."""

    def __init__(
        self,
        predictor: Predictor,
        destination: IO[bytes],
        scratch: Path,
        reading: Reading,
        cancelled: Cancelled,
    ) -> None:
        self._predictor = predictor
        self._destination = destination
        self._scratch = scratch
        self._reading = reading_for(predictor, reading)
        self._cancelled = cancelled
        self._piece = scratch / "stream"
        self._prelude = b""
        """The lines before the first record, which come before each piece again."""
        self._lines = 0
        """Of the stream, that came before the piece at work, the prelude not counted."""
        self._rows = self._quarantined = 0
        self._told: list[int] = []

    def predict(
        self, source: IO[bytes], outputs: Outputs, *, harmless_formulas: bool
    ) -> PredictReport:
        """All of it."""
        began = time.monotonic()
        incoming = _Incoming(source)
        first = incoming.take(_FIRST, lines=_FIRST_LINES)
        if not first:
            raise FileEmpty(_CALLED)
        with writing(self._piece):
            self._piece.write_bytes(first)
        is_cut = not is_of_known_format(self._piece)
        if is_cut:
            rows = self._opened(first[: _last_end(first, b'"')] or first)
            is_cut = self._can_be_cut(rows, first)
        if not is_cut:
            self._keep_all(first, incoming)
            rows = self._open()
        found = PredictedRows(self._predictor, rows, outputs)
        with CsvWriter(
            self._destination,
            found.header,
            delimiter=rows.reading.delimiter or ",",
            decimal=rows.reading.decimal or ".",
            harmless_formulas=harmless_formulas,
        ) as writer:
            if not is_cut:
                self._pass_on(rows, found, writer)
            else:
                known = rows.reading.model_copy(update={"footer_lines": 0})
                self._reading = known
                quote = (known.quote or "").encode()
                for place, piece in enumerate(_whole_records(first, incoming, quote)):
                    rows = self._opened(self._prelude + piece)
                    self._pass_on(rows, found, writer)
                    self._lines += piece.count(b"\n")
                    if place == 0:
                        self._prelude = _lines_before(piece, rows.line_map.first_line)
                        self._lines -= self._prelude.count(b"\n")
        return PredictReport(
            source=STREAM,
            destination=STREAM,
            rows=self._rows,
            quarantined=self._quarantined,
            quarantined_lines=tuple(self._told),
            warnings=found.warnings,
            seconds=time.monotonic() - began,
            header=writer.names,
        )

    def _keep_all(self, first: bytes, incoming: _Incoming) -> None:
        with writing(self._piece), self._piece.open("wb") as file:
            file.write(first)
            while chunk := incoming.take(_PIECE):
                self._go_on()
                file.write(chunk)

    def _can_be_cut(self, rows: Rows, first: bytes) -> bool:
        encoding = (rows.reading.encoding or "").casefold().replace("_", "-")
        return encoding in _ONE_BYTE and b"\n" in first and not self._reading.footer_lines

    def _opened(self, data: bytes) -> Rows:
        with writing(self._piece):
            self._piece.write_bytes(data)
        return self._open()

    def _open(self) -> Rows:
        ask = Ask(self._piece, Path(STREAM), self._reading, self._scratch, nothing, self._cancelled)
        return open_rows(ask)

    def _pass_on(self, rows: Rows, found: PredictedRows, writer: CsvWriter) -> None:
        self._go_on()
        for batch in rows.read(nothing, self._cancelled):
            writer.write(found.columns(batch))
        self._destination.flush()
        found.warn(rows.remarks)
        self._rows += rows.rows
        self._quarantined += len(rows.rejects)
        room = LINES_TOLD - len(self._told)
        self._told += [self._lines + reject.line for reject in rows.rejects[:room]]

    def _go_on(self) -> None:
        if self._cancelled():
            raise CancelledError


class _Incoming:
    """Bytes as they come: many at once where they come fast, few where nothing more comes for a while."""

    def __init__(self, source: IO[bytes]) -> None:
        self._source = source
        try:
            self._descriptor: int | None = source.fileno() if os.name != "nt" else None
        except (OSError, AttributeError):  # bytes in memory: all of them are there
            self._descriptor = None

    def take(self, size: int, *, lines: int = 1) -> bytes:
        """Up to `size` bytes; fewer at the end, or where so many lines are there and no more comes."""
        parts: list[bytes] = []
        length = ends = 0
        while length < size:
            if ends >= lines and not self._is_more_there():
                break
            chunk = self._source.read(size - length)
            if not chunk:
                break
            parts.append(chunk)
            length += len(chunk)
            ends += chunk.count(b"\n")
        return b"".join(parts)

    def _is_more_there(self) -> bool:
        if self._descriptor is None:
            return True
        return bool(select.select([self._descriptor], [], [], _PATIENCE)[0])


def _whole_records(first: bytes, source: _Incoming, quote: bytes) -> Iterator[bytes]:
    """The stream in pieces that end where a line ends outside of quotes; the last as it comes."""
    rest = first
    while True:
        end = _last_end(rest, quote)
        if not end and len(rest) > _LONGEST:  # a quote that was never closed
            end = rest.rfind(b"\n") + 1
        if end:
            yield rest[:end]
            rest = rest[end:]
        chunk = source.take(_PIECE)
        if not chunk:
            if rest:
                yield rest
            return
        rest += chunk


def _last_end(data: bytes, quote: bytes) -> int:
    """Behind the last line end that is in no quotes; 0 if there is none."""
    end = data.rfind(b"\n")
    if not quote:
        return end + 1
    inside = data.count(quote, 0, end + 1) % 2 == 1
    while end >= 0 and inside:
        before = data.rfind(b"\n", 0, end)
        inside ^= data.count(quote, before + 1, end + 1) % 2 == 1
        end = before
    return end + 1


def _lines_before(data: bytes, first_line: int) -> bytes:
    """The lines before that one, which is counted from 1."""
    end = 0
    for _ in range(first_line - 1):
        end = data.find(b"\n", end) + 1
    return data[:end]


def standard_input() -> IO[bytes]:
    """The bytes that come in, as they come."""
    return os.fdopen(os.dup(0), "rb", buffering=0)


def standard_output() -> IO[bytes]:
    """Where bytes go out."""
    return os.fdopen(os.dup(1), "wb")
