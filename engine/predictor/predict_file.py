"""Predicting a file: batch by batch, so that memory stays bounded, into a CSV that appears whole."""

from __future__ import annotations

import csv
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from engine.data.progress import Cancelled, Progress, never, nothing
from engine.data.text_stream import TextStream, stream_text
from engine.errors import ColumnMissing, WriteFailed
from engine.files import atomic_file
from engine.messages import Fact, Message, message_n
from engine.predictor.predictor import Predictor
from engine.predictor.report import PredictReport
from engine.recipe.recipe import Reading

PREVIEW_ROWS = 20
LINES_TOLD = 100
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\0")


def predict_file(
    predictor: Predictor,
    source: Path,
    destination: Path,
    *,
    progress: Progress = nothing,
    cancelled: Cancelled = never,
    for_spreadsheets: bool = False,
) -> PredictReport:
    """Predict every row of a table file into a CSV in UTF-8.

    The text of all columns stays as it is in the file, and their order too; the delimiter is kept.
    Predictions follow. Rows that cannot be read as rows of the table are left out and told.

    Args:
        predictor: The model.
        source: A file like the one that was trained on; the target may be absent.
        destination: Appears only when all is written; an earlier file is replaced then.
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
    reading = Reading(header=predictor.recipe.reading.header)
    stream = stream_text(source, reading, progress=progress, cancelled=cancelled)
    if destination.exists() and destination.samefile(source):
        raise WriteFailed(str(destination), "it is the file to be predicted")
    _require_columns(predictor, stream, source)
    added = _unique(
        predictor.columns(np.zeros((0, predictor.preparation.inputs.outputs), np.float32)), stream
    )
    header = (*stream.names, *added)
    guard = _harmless if for_spreadsheets else _untouched
    warnings = _Warnings()
    warnings.add(_extra_columns(predictor, stream))
    preview: list[tuple[str, ...]] = []
    rows = 0
    with (
        atomic_file(destination) as temporary,
        temporary.open("w", encoding="utf-8", newline="") as file,
    ):
        writer = csv.writer(file, delimiter=stream.reading.delimiter or ",", lineterminator="\n")
        writer.writerow(guard(header))
        for batch in stream:
            needed = _in_training_notation(batch, predictor, stream.reading.decimal)
            arrays = predictor.preparation.transform(needed, with_target=False, origin=str(source))
            warnings.add(arrays.warnings)
            predicted = predictor.columns(predictor.outputs(arrays))
            cells = [
                *(guard(_cells(column)) for column in batch.columns),
                *(_formatted(values, stream.reading.decimal) for values in predicted.values()),
            ]
            preview += zip(
                *(column[: PREVIEW_ROWS - len(preview)] for column in cells), strict=True
            )
            writer.writerows(zip(*cells, strict=True))
            rows += batch.num_rows
    rejects = stream.rejects
    return PredictReport(
        source=str(source),
        destination=str(destination),
        rows=rows,
        quarantined=len(rejects),
        quarantined_lines=tuple(reject.line for reject in rejects[:LINES_TOLD]),
        warnings=warnings.messages(),
        seconds=time.monotonic() - began,
        header=header,
        preview=tuple(preview),
    )


def _require_columns(predictor: Predictor, stream: TextStream, source: Path) -> None:
    """Before anything is written."""
    absent = [name for name in predictor.preparation.columns if name not in stream.names]
    if absent:
        raise ColumnMissing(str(source), ", ".join(absent), ", ".join(stream.names))


def _in_training_notation(
    batch: pa.RecordBatch, predictor: Predictor, decimal: str | None
) -> pa.RecordBatch:
    """The columns that the model needs; numbers with the decimal mark that the model was trained with."""
    preparation = predictor.preparation
    needed = batch.select(preparation.columns)
    if decimal == predictor.recipe.reading.decimal:
        return needed
    for place, column in enumerate(preparation.fitted):
        if column.kind == "number":
            needed = needed.set_column(place, column.name, _marks_swapped(needed.column(place)))
    return needed


def _marks_swapped(cells: pa.Array) -> pa.Array:
    aside = pc.replace_substring(cells, ",", "\0")
    return pc.replace_substring(pc.replace_substring(aside, ".", ","), "\0", ".")


def _extra_columns(predictor: Predictor, stream: TextStream) -> tuple[Message, ...]:
    known = {column.name for column in predictor.recipe.columns}
    extra = [name for name in stream.names if name not in known]
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


def _unique(added: Iterable[str], stream: TextStream) -> tuple[str, ...]:
    """Names for the new columns that the file does not have yet."""
    taken = set(stream.names)
    names = []
    for name in added:
        unique, number = name, 2
        while unique in taken:
            unique, number = f"{name} {number}", number + 1
        taken.add(unique)
        names.append(unique)
    return tuple(names)


def _cells(column: pa.Array) -> list[str]:
    return ["" if cell is None else cell for cell in column.to_pylist()]


def _untouched(cells: Sequence[str]) -> Sequence[str]:
    return cells


def _harmless(cells: Sequence[str]) -> Sequence[str]:
    return [
        f"'{cell}" if cell.startswith(_FORMULA) and not _is_number(cell) else cell for cell in cells
    ]


def _is_number(cell: str) -> bool:
    try:
        float(cell.replace(",", "."))
    except ValueError:
        return False
    return True


def _formatted(values: NDArray[Any], decimal: str | None) -> list[str]:
    """Classes as they are; numbers with as many digits as give back exactly the same number."""
    if values.dtype.kind == "O":
        return [str(value) for value in values]
    texts = [repr(value) for value in values.tolist()]
    return [text.replace(".", ",") for text in texts] if decimal == "," else texts


class _Warnings:
    """Warnings of all batches, the counts of equal ones summed up."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, frozenset[tuple[str, Fact]]], Message] = {}

    def add(self, warnings: Iterable[Message]) -> None:
        """Take in the warnings of a batch."""
        for warning in warnings:
            facts = {key: value for key, value in warning.facts.items() if key != "count"}
            key = (warning.template, frozenset(facts.items()))
            former = self._found.get(key)
            count = warning.count + (former.count if former else 0)
            self._found[key] = message_n(warning.template, warning.plural, count, **facts)

    def messages(self) -> tuple[Message, ...]:
        """In the order in which they first came."""
        return tuple(self._found.values())
