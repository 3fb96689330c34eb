"""Writing rows as they come, batch by batch: CSV, Parquet, Excel. Memory stays that of a batch."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any, Literal, Self, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from engine.data.cells.stored import as_text
from engine.data.spreadsheet_text import harmless, harmless_cells
from engine.errors import FormatNotWritten, TooLargeForExcel

Format: TypeAlias = Literal["csv", "parquet", "excel"]
_FORMATS: dict[str, Format] = {
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "csv",
    ".parquet": "parquet",
    ".xlsx": "excel",
}
EXCEL_ROWS = 1_048_576
"""Of a sheet, the header among them."""
EXCEL_COLUMNS = 16_384
EXCEL_LETTERS = 32_767
"""Of a cell."""
_LINE_BYTES = 64 << 20
"""Cells are joined to lines so many at a time: Arrow's texts end at 2 GB."""
_PLAIN_NUMBER = r"^-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,15})?$"
"""Text that a number in a sheet stands for without losing a digit but zeros at its end."""
_NEGATIVE_ZERO = r"^-0(\.0*)?$"
_DIGITS = 15


def format_for(path: Path) -> Format:
    """The format that the ending of a name asks for. Raises `FormatNotWritten`."""
    found = _FORMATS.get(path.suffix.casefold())
    if found is None:
        raise FormatNotWritten(path.name, path.suffix or "—")
    return found


class TableWriter(ABC):
    """Takes the header once and the rows in batches; `close` makes the file whole."""

    def __init__(self, names: Sequence[str], *, harmless_formulas: bool = False) -> None:
        """`harmless_formulas`: an apostrophe before text that a spreadsheet would run."""
        self.names = tuple(map(harmless, names)) if harmless_formulas else tuple(names)
        self.is_harmless = harmless_formulas

    @abstractmethod
    def write(self, columns: Sequence[pa.Array]) -> None:
        """Rows: one array of the same length for each name."""

    @abstractmethod
    def close(self) -> None:
        """No more rows come."""

    def give_up(self) -> None:
        """The file is not wanted any more."""
        self.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if error is None:
            self.close()
        else:
            self.give_up()


