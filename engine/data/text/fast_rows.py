"""The fast reader: pyarrow over a whole file, with every record that it passes over accounted for."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pcsv

from engine.data.ahead import Throttle
from engine.data.cells.string_columns import Marks, empty_as_null, line_ends, marks_in
from engine.data.memory import available_memory
from engine.data.rejects import header_again
from engine.data.text.blank_lines import EmptyLines, find_empty_lines
from engine.data.text.dialect import Layout
from engine.data.text.header_copies import HeaderCopies
from engine.data.text.ledger import Ledger
from engine.data.text.line_map import Integers, LineMap
from engine.data.text.mended_rows import MendedRows
from engine.data.text.mending import Mender
from engine.data.text.records import Record
from engine.data.text.row_fixes import RowFixes
from engine.data.text.source import Source
from engine.data.text.stray_quotes import StrayQuotes
from engine.data.text.tolerant import Judge, is_header_again

BLOCK = 4 << 20
_SMALL_BLOCK = 1 << 20
_MANY_COLUMNS = 1_000
_LARGE_BLOCK = 16 << 20
"""Of a table with many columns: pyarrow takes as long for a column of few rows as for one of many."""
_FIRST_BLOCK = 1 << 20
_ROWS_AT_FIRST = 64
"""The first two blocks are smaller, as far as rows fit well into them: something is to be seen soon."""
_PLENTY = 1 << 30
"""Bytes of free memory below which blocks are small: pyarrow reserves a block's size for each column."""
_BLOCKS_AHEAD = 4
"""Blocks that pyarrow may hold before their rows are taken; it needs two to end a row."""
_LOOKED_AT = 1000
"""Rows of a batch with quotes in them that are compared with others."""
_LINES_IN_A_CELL = 200
"""More line ends than this in one cell speak for a quote that was never closed."""


class DoubtError(Exception):
    """The fast reader is likely to misread what comes next."""


