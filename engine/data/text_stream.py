"""The cells of a file as text, in batches, with every row accounted for."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pcsv

from engine.data.ahead import Throttle
from engine.data.blank_lines import EmptyLines, find_empty_lines
from engine.data.dialect import Layout, detect_layout
from engine.data.line_map import Integers, LineMap
from engine.data.mended_rows import MendedRows
from engine.data.mending import Mender
from engine.data.progress import Cancelled, Progress, never, nothing
from engine.data.rejects import Reject, below_table, header_again, wrong_width
from engine.data.sample import take_sample
from engine.data.source import Source
from engine.data.string_columns import Marks, empty_as_null, line_ends, marks_in
from engine.data.tolerant import is_header_again, lines_of, read_records
from engine.messages import Message
from engine.recipe.reading import Reading

BLOCK = 4 << 20
_BLOCKS_AHEAD = 4
"""Blocks that the fast reader may hold before their rows are taken; it needs two to end a row."""
_TOLERANT_ROWS = 20_000
_LOOKED_AT = 1000
"""Rows of a batch with quotes in them that are compared with others."""
_LINES_IN_A_CELL = 200
"""More line ends than this in one cell speak for a quote that was never closed."""


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
        self.zeros = 0
        """NUL characters that were left out."""
        self._mender = Mender(layout.dialect, layout.width, _full_rows(layout))
        self._empty_lines: EmptyLines | None = None
        self._progress = progress
        self._cancelled = cancelled
        self._forget()

    def _forget(self) -> None:
        self.mended = 0
        """Rows that were damaged in a way that could be set right."""
        self._rejected: list[tuple[int, str, Message]] = []  # record, text, reason
        self._mended_rows = MendedRows(self.schema)
        self._passed_over: list[int] = []  # records that the fast reader hands out no row for
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
            if not self.layout.dialect.is_plain:
                raise _DoubtError
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
        rejected = sorted(self._rejected, key=lambda entry: entry[0])
        records = np.array([record for record, _, _ in rejected], dtype=np.int64)
        line_map = self.line_map
        lines = line_map.record_lines(records).tolist()
        end = self._end_of_table(line_map)
        return tuple(
            Reject(line, text, below_table(reason) if record > end else reason)
            for line, (record, text, reason) in zip(lines, rejected, strict=True)
        )

    def _end_of_table(self, line_map: LineMap) -> int:
        """The first blank record after the last row; what stands below it is no part of the table."""
        rows = np.array([self.rows - 1], dtype=np.int64)
        last = int(line_map.records(rows)[0]) if self.rows else -1
        return min((record for record in self._blank if record > last), default=2**62)

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
            throttle = Throttle(source, ahead=_BLOCKS_AHEAD)
            reader = pcsv.open_csv(
                pa.PythonFile(throttle, mode="r"),
                read_options=pcsv.ReadOptions(
                    column_names=fields, block_size=BLOCK, use_threads=False
                ),
                parse_options=pcsv.ParseOptions(
                    delimiter=self.reading.delimiter,
                    quote_char=self.reading.quote or False,
                    escape_char=self.reading.escape or False,
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
            for batch in itertools.chain(reader, [None]):
                throttle.taken()
                batch = (
                    self._mended_rows.rest()
                    if batch is None
                    else self._mended_rows.merged(batch, raw_rows)
                )
                if batch is None:
                    break
                kept = self._kept(batch, raw_rows)
                raw_rows += batch.num_rows
                if self._doubt:
                    raise _DoubtError
                if kept.num_rows:
                    self.rows += kept.num_rows
                    yield kept
            if self._doubt:
                raise _DoubtError
            self._note(source)

    def _note(self, source: Source) -> None:
        self.misfit_bytes, self.zeros = source.misfits, source.zeros

    def _reject(self, row: pcsv.InvalidRow) -> str:
        """Note a row of another width; the reader asks, and swallows what is raised."""
        try:
            self._take(row)
        except Exception:  # noqa: BLE001 - the slow reader will raise it again, where it is heard
            self._doubt = True
        return "skip"

    def _take(self, row: pcsv.InvalidRow) -> None:
        """A row of another width: rejected, mended or a comment."""
        text, record, dialect = row.text, row.number - 1, self.layout.dialect
        place = record - len(self._passed_over)
        if dialect.comment and text.startswith(dialect.comment):
            self._blank.append(record)
            self._passed_over.append(record)
            return
        if dialect.quotes_in(text) % 2 == 1 or "\n" in text or "\r" in text:
            self._doubt = True
            return
        fields = dialect.parse(text)
        if fields is not None and len(fields) == len(self.names):
            mended: list[str] | None = fields
        else:
            mended = self._mender.mend(text, fields)
            self.mended += mended is not None
        if mended is not None:
            self._mended_rows.add(place, mended[: len(self.names)])
        else:
            reason = wrong_width(row.actual_columns, row.expected_columns)
            self._rejected.append((record, text, reason))
            self._passed_over.append(record)

    def _kept(self, batch: pa.RecordBatch, start: int) -> pa.RecordBatch:
        """The batch without what is no row, empty cells as null; notes what the line map needs."""
        quote = (self.reading.quote or '"').encode()
        marks = [marks_in(column, quote) for column in batch.columns]
        if any(mark.line_end for mark in marks):
            self._note_line_ends(batch, start, marks)
        no_row = np.zeros(batch.num_rows, dtype=np.bool_)
        if batch.num_rows and all(column.null_count for column in batch.columns):
            empty = batch.column(0).is_null()
            for column in batch.columns[1:]:
                empty = pc.and_(empty, column.is_null())
            rows = np.flatnonzero(empty.to_numpy(zero_copy_only=False))
            if len(rows) and self._empty_rows_are_blank_lines():
                self._blank += self._records(rows + start).tolist()
                no_row[rows] = True
        self._find_comments(batch)
        if self.reading.quote and any(mark.quote for mark in marks):
            quoted = [c for c, mark in zip(batch.columns, marks, strict=True) if mark.quote]
            self._find_odd_cells(batch, quoted, self.reading.quote)
        no_row[self._headers_again(batch, start)] = True
        if no_row.any():
            batch = batch.filter(pa.array(~no_row))
        return pa.record_batch([empty_as_null(c) for c in batch.columns], schema=batch.schema)

    def _find_comments(self, batch: pa.RecordBatch) -> None:
        """A comment as wide as a row cannot be told from a quoted cell here."""
        comment = self.layout.dialect.comment
        if comment and pc.any(pc.starts_with(batch.column(0), comment)).as_py():
            self._doubt = True

    def _find_odd_cells(
        self, batch: pa.RecordBatch, quoted: list[pa.StringArray], quote: str
    ) -> None:
        """Rows with quotes in cells that look unlike their columns may be damaged; see closer."""
        hits = pa.array(np.zeros(batch.num_rows, dtype=np.bool_))
        for column in quoted:
            hits = pc.or_(hits, pc.match_substring(column, quote).fill_null(False))
        for row in np.flatnonzero(hits.to_numpy(zero_copy_only=False))[:_LOOKED_AT].tolist():
            fields = [column[row].as_py() or "" for column in batch.columns]
            if any(quote in field for field in fields) and not self._mender.looks_right(fields):
                self._doubt = True
                return

    def _headers_again(self, batch: pa.RecordBatch, start: int) -> list[int]:
        """Rows of the batch that are the header once more; they are rejected."""
        header = self.layout.header
        if not header or not header[0]:
            return []
        alike = pc.starts_with(batch.column(0), header[0]).fill_null(False)
        if not pc.any(alike).as_py():
            return []
        found = []
        for row in np.flatnonzero(alike.to_numpy(zero_copy_only=False)).tolist():
            fields = [column[row].as_py() or "" for column in batch.columns]
            if is_header_again(fields, self.layout):
                found.append(row)
                record = int(self._records(np.array([row + start]))[0])
                text = (self.reading.delimiter or ",").join(fields)
                self._rejected.append((record, text, header_again()))
        return found

    def _records(self, raw_rows: Integers) -> Integers:
        passed_over = np.array(self._passed_over, dtype=np.int64)
        nothing_broken = np.empty(0, dtype=np.int64)
        return LineMap(1, passed_over, nothing_broken, nothing_broken).records(raw_rows)

    def _note_line_ends(self, batch: pa.RecordBatch, start: int, marks: list[Marks]) -> None:
        total = np.zeros(batch.num_rows, dtype=np.int64)
        for position, column in enumerate(batch.columns):
            if not marks[position].line_end:
                continue
            breaks = line_ends(column)
            total += breaks
            cells = column.filter(pa.array(breaks > 0))
            self._doubt |= self._hides_rows(cells, int(breaks.max()), position)
            # A quote that is opened in the last line takes the end of the file with it.
            self._doubt |= str(column[-1].as_py() or "").endswith(("\n", "\r"))
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
            with self._source() as source:
                delimiter = self.reading.delimiter or ","
                self._empty_lines = find_empty_lines(source, delimiter, width)
        if self._empty_lines.blank and self._empty_lines.bare:
            raise _DoubtError
        return self._empty_lines.blank

    # The tolerant reader -------------------------------------------------------------------------

    def _slow(self) -> Iterator[pa.RecordBatch]:
        rows: list[list[str]] = []
        with self._source() as source:
            records = read_records(lines_of(source), self.layout, self._mender)
            for number, record in enumerate(records):
                self.mended += record.is_mended
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
            self._note(source)
        if rows:
            yield self._batch(rows)

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
