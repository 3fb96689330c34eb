"""Datasets: a table split, prepared, and ready to train on."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from engine.data.memory import Storage, fits_memory
from engine.data.preparing.arrays import Arrays
from engine.data.preparing.column_steps import idle_steps
from engine.data.preparing.columnar import Source, kind_of
from engine.data.preparing.corrected import corrected_source, correction_notes
from engine.data.preparing.dealing import deal_rows
from engine.data.preparing.derived.source import derived_source, with_derived_columns
from engine.data.preparing.fitting import FIT_ROWS, choose_columns
from engine.data.preparing.hidden import (
    HiddenSource,
    hidden_in,
    hidden_source,
    hidden_warnings,
)
from engine.data.preparing.outside_rows import outside_rows
from engine.data.preparing.part_notes import notes_on_targets, notes_on_weights
from engine.data.preparing.plan import codes, number_inputs
from engine.data.preparing.preparation import Preparation
from engine.data.preparing.split import Parts
from engine.data.preparing.splits.facts import LeftOut
from engine.data.progress import Cancelled, Progress, never, nothing
from engine.errors import TooFewRows
from engine.messages import Message, message, message_n
from engine.recipe.idle import idle_training_settings
from engine.recipe.recipe import Recipe
from engine.schema import Kind, Schema

_TARGET_BYTES = 8 + 8 + 4 + 8 + 1
"""Per row: target, value, weight, row number, whether it was kept."""


_DEALT, _FITTED = 5, 35
"""Percent of the work that are done when rows are dealt, and when columns are fitted."""


@dataclass(frozen=True, slots=True)
class Dataset:
    """The three parts as arrays, and the Preparation that made them."""

    train: Arrays
    validation: Arrays
    test: Arrays
    preparation: Preparation
    parts: Parts
    """Row numbers of the table; the rows kept are `parts.train[train.kept]` and so on."""
    notes: tuple[Message, ...]
    """Rows left out and other things that a person should know."""
    left_out: tuple[LeftOut, ...] = ()
    """The table's rows that no part has, by reason: with the rows of the parts they are all rows."""
    rows_in: int = 0
    """Rows of the table."""
    test_source: Source | None = None
    """The table of the test file that `parts.test` counts the rows of; None: they are the table's."""


