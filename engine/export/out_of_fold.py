"""Out-of-fold predictions: each row predicted by the network that did not learn from it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet
from pyarrow import csv

from engine.data.preparing.arrays import Arrays
from engine.data.preparing.columnar import Source, column_cells
from engine.data.preparing.dataset import Dataset
from engine.data.spreadsheet_text import harmless
from engine.export.prepared import format_of
from engine.files import atomic_file, writing
from engine.predictor.predictor import Predictor

FILE = "out_of_fold.parquet"
"""Its name in a run's folder."""
_BATCH = 1 << 16
ROW, FOLD = "row", "fold"


def write_out_of_fold(
    predictor: Predictor, dataset: Dataset, source: Source, fold: int, destination: Path
) -> int:
    """Predict the rows that a fold validates on; how many they are.

    Args:
        predictor: Of the fold, with its best weights.
        dataset: What the fold was trained on.
        source: The table.
        fold: Its number, from 1.
        destination: A Parquet file: row in the table and fold (from 1), what stands in the table, then
            the columns of a prediction.

    Raises `DiskFull` or `WriteFailed`.
    """
    arrays, rows = dataset.validation, dataset.parts.validation
    seen = predictor.preparation.seen(source)
    targets = predictor.recipe.targets
    done = 0
    with atomic_file(destination) as temporary:
        writer = None
        try:
            for start in range(0, max(1, len(rows)), _BATCH):
                span = slice(start, start + _BATCH)
                here = rows[span][arrays.kept[span]]
                part = _part(arrays, slice(done, done + len(here)))
                outputs = predictor.outputs(part)
                columns: dict[str, Any] = {
                    ROW: pa.array(here + 1),
                    FOLD: pa.repeat(pa.scalar(fold, pa.int16()), len(here)),
                }
                columns |= {name: column_cells(seen, name, here) for name in targets}
                for name, values in predictor.columns(outputs).items():
                    columns[_free(name, columns)] = pa.array(values)
                batch = pa.table(columns)
                writer = writer or pa.parquet.ParquetWriter(str(temporary), batch.schema)
                writer.write_table(batch)
                done += len(here)
        finally:
            if writer is not None:
                writer.close()
    return done


def join_out_of_fold(
    parts: Sequence[Path], destination: Path, *, told: Callable[[int], None] = lambda rows: None
) -> int:
    """Write the predictions of all folds as one file, CSV or Parquet by its name; the number of rows.

    Columns that a fold lacks, such as the probability of a class that its training rows do not have,
    are empty there. Raises `DiskFull` or `WriteFailed`.
    """
    schema = pa.unify_schemas(
        [pa.parquet.read_schema(part) for part in parts], promote_options="permissive"
    )
    is_csv = format_of(destination) == "csv"
    rows = 0
    with writing(destination):
        destination.parent.mkdir(parents=True, exist_ok=True)
    with atomic_file(destination) as temporary:
        writer = _writer(temporary, schema, is_csv=is_csv)
        try:
            for part in parts:
                for batch in pa.parquet.ParquetFile(part).iter_batches(_BATCH):
                    whole = _as(pa.table(batch), schema)
                    writer.write_table(_safe(whole) if is_csv else whole)
                    rows += whole.num_rows
                told(rows)
        finally:
            writer.close()
    return rows


def _part(arrays: Arrays, span: slice) -> Arrays:
    """Some of the prepared rows; the target is not needed."""
    return Arrays(arrays.numbers[span], arrays.codes[span], None, None, arrays.kept[:0])


def _free(name: str, taken: dict[str, Any]) -> str:
    """The name, or another one if the table has a column of that name."""
    while name in taken:
        name += " "
    return name


def _as(table: pa.Table, schema: pa.Schema) -> pa.Table:
    columns = [
        table[field.name].cast(field.type)
        if field.name in table.column_names
        else pa.nulls(table.num_rows, field.type)
        for field in schema
    ]
    return pa.table(columns, schema=schema)


def _safe(table: pa.Table) -> pa.Table:
    """Texts that a spreadsheet would take for formulas are quoted."""
    columns = []
    for name in table.column_names:
        column = table[name]
        if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
            texts = [None if text is None else harmless(text) for text in column.to_pylist()]
            column = pa.array(texts, column.type)
        columns.append(column)
    return pa.table(columns, names=[harmless(name) for name in table.column_names])


def _writer(path: Path, schema: pa.Schema, *, is_csv: bool) -> Any:
    if not is_csv:
        return pa.parquet.ParquetWriter(str(path), schema)
    safe = pa.schema([pa.field(harmless(field.name), field.type) for field in schema])
    return csv.CSVWriter(str(path), safe, write_options=csv.WriteOptions(quoting_style="needed"))
