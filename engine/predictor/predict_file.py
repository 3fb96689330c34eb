"""Predicting a file: batch by batch, so that memory stays bounded, into a file that appears whole."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import ExitStack, closing, suppress
from dataclasses import replace
from pathlib import Path

import pyarrow as pa

from engine.data.ahead import ahead
from engine.data.cache import scratch_folder
from engine.data.cells.stored import as_text
from engine.data.formats.file_list import bytes_of, files_behind
from engine.data.formats.registry import open_rows
from engine.data.formats.rows import Ask, Rows
from engine.data.progress import Cancelled, Progress, Progression, never, nothing
from engine.data.spreadsheet_text import harmless_cells
from engine.errors import PartMissing, TooLargeForExcel, WriteFailed
from engine.files import atomic_file, writing
from engine.messages import Message, message, message_n
from engine.predictor.outputs import EVERYTHING, Outputs
from engine.predictor.predicted_rows import PredictedRows
from engine.predictor.predictor import Predictor
from engine.predictor.report import PredictReport
from engine.predictor.table_writers import (
    EXCEL_COLUMNS,
    EXCEL_ROWS,
    CsvWriter,
    ExcelWriter,
    Format,
    ParquetWriter,
    TableWriter,
    format_for,
    numbers_as_text,
)
from engine.recipe.reading import Reading

PREVIEW_ROWS = 20
LINES_TOLD = 100


def predict_file(
    predictor: Predictor,
    source: Path,
    destination: Path,
    *,
    part: str | None = None,
    reading: Reading | None = None,
    outputs: Outputs = EVERYTHING,
    harmless_formulas: bool = False,
    progress: Progress = nothing,
    cancelled: Cancelled = never,
) -> PredictReport:
    """Predict every row of a table into a file: CSV in UTF-8, Parquet or Excel, by its ending.

    The text of all columns stays as it is in the file, and their order too; a delimiter is kept.
    Predictions follow. Rows that cannot be read as rows of the table are left out and told.

    Args:
        predictor: The model.
        source: A table like the one that was trained on, in any format; the target may be absent.
        destination: Appears only when all is written; an earlier file is replaced then.
        part: Sheet, table or archive member; else the one of the training table, else the first.
        reading: What is known of the layout of the file; the rest is detected. Its part counts too.
        outputs: What to tell of each row.
        harmless_formulas: Put an apostrophe before text that a spreadsheet would run as a formula.
        progress: Told of the bytes read.
        cancelled: Asked between blocks.

    Raises:
        ColumnMissing: Columns that the model needs are not there.
        OutputsNotGiven: The model gives nothing of what is wanted.
        FormatNotWritten, TooLargeForExcel: It cannot be such a file; told before anything is predicted.
        DiskFull, WriteFailed: Nothing was written.
        Cancelled: Nothing was written.
        ReadError: The source cannot be read.
    """
    began = time.monotonic()
    kind = format_for(destination)
    if destination.exists() and source.exists() and destination.samefile(source):
        raise WriteFailed(str(destination), "it is the file to be predicted")
    with scratch_folder() as scratch:
        told = Progression(progress, bytes_of(files_behind(source)))
        reading = reading_for(predictor, reading or Reading(), part)
        ask = Ask(source.absolute(), source, reading, scratch, told.opening, cancelled)
        rows = _opened(ask, predictor.recipe.reading.part)
        found = PredictedRows(predictor, rows, outputs)
        if reading.part is None and len(rows.parts) > 1:
            found.warn((_told_part(rows),))
        if kind == "excel":
            _require_room(destination, rows, len(found.header), cancelled)
        with ExitStack() as stack:
            temporary = stack.enter_context(atomic_file(destination))
            writer = stack.enter_context(
                _writer(stack, kind, temporary, found.header, rows, scratch, harmless_formulas)
            )
            preview = _Preview(rows.reading.decimal, harmless_formulas=harmless_formulas)
            batches = stack.enter_context(closing(ahead(rows.read(told.reading, cancelled))))
            for batch in batches:
                columns = found.columns(batch)
                preview.take(columns)
                writer.write(columns)
        found.warn(rows.remarks)
        if isinstance(writer, ExcelWriter) and writer.shortened:
            found.warn((_shortened(writer.shortened),))
    rejects = rows.rejects
    return PredictReport(
        source=str(source),
        destination=str(destination),
        rows=rows.rows,
        quarantined=len(rejects),
        quarantined_lines=tuple(reject.line for reject in rejects[:LINES_TOLD]),
        warnings=found.warnings,
        seconds=time.monotonic() - began,
        header=writer.names,
        preview=preview.lines,
    )


def reading_for(predictor: Predictor, reading: Reading, part: str | None = None) -> Reading:
    """How a file for a model is read, where nothing else is asked for: as that of the training was."""
    trained = predictor.recipe.reading
    return reading.model_copy(
        update={
            "header": trained.header if reading.header is None else reading.header,
            "part": part or reading.part,
            "repair": trained.repair if reading.repair is None else reading.repair,
            "fixes": reading.fixes or trained.fixes,  # they hold where line and text agree
        }
    )


def _opened(ask: Ask, trained_part: str | None) -> Rows:
    """The rows of the part asked for, or of the part trained on if there is one of that name."""
    if ask.reading.part is None and trained_part is not None:
        named = ask.reading.model_copy(update={"part": trained_part})
        with suppress(PartMissing):
            return open_rows(replace(ask, reading=named))
    return open_rows(ask)


def _told_part(rows: Rows) -> Message:
    return message(
        "The file holds {tables} tables; “{part}” was predicted.",
        tables=len(rows.parts),
        part=rows.reading.part,
    )


def _shortened(count: int) -> Message:
    return message_n(
        "{count} cell was longer than an Excel sheet can hold and is cut off.",
        "{count} cells were longer than an Excel sheet can hold and are cut off.",
        count,
    )


def _require_room(destination: Path, rows: Rows, columns: int, cancelled: Cancelled) -> None:
    """Count the rows before any work is done: a sheet has an end."""
    count = 0
    with closing(iter(rows.read(nothing, cancelled))) as batches:  # type: ignore[type-var]
        for batch in batches:
            count += batch.num_rows
            if count >= EXCEL_ROWS:
                break
    if count >= EXCEL_ROWS or columns > EXCEL_COLUMNS:
        raise TooLargeForExcel(destination.name, count, columns, EXCEL_ROWS, EXCEL_COLUMNS)


def _writer(
    stack: ExitStack,
    kind: Format,
    path: Path,
    header: Sequence[str],
    rows: Rows,
    scratch: Path,
    harmless_formulas: bool,
) -> TableWriter:
    decimal = rows.reading.decimal or "."
    if kind == "parquet":
        return ParquetWriter(path, header, harmless_formulas=harmless_formulas)
    if kind == "excel":
        scratch.mkdir(parents=True, exist_ok=True)
        return ExcelWriter(
            path, header, scratch=scratch, decimal=decimal, harmless_formulas=harmless_formulas
        )
    with writing(path):
        file = stack.enter_context(path.open("wb"))
    return CsvWriter(
        file,
        header,
        delimiter=rows.reading.delimiter or ",",
        decimal=decimal,
        harmless_formulas=harmless_formulas,
    )


class _Preview:
    """The first rows as text."""

    def __init__(self, decimal: str | None, *, harmless_formulas: bool) -> None:
        self._decimal = decimal or "."
        self._is_harmless = harmless_formulas
        self.lines: tuple[tuple[str, ...], ...] = ()

    def take(self, columns: Sequence[pa.Array]) -> None:
        """Take in a batch, as far as there is room."""
        room = PREVIEW_ROWS - len(self.lines)
        if room <= 0:
            return
        shown = [self._texts(column.slice(0, room)) for column in columns]
        self.lines = (*self.lines, *zip(*shown, strict=True))

    def _texts(self, cells: pa.Array) -> list[str]:
        if pa.types.is_floating(cells.type):
            texts = numbers_as_text(cells, self._decimal)
        else:
            texts = as_text(cells)
            texts = harmless_cells(texts) if self._is_harmless else texts
        return [text or "" for text in texts.to_pylist()]
