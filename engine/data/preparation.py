"""The Preparation: fitted on training rows only, it turns raw rows into arrays and outputs into values."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol, TypeAlias, runtime_checkable

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray
from pydantic import ValidationError
from safetensors import SafetensorError
from safetensors.numpy import load as load_tensors
from safetensors.numpy import save as save_tensors

from engine.data.arrays import Arrays
from engine.data.cell_types import CellType
from engine.data.fitted import (
    FittedCategory,
    FittedColumn,
    FittedDate,
    FittedNumber,
    warnings_of,
)
from engine.data.fitted_target import FittedClasses, FittedTarget, FittedValue
from engine.data.inputs import Inputs
from engine.data.plan import is_used, missing_in_force, scale_in_force
from engine.data.typed import arrow, flat, type_for, with_decimal
from engine.errors import ColumnMissing, ModelFileDamaged, ModelFileTooNew, NoFeatures, NoTarget
from engine.files import write_atomic
from engine.messages import Message, message_n
from engine.recipe.parts import Frozen
from engine.recipe.reading import Reading
from engine.recipe.recipe import ColumnSpec, Missing, Recipe, Scale
from engine.schema import Kind, Role, Schema, Task

VERSION = 1
_STATE = "preparation.json"
_ARRAYS = "arrays.safetensors"


@runtime_checkable
class Columnar(Protocol):
    """Arrow columns by name: `engine.data.table.Table`, `pa.Table`, `pa.RecordBatch`."""

    def column(self, name: str) -> Any:
        """The column as `pa.Array` or `pa.ChunkedArray`."""


@runtime_checkable
class Typed(Columnar, Protocol):
    """A source that tells how its cells were read: `engine.data.table.Table`."""

    reading: Reading

    def cell_type(self, name: str) -> CellType:
        """How the text of that column's cells was turned into values."""


Source: TypeAlias = pd.DataFrame | Columnar


class _State(Frozen):
    """`preparation.json`."""

    preparation: int = VERSION
    target: FittedTarget
    columns: tuple[FittedColumn, ...]
    decimal: str
    """The training file's decimal mark."""


