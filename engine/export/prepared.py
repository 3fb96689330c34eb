"""Prepared rows as a file: one column per input, the target, and the part that each row is in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
from numpy.typing import NDArray

from engine.data.preparing.arrays import Arrays
from engine.data.preparing.categories.fitted_category import FittedCategory
from engine.data.preparing.columnar import SPAN_ROWS, Source, column_names, row_count
from engine.data.preparing.dataset import Dataset
from engine.data.preparing.fitted import FittedColumn
from engine.data.preparing.preparation import Preparation
from engine.data.preparing.target.several import known_of
from engine.data.progress import Cancelled, Progress, never, nothing
from engine.data.spreadsheet_text import harmless
from engine.errors import Cancelled as CancelledError
from engine.export.result import ExportedRows
from engine.files import atomic_file, writing

Format: TypeAlias = Literal["csv", "parquet"]
PARTS = ("train", "validation", "test")
_BATCH = 1 << 16
_UNKNOWN, _MERGED, _MISSING = "(unknown)", "(rare)", "(missing)"


def format_of(path: Path) -> Format | None:
    """The format that the name of a file asks for; None for another name."""
    return {".csv": "csv", ".parquet": "parquet"}.get(path.suffix.casefold())  # type: ignore[return-value]


def export_dataset(
    dataset: Dataset,
    destination: Path,
    *,
    format: Format = "csv",  # noqa: A002
    names: bool = False,
    progress: Progress = nothing,
    cancelled: Cancelled = never,
) -> ExportedRows:
    """Write the rows of all parts, part by part, each with its row number in the table (from 1).

    Args:
        dataset: Prepared rows.
        destination: Appears only when all is written; an earlier file is replaced then.
        format: CSV in UTF-8, safe to open in a spreadsheet, or Parquet.
        names: Whether categories are written by the names of their levels instead of by codes.
        progress: Told of (rows, rows).
        cancelled: Asked between blocks of rows.

    Raises:
        DiskFull, WriteFailed, Cancelled: Nothing was written.
    """
    layout = _Layout(dataset.preparation, names=names, with_parts=True)
    total = sum(len(getattr(dataset, part)) for part in PARTS)
    blocks = (block for part in PARTS for block in _blocks_of(dataset, part))
    return _write(layout, blocks, destination, format, total, progress, cancelled)


def _blocks_of(dataset: Dataset, part: str) -> Iterator[_Block]:
    """The rows of a part, a block at a time: there may be more of them than fit into memory."""
    arrays: Arrays = getattr(dataset, part)
    rows = getattr(dataset.parts, part)
    done = 0
    for start in range(0, len(rows), _BATCH):
        span = slice(start, start + _BATCH)
        here = rows[span][arrays.kept[span]]
        yield _Block(arrays, slice(done, done + len(here)), here, part)
        done += len(here)


def export_source(
    preparation: Preparation,
    source: Source,
    destination: Path,
    *,
    format: Format = "csv",  # noqa: A002
    names: bool = False,
    progress: Progress = nothing,
    cancelled: Cancelled = never,
) -> ExportedRows:
    """Write the rows of another table as this preparation makes them, a block at a time.

    The target is not among the columns, and need not be in the table. The other arguments are those of `export_dataset`.

    Raises:
        ColumnMissing: Columns that are needed are not there.
        DiskFull, WriteFailed, Cancelled, KeyMissing: Nothing was written.
    """
    layout = _Layout(preparation, names=names, with_parts=False)
    total = row_count(source, column_names(source)[0])
    blocks = _transformed(preparation, source, total)
    return _write(layout, blocks, destination, format, total, progress, cancelled)


@dataclass(frozen=True, slots=True)
class _Block:
    arrays: Arrays
    span: slice
    """Of the arrays."""
    rows: NDArray[np.int64]
    """Of the table, counted from 0."""
    part: str


def _transformed(preparation: Preparation, source: Source, total: int) -> Iterator[_Block]:
    for start in range(
        0, max(1, total), SPAN_ROWS
    ):  # once at least: without rows there are columns
        rows = np.arange(start, min(start + SPAN_ROWS, total))
        arrays = preparation.transform(source, with_target=False, rows=rows)
        for first in range(0, max(1, len(rows)), _BATCH):
            span = slice(first, first + _BATCH)
            yield _Block(arrays, span, rows[span], "")


class _Layout:
    """The columns of the file."""

    def __init__(self, preparation: Preparation, *, names: bool, with_parts: bool) -> None:
        self._inputs = preparation.inputs
        self._targets = preparation.fitted_targets
        self._with_parts = with_parts
        by_name = {column.name: column for column in preparation.fitted}
        self._levels = [
            level_names(by_name[name]) if names and name in by_name else None
            for name, _ in self._inputs.categories
        ]
        self._weighted = preparation.weight is not None and with_parts
        wanted = [*self._inputs.numbers, *(name for name, _ in self._inputs.categories)]
        wanted += [*preparation.targets, "part"] if with_parts else []
        wanted += ["weight"] if self._weighted else []
        self.columns = _unique([*wanted, "row"])

    def batch(self, block: _Block, clean: _Clean) -> pa.RecordBatch:
        """The rows of a block."""
        arrays, span = block.arrays, block.span
        cells: list[pa.Array] = [pa.array(column) for column in arrays.numbers[span].T]
        for place, levels in enumerate(self._levels):
            codes = arrays.codes[span, place]
            cells.append(pa.array(codes) if levels is None else _named(codes, levels, clean))
        if self._with_parts:
            cells += self._target_cells(arrays, span, clean)
            cells.append(pa.repeat(block.part, len(block.rows)))
        if self._weighted:
            weights = arrays.weights
            assert weights is not None
            cells.append(pa.array(weights[span]))
        cells.append(pa.array(block.rows + 1))
        return pa.record_batch(cells, names=[clean(name) for name in self.columns])

    def _target_cells(self, arrays: Arrays, span: slice, clean: _Clean) -> Iterator[pa.Array]:
        """A column for each target; empty cells where one of several is missing."""
        assert arrays.values is not None
        values = arrays.values[span].reshape(-1, len(self._targets))
        for place, target in enumerate(self._targets):
            own = values[:, place]
            missing = ~known_of(own)
            if not target.classes:
                yield pa.array(own, mask=missing)
            else:
                yield _named(np.where(missing, 0, own), list(target.classes), clean, missing)


class _Clean(Protocol):
    def __call__(self, text: str, /) -> str: ...


def _as_it_is(text: str) -> str:
    return text


def _named(
    codes: NDArray[Any], names: list[str], clean: _Clean, missing: NDArray[np.bool_] | None = None
) -> pa.Array:
    texts = pa.array([clean(name) for name in names], pa.string())
    return texts.take(pa.array(codes, mask=missing))


def level_names(column: FittedColumn) -> list[str] | None:
    """What each code of a column stands for; None where codes stand for ranges or hashes."""
    if not isinstance(column, FittedCategory) or column.buckets:
        return None
    merged = [_MERGED] if column.merged else []
    missing = [_MISSING] if column.missing_level else []
    return [_UNKNOWN, *column.levels, *merged, *missing]


def _unique(names: list[str]) -> list[str]:
    taken: set[str] = set()
    found = []
    for name in names:
        unique, number = name, 2
        while unique in taken:
            unique, number = f"{name} {number}", number + 1
        taken.add(unique)
        found.append(unique)
    return found


def _write(
    layout: _Layout,
    blocks: Iterator[_Block],
    destination: Path,
    kind: Format,
    total: int,
    progress: Progress,
    cancelled: Cancelled,
) -> ExportedRows:
    clean = harmless if kind == "csv" else _as_it_is
    counts: dict[str, int] = {}
    done = 0
    with writing(destination):
        destination.parent.mkdir(parents=True, exist_ok=True)
    with atomic_file(destination) as temporary:
        writer: Any = None
        try:
            for block in blocks:
                if cancelled():
                    raise CancelledError
                batch = layout.batch(block, clean)
                writer = writer or _writer(temporary, batch.schema, kind)
                writer.write_batch(batch)
                counts[block.part] = counts.get(block.part, 0) + batch.num_rows
                done += batch.num_rows
                progress(done, total)
        finally:
            if writer is not None:
                writer.close()
    return ExportedRows(
        path=str(destination),
        format=kind,
        size=destination.stat().st_size,
        rows=done,
        parts={part: count for part, count in counts.items() if part},
        columns=tuple(layout.columns),
    )


def _writer(path: Path, schema: pa.Schema, kind: Format) -> Any:
    if kind == "parquet":
        return pa.parquet.ParquetWriter(str(path), schema)
    options = pa.csv.WriteOptions(quoting_style="needed")
    return pa.csv.CSVWriter(str(path), schema, write_options=options)
