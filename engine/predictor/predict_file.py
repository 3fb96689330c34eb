"""Predicting a file: batch by batch, so that memory stays bounded, into a CSV that appears whole."""

from __future__ import annotations

import csv
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from engine.data.cache import scratch_folder
from engine.data.cells.cell_types import CellKind
from engine.data.cells.stored import as_text, to_stored
from engine.data.formats.file_list import bytes_of, files_behind
from engine.data.formats.registry import open_rows
from engine.data.formats.rows import Ask, Rows
from engine.data.preparing.batch_warnings import BatchWarnings
from engine.data.preparing.columnar import Source, column_cells
from engine.data.preparing.hidden import HiddenColumn
from engine.data.preparing.preparation import Preparation
from engine.data.progress import Cancelled, Progress, Progression, never, nothing
from engine.data.spreadsheet_text import harmless
from engine.errors import ColumnMissing, KeyDamaged, KeyMissing, PartMissing, WriteFailed
from engine.files import atomic_file
from engine.messages import Message, message, message_n
from engine.predictor.predictor import Predictor
from engine.predictor.report import PredictReport
from engine.recipe.reading import Reading

PREVIEW_ROWS = 20
LINES_TOLD = 100
_Guard: TypeAlias = Callable[[Sequence[str]], Sequence[str]]


