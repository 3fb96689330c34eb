"""The rows of a file with what is predicted for them, batch by batch: memory stays bounded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from engine.data.cells.cell_types import CellKind
from engine.data.cells.stored import to_stored
from engine.data.formats.rows import Rows
from engine.data.preparing.batch_warnings import BatchWarnings
from engine.data.preparing.columnar import Source, column_cells
from engine.data.preparing.hidden import HiddenColumn
from engine.data.preparing.preparation import Preparation
from engine.errors import ColumnMissing, KeyDamaged, KeyMissing
from engine.messages import Message, message_n
from engine.predictor.outputs import EVERYTHING, Outputs, require_some
from engine.predictor.predictor import Predictor

_NAMED = 5


class PredictedRows:
    """Predicts the rows of one table, whatever it comes from, and counts what is odd about them."""

    def __init__(self, predictor: Predictor, rows: Rows, wanted: Outputs = EVERYTHING) -> None:
        """Raises `ColumnMissing` or `OutputsNotGiven`, before any row is read."""
        require_columns(predictor, rows)
        require_some(predictor.preparation, predictor.decision, wanted)
        self._predictor = predictor
        self._names = rows.names
        self._origin = str(rows.origin)
        self._decimal = rows.reading.decimal
        self._wanted = wanted
        self._hidden = _Hidden(predictor.preparation)
        self._warnings = BatchWarnings(predictor.preparation.fitted)
        nothing_yet = np.zeros((0, predictor.preparation.inputs.outputs), np.float32)
        added = tuple(predictor.columns(nothing_yet, wanted))
        unique = _unique(added, rows)
        self.header: tuple[str, ...] = (*rows.names, *unique)
        """The names of the file's columns, then of those that are added."""
        self._warnings.add(_extra_columns(predictor, rows))
        self._warnings.add(_renamed(added, unique))
        self._warnings.add(self._hidden.told(rows))

    def warn(self, warnings: Iterable[Message]) -> None:
        """Take in what else is to be told of the rows."""
        self._warnings.add(warnings)

    @property
    def warnings(self) -> tuple[Message, ...]:
        """What a person should know of the rows so far, with counts."""
        return self._warnings.messages()

    def columns(self, batch: pa.RecordBatch) -> list[pa.Array]:
        """The cells of all columns of `header`: the file's own as they are, then what is predicted."""
        predictor = self._predictor
        needed = _in_training_notation(batch, predictor, self._decimal)
        seen = predictor.preparation.with_hidden(needed)
        arrays = predictor.preparation.transform(seen, with_target=False, origin=self._origin)
        self._warnings.count(arrays.reads)
        self._warnings.add(arrays.other_warnings)
        predicted = predictor.columns(predictor.outputs(arrays), self._wanted)
        return [
            *(self._hidden.shown(name, batch, seen) for name in self._names),
            *(_array(values) for values in predicted.values()),
        ]


def require_columns(predictor: Predictor, rows: Rows) -> None:
    """Raise `ColumnMissing` unless the model's columns are there."""
    absent = [name for name in predictor.preparation.columns if name not in rows.names]
    if absent:
        raise ColumnMissing(str(rows.origin), ", ".join(absent), ", ".join(rows.names))


def _array(values: np.ndarray) -> pa.Array:
    return pa.array(values, pa.string() if values.dtype.kind == "O" else pa.float64())


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
            names=", ".join(extra[:_NAMED]) + (" …" if len(extra) > _NAMED else ""),
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


def _renamed(wanted: Sequence[str], unique: Sequence[str]) -> Iterator[Message]:
    """That the file has columns of these names already."""
    changed = [new for old, new in zip(wanted, unique, strict=True) if old != new]
    if changed:
        yield message_n(
            "The file has a column of the name of a prediction already; the new one is called {names}.",
            "The file has columns of the names of {count} predictions already; the new ones are called {names}.",
            len(changed),
            names=", ".join(changed[:_NAMED]) + (" …" if len(changed) > _NAMED else ""),
        )
