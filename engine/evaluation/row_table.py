"""What is known of each row of a part, kept beside the run and mapped into memory by whoever looks.

Choosing rows by what was found of them (a cell, a range of probabilities, a slice) is done here, for the
window and the command line alike. Free of torch.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from engine.evaluation.groups import ColumnGroups
from engine.files import atomic_file

FOLDER = "evaluation"
_GROUP, _FROM = "group:", b"rows_from"
_TOLD = ("row", "actual", "predicted", "chance", "loss", "margin")
"""The fields of `KnownRow`."""
Mask: TypeAlias = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class ByCell:
    """Rows of one class for which another, or the same, is predicted; places as they are listed."""

    actual: int
    predicted: int


@dataclass(frozen=True, slots=True)
class ByChance:
    """Rows whose predicted probability lies between two bounds."""

    low: float
    high: float
    positive: bool | None = None
    """Only rows of the class, or only others."""
    of_predicted: bool = False
    """The probability is that of calibration: of several classes the one of the predicted class."""


@dataclass(frozen=True, slots=True)
class ByError:
    """Rows whose predicted − actual lies between two bounds."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class ByValue:
    """Rows whose predicted value lies between two bounds."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class BySuspicion:
    """Rows whose label is likely wrong."""


@dataclass(frozen=True, slots=True)
class ByRows:
    """Rows by their numbers in the table."""

    rows: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class BySlice:
    """Rows in groups of columns."""

    columns: tuple[str, ...]
    codes: tuple[int, ...]


Choice: TypeAlias = ByCell | ByChance | ByError | ByValue | BySlice | BySuspicion | ByRows


@dataclass(frozen=True, slots=True)
class KnownRow:
    """One row; classes are places as they are listed."""

    row: int
    actual: float
    predicted: float
    chance: float
    loss: float
    margin: float = math.nan
    """The probability of its own class less that of the likeliest other; NaN for numbers."""


class RowTable:
    """The rows of a part in the order of the table."""

    def __init__(self, table: pa.Table) -> None:
        self._columns: dict[str, NDArray[Any]] = {
            name: _whole(table.column(name)).to_numpy(zero_copy_only=False)
            if table.num_rows
            else np.zeros(0)
            for name in (*_TOLD, "confidence", "suspicion")
            if name in table.column_names
        }
        for name in ("margin", "suspicion"):  # not in files of earlier versions
            self._columns.setdefault(name, np.full(table.num_rows, np.nan))
        self._table = table

    @classmethod
    def load(cls, path: Path) -> RowTable:
        """Map a file into memory. Raises `OSError` or `pa.ArrowInvalid`."""
        return cls(pa.ipc.open_file(pa.memory_map(str(path))).read_all())

    def __len__(self) -> int:
        return int(self._table.num_rows)

    @property
    def rows(self) -> NDArray[np.int64]:
        """Row of the table, from 0."""
        found: NDArray[np.int64] = self._columns["row"]
        return found

    @property
    def rows_from(self) -> str:
        """The file that rows are counted in; empty: the run's table."""
        known = self._table.schema.metadata or {}
        return str(known.get(_FROM, b"").decode())

    @property
    def errors(self) -> NDArray[np.float64]:
        """Predicted − actual, of numbers."""
        found: NDArray[np.float64] = self._columns["predicted"] - self._columns["actual"]
        return found

    @property
    def losses(self) -> NDArray[np.float32]:
        """What each row adds to the loss."""
        found: NDArray[np.float32] = self._columns["loss"]
        return found

    def of_predicted(self, positive: int | None) -> NDArray[np.float64]:
        """The probability of the predicted class; `positive`: of two classes the place of that one."""
        if positive is None:
            return self._columns["confidence"]
        chance = self._columns["chance"]
        return np.where(self._columns["predicted"] == positive, chance, 1 - chance)

    @property
    def right(self) -> Mask:
        """Whether each row's class is predicted."""
        return np.asarray(self._columns["predicted"] == self._columns["actual"])

    def chosen(self, threshold: float | None = None, positive: int = 1) -> NDArray[Any]:
        """Predicted classes or values; of two classes as a threshold makes them, if one is given."""
        if threshold is None:
            return self._columns["predicted"]
        return np.where(self._columns["chance"] > threshold, positive, 1 - positive)

    def mask(self, choice: Choice, threshold: float | None = None, positive: int = 1) -> Mask:
        """Which rows are chosen.

        Args:
            choice: What they have in common.
            threshold: Of two classes: predict by this one.
            positive: The place of the class that probabilities are of.
        """
        columns = self._columns
        match choice:
            case ByCell(actual=actual, predicted=predicted):
                same: Mask = columns["actual"] == actual
                return np.asarray(same & (self.chosen(threshold, positive) == predicted))
            case ByChance(low=low, high=high, positive=only, of_predicted=of_predicted):
                chances = columns["confidence" if of_predicted else "chance"]
                found = (chances > low) & (chances <= high)
                if low <= 0:
                    found |= chances <= 0
                if only is not None:
                    found &= (columns["actual"] == positive) == only
                return found
            case ByError(low=low, high=high):
                errors = columns["predicted"] - columns["actual"]
                return np.asarray((errors >= low) & (errors <= high))
            case ByValue(low=low, high=high):
                own = columns["predicted"]
                return np.asarray((own >= low) & (own <= high))
            case BySuspicion():
                return np.asarray(np.isfinite(columns["suspicion"]))
            case ByRows(rows=rows):
                return np.isin(columns["row"], rows)
            case BySlice(names, codes):
                found = np.ones(len(self), np.bool_)
                for name, code in zip(names, codes, strict=True):
                    found &= self._table.column(_GROUP + name).to_numpy() == code
                return found

    def worst(self, mask: Mask | None, most: int) -> tuple[KnownRow, ...]:
        """The rows with the largest loss, the worst first."""
        losses = self._columns["loss"]
        places = np.arange(len(self)) if mask is None else np.flatnonzero(mask)
        own = losses[places]
        if len(places) > most:
            near = np.argpartition(-own, most - 1)[:most]
            places, own = places[near], own[near]
        places = places[np.argsort(-own, kind="stable")]
        each = [self._columns[name][places].tolist() for name in _TOLD]
        return tuple(KnownRow(*values) for values in zip(*each, strict=True))

    def rows_of(self, mask: Mask) -> NDArray[np.int64]:
        """Rows of the table that are chosen, in its order."""
        return np.sort(self.rows[mask])