def predict_file(
    predictor: Predictor,
    source: Path,
    destination: Path,
    *,
    part: str | None = None,
    reading: Reading | None = None,
    progress: Progress = nothing,
    cancelled: Cancelled = never,
    for_spreadsheets: bool = False,
) -> PredictReport:
    """Predict every row of a table into a CSV in UTF-8.

    The text of all columns stays as it is in the file, and their order too; a delimiter is kept.
    Predictions follow. Rows that cannot be read as rows of the table are left out and told.

    Args:
        predictor: The model.
        source: A table like the one that was trained on, in any format; the target may be absent.
        destination: Appears only when all is written; an earlier file is replaced then.
        part: Sheet, table or archive member; else the one of the training table, else the first.
        reading: What is known of the layout of the file; the rest is detected. Its part counts too.
        progress: Told of the bytes read.
        cancelled: Asked between blocks.
        for_spreadsheets: Put an apostrophe before text that a spreadsheet would run as a formula.

    Raises:
        ColumnMissing: Columns that the model needs are not there.
        DiskFull, WriteFailed: Nothing was written.
        Cancelled: Nothing was written.
        ReadError: The source cannot be read.
    """
    began = time.monotonic()
    if destination.exists() and source.exists() and destination.samefile(source):
        raise WriteFailed(str(destination), "it is the file to be predicted")
    with scratch_folder() as scratch:
        told = Progression(progress, bytes_of(files_behind(source)))
        reading = reading or Reading()
        part = part or reading.part
        has_header = predictor.recipe.reading.header if reading.header is None else reading.header
        trained = predictor.recipe.reading
        reading = reading.model_copy(
            update={
                "header": has_header,
                "part": part,
                "repair": trained.repair if reading.repair is None else reading.repair,
                "fixes": reading.fixes or trained.fixes,  # they hold where line and text agree
            }
        )
        ask = Ask(source.absolute(), source, reading, scratch, told.opening, cancelled)
        rows = _opened(ask, predictor.recipe.reading.part)
        _require_columns(predictor, rows, source)
        warnings = BatchWarnings(predictor.preparation.fitted)
        if part is None and len(rows.parts) > 1:
            warnings.add((_told_part(rows),))
        guard = _harmless if for_spreadsheets else _untouched
        batches = rows.read(told.reading, cancelled)
        header, preview = _write(predictor, rows, batches, destination, guard, warnings)
        warnings.add(rows.remarks)
    rejects = rows.rejects
    return PredictReport(
        source=str(source),
        destination=str(destination),
        rows=rows.rows,
        quarantined=len(rejects),
        quarantined_lines=tuple(reject.line for reject in rejects[:LINES_TOLD]),
        warnings=warnings.messages(),
        seconds=time.monotonic() - began,
        header=header,
        preview=preview,
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


def _write(
    predictor: Predictor,
    rows: Rows,
    batches: Iterable[pa.RecordBatch],
    destination: Path,
    guard: _Guard,
    warnings: BatchWarnings,
) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Write header, cells and predictions; the header and the first rows."""
    decimal = rows.reading.decimal
    warnings.add(_extra_columns(predictor, rows))
    hidden = _Hidden(predictor.preparation)
    warnings.add(hidden.told(rows))
    nothing_yet = np.zeros((0, predictor.preparation.inputs.outputs), np.float32)
    header = (*rows.names, *_unique(predictor.columns(nothing_yet), rows))
    preview: list[tuple[str, ...]] = []
    with (
        atomic_file(destination) as temporary,
        temporary.open("w", encoding="utf-8", newline="") as file,
    ):
        writer = csv.writer(file, delimiter=rows.reading.delimiter or ",", lineterminator="\n")
        writer.writerow(guard(header))
        for batch in batches:
            needed = _in_training_notation(batch, predictor, decimal)
            seen = predictor.preparation.with_hidden(needed)
            arrays = predictor.preparation.transform(
                seen, with_target=False, origin=str(rows.origin)
            )
            warnings.count(arrays.reads)
            warnings.add(arrays.other_warnings)
            predicted = predictor.columns(predictor.outputs(arrays))
            cells = [
                *(guard(_cells(hidden.shown(name, batch, seen))) for name in rows.names),
                *(_formatted(values, decimal) for values in predicted.values()),
            ]
            preview += zip(
                *(column[: PREVIEW_ROWS - len(preview)] for column in cells), strict=True
            )
            writer.writerows(zip(*cells, strict=True))
    return header, tuple(preview)


def _require_columns(predictor: Predictor, rows: Rows, source: Path) -> None:
    """Before anything is written."""
    absent = [name for name in predictor.preparation.columns if name not in rows.names]
    if absent:
        raise ColumnMissing(str(source), ", ".join(absent), ", ".join(rows.names))


def _in_training_notation(
    batch: pa.RecordBatch, predictor: Predictor, decimal: str | None
) -> pa.RecordBatch:
    """The columns that the model needs; text with the decimal mark that the model was trained with."""
    preparation = predictor.preparation
    usual = predictor.recipe.reading.decimal
    swap = decimal != usual
    hidden = {column.name: column for column in preparation.hidden}
    numbers = _of_numbers(predictor, usual)
    columns = []
    shown = [name for name in hidden if name in batch.schema.names]
    names = list(dict.fromkeys((*preparation.columns, *shown)))
    for name in names:
        cells = batch.column(name)
        if not pa.types.is_string(cells.type):
            cells, _ = to_stored(cells)
        elif swap and name in hidden:
            if hidden[name].holds_numbers(usual):
                cells = _marks_swapped(cells)
        elif swap and name in numbers:
            cells = _marks_swapped(cells)
        columns.append(cells)
    return pa.record_batch(columns, names=names)


class _Hidden:
    """How columns that the model sees hidden are written: hidden too, never as they are."""

    def __init__(self, preparation: Preparation) -> None:
        self._names = {column.name for column in preparation.hidden}
        self._lost = {
            column.name
            for column in preparation.hidden
            if column.name not in preparation.columns and not _can_hide(column)
        }
        """Columns that the model does not need, and whose key is not on this machine."""

    def shown(self, name: str, batch: pa.RecordBatch, seen: Source) -> pa.Array:
        """The cells of a column as they are written."""
        if name in self._lost:
            return pa.nulls(batch.num_rows, pa.string())
        return column_cells(seen, name, None) if name in self._names else batch.column(name)

    def told(self, rows: Rows) -> tuple[Message, ...]:
        """Which columns are written in another way than they stand in the file."""
        hidden = [name for name in rows.names if name in self._names - self._lost]
        lost = [name for name in rows.names if name in self._lost]
        found = []
        if hidden:
            found.append(
                message_n(
                    "{count} column is written as the model sees it, hidden: {names}.",
                    "{count} columns are written as the model sees them, hidden: {names}.",
                    len(hidden),
                    names=", ".join(hidden),
                )
            )
        if lost:
            found.append(
                message_n(
                    "{count} column is left empty, since the key that it is hidden with is not here: {names}.",
                    "{count} columns are left empty, since the keys that they are hidden with are not here: {names}.",
                    len(lost),
                    names=", ".join(lost),
                )
            )
        return tuple(found)


def _can_hide(column: HiddenColumn) -> bool:
    try:
        column.cells(pa.array([""]))
    except (KeyMissing, KeyDamaged):
        return False
    return True


def _of_numbers(predictor: Predictor, decimal: str | None) -> set[str]:
    """The columns whose text is read as numbers with that decimal mark, by features or by formulas."""
    preparation = predictor.preparation
    read = [
        *((c.name, c.cell_type) for c in preparation.fitted if c.kind == "number"),
        *((each.name, each.cell_type) for f in preparation.derived for each in f.inputs),
    ]
    kinds = (CellKind.INTEGER, CellKind.NUMBER)
    return {name for name, each in read if each.kind in kinds and each.decimal == decimal}


def _marks_swapped(cells: pa.Array) -> pa.Array:
    aside = pc.replace_substring(cells, ",", "\0")
    return pc.replace_substring(pc.replace_substring(aside, ".", ","), "\0", ".")


def _extra_columns(predictor: Predictor, rows: Rows) -> tuple[Message, ...]:
    known = {column.name for column in predictor.recipe.columns}
    extra = [name for name in rows.names if name not in known]
    if not extra:
        return ()
    return (
        message_n(
            "{count} column was not in the training table; it is kept but not used: {names}.",
            "{count} columns were not in the training table; they are kept but not used: {names}.",
            len(extra),
            names=", ".join(extra[:5]) + (" …" if len(extra) > 5 else ""),
        ),
    )


def _unique(added: Iterable[str], rows: Rows) -> tuple[str, ...]:
    """Names for the new columns that the file does not have yet."""
    taken = set(rows.names)
    names = []
    for name in added:
        unique, number = name, 2
        while unique in taken:
            unique, number = f"{name} {number}", number + 1
        taken.add(unique)
        names.append(unique)
    return tuple(names)


def _cells(column: pa.Array) -> list[str]:
    return ["" if cell is None else cell for cell in as_text(column).to_pylist()]


def _untouched(cells: Sequence[str]) -> Sequence[str]:
    return cells


def _harmless(cells: Sequence[str]) -> Sequence[str]:
    return [harmless(cell) for cell in cells]


def _formatted(values: NDArray[Any], decimal: str | None) -> list[str]:
    """Classes as they are; numbers with as many digits as give back exactly the same number."""
    if values.dtype.kind == "O":
        return [str(value) for value in values]
    texts = [repr(value) for value in values.tolist()]
    return [text.replace(".", ",") for text in texts] if decimal == "," else texts
