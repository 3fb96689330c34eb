"""Datasets: a table split, prepared, and ready to train on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.data import typed
from engine.data.arrays import Arrays
from engine.data.preparation import Preparation, Source, choose_columns, kind_of, typed_cells
from engine.data.split import Parts, split_rows
from engine.errors import TargetMissing, TargetOneClass, TooFewRows
from engine.messages import Message, message_n
from engine.recipe.recipe import Recipe
from engine.schema import Kind, Schema


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

    Args:
        source: The table.
        recipe: Lists every column with kind and role.
        schema: The table's columns.

    Raises:
        NoTarget, NoFeatures, TargetMissing, TargetOneClass, TooFewRows.
    """
    rows, classes = _rows_with_target(source, recipe, schema)
    parts = split_rows(recipe.split, rows, classes)
    preparation = Preparation.fit(source, recipe, schema, parts.train)
    train, validation, test = (
        preparation.transform(source, with_target=True, rows=part)
        for part in (parts.train, parts.validation, parts.test)
    )
    if len(train) < 2:
        raise TooFewRows(len(train), 2)
    notes = [*parts.notes]
    without = schema.rows - len(rows)
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
    return Dataset(train, validation, test, preparation, parts, tuple(notes))


def _rows_with_target(
    source: Source, recipe: Recipe, schema: Schema
) -> tuple[NDArray[np.int64], NDArray[np.int32] | None]:
    """Row numbers with a target, and their classes (None for regression)."""
    target, _ = choose_columns(recipe, schema)
    name = target.name or ""
    values, cell_type = typed_cells(source, target, recipe, schema, None)
    if kind_of(target, schema) is Kind.NUMBER:
        known = ~np.isnan(typed.numbers(values, cell_type)[0])
        classes = None
    else:
        texts, _ = typed.levels(values, cell_type)
        known = texts.is_valid().to_numpy(zero_copy_only=False)
        codes = texts.filter(known).dictionary_encode()
        classes = codes.indices.to_numpy()
        if len(codes.dictionary) == 1:
            raise TargetOneClass(name, codes.dictionary[0].as_py(), len(codes))
    rows = np.flatnonzero(known).astype(np.int64)
    if not len(rows):
        raise TargetMissing(name, len(known))
    return rows, classes
