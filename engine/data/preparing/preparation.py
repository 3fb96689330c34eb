"""The Preparation: fitted on training rows only, it turns raw rows into arrays and outputs into values."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.data.memory import Storage
from engine.data.preparing.arrays import Arrays
from engine.data.preparing.columnar import (
    Source,
    column_names,
    decimal_of,
    require,
    row_count,
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
from engine.data.preparing.fitting import TrainingRows, choose_columns, fit_columns, fit_targets
from engine.data.preparing.hidden import (
    HiddenColumn,
    HiddenSource,
    hidden_in,
    hidden_source,
)
from engine.data.preparing.inputs import Inputs, OutputForm
from engine.data.preparing.row_weights import FittedWeight, require_weights
from engine.data.preparing.row_writer import RowWriter
from engine.data.preparing.target.several import FittedTargets, names_listed
from engine.data.progress import Cancelled, Pace, Progress, never, nothing
from engine.recipe.recipe import Recipe
from engine.schema import Schema, Task


class Preparation:
    """Fitted state and what it does to rows. Made by `fit` or `load`."""

    def __init__(self, state: FittedState) -> None:
        self._state = state
        self._targets = FittedTargets(state.targets)

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
            NoTarget, NoFeatures, and what `fit_targets` raises.
            ExpressionInvalid, DerivedNameTaken, DerivedFromTarget: A derived column cannot be computed.
        """
        source = derived_source(hidden_source(source, recipe, rows), recipe, rows)
        schema = with_derived_columns(schema, source)
        targets, features = choose_columns(recipe, schema)
        training = TrainingRows(source, recipe, schema, rows)
        outcomes = fit_targets(training, targets)
        weight = FittedWeight.fit(source, recipe, schema, rows)
        used = [spec.name or "" for spec in (*targets, *features)]
        return cls(
            FittedState(
                targets=outcomes,
                columns=fit_columns(training, features, outcomes, progress, cancelled),
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
        return self._targets.task

    @property
    def target(self) -> str:
        """Name of the target column; of several their names, with commas."""
        return names_listed(self._targets.names)

    @property
    def targets(self) -> tuple[str, ...]:
        """Names of the target columns."""
        return self._targets.names

    def of_target(self, place: int) -> Preparation:
        """The same preparation as if that target, one of several, were the only one."""
        return Preparation(
            self._state.model_copy(update={"targets": (self._state.targets[place],)})
        )

    @property
    def _only(self) -> FittedTarget | None:
        """The target, if there is one only: several have no classes in common."""
        return None if self._targets.several else self._targets.first

    @property
    def classes(self) -> tuple[str, ...]:
        """Classes in the order of their codes; empty for regression and for several targets."""
        return () if self._only is None else self._only.classes

    @property
    def shown_classes(self) -> tuple[int, ...]:
        """Codes of `classes` in the order in which they are listed."""
        target = self._only
        return target.listed if isinstance(target, FittedClasses) else ()

    @property
    def positive(self) -> int | None:
        """The code of the positive class: the second of two, of more the one chosen, if one is."""
        target = self._only
        return target.positive_class if isinstance(target, FittedClasses) else None

    @property
    def weight(self) -> FittedWeight | None:
        """The column that says how much each row counts, if there is one."""
        return self._state.weight

    @property
    def class_counts(self) -> tuple[int, ...]:
        """Training rows of each of `classes`."""
        target = self._only
        return target.counts if isinstance(target, FittedClasses) else ()

    @property
    def scale(self) -> float:
        """The deviation that a number is divided by for training; 1 for classes and several targets."""
        target = self._only
        return target.spread if isinstance(target, FittedValue) else 1.0

    @property
    def scales(self) -> float | NDArray[np.float64]:
        """The deviation of training rows in the unit of the target, (targets,) of several; 1 for classes."""
        return self._targets.scale

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns that `transform` needs for the features; derived ones come from others."""
        return raw_columns(self._state.derived, (column.name for column in self._state.columns))

    @property
    def decimal(self) -> str:
        """The decimal mark of the training file."""
        return self._state.decimal

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
        """What was learned from the target's column, or from the first of several."""
        return self._targets.first

    @property
    def fitted_targets(self) -> tuple[FittedTarget, ...]:
        """What was learned from each target's column."""
        return self._state.targets

    @property
    def hidden(self) -> tuple[HiddenColumn, ...]:
        """How columns are hidden before anything else is done with their cells."""
        return self._state.hidden

    @property
    def form(self) -> OutputForm:
        """What a network's outputs are."""
        return self._targets.form

    @property
    def inputs(self) -> Inputs:
        """What the network gets and has to give."""
        coded = [column for column in self._state.columns if column.codes]
        return Inputs(
            numbers=tuple(name for column in self._state.columns for name in column.inputs),
            categories=tuple((column.name, column.codes) for column in coded),
            outputs=self._targets.outputs,
            encoders=tuple(encoder_of(column) for column in coded),
            form=self._targets.form,
            is_log=self._targets.is_log,
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
        training (of several, all of them), or a value in a column whose recipe says to drop such rows.

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
        target_columns = raw_columns(self._state.derived, self.targets) if with_target else ()
        needed = tuple(dict.fromkeys((*self.columns, *target_columns)))
        if weight is not None:
            needed = (*needed, *raw_columns(self._state.derived, (weight.name,)))
        require(source, needed, origin)
        if decimal not in (None, self._state.decimal):
            other = Preparation(self._state.in_notation(decimal))
            return other.transform(
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
        count = row_count(source, anchor) if rows is None else len(rows)
        writer = RowWriter(self._state, source, with_target=with_target, fitted_on=fitted_on)
        pace = Pace(progress, cancelled, count)
        return writer.write(anchor, rows, count, storage or Storage(on_disk=False), pace)

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

    def predictions(self, outputs: NDArray[Any]) -> NDArray[np.float64]:
        """What metrics score, from network outputs (rows, outputs); see `engine.metrics`."""
        return self._targets.predictions(outputs)

    def by_target(self, outputs: NDArray[Any]) -> Iterator[tuple[FittedTarget, NDArray[Any]]]:
        """Each target with its own outputs, (rows, its outputs): it turns them into what is predicted."""
        return self._targets.by_target(outputs)

    def plainest_outputs(self, rows: int) -> NDArray[np.float64]:
        """Network outputs (rows, outputs) that predict the same for every row.

        These are the shares of the training classes, or the mean of the training rows.
        """
        return np.tile(self._targets.plainest_outputs(), (rows, 1))

    def probabilities(self, outputs: NDArray[Any]) -> NDArray[np.float64] | None:
        """(rows, classes), or None for regression and for several targets."""
        target = self._only
        return target.probabilities(outputs) if isinstance(target, FittedClasses) else None

    def inverse(self, outputs: NDArray[Any]) -> NDArray[Any]:
        """Predicted classes (text) or values (float64) of the target, or of the first of several."""
        target, own = next(self.by_target(outputs))
        return target.inverse(own)

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
