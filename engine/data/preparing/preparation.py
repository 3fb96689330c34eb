"""The Preparation: fitted on training rows only, it turns raw rows into arrays and outputs into values."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.data.cells.cell_types import CellType
from engine.data.cells.typed import with_decimal
from engine.data.memory import Storage
from engine.data.preparing.arrays import Arrays
from engine.data.preparing.batch_warnings import BatchWarnings
from engine.data.preparing.columnar import (
    Source,
    Span,
    column_cells,
    column_names,
    decimal_of,
    require,
    row_count,
    span_length,
    spans,
)
from engine.data.preparing.derived.formula import Formula
from engine.data.preparing.derived.source import (
    DerivedSource,
    derived_source,
    formulas_in,
    needed_formulas,
    raw_columns,
    with_derived_columns,
)
from engine.data.preparing.fitted import FittedColumn, encoder_of
from engine.data.preparing.fitted_state import FittedState
from engine.data.preparing.fitted_target import FittedClasses, FittedTarget, FittedValue
from engine.data.preparing.fitting import TrainingRows, choose_columns, fit_columns, fit_target
from engine.data.preparing.hidden import (
    HiddenColumn,
    HiddenSource,
    hidden_in,
    hidden_source,
    hidden_warnings,
)
from engine.data.preparing.inputs import Inputs
from engine.data.preparing.reads import Read
from engine.data.preparing.row_weights import FittedWeight, require_weights
from engine.data.preparing.target.fitted_transform import FittedPlain
from engine.data.progress import Cancelled, Pace, Progress, never, nothing
from engine.messages import Message, message, message_n
from engine.recipe.recipe import Recipe
from engine.schema import Schema, Task


class Preparation:
    """Fitted state and what it does to rows. Made by `fit` or `load`."""

    def __init__(self, state: FittedState) -> None:
        self._state = state

    @classmethod
    def fit(
        cls,
        source: Source,
        recipe: Recipe,
        schema: Schema,
        rows: NDArray[np.int64],
        *,
        progress: Progress = nothing,
        cancelled: Cancelled = never,
    ) -> Preparation:
        """Learn from `rows` of the table, the training rows, and from no other.

        Args:
            source: The table.
            recipe: Lists every column with kind and role.
            schema: The table's columns; stands in for a kind or role that the recipe leaves open.
            rows: Row numbers.
            progress: Told of (columns, columns).
            cancelled: Asked before each column.

        Raises:
            Cancelled: It was cancelled.
            NoTarget, NoFeatures, TargetMissing, TargetOneClass.
            ExpressionInvalid, DerivedNameTaken, DerivedFromTarget: A derived column cannot be computed.
        """
        source = derived_source(hidden_source(source, recipe, rows), recipe, rows)
        schema = with_derived_columns(schema, source)
        target, features = choose_columns(recipe, schema)
        training = TrainingRows(source, recipe, schema, rows)
        outcome = fit_target(training, target)
        weight = FittedWeight.fit(source, recipe, schema, rows)
        used = [target.name or "", *(spec.name or "" for spec in features)]
        return cls(
            FittedState(
                target=outcome,
                columns=fit_columns(training, features, outcome, progress, cancelled),
                decimal=decimal_of(source, recipe),
                weight=weight,
                hidden=hidden_in(source),
                derived=needed_formulas(
                    formulas_in(source), [*used, *([weight.name] if weight is not None else [])]
                ),
            )
        )

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
    def shown_classes(self) -> tuple[int, ...]:
        """Codes of the classes in the order in which they are listed; empty for regression."""
        target = self._state.target
        if not isinstance(target, FittedClasses):
            return ()
        return target.shown or tuple(range(len(target.classes)))

    @property
    def positive(self) -> int | None:
        """The code of the positive class: the second of two, of more the one chosen, if one is."""
        target = self._state.target
        if not isinstance(target, FittedClasses):
            return None
        return 1 if len(target.classes) == 2 else target.positive

    @property
    def weight(self) -> FittedWeight | None:
        """The column that says how much each row counts, if there is one."""
        return self._state.weight

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
        """Names of the columns that `transform` needs for the features; derived ones come from others."""
        return raw_columns(self._state.derived, (column.name for column in self._state.columns))

    @property
    def derived(self) -> tuple[Formula, ...]:
        """The columns that are computed from others, as far as features or the target need them."""
        return self._state.derived

    @property
    def fitted(self) -> tuple[FittedColumn, ...]:
        """What was learned from each feature column."""
        return self._state.columns

    @property
    def fitted_target(self) -> FittedTarget:
        """What was learned from the target's column."""
        return self._state.target

    @property
    def hidden(self) -> tuple[HiddenColumn, ...]:
        """How columns are hidden before anything else is done with their cells."""
        return self._state.hidden

    @property
    def inputs(self) -> Inputs:
        """What the network gets and has to give."""
        coded = [column for column in self._state.columns if column.codes]
        return Inputs(
            numbers=tuple(name for column in self._state.columns for name in column.inputs),
            categories=tuple((column.name, column.codes) for column in coded),
            outputs=self._state.target.outputs,
            encoders=tuple(encoder_of(column) for column in coded),
        )

    def transform(
        self,
        source: Source,
        *,
        with_target: bool,
        rows: NDArray[np.int64] | None = None,
        origin: str = "",
        decimal: str | None = None,
        storage: Storage | None = None,
        fitted_on: bool = False,
        progress: Progress = nothing,
        cancelled: Cancelled = never,
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
            storage: Where the arrays go; None: to memory.
            fitted_on: Whether `rows` are the training rows that the preparation was fitted on, in the
                same order: what is encoded by the target is encoded out of fold for them.
            progress: Told of (rows, rows).
            cancelled: Asked before each column of each span of rows.

        Raises:
            Cancelled: It was cancelled.
            ColumnMissing: Columns that are needed are not there.
        """
        weight = self._state.weight if with_target else None
        target_columns = raw_columns(self._state.derived, (self.target,)) if with_target else ()
        needed = tuple(dict.fromkeys((*self.columns, *target_columns)))
        if weight is not None:
            needed = (*needed, *raw_columns(self._state.derived, (weight.name,)))
        require(source, needed, origin)
        if decimal not in (None, self._state.decimal):
            return self._in_notation(decimal).transform(
                source,
                with_target=with_target,
                rows=rows,
                origin=origin,
                storage=storage,
                fitted_on=fitted_on,
                progress=progress,
                cancelled=cancelled,
            )
        source = self.seen(source)
        anchor = needed[0] if needed else column_names(source)[0]
        storage = storage or Storage(on_disk=False)
        count = row_count(source, anchor) if rows is None else len(rows)
        inputs = self.inputs
        numbers = storage.empty((count, len(inputs.numbers)), np.float32)
        codes = storage.empty((count, len(inputs.categories)), np.int32)
        kept = storage.empty((count,), np.bool_)
        target, values = self._room_for_target(count, storage) if with_target else (None, None)
        weights = None if weight is None else storage.empty((count,), np.float32)
        told = BatchWarnings(self._state.columns)
        pace = Pace(progress, cancelled, count)
        strangers, outside, seen, full = 0, 0, 0, 0
        for span in spans(source, anchor, rows):
            length = span_length(span)
            stop = full + length
            known = np.ones(length, np.bool_)
            places = np.arange(seen, seen + length) if fitted_on else None
            here = self._write_columns(
                source, span, numbers[full:stop], codes[full:stop], places, pace.part(seen, length)
            )
            told.count(here)
            for column, read in zip(self._state.columns, here, strict=True):
                if column.drops_rows and with_target:
                    known &= ~read.missing
            if target is not None and values is not None:
                more, beyond = self._write_target(source, span, target, values, full, known)
                strangers, outside = strangers + more, outside + beyond
            if weight is not None and weights is not None:
                weights[full:stop] = weight.read(column_cells(source, weight.name, span))
            kept[seen : seen + length] = known
            seen += length
            if known.all():
                full = stop
                continue
            left = int(np.count_nonzero(known))
            beside = (array for array in (target, values, weights) if array is not None)
            for array in (numbers, codes, *beside):
                array[full : full + left] = array[full:stop][known]
            full += left
        pace.done()
        others: list[Message] = []
        if strangers:
            others.append(_of_strange_class(self.target, strangers))
        if outside:
            others.append(_of_outside(self.target, outside))
        others += hidden_warnings(source)
        return Arrays(
            numbers[:full],
            codes[:full],
            None if target is None else target[:full],
            None if values is None else values[:full],
            kept,
            (*told.messages(), *others),
            None if weights is None else weights[:full],
            told.reads,
            tuple(others),
        )

    def _write_columns(
        self,
        source: Source,
        span: Span,
        numbers: NDArray[Any],
        codes: NDArray[Any],
        places: NDArray[np.int64] | None,
        pace: Callable[[int, int], None],
    ) -> list[Read]:
        reads = []
        number, code = 0, 0
        for place, column in enumerate(self._state.columns):
            pace(place, len(self._state.columns))
            cells = column_cells(source, column.name, span)
            stop, end = number + len(column.inputs), code + bool(column.codes)
            reads.append(column.write(cells, numbers[:, number:stop], codes[:, code:end], places))
            number, code = stop, end
        return reads

    def _room_for_target(self, count: int, storage: Storage) -> tuple[NDArray[Any], NDArray[Any]]:
        if isinstance(self._state.target, FittedValue):
            return storage.empty((count,), np.float32), storage.empty((count,), np.float64)
        codes = storage.empty((count,), np.int64)
        return codes, codes

    def _write_target(
        self,
        source: Source,
        span: Span,
        target: NDArray[Any],
        values: NDArray[Any],
        start: int,
        known: NDArray[np.bool_],
    ) -> tuple[int, int]:
        """Fill in a span's targets, and note in `known` which are there.

        Returns how many rows are of an unknown class, and how many lie where the transform ends.
        """
        fitted = self._state.target
        cells = column_cells(source, fitted.name, span)
        stop = start + len(cells)
        if isinstance(fitted, FittedClasses):
            codes, strangers = fitted.read(cells)
            values[start:stop] = codes
            known &= codes >= 0
            return strangers, 0
        found, _ = fitted.read(cells)
        values[start:stop] = found
        target[start:stop] = fitted.standardised(found)
        known &= ~np.isnan(found)
        return 0, fitted.transform.outside(found)

    def _in_notation(self, decimal: str) -> Preparation:
        """The same preparation for text with another decimal mark."""

        def changed(fitted: FittedColumn | FittedTarget | FittedWeight) -> dict[str, CellType]:
            return {"cell_type": with_decimal(fitted.cell_type, decimal)}

        state = self._state
        columns = tuple(column.model_copy(update=changed(column)) for column in state.columns)
        target = state.target.model_copy(update=changed(state.target))
        weight = state.weight
        if weight is not None:
            weight = weight.model_copy(update=changed(weight))
        hidden = tuple(column.in_notation(decimal) for column in state.hidden)
        update: dict[str, Any] = {"columns": columns, "target": target, "hidden": hidden}
        update["derived"] = tuple(formula.in_notation(decimal) for formula in state.derived)
        update |= {"decimal": decimal, "weight": weight}
        return Preparation(state.model_copy(update=update))

    def seen(self, source: Source) -> Source:
        """The source as the training rows were seen: columns hidden, then others derived.

        It must have the columns that are needed for it.
        """
        return self._derived(self.with_hidden(source))

    def with_hidden(self, source: Source) -> Source:
        """The source with columns hidden as those of the training rows were; itself if none was."""
        if not self._state.hidden or hidden_in(source):
            return source
        return HiddenSource(source, self._state.hidden)

    def _derived(self, source: Source) -> Source:
        """The source with the columns that are computed from others."""
        return DerivedSource(source, self._state.derived) if self._state.derived else source

    def require_weights(
        self,
        source: Source,
        train: NDArray[np.int64] | None,
        *others: NDArray[np.int64],
        origin: str = "",
    ) -> None:
        """Refuse row weights that are missing or negative in any row of these parts.

        `origin` is the file's name, for errors. Raises `ColumnMissing`, `WeightsUnusable` or
        `WeightsAllZero`.
        """
        weight = self._state.weight
        if weight is not None:
            require(source, raw_columns(self._state.derived, (weight.name,)), origin)
            require_weights(self.seen(source), weight, train, *others)

    def notes_on_target(self, parts: Iterable[Arrays]) -> tuple[Message, ...]:
        """What a person should know about the targets of prepared parts."""
        fitted = self._state.target
        if not isinstance(fitted, FittedValue) or isinstance(fitted.transform, FittedPlain):
            return ()
        values = (part.values for part in parts if part.values is not None)
        outside = sum(fitted.transform.outside(found) for found in values)
        return (_of_outside(fitted.name, outside),) if outside else ()

    def notes_on_weights(self, validation: Arrays, test: Arrays) -> tuple[Message, ...]:
        """What a person should know about the row weights of the parts that are scored."""
        told = []
        weight = self._state.weight
        if weight is not None and _weighs_nothing(validation):
            told.append(
                message(
                    "The weights in “{column}” are 0 in all validation rows: no epoch can be told to be better than another.",
                    column=weight.name,
                )
            )
        if weight is not None and _weighs_nothing(test):
            told.append(
                message(
                    "The weights in “{column}” are 0 in all test rows: they give no score.",
                    column=weight.name,
                )
            )
        return tuple(told)

    def predictions(self, outputs: NDArray[Any]) -> NDArray[np.float64]:
        """What metrics score, from network outputs (rows, outputs); see `engine.metrics`."""
        return self._state.target.predictions(outputs)

    def plainest_outputs(self, rows: int) -> NDArray[np.float64]:
        """Network outputs (rows, outputs) that predict the same for every row.

        These are the shares of the training classes, or the mean of the training rows.
        """
        return np.tile(self._state.target.plainest_outputs(), (rows, 1))

    def probabilities(self, outputs: NDArray[Any]) -> NDArray[np.float64] | None:
        """(rows, classes), or None for regression."""
        target = self._state.target
        return target.probabilities(outputs) if isinstance(target, FittedClasses) else None

    def quantiles(self, outputs: NDArray[Any]) -> dict[float, NDArray[np.float64]]:
        """For numbers with an interval: the values that so large a share of rows stays below."""
        target = self._state.target
        return target.quantiles(outputs) if isinstance(target, FittedValue) else {}

    def inverse(self, outputs: NDArray[Any]) -> NDArray[Any]:
        """Predicted classes (text) or values (float64) from network outputs (rows, outputs)."""
        return self._state.target.inverse(outputs)

    def save(self, folder: Path) -> None:
        """Write it into a folder, see `FittedState.save`. Raises `DiskFull` or `WriteFailed`."""
        self._state.save(folder)

    @classmethod
    def load(cls, folder: Path) -> Preparation:
        """The inverse of `save`. Raises `ModelFileTooNew` or `ModelFileDamaged`."""
        return cls(FittedState.load(folder))

    def __eq__(self, other: object) -> bool:
        # As plain values: what was looked up in between lies beside the fields, as arrays.
        if not isinstance(other, Preparation):
            return False
        return bool(self._state.model_dump() == other._state.model_dump())

    __hash__ = None  # type: ignore[assignment]


def _weighs_nothing(part: Arrays) -> bool:
    return part.weights is not None and len(part) > 0 and not part.weights.any()


def _of_outside(column: str, count: int) -> Message:
    return message_n(
        "{count} value of “{column}” lies outside what the transform has met in training; in the loss it counts as the nearest that was.",
        "{count} values of “{column}” lie outside what the transform has met in training; in the loss they count as the nearest that was.",
        count,
        column=column,
    )


def _of_strange_class(column: str, count: int) -> Message:
    return message_n(
        "{count} row has a class of “{column}” that no training row has; it is left out.",
        "{count} rows have a class of “{column}” that no training row has; they are left out.",
        count,
        column=column,
    )