class CsvWriter(TableWriter):
    """UTF-8, quotes where they are needed; numbers with as many digits as give back the same number."""

    def __init__(
        self,
        file: IO[bytes],
        names: Sequence[str],
        *,
        delimiter: str = ",",
        decimal: str = ".",
        harmless_formulas: bool = False,
    ) -> None:
        super().__init__(names, harmless_formulas=harmless_formulas)
        self._file = file
        self._delimiter = delimiter
        self._decimal = decimal
        self._marks = tuple(mark.encode() for mark in ('"', "\r", "\n", delimiter))
        self._special = f'["\r\n]|{re.escape(delimiter)}'
        file.write(_joined([pa.array([name]) for name in self._cells_of_header()], delimiter))

    def write(self, columns: Sequence[pa.Array]) -> None:
        """Rows as lines."""
        rows = len(columns[0])
        size = sum(column.nbytes for column in columns)
        step = max(1, rows * _LINE_BYTES // max(size, _LINE_BYTES))
        for start in range(0, rows, step):
            pieces = [column.slice(start, step) for column in columns]
            self._file.write(
                _joined([self._quoted(self.cells(p)) for p in pieces], self._delimiter)
            )

    def cells(self, column: pa.Array) -> pa.Array:
        """The text of each cell, as it is written but for quotes."""
        if pa.types.is_floating(column.type):
            return numbers_as_text(column, self._decimal)
        texts = as_text(column)
        return harmless_cells(texts) if self.is_harmless else texts

    def close(self) -> None:
        """Whoever opened the file closes it."""

    def _quoted(self, cells: pa.Array) -> pa.Array:
        if not _holds_any(cells, self._marks):
            return cells
        special = pc.match_substring_regex(cells, self._special)
        doubled = pc.replace_substring(cells, '"', '""')
        quoted = pc.binary_join_element_wise(pa.scalar('"'), doubled, pa.scalar('"'), "")
        return pc.if_else(special, quoted, cells)

    def _cells_of_header(self) -> list[str]:
        quoted: list[str] = self._quoted(pa.array(self.names, pa.string())).to_pylist()
        return quoted


class ParquetWriter(TableWriter):
    """Columns with the types that they come with: text of text files stays text."""

    def __init__(
        self, path: Path, names: Sequence[str], *, harmless_formulas: bool = False
    ) -> None:
        super().__init__(names, harmless_formulas=harmless_formulas)
        self._path = path
        self._writer: pq.ParquetWriter | None = None

    def write(self, columns: Sequence[pa.Array]) -> None:
        """Rows as a group of their own."""
        if self.is_harmless:
            columns = [harmless_cells(c) if pa.types.is_string(c.type) else c for c in columns]
        batch = pa.record_batch(list(columns), names=list(self.names))
        if self._writer is None:
            self._writer = pq.ParquetWriter(str(self._path), batch.schema)
        self._writer.write_batch(batch)

    def close(self) -> None:
        """Write what is known at the end only."""
        if self._writer is None:  # no row came
            self.write([pa.array([], pa.string())] * len(self.names))
        assert self._writer is not None
        self._writer.close()


class ExcelWriter(TableWriter):
    """One sheet. Text is written as text, so that no cell is a formula; plain numbers as numbers."""

    def __init__(
        self,
        path: Path,
        names: Sequence[str],
        *,
        scratch: Path,
        decimal: str = ".",
        harmless_formulas: bool = False,
    ) -> None:
        """`scratch`: a folder for what waits to be packed."""
        super().__init__(names, harmless_formulas=harmless_formulas)
        import xlsxwriter

        if len(names) > EXCEL_COLUMNS:
            raise TooLargeForExcel(path.name, 0, len(names), EXCEL_ROWS, EXCEL_COLUMNS)
        options = {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "nan_inf_to_errors": True,
            "tmpdir": str(scratch),
        }
        self._decimal = decimal
        self._book: Any = xlsxwriter.Workbook(str(path), options)
        self._sheet: Any = self._book.add_worksheet("predictions")
        self._row = 0
        self.shortened = 0
        """Cells that were longer than a sheet can hold."""
        for place, name in enumerate(self.names):
            self._sheet.write_string(0, place, name[:EXCEL_LETTERS])

    def write(self, columns: Sequence[pa.Array]) -> None:
        """Rows of the sheet. Raises `TooLargeForExcel` beyond its end."""
        cells = [self._values(column) for column in columns]
        for values in zip(*cells, strict=True):
            self._row += 1
            if self._row >= EXCEL_ROWS:
                raise TooLargeForExcel("", self._row, 0, EXCEL_ROWS, EXCEL_COLUMNS)
            for place, value in enumerate(values):
                if value is None or value == "":
                    continue
                if isinstance(value, float):
                    if value == value:
                        self._sheet.write_number(self._row, place, value)
                    continue
                if len(value) > EXCEL_LETTERS:
                    self.shortened += 1
                    value = value[:EXCEL_LETTERS]
                self._sheet.write_string(self._row, place, value)

    def close(self) -> None:
        """Pack the sheet."""
        self._book.close()

    def give_up(self) -> None:
        """Leave it unpacked."""
        self._sheet.row_data_fh.close()
        self._book.fileclosed = True  # packing all of it would take long

    def _values(self, column: pa.Array) -> list[Any]:
        if pa.types.is_floating(column.type):
            numbers: list[float | None] = column.cast(pa.float64()).to_pylist()
            return numbers
        texts = as_text(column)
        plain = _plain_numbers(texts, self._decimal)
        if self.is_harmless:
            texts = harmless_cells(texts)
        found: list[Any] = texts.to_pylist()
        for place in np.flatnonzero(plain):
            found[place] = float(found[place].replace(",", "."))
        return found


def _plain_numbers(texts: pa.Array, decimal: str) -> Any:
    """Which texts a sheet can hold as numbers without a change that is more than zeros at the end."""
    pattern = _PLAIN_NUMBER if decimal != "," else _PLAIN_NUMBER.replace(r"\.", ",")
    digits = pc.utf8_length(pc.replace_substring_regex(texts, "[^0-9]", ""))
    plain = pc.and_(pc.match_substring_regex(texts, pattern), pc.less_equal(digits, _DIGITS))
    plain = pc.and_not(plain, pc.match_substring_regex(texts, _NEGATIVE_ZERO))
    return np.asarray(pc.fill_null(plain, False))


def numbers_as_text(column: pa.Array, decimal: str = ".") -> pa.Array:
    """The shortest text of each number that gives back exactly the same; empty where it is missing."""
    texts = pc.if_else(pc.is_nan(column), None, column.cast(pa.string()))
    return pc.replace_substring(texts, ".", ",") if decimal == "," else texts


def _holds_any(cells: pa.Array, marks: Sequence[bytes]) -> bool:
    """Whether any of these occurs in a text; the bytes lie one behind the other, so that is one search."""
    if not len(cells):
        return False
    _, offsets, data = cells.buffers()
    if data is None:
        return False
    ends = np.frombuffer(offsets, np.int32)[cells.offset : cells.offset + len(cells) + 1]
    texts = data.slice(int(ends[0]), int(ends[-1] - ends[0])).to_pybytes()
    return any(mark in texts for mark in marks)


def _joined(columns: Sequence[pa.Array], delimiter: str) -> memoryview:
    """Cells of UTF-8 as lines, a null as nothing."""
    lines = pc.binary_join_element_wise(
        *columns, delimiter, null_handling="replace", null_replacement=""
    )
    ended = pc.binary_join_element_wise(lines, "", "\n")
    _, offsets, data = ended.buffers()
    if data is None:
        return memoryview(b"")
    stop = np.frombuffer(offsets, np.int32)[len(ended)]
    return memoryview(data)[:stop]