def prepare(
    source: Source,
    recipe: Recipe,
    schema: Schema,
    *,
    with_test_file: bool = True,
    progress: Progress = nothing,
    cancelled: Cancelled = never,
) -> Dataset:
    """Apply the row rules, split what they leave, fit on the training part, transform all parts.

    What does not fit into memory goes to files that vanish with the dataset; the values are the same.

    Args:
        source: The table.
        recipe: Lists every column with kind and role.
        schema: The table's columns.
        with_test_file: Whether to read the test file of a split that has one; the test part is empty
            without it.
        progress: Told of (percent, 100): dealing, fitting, then each part.
        cancelled: Asked between spans of rows and between columns.

    Raises:
        Cancelled: It was cancelled.
        NoTarget, NoFeatures, TargetMissing, TargetOneClass, TooFewRows, and all of `deal_rows`.
        PositiveClassMissing, TargetNotTransformable, TargetNegative, TargetNotPositive, LabelNotYesNo:
            The recipe asks of a target what its training rows do not have.
        WeightsUnusable, WeightsAllZero: The row weights do not do.
        ColumnMissing: The test file lacks a column that is needed.
        ReadError: The test file cannot be read.
        CacheDiskFull, WriteFailed: There is no room for the files.
    """
    table, source = source, corrected_source(source, recipe)
    schema = with_derived_columns(schema, derived_source(hidden_source(source, recipe), recipe))
    elsewhere = outside_rows(table, recipe, cancelled=cancelled) if with_test_file else None
    size = prepared_size(recipe, schema)
    if elsewhere is not None:
        size += size * len(elsewhere.rows) // max(1, schema.rows)
    storage = Storage(on_disk=not fits_memory(size))
    # Dealt as if nothing had been corrected: the parts stay those of the runs before.
    dealt = deal_rows(table, recipe, schema, storage, cancelled=cancelled)
    parts = dealt.parts
    preparation = Preparation.fit(
        source,
        recipe,
        schema,
        parts.train,
        progress=_between(progress, _DEALT, _FITTED),
        cancelled=cancelled,
    )
    others = (parts.validation,) if elsewhere is not None else (parts.validation, parts.test)
    preparation.require_weights(source, parts.train, *others)
    if elsewhere is not None:
        preparation.require_weights(
            elsewhere.table, None, elsewhere.rows, origin=str(elsewhere.table.path)
        )
    test_source = source if elsewhere is None else elsewhere.table
    if elsewhere is not None:
        parts = replace(parts, test=elsewhere.rows)
    # One layer for all parts, so that it counts what could not be hidden in any of them.
    seen = source
    if preparation.hidden and not hidden_in(source):
        seen = HiddenSource(source, preparation.hidden)
    every = max(1, len(parts.train) + len(parts.validation) + len(parts.test))
    width = 100 - _FITTED
    first = _FITTED + width * len(parts.train) // every
    second = first + width * len(parts.validation) // every
    train = preparation.transform(
        seen,
        with_target=True,
        rows=parts.train,
        storage=storage,
        fitted_on=True,
        progress=_between(progress, _FITTED, first),
        cancelled=cancelled,
    )
    validation = preparation.transform(
        seen,
        with_target=True,
        rows=parts.validation,
        storage=storage,
        progress=_between(progress, first, second),
        cancelled=cancelled,
    )
    test = preparation.transform(
        seen if elsewhere is None else test_source,
        with_target=True,
        rows=parts.test,
        storage=storage,
        origin="" if elsewhere is None else str(elsewhere.table.path),
        progress=_between(progress, second, 100),
        cancelled=cancelled,
    )
    if len(train) < 2:
        raise TooFewRows(len(train), 2)
    own = (train, validation) if elsewhere is not None else (train, validation, test)
    left_out = (*dealt.left_out, *_dropped(own))
    kept = sum(map(len, own))
    assert kept + sum(each.count for each in left_out) == dealt.rows_in, "a row went missing"
    notes = [*dealt.notes, *(each.reason for each in left_out)]
    notes += notes_on_targets(preparation.fitted_targets, own)
    notes += notes_on_weights(preparation.weight, validation, test)
    notes += hidden_warnings(seen)
    notes += correction_notes(source)
    notes += idle_training_settings(recipe)
    for spec in choose_columns(recipe, schema)[1]:
        notes += idle_steps(kind_of(spec, schema), spec)
    if elsewhere is not None:
        notes += [*elsewhere.notes, *_of_test_file(test)]
    if len(parts.train) > FIT_ROWS:
        notes.append(
            message(
                "Means, medians and deviations are taken from {count} of the training rows.",
                count=FIT_ROWS,
            )
        )
    if train.is_on_disk:
        notes.append(
            message(
                "The prepared rows are larger than the memory that is free: they lie on disk and are shuffled in blocks."
            )
        )
    return Dataset(
        train,
        validation,
        test,
        preparation,
        parts,
        tuple(notes),
        left_out,
        dealt.rows_in,
        None if elsewhere is None else elsewhere.table,
    )


def _between(progress: Progress, low: int, high: int) -> Progress:
    """The progress of a part of the work, from `low` to `high` percent of it all."""

    def told(done: int, total: int) -> None:
        progress(low + (high - low) * done // max(1, total), 100)

    return told


def _dropped(parts: tuple[Arrays, ...]) -> tuple[LeftOut, ...]:
    dropped = sum(len(part.kept) - int(np.count_nonzero(part.kept)) for part in parts)
    if not dropped:
        return ()
    reason = message_n(
        "{count} row is left out for a missing value or a class that is not in training.",
        "{count} rows are left out for a missing value or a class that is not in training.",
        dropped,
    )
    return (LeftOut("dropped", dropped, reason),)


def _of_test_file(test: Arrays) -> tuple[Message, ...]:
    """What became of the rows of the test file."""
    dropped = len(test.kept) - int(np.count_nonzero(test.kept))
    if not dropped:
        return test.warnings
    left_out = message_n(
        "{count} row of the test file is left out for a missing value, target or class.",
        "{count} rows of the test file are left out for a missing value, target or class.",
        dropped,
    )
    return (left_out, *test.warnings)


def prepared_size(recipe: Recipe, schema: Schema) -> int:
    """Bytes that the prepared rows take, at most."""
    targets, features = choose_columns(recipe, schema)
    # Target encoding gives an input for each class, or for each target.
    classes = [
        schema[target.name or ""].distinct if kind_of(target, schema) is Kind.CATEGORY else 1
        for target in targets
    ]
    means = len(targets) if len(targets) > 1 else classes[0]
    width = 0
    for spec in features:
        column = schema[spec.name or ""]
        width += codes(spec, column) > 0
        width += len(number_inputs(spec, column, with_times=True, means=means))
    return schema.rows * (4 * width + _TARGET_BYTES * len(targets))
