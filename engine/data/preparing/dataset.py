"""Datasets: a table split, prepared, and ready to train on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.data.memory import Storage, fits_memory
from engine.data.preparing.arrays import Arrays
from engine.data.preparing.columnar import Source
from engine.data.preparing.dealing import deal_rows
from engine.data.preparing.fitting import FIT_ROWS, choose_columns
from engine.data.preparing.plan import number_inputs
from engine.data.preparing.preparation import Preparation
from engine.data.preparing.split import Parts
from engine.errors import TooFewRows
from engine.messages import Message, message, message_n
from engine.recipe.recipe import Recipe
from engine.schema import Kind, Schema

_TARGET_BYTES = 8 + 8 + 8 + 1
"""Per row: target, value, row number, whether it was kept."""


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


def prepare(source: Source, recipe: Recipe, schema: Schema) -> Dataset:
    """Split the rows that have a target, fit on the training part, transform all parts.

    What does not fit into memory goes to files that vanish with the dataset; the values are the same.

    Args:
        source: The table.
        recipe: Lists every column with kind and role.
        schema: The table's columns.

    Raises:
        NoTarget, NoFeatures, TargetMissing, TargetOneClass, TooFewRows.
        CacheDiskFull, WriteFailed: There is no room for the files.
    """
    storage = Storage(on_disk=not fits_memory(prepared_size(recipe, schema)))
    parts, rows = deal_rows(source, recipe, schema, storage)
    preparation = Preparation.fit(source, recipe, schema, parts.train)
    train, validation, test = (
        preparation.transform(source, with_target=True, rows=part, storage=storage)
        for part in (parts.train, parts.validation, parts.test)
    )
    if len(train) < 2:
        raise TooFewRows(len(train), 2)
    notes = [*parts.notes]
    without = schema.rows - rows
    if without:
        notes.append(
            message_n(
                "{count} row has no target and is left out.",
                "{count} rows have no target and are left out.",
                without,
            )
        )
    dropped = sum(int(np.count_nonzero(~part.kept)) for part in (train, validation, test))
    if dropped:
        notes.append(
            message_n(
                "{count} row is left out for a missing value or a class that is not in training.",
                "{count} rows are left out for a missing value or a class that is not in training.",
                dropped,
            )
        )
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
    return Dataset(train, validation, test, preparation, parts, tuple(notes))


def prepared_size(recipe: Recipe, schema: Schema) -> int:
    """Bytes that the prepared rows take, at most."""
    _, features = choose_columns(recipe, schema)
    width = 0
    for spec in features:
        column = schema[spec.name or ""]
        if (spec.kind or column.kind) is Kind.CATEGORY:
            width += 1
        else:
            width += len(number_inputs(spec, column, with_times=True))
    return schema.rows * (4 * width + _TARGET_BYTES)
