"""The cells of a file as text, in batches, with every row accounted for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pcsv

from engine.data.dialect import Layout, detect_layout
from engine.data.line_map import Integers, LineMap
from engine.data.progress import Cancelled, Progress, never, nothing
from engine.data.rejects import Reject, wrong_width
from engine.data.sample import take_sample
from engine.data.source import Source
from engine.data.tolerant import lines_of, read_records
from engine.messages import Message
from engine.recipe.recipe import Reading

BLOCK = 4 << 20
_TOLERANT_ROWS = 20_000
_LINES_IN_A_CELL = 200
"""More line ends than this in one cell speak for a quote that was never closed."""


class _EmptyLines(NamedTuple):
    """Which lines without any value the file has."""

    blank: bool
    bare: bool
    """Lines of delimiters alone."""


class _DoubtError(Exception):
    """The fast reader is likely to misread what comes next."""


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

    After the end, `rows`, `rejects` and `line_map` are known. `rows + len(rejects)` is the number of
    records in the file; blank lines are none.
    """

    def __init__(
        self,
        path: Path,
        layout: Layout,
        *,
        progress: Progress = nothing,
        cancelled: Cancelled = never,
    ) -> None:
        self.path = path
        self.layout = layout
        self.rows = 0
        self.misfit_bytes = 0
        """Places where bytes did not fit the encoding and were read as Windows-1252."""
        self.tolerant = False
        """Whether the slower reader had to take over."""
        self._empty_lines: _EmptyLines | None = None
        self._progress = progress
        self._cancelled = cancelled
        self._forget()

    def _forget(self) -> None:
        self._rejected: list[tuple[int, str, Message]] = []  # record, text, reason
        self._blank: list[int] = []
        self._broken: list[int] = []
        self._breaks: list[int] = []
        self._doubt = False

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
            yield from self._fast()
        except (_DoubtError, pa.ArrowInvalid):
            done, self.rows, self.tolerant = self.rows, 0, True
            self._forget()
            for batch in self._slow():
                # Up to the first doubt both readers see the same rows.
                start = max(0, done - self.rows)
                self.rows += batch.num_rows
                if start < batch.num_rows:
                    yield batch.slice(start)

    @property
    def line_map(self) -> LineMap:
        """Where the rows stand in the file."""
        skipped = sorted([record for record, _, _ in self._rejected] + self._blank)
        order = np.argsort(self._broken, kind="stable")
        return LineMap(
            self.layout.header_lines + 1,
            np.array(skipped, dtype=np.int64),
            np.array(self._broken, dtype=np.int64)[order],
            np.array(self._breaks, dtype=np.int64)[order],
        )

    @property
    def rejects(self) -> tuple[Reject, ...]:
        """The rows that could not be read, in file order."""
        records = np.array([record for record, _, _ in self._rejected], dtype=np.int64)
        lines = self.line_map.record_lines(records).tolist()
        return tuple(
            Reject(line, text, reason)
            for line, (_, text, reason) in zip(lines, self._rejected, strict=True)
        )

    def _source(self) -> Source:
        return Source(
            self.path,
            self.reading.encoding or "utf-8",
            skip=self.layout.header_bytes,
            lenient=not self.layout.explicit_encoding,
            progress=self._progress,
            cancelled=self._cancelled,
        )

    # The fast reader -----------------------------------------------------------------------------

    def _fast(self) -> Iterator[pa.RecordBatch]:
        fields = [*self.names, *(f"\0{i}" for i in range(self.layout.dropped))]
        with self._source() as source:
            reader = pcsv.open_csv(
                pa.PythonFile(source, mode="r"),
                read_options=pcsv.ReadOptions(
                    column_names=fields, block_size=BLOCK, use_threads=False
                ),
                parse_options=pcsv.ParseOptions(
                    delimiter=self.reading.delimiter,
                    quote_char=self.reading.quote or False,
                    newlines_in_values=True,
                    ignore_empty_lines=False,
                    invalid_row_handler=self._reject,
                ),
                convert_options=pcsv.ConvertOptions(
                    check_utf8=False,
                    column_types=dict.fromkeys(fields, pa.string()),
                    include_columns=list(self.names),
                    null_values=[""],
                    strings_can_be_null=True,
                    quoted_strings_can_be_null=False,
                ),
            )
            raw_rows = 0
            for batch in reader:
                kept = self._without_blank_lines(batch, raw_rows)
                raw_rows += batch.num_rows
                if self._doubt:
                    raise _DoubtError
                if kept.num_rows:
                    self.rows += kept.num_rows
                    yield kept
            if self._doubt:
                raise _DoubtError
            self.misfit_bytes = source.misfits

    def _reject(self, row: pcsv.InvalidRow) -> str:
        text = row.text
        quote = self.reading.quote
        odd = bool(quote) and text.count(quote) % 2 == 1
        if odd or "\n" in text or "\r" in text or self._only_blank_excess(row):
            self._doubt = True
        self._rejected.append(
            (row.number - 1, text, wrong_width(row.actual_columns, row.expected_columns))
        )
        return "skip"

    def _only_blank_excess(self, row: pcsv.InvalidRow) -> bool:
        """Whether the tolerant reader would keep this row."""
        if row.actual_columns == len(self.names):
            return True
        excess = row.actual_columns - self.layout.width
        return excess > 0 and bool(row.text.rstrip(" ").endswith(self.reading.delimiter or ","))

    def _without_blank_lines(self, batch: pa.RecordBatch, start: int) -> pa.RecordBatch:
        """The batch without blank lines, empty cells as null; notes what the line map needs."""
        if any(_has_line_ends(column) for column in batch.columns):
            self._note_line_ends(batch, start)
        if batch.num_rows and all(column.null_count for column in batch.columns):
            empty = batch.column(0).is_null()
            for column in batch.columns[1:]:
                empty = pc.and_(empty, column.is_null())
            rows = np.flatnonzero(empty.to_numpy(zero_copy_only=False))
            if len(rows) and self._empty_rows_are_blank_lines():
                self._blank += self._records(rows + start).tolist()
                batch = batch.filter(pc.invert(empty))
        return pa.record_batch([_empty_as_null(c) for c in batch.columns], schema=batch.schema)

    def _records(self, raw_rows: Integers) -> Integers:
        rejected = np.array([record for record, _, _ in self._rejected], dtype=np.int64)
        nothing_broken = np.empty(0, dtype=np.int64)
        return LineMap(1, rejected, nothing_broken, nothing_broken).records(raw_rows)

    def _note_line_ends(self, batch: pa.RecordBatch, start: int) -> None:
        total = np.zeros(batch.num_rows, dtype=np.int64)
        for position, column in enumerate(batch.columns):
            if not _has_line_ends(column):
                continue
            count = pc.subtract(
                pc.add(pc.count_substring(column, "\n"), pc.count_substring(column, "\r")),
                pc.count_substring(column, "\r\n"),
            )
            breaks = pc.fill_null(count, 0).to_numpy(zero_copy_only=False)
            total += breaks
            cells = column.filter(pa.array(breaks > 0))
            self._doubt |= self._hides_rows(cells, int(breaks.max()), position)
        rows = np.flatnonzero(total)
        self._broken += self._records(rows + start).tolist()
        self._breaks += total[rows].tolist()

    def _hides_rows(self, cells: pa.StringArray, most: int, position: int) -> bool:
        """Whether lines inside a cell look like rows that an open quote has swallowed.

        Then the first line goes on to the last column, or another line is as wide as a row.
        """
        if most > _LINES_IN_A_CELL:
            return True
        whole = max(1, self.layout.width - 1)
        rest = self.layout.width - 1 - position
        delimiter = self.reading.delimiter or ","
        for cell in cells.to_pylist():
            counts = [line.count(delimiter) for line in cell.splitlines()]
            if max(counts) >= whole or counts[0] >= rest > 0:
                return True
        return False

    def _empty_rows_are_blank_lines(self) -> bool:
        """Whether the rows without any value are blank lines, or lines of delimiters alone.

        The fast reader does not tell them apart. A file with both is left to the slow one.
        """
        width = self.layout.width
        if width == 1:
            return True
        if self._empty_lines is None:
            self._empty_lines = self._scan_for_empty_lines(width)
        if self._empty_lines.blank and self._empty_lines.bare:
            raise _DoubtError
        return self._empty_lines.blank

    def _scan_for_empty_lines(self, width: int) -> _EmptyLines:
        bare = (self.reading.delimiter or ",").encode() * (width - 1)
        ends = (b"\n", b"\r")
        bare_lines = [a + bare + b for a in ends for b in ends]
        blank_lines = [b"\n\n", b"\n\r", b"\r\r"]
        found_blank = found_bare = False
        keep = len(bare) + 2
        with self._source() as source:
            tail = b"\n"
            for chunk in (*source, b"\n"):
                data = tail + chunk
                last = chunk == b"\n"
                found_bare = found_bare or any(needle in data for needle in bare_lines)
                inner = data[:-1] if last and data[-2:-1] in ends else data
                found_blank = found_blank or any(needle in inner for needle in blank_lines)
                tail = data[-keep:]
        return _EmptyLines(found_blank, found_bare)

    # The tolerant reader -------------------------------------------------------------------------

    def _slow(self) -> Iterator[pa.RecordBatch]:
        rows: list[list[str]] = []
        with self._source() as source:
            for number, record in enumerate(read_records(lines_of(source), self.layout)):
                if record.breaks:
                    self._broken.append(number)
                    self._breaks.append(record.breaks)
                if record.reason is not None:
                    self._rejected.append((number, record.text, record.reason))
                elif record.fields is None:
                    self._blank.append(number)
                else:
                    rows.append(record.fields)
                    if len(rows) >= _TOLERANT_ROWS:
                        yield self._batch(rows)
                        rows = []
            self.misfit_bytes = source.misfits
        if rows:
            yield self._batch(rows)

    def _batch(self, rows: list[list[str]]) -> pa.RecordBatch:
        columns: list[Any] = [
            pa.array([cell or None for cell in cells], pa.string())
            for cells in zip(*rows, strict=True)
        ]
        return pa.record_batch(columns, schema=self.schema)


def _has_line_ends(column: pa.StringArray) -> bool:
    buffer = column.buffers()[2]
    if buffer is None:
        return False
    data = buffer.to_pybytes()
    return b"\n" in data or b"\r" in data


def _empty_as_null(column: pa.StringArray) -> pa.StringArray:
    empty = pc.equal(pc.binary_length(column), 0)
    if not pc.any(empty).as_py():
        return column
    return pc.if_else(empty, pa.scalar(None, pa.string()), column)
