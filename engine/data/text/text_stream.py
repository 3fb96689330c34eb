"""The cells of a file as text, in batches, with every row accounted for."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa

from engine.data.progress import Cancelled, Progress, never, nothing
from engine.data.rejects import Reject, Repair
from engine.data.text.dialect import Layout, detect_layout
from engine.data.text.encoding import Decoder, codec_within
from engine.data.text.fast_rows import DoubtError, FastRows
from engine.data.text.ledger import Ledger
from engine.data.text.line_map import LineMap
from engine.data.text.mending import Mender
from engine.data.text.records import RecordReader
from engine.data.text.row_fixes import RowFixes
from engine.data.text.sample import take_sample
from engine.data.text.source import Source
from engine.data.text.tolerant import Judge, Judged, lines_of, read_records
from engine.recipe.reading import Reading

_TOLERANT_ROWS = 20_000


def stream_text(
    path: Path,
    reading: Reading | None = None,
    *,
    progress: Progress = nothing,
    cancelled: Cancelled = never,
) -> TextStream:
    """Open a file as a stream of text cells.

    Raises the errors of `engine.errors.ReadError`.
    """
    path = Path(path).absolute()
    layout = detect_layout(take_sample(path), reading or Reading())
    return TextStream(path, layout, progress=progress, cancelled=cancelled)


class TextStream:
    """Iterates once over batches of string columns; an empty cell is null, all else is untouched.

    After the end, `rows`, `rejects`, `repairs`, `left_out` and `line_map` are known. The rows, the
    rejected and the left out ones are all the records in the file; blank lines are none.
    """

    def __init__(
        self,
        path: Path,
        layout: Layout,
        *,
        known_as: Path | None = None,
        progress: Progress = nothing,
        cancelled: Cancelled = never,
    ) -> None:
        """`known_as` is the file that a person knows, if `path` was unpacked from it."""
        self.path = path
        self.layout = layout
        self.rows = 0
        self.misfit_bytes = 0
        """Places where bytes did not fit the encoding and were read as Windows-1252."""
        self.misfit_lines: tuple[int, ...] = ()
        """The first lines with such places."""
        self.tolerant = False
        """Whether the slower reader had to take over."""
        self.zeros = 0
        """NUL characters that were left out."""
        is_whole = path.stat().st_size == layout.size
        self._footer_bytes = layout.footer_bytes if is_whole else 0
        self._mender = Mender(layout.dialect, layout.width, _full_rows(layout))
        self._fixes = RowFixes(layout.reading.fixes, known_as or path)
        self._ledger = Ledger(layout.header_lines)
        self._progress = progress
        self._cancelled = cancelled

    @property
    def reading(self) -> Reading:
        """How the file is read, without a `None`."""
        return self.layout.reading

    @property
    def names(self) -> tuple[str, ...]:
        """Column names."""
        return self.layout.names

    @property
    def schema(self) -> pa.Schema:
        """The batches' schema: strings all over."""
        return pa.schema([(name, pa.string()) for name in self.names])

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        try:
            if not self.layout.dialect.is_plain:
                raise DoubtError
            for batch in self._fast():
                self.rows += batch.num_rows
                yield batch
            rest = self._below()
        except (DoubtError, pa.ArrowInvalid):
            done, self.rows, self.tolerant = self.rows, 0, True
            self._ledger = Ledger(self.layout.header_lines)
            for batch in self._slow():
                # Up to the first doubt both readers see the same rows.
                start = max(0, done - self.rows)
                self.rows += batch.num_rows
                if start < batch.num_rows:
                    yield batch.slice(start)
            rest = self._below()
        if rest is not None:
            self.rows += rest.num_rows
            yield rest

    @property
    def line_map(self) -> LineMap:
        """Where the rows stand in the file."""
        return self._ledger.line_map

    @property
    def rejects(self) -> tuple[Reject, ...]:
        """The rows that could not be read, in file order."""
        return self._ledger.rejects(self.rows)

    @property
    def repairs(self) -> tuple[Repair, ...]:
        """The rows that were set right, in file order."""
        return self._ledger.repairs()

    @property
    def mended(self) -> int:
        """Rows that were damaged and that the reader set right."""
        return self._ledger.repaired

    @property
    def corrected(self) -> int:
        """Rows that a person set right."""
        return self._ledger.by_hand

    @property
    def left_out(self) -> int:
        """Records that a person wants to be left out."""
        return self._ledger.left_out

    def _source(self) -> Source:
        return Source(
            self.path,
            self.reading.encoding or "utf-8",
            skip=self.layout.header_bytes,
            leave=self._footer_bytes,
            lenient=not self.layout.explicit_encoding,
            progress=self._progress,
            cancelled=self._cancelled,
        )

    def _fast(self) -> Iterator[pa.RecordBatch]:
        reader = FastRows(self.layout, self._source, self._ledger, self._mender, self._fixes)
        with self._source() as source:
            yield from reader.read(source)
            self._note(source)

    def _slow(self) -> Iterator[pa.RecordBatch]:
        rows: list[list[str]] = []
        with self._source() as source:
            records = read_records(lines_of(source), self.layout, self._mender, self._fixes)
            for number, record in enumerate(records):
                self._book(number, record)
                if record.fields is not None:
                    rows.append(record.fields)
                if len(rows) >= _TOLERANT_ROWS:
                    yield self._batch(rows)
                    rows = []
            self._note(source)
        if rows:
            yield self._batch(rows)

    def _below(self) -> pa.RecordBatch | None:
        """Keep the lines below the table out, but for those that a person has taken back."""
        if not self._footer_bytes:
            return None
        with self.path.open("rb") as file:
            codec = codec_within(self.reading.encoding or "utf-8", file.read(4))
            file.seek(-self._footer_bytes, io.SEEK_END)
            data = Decoder(codec, lenient=True).decode(file.read(), final=True)
        data = data.replace("\0", "")
        judge = Judge(self.layout, self._mender, self._fixes)
        record = self.rows + self._ledger.others
        line = self._ledger.line_of(record)
        rows: list[list[str]] = []
        for found in RecordReader(iter(io.StringIO(data, newline="")), self.layout.dialect):
            judged = judge.judge_below(found, line)
            self._book(record, judged)
            if judged.fields is not None:
                rows.append(judged.fields)
            record, line = record + 1, line + 1 + found.breaks
        return self._batch(rows) if rows else None

    def _book(self, number: int, record: Judged) -> None:
        """Note what a record came to."""
        ledger = self._ledger
        if record.breaks:
            ledger.breaks([number], [record.breaks])
        if record.fields is not None:
            if record.reason is not None:
                ledger.repair(
                    number, record.text, record.fields, record.reason, by_hand=record.by_hand
                )
        elif record.reason is not None:
            ledger.reject(number, record.text, record.reason)
        elif record.by_hand:
            ledger.leave_out(number)
        else:
            ledger.pass_over([number])

    def _note(self, source: Source) -> None:
        self.misfit_bytes, self.zeros = source.misfits, source.zeros
        self.misfit_lines = source.misfit_lines()

    def _batch(self, rows: list[list[str]]) -> pa.RecordBatch:
        columns: list[Any] = [
            pa.array([cell or None for cell in cells], pa.string())
            for cells in zip(*rows, strict=True)
        ]
        return pa.record_batch(columns, schema=self.schema)


def _full_rows(layout: Layout) -> Iterator[tuple[str, ...]]:
    """The sampled rows with their blank fields at the end."""
    blank = ("",) * layout.dropped
    return (row + blank for row in layout.sample)