def _whole(column: pa.ChunkedArray) -> pa.Array:
    """A column as one array; not copied where it lies in one piece."""
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


def keep_chosen(rows_file: Path, rows: NDArray[np.int64]) -> Path:
    """Keep numbers of chosen rows beside the row table they come from, for a filter of the table.

    Raises `DiskFull` or `WriteFailed`.
    """
    data = np.ascontiguousarray(rows, np.int64)
    name = hashlib.sha256(data.tobytes()).hexdigest()[:12]
    path = rows_file.parent / f"chosen-{name}.npy"
    with atomic_file(path) as temporary, temporary.open("wb") as file:
        np.save(file, data, allow_pickle=False)
    return path


def write_row_table(
    path: Path,
    rows: NDArray[np.int64],
    actual: NDArray[Any],
    predicted: NDArray[Any],
    chance: NDArray[Any],
    losses: NDArray[Any],
    groups: Sequence[ColumnGroups],
    confidences: NDArray[Any] | None = None,
    *,
    margins: NDArray[Any] | None = None,
    suspicions: NDArray[Any] | None = None,
    rows_from: str = "",
) -> None:
    """Keep what is known of rows, each (rows,).

    Args:
        path: Where.
        rows: Row of the table.
        actual: Places of classes as they are listed, or values.
        predicted: The same.
        chance: The probability of the positive class, else of the predicted one; 0 of numbers.
        losses: What each adds to the loss.
        groups: Of columns.
        confidences: The probabilities that calibration is about; None: the chances.
        margins: See `KnownRow`; None: all NaN.
        suspicions: Place among the rows whose label is likely wrong, the surest 0; NaN for others.
        rows_from: The file that rows are counted in; empty: the run's table.

    Raises `DiskFull` or `WriteFailed`.
    """
    unknown = np.full(len(rows), np.nan, np.float32)
    columns = {
        "row": pa.array(rows, pa.int64()),
        "actual": pa.array(actual),
        "predicted": pa.array(predicted),
        "chance": pa.array(chance.astype(np.float64)),
        "loss": pa.array(losses.astype(np.float32)),
        "confidence": pa.array((chance if confidences is None else confidences).astype(np.float64)),
        "margin": pa.array(unknown if margins is None else margins.astype(np.float32)),
        "suspicion": pa.array(unknown if suspicions is None else suspicions.astype(np.float32)),
    }
    columns |= {_GROUP + group.column: pa.array(group.codes) for group in groups}
    table = pa.table(columns).replace_schema_metadata({_FROM: rows_from.encode()})
    path.parent.mkdir(parents=True, exist_ok=True)
    with atomic_file(path) as temporary, pa.ipc.new_file(str(temporary), table.schema) as writer:
        writer.write_table(table)