class Preparation:
    """Fitted state and what it does to rows. Made by `fit` or `load`."""

    def __init__(self, state: _State) -> None:
        self._state = state

    @classmethod
    def fit(
        cls, source: Source, recipe: Recipe, schema: Schema, rows: NDArray[np.int64]
    ) -> Preparation:
        """Learn from `rows` of the table, the training rows, and from no other.

        Args:
            source: The table.
            recipe: Lists every column with kind and role.
            schema: The table's columns; stands in for a kind or role that the recipe leaves open.
            rows: Row numbers.

        Raises:
            NoTarget, NoFeatures, TargetMissing, TargetOneClass.
        """
        target, features = choose_columns(recipe, schema)
        values, cell_type = typed_cells(source, target, recipe, schema, rows)
        fitted: FittedTarget
        if kind_of(target, schema) is Kind.NUMBER:
            fitted = FittedValue.fit(target.name or "", values, cell_type)
        else:
            fitted = FittedClasses.fit(target.name or "", values, cell_type)
        columns = tuple(_fit_column(source, spec, recipe, schema, rows) for spec in features)
        return cls(_State(target=fitted, columns=columns, decimal=_decimal(source, recipe)))

    @property
    def task(self) -> Task:
        """What is predicted."""
        return self._state.target.task

    @property
    def target(self) -> str:
        """Name of the target column."""
        return self._state.target.name

    @property
    def classes(self) -> tuple[str, ...]:
        """Classes in the order of their codes; empty for regression."""
        return self._state.target.classes

    @property
    def class_counts(self) -> tuple[int, ...]:
        """Training rows of each class; empty for regression."""
        target = self._state.target
        return target.counts if isinstance(target, FittedClasses) else ()

    @property
    def scale(self) -> float:
        """The deviation that a regression target is divided by; 1 for classes."""
        target = self._state.target
        return target.spread if isinstance(target, FittedValue) else 1.0

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the feature columns that `transform` needs."""
        return tuple(column.name for column in self._state.columns)

    @property
    def fitted(self) -> tuple[FittedColumn, ...]:
        """What was learned from each feature column."""
        return self._state.columns

    @property
    def inputs(self) -> Inputs:
        """What the network gets and has to give."""
        return Inputs(
            numbers=tuple(name for c in self._numeric for name in c.inputs),
            categories=tuple((c.name, c.codes) for c in self._categories),
            outputs=self._state.target.outputs,
        )

    @property
    def _numeric(self) -> tuple[FittedNumber | FittedDate, ...]:
        return tuple(c for c in self._state.columns if not isinstance(c, FittedCategory))

    @property
    def _categories(self) -> tuple[FittedCategory, ...]:
        return tuple(c for c in self._state.columns if isinstance(c, FittedCategory))

    def transform(
        self,
        source: Source,
        *,
        with_target: bool,
        rows: NDArray[np.int64] | None = None,
        origin: str = "",
        decimal: str | None = None,
    ) -> Arrays:
        """Prepare rows; columns are matched by name, in any order, typed or as text.

        Without the target every row is kept. With it, rows are left out that lack a target of
        training, or a value in a column whose recipe says to drop such rows.

        Args:
            source: A frame, a `Table`, or an Arrow table or batch.
            with_target: Whether to read the target too.
            rows: Row numbers; None for all.
            origin: The file's name, for errors.
            decimal: The decimal mark of numbers that come as text; None: as in training.

        Raises:
            ColumnMissing: Columns that are needed are not there.
        """
        needed = (*self.columns, *((self.target,) if with_target else ()))
        _require(source, needed, origin)
        if decimal not in (None, self._state.decimal):
            return self._in_notation(decimal).transform(
                source, with_target=with_target, rows=rows, origin=origin
            )
        count = _length(source, needed[0]) if rows is None else len(rows)
        numbers = np.empty((count, len(self.inputs.numbers)), np.float32)
        codes = np.empty((count, len(self._categories)), np.int32)
        kept = np.ones(count, np.bool_)
        warnings: list[Message] = []
        number, code = 0, 0
        for column in self._state.columns:
            cells = column_cells(source, column.name, rows)
            if isinstance(column, FittedCategory):
                read = column.write(cells, codes[:, code])
                code += 1
            else:
                width = len(column.inputs)
                read = column.write(cells, numbers[:, number : number + width])
                number += width
            warnings += warnings_of(column, read)
            if column.drops_rows and with_target:
                kept &= ~read.missing
        target, values = None, None
        if with_target:
            values, target, known, notes = self._read_target(source, rows)
            kept &= known
            warnings += notes
        if not kept.all():
            numbers, codes = numbers[kept], codes[kept]
            target = target[kept] if target is not None else None
            values = values[kept] if values is not None else None
        return Arrays(numbers, codes, target, values, kept, tuple(warnings))

    def _read_target(
        self, source: Source, rows: NDArray[np.int64] | None
    ) -> tuple[NDArray[Any], NDArray[Any], NDArray[np.bool_], list[Message]]:
        target = self._state.target
        cells_ = column_cells(source, target.name, rows)
        values, strangers = target.read(cells_)
        if isinstance(target, FittedValue):
            return values, target.standardised(values), ~np.isnan(values), []
        notes = []
        if strangers:
            notes.append(
                message_n(
                    "{count} row has a class of “{column}” that no training row has; it is left out.",
                    "{count} rows have a class of “{column}” that no training row has; they are left out.",
                    strangers,
                    column=target.name,
                )
            )
        return values, values, values >= 0, notes

    def _in_notation(self, decimal: str) -> Preparation:
        """The same preparation for text with another decimal mark."""

        def changed(fitted: FittedColumn | FittedTarget) -> dict[str, CellType]:
            return {"cell_type": with_decimal(fitted.cell_type, decimal)}

        state = self._state
        columns = tuple(column.model_copy(update=changed(column)) for column in state.columns)
        target = state.target.model_copy(update=changed(state.target))
        return Preparation(
            state.model_copy(update={"columns": columns, "target": target, "decimal": decimal})
        )

    def predictions(self, outputs: NDArray[Any]) -> NDArray[np.float64]:
        """What metrics score, from network outputs (rows, outputs); see `engine.metrics`."""
        return self._state.target.predictions(outputs)

    def probabilities(self, outputs: NDArray[Any]) -> NDArray[np.float64] | None:
        """(rows, classes), or None for regression."""
        target = self._state.target
        return target.probabilities(outputs) if isinstance(target, FittedClasses) else None

    def inverse(self, outputs: NDArray[Any]) -> NDArray[Any]:
        """Predicted classes (text) or values (float64) from network outputs (rows, outputs)."""
        return self._state.target.inverse(outputs)

    def save(self, folder: Path) -> None:
        """Write `preparation.json` and `arrays.safetensors`. Raises `DiskFull` or `WriteFailed`."""
        state = self._state.model_dump(mode="json")
        arrays: dict[str, NDArray[np.float64]] = {}
        for index, column in enumerate(self._state.columns):
            if isinstance(column, FittedNumber):
                state["columns"][index].pop("quantiles")
                if column.quantiles:
                    arrays[f"quantiles.{index}"] = np.asarray(column.quantiles)
        folder.mkdir(parents=True, exist_ok=True)
        write_atomic(folder / _ARRAYS, save_tensors(arrays))
        text = json.dumps(state, indent=2, ensure_ascii=False) + "\n"
        write_atomic(folder / _STATE, text.encode())

    @classmethod
    def load(cls, folder: Path) -> Preparation:
        """The inverse of `save`. Raises `ModelFileTooNew` or `ModelFileDamaged`."""
        path = folder / _STATE
        try:
            state = json.loads(path.read_text(encoding="utf-8"))
            version = int(state["preparation"])
            if version > VERSION:
                raise ModelFileTooNew(str(path), version, VERSION)
            for key, quantiles in load_tensors((folder / _ARRAYS).read_bytes()).items():
                index = int(key.removeprefix("quantiles."))
                state["columns"][index]["quantiles"] = quantiles.tolist()
            return cls(_State.model_validate(state))
        except (
            OSError,
            ValueError,
            KeyError,
            IndexError,
            TypeError,
            ValidationError,
            SafetensorError,
        ) as error:
            raise ModelFileDamaged(str(path), str(error)) from error

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Preparation) and self._state == other._state

    __hash__ = None  # type: ignore[assignment]


def choose_columns(recipe: Recipe, schema: Schema) -> tuple[ColumnSpec, tuple[ColumnSpec, ...]]:
    """The target and the features that networks can use.

    Raises `NoTarget` or `NoFeatures`.
    """
    specs = [recipe.column(name) for name in schema.names]
    roles = {spec.name: spec.role or schema[spec.name or ""].role for spec in specs}
    targets = [spec for spec in specs if roles[spec.name] is Role.TARGET]
    if not targets:
        raise NoTarget
    features = tuple(spec for spec in specs if is_used(spec, schema[spec.name or ""]))
    if not features:
        raise NoFeatures(len(specs) - 1)
    return targets[0], features


def column_cells(source: Source, name: str, rows: NDArray[np.int64] | None) -> pa.Array:
    """One column as a single Arrow array, of all rows or of `rows`."""
    if isinstance(source, pd.DataFrame):
        series = source[name]
        return arrow(series if rows is None else series.iloc[rows])
    values = source.column(name)
    if rows is not None:
        values = values.take(pa.array(rows))
    return flat(values)


def kind_of(spec: ColumnSpec, schema: Schema) -> Kind:
    """The kind in force."""
    return spec.kind or schema[spec.name or ""].kind


def typed_cells(
    source: Source,
    spec: ColumnSpec,
    recipe: Recipe,
    schema: Schema,
    rows: NDArray[np.int64] | None,
) -> tuple[pa.Array, CellType]:
    """Cells of one column and how text in their place is to be read."""
    name = spec.name or ""
    values = column_cells(source, name, rows)
    known = source.cell_type(name) if isinstance(source, Typed) else None
    return values, type_for(values, kind_of(spec, schema), _decimal(source, recipe), known)


def _decimal(source: Source, recipe: Recipe) -> str:
    found = source.reading.decimal if isinstance(source, Typed) else recipe.reading.decimal
    return found or "."


def _length(source: Source, name: str) -> int:
    return len(source if isinstance(source, pd.DataFrame) else source.column(name))


def _fit_column(
    source: Source, spec: ColumnSpec, recipe: Recipe, schema: Schema, rows: NDArray[np.int64]
) -> FittedColumn:
    name = spec.name or ""
    kind = kind_of(spec, schema)
    values, cell_type = typed_cells(source, spec, recipe, schema, rows)
    missing = missing_in_force(spec, kind) or Missing.MEDIAN_FLAG
    if kind is Kind.NUMBER:
        scale = scale_in_force(spec, kind) or Scale.STANDARD
        return FittedNumber.fit(name, values, missing, scale, cell_type)
    if kind is Kind.CATEGORY:
        return FittedCategory.fit(name, values, missing, cell_type)
    return FittedDate.fit(name, values, missing, cell_type)


def _names(source: Source) -> list[str]:
    if isinstance(source, pd.DataFrame):
        return [str(name) for name in source.columns]
    if isinstance(source, pa.Table | pa.RecordBatch):
        return list(source.schema.names)
    return list(getattr(source, "names", ()))


def _require(source: Source, needed: Sequence[str], origin: str) -> None:
    found = _names(source)
    absent = [name for name in needed if name not in found]
    if absent:
        raise ColumnMissing(origin, ", ".join(absent), ", ".join(found))