class FastRows:
    """Iterates once over the batches of a plain dialect; raises `DoubtError` when in doubt."""

    def __init__(
        self,
        layout: Layout,
        source: Callable[[], Source],
        ledger: Ledger,
        mender: Mender,
        fixes: RowFixes,
    ) -> None:
        self._layout = layout
        self._source = source
        self._ledger = ledger
        self._mender = mender
        self._fixes = fixes
        self._judge = Judge(layout, mender, fixes)
        self._schema = pa.schema([(name, pa.string()) for name in layout.names])
        self._mended_rows = MendedRows(self._schema)
        self._passed_over: list[int] = []  # records that pyarrow hands out no row for
        self._fixed: list[tuple[int, int, int]] = []  # record, line, place: not yet made sure of
        self._strays = StrayQuotes(layout.dialect)
        self._empty_lines: EmptyLines | None = None
        self._copies = HeaderCopies(layout.header_text)
        self._headers = 0  # rejected rows that are the header once more, as far as is known
        self._doubt = False

    def read(self, source: Source) -> Iterator[pa.RecordBatch]:
        """All batches; blank ones are left out."""
        source.watch = self._see
        # pyarrow needs two blocks for the first rows.
        beginning = max(_FIRST_BLOCK, _ROWS_AT_FIRST * _longest_row(self._layout))
        throttle = Throttle(source, ahead=_BLOCKS_AHEAD, begin_with=(beginning, beginning))
        raw_rows = 0
        last: pa.RecordBatch | None = None  # handed out when it is known that the file ends soundly
        with self._reader(throttle) as reader:  # whoever stops early ends its thread, too
            for batch in itertools.chain(reader, [None]):
                throttle.taken()
                batch = (
                    self._mended_rows.rest()
                    if batch is None
                    else self._mended_rows.merged(self._without_dropped(batch), raw_rows)
                )
                if batch is None:
                    break
                kept = self._kept(batch, raw_rows)
                raw_rows += batch.num_rows
                self._refuse_doubt(raw_rows)
                if last is not None:
                    yield last
                last = kept if kept.num_rows else None
                if last is not None and not self._strays.at_end:
                    yield last
                    last = None
        self._see(b"")
        # A header that is written otherwise, with other quotes or blanks, has another text.
        self._doubt |= self._headers != (self._copies.count if self._headers else 0)
        self._refuse_doubt(raw_rows)
        if last is not None:
            yield last

    def _see(self, data: bytes) -> None:
        self._strays.see(data)
        self._copies.see(data)

    def _reader(self, source: Throttle) -> pcsv.CSVStreamingReader:
        layout, reading = self._layout, self._layout.reading
        fields = [*layout.names, *(f"\0{i}" for i in range(layout.dropped))]
        return pcsv.open_csv(
            pa.PythonFile(source, mode="r"),
            read_options=pcsv.ReadOptions(
                column_names=fields, block_size=_block_size(len(fields)), use_threads=False
            ),
            parse_options=pcsv.ParseOptions(
                delimiter=reading.delimiter,
                quote_char=reading.quote or False,
                escape_char=reading.escape or False,
                newlines_in_values=True,
                ignore_empty_lines=False,
                invalid_row_handler=self._other_width,
            ),
            convert_options=pcsv.ConvertOptions(
                check_utf8=False,
                column_types=dict.fromkeys(fields, pa.string()),
                null_values=[""],
                strings_can_be_null=True,
                quoted_strings_can_be_null=False,
            ),
        )

    def _without_dropped(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """The batch without the fields at the end that hold nothing, as far as the sample tells."""
        if not self._layout.dropped:
            return batch
        kept = len(self._layout.names)
        for cells in batch.columns[kept:]:
            if cells.null_count < batch.num_rows:
                filled = pc.not_equal(pc.utf8_trim_whitespace(cells), "")
                self._doubt |= bool(pc.any(filled).as_py()) or _any_empty(batch.columns[:kept])
        return pa.record_batch(batch.columns[:kept], schema=self._schema)

    def _refuse_doubt(self, rows: int) -> None:
        """Raise `DoubtError` before rows are handed out that may be wrong."""
        if self._doubt or self._strays.found:
            raise DoubtError
        for record, line, _ in self._fixed:
            if self._ledger.line_of(record) != line:
                raise DoubtError
        # By now all line ends are known before the rows that were handed out.
        self._fixed = [fixed for fixed in self._fixed if fixed[2] >= rows]

    # Rows of another width -----------------------------------------------------------------------

    def _other_width(self, row: pcsv.InvalidRow) -> str:
        """Judge a row; the reader asks, and swallows what is raised."""
        try:
            self._take(row.text, row.number - 1)
        except Exception:  # noqa: BLE001 - the slow reader will raise it again, where it is heard
            self._doubt = True
        return "skip"

    def _take(self, text: str, record: int) -> None:
        """A row of another width: rejected, mended or a comment."""
        ledger, dialect = self._ledger, self._layout.dialect
        place = record - len(self._passed_over)
        if dialect.comment and text.startswith(dialect.comment):
            ledger.pass_over([record])
            self._passed_over.append(record)
            return
        if dialect.quotes_in(text) % 2 == 1 or "\n" in text or "\r" in text:
            self._doubt = True
            return
        line = 0
        if self._fixes.knows(text):
            line = ledger.line_of(record)
            if self._fixes.later_than(line, text):
                self._doubt = True  # line ends within cells of this block may move it there
                return
        fields = dialect.parse(text)
        found = Record(
            text,
            fields=fields if fields is not None else dialect.parse(text, strict=False),
            is_sound=fields is not None,
        )
        judged = self._judge.judge(found, line)
        if judged.fields is not None:
            self._mended_rows.add(place, judged.fields)
            if judged.reason is not None:
                ledger.repair(record, text, judged.fields, judged.reason, by_hand=judged.by_hand)
        else:
            self._passed_over.append(record)
            if judged.reason is not None:
                ledger.reject(record, text, judged.reason)
                self._headers += text == self._layout.header_text
            else:
                ledger.leave_out(record)
        if line and self._fixes.at(line, text) is not None:
            self._fixed.append((record, line, place))

    # Rows of the right width ---------------------------------------------------------------------

    def _kept(self, batch: pa.RecordBatch, start: int) -> pa.RecordBatch:
        """The batch without what is no row, empty cells as null; notes what the line map needs."""
        reading = self._layout.reading
        quote = (reading.quote or '"').encode()
        cells = batch.columns
        marks = marks_in(cells, quote)
        if any(mark.line_end for mark in marks):
            self._note_line_ends(batch, start, marks)
        no_row = np.zeros(batch.num_rows, dtype=np.bool_)
        if batch.num_rows and all(column.null_count for column in cells):
            rows = np.flatnonzero(_empty(cells).to_numpy(zero_copy_only=False))
            if len(rows) and self._empty_rows_are_blank_lines():
                self._ledger.pass_over(self._records(rows + start).tolist())
                no_row[rows] = True
        self._find_comments(batch)
        if reading.quote and any(mark.quote for mark in marks):
            quoted = [c for c, mark in zip(batch.columns, marks, strict=True) if mark.quote]
            self._find_odd_cells(batch, quoted, reading.quote)
        no_row[self._headers_again(batch, start)] = True
        if no_row.any():
            batch = batch.filter(pa.array(~no_row))
        if not any(mark.empty for mark in marks):
            return batch
        columns = [
            empty_as_null(column) if mark.empty else column
            for column, mark in zip(batch.columns, marks, strict=True)
        ]
        return pa.record_batch(columns, schema=batch.schema)

    def _find_comments(self, batch: pa.RecordBatch) -> None:
        """A comment as wide as a row cannot be told from a quoted cell here."""
        comment = self._layout.dialect.comment
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
        layout = self._layout
        place = next((place for place, name in enumerate(layout.header) if name), None)
        if place is None or place >= batch.num_columns:
            return []
        cells = batch.column(place)
        alike = pc.match_substring(cells, layout.header[place]).fill_null(False)
        if not pc.any(alike).as_py():
            return []
        found = []
        for row in np.flatnonzero(alike.to_numpy(zero_copy_only=False)).tolist():
            fields = [column[row].as_py() or "" for column in batch.columns]
            if is_header_again(fields, layout):
                header = layout.dialect.parse(layout.header_text)
                if self._fixes.knows(layout.header_text) or not is_header_again(
                    header or [], layout
                ):
                    raise DoubtError  # its line or its text is not known here
                found.append(row)
                self._headers += 1
                record = int(self._records(np.array([row + start]))[0])
                self._ledger.reject(record, layout.header_text, header_again())
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
        rows = np.flatnonzero(total)
        self._ledger.breaks(self._records(rows + start).tolist(), total[rows].tolist())

    def _hides_rows(self, cells: pa.StringArray, most: int, position: int) -> bool:
        """Whether lines inside a cell look like rows that an open quote has swallowed.

        Then the first line goes on to the last column, or another line is as wide as a row.
        """
        if most > _LINES_IN_A_CELL:
            return True
        whole = max(1, self._layout.width - 1)
        rest = self._layout.width - 1 - position
        delimiter = self._layout.dialect.delimiter
        for cell in cells.to_pylist():
            counts = [line.count(delimiter) for line in cell.splitlines()]
            if max(counts) >= whole or counts[0] >= rest > 0:
                return True
        return False

    def _empty_rows_are_blank_lines(self) -> bool:
        """Whether the rows without any value are blank lines, or lines of delimiters alone.

        The fast reader does not tell them apart. A file with both is left to the slow one.
        """
        width = self._layout.width
        if width == 1:
            return True
        if self._empty_lines is None:
            with self._source() as source:
                delimiter = self._layout.dialect.delimiter
                self._empty_lines = find_empty_lines(source, delimiter, width)
        if self._empty_lines.blank and self._empty_lines.bare:
            raise DoubtError
        return self._empty_lines.blank


def _empty(columns: Sequence[pa.Array]) -> pa.BooleanArray:
    """Which rows have no value."""
    return functools.reduce(pc.and_, (column.is_null() for column in columns))


def _any_empty(columns: Sequence[pa.Array]) -> bool:
    return all(column.null_count for column in columns) and bool(pc.any(_empty(columns)).as_py())


def _block_size(columns: int) -> int:
    if available_memory() < _PLENTY:
        return _SMALL_BLOCK
    return BLOCK if columns < _MANY_COLUMNS else _LARGE_BLOCK


def _longest_row(layout: Layout) -> int:
    """Characters of the longest row that is known."""
    return max((sum(map(len, row)) + len(row) for row in layout.sample), default=0)
