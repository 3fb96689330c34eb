"""One pass over a table that gathers what its split needs to know about each row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from engine.data.cells import typed
from engine.data.cells.cell_types import CellType
from engine.data.cells.hashes import cell_hashes, with_cells
from engine.data.memory import Growing, Storage
from engine.data.preparing.columnar import (
    Source,
    Span,
    column_cells,
    column_names,
    kind_of,
    span_length,
    spans,
    typed_cells,
)
from engine.data.preparing.derived.formula import read_as
from engine.data.preparing.derived.source import column_types, derived_source, value_types
from engine.data.preparing.fitting import choose_columns
from engine.data.preparing.hidden import hidden_source
from engine.data.preparing.split import Rows
from engine.data.preparing.splits.by_column import MOST_MARKS, NO_MARK
from engine.data.preparing.splits.facts import Hashes, RowFacts, own_groups
from engine.data.preparing.splits.label_sets import LabelSets, rows_needed
from engine.data.preparing.target.several import known_of
from engine.data.progress import Cancelled
from engine.errors import Cancelled as CancelledError
from engine.errors import UnknownColumn
from engine.expressions.parse import Expression, parse_condition
from engine.messages import Message, message, message_n
from engine.recipe.columns import ColumnSpec
from engine.recipe.recipe import Recipe
from engine.recipe.rows import DuplicatePolicy
from engine.recipe.split import SplitMethod
from engine.schema import Kind, Schema

MANY_VALUES = "…"
"""Stands for all values of a column of parts that come too late to be told apart."""

_NO_VALUE = -1e300
"""Stands for a missing value of the first of several targets: such rows are a range of their own."""


@dataclass(frozen=True, slots=True)
class Collected:
    """The rows that meet the condition and have a target, and facts about them."""

    rows: Rows
    facts: RowFacts
    copies: Hashes | None
    """Equal for rows that are alike in the columns that tell duplicates."""
    classes: tuple[tuple[str, ...], ...]
    """The classes of each target, merged ones under their new name; none for numbers."""
    outside: int
    """Rows that do not meet the condition."""
    without_target: int
    notes: tuple[Message, ...] = ()
    """What a person should know of how rows are told apart."""

    def only(self, keep: NDArray[np.bool_], storage: Storage) -> Collected:
        """The same without the rows that are not to be kept."""

        def thinned(values: Any) -> Any:
            if values is None:
                return None
            kept = storage.growing(values.dtype)
            for span in self.facts.spans():
                kept.append(values[span][keep[span]])
            return kept.array()

        facts = self.facts
        changed = replace(
            facts,
            count=int(np.count_nonzero(keep)),
            classes=thinned(facts.classes),
            groups=thinned(facts.groups),
            times=thinned(facts.times),
            marks=thinned(facts.marks),
        )
        return replace(self, rows=thinned(self.rows), facts=changed, copies=thinned(self.copies))


class RowCondition:
    """A condition of a recipe, ready for spans of a source."""

    def __init__(self, text: str, source: Source, recipe: Recipe) -> None:
        self._expression: Expression = parse_condition(text, value_types(source, recipe))
        types = column_types(source, recipe)
        self._types: dict[str, CellType] = {name: types[name] for name in self._expression.columns}
        self._source = source

    def mask(self, span: Span) -> NDArray[np.bool_]:
        """The rows of the span for which it is true."""
        arrays = [
            read_as(column_cells(self._source, name, span), cell_type)
            for name, cell_type in self._types.items()
        ]
        if arrays:
            batch = pa.record_batch(arrays, names=list(self._types))
        else:
            batch = pa.record_batch([pa.nulls(span_length(span))], names=[""])
        truth = self._expression.evaluate(batch).fill_null(False)
        return np.asarray(truth.to_numpy(zero_copy_only=False), np.bool_)


def check_rows(source: Source, recipe: Recipe) -> None:
    """Whether the row rules and the column of the split fit a source, told before anything is read.

    Raises `ExpressionInvalid`, `UnknownColumn`, or what derived and hidden columns raise.
    """
    source = derived_source(hidden_source(source, recipe), recipe)
    if recipe.rows.where is not None:
        RowCondition(recipe.rows.where, source, recipe)
    for name in (*recipe.rows.duplicates.columns, recipe.split_column or ""):
        _known(name, source)


def collect(
    source: Source,
    recipe: Recipe,
    schema: Schema,
    method: SplitMethod,
    storage: Storage,
    cancelled: Cancelled,
) -> Collected:
    """Go through the table once.

    Args:
        source: The table, hidden and with its derived columns.
        recipe: Lists every column with kind and role.
        schema: The table's columns, the derived ones too.
        method: How rows will be dealt.
        storage: Where the facts go.
        cancelled: Asked between spans.

    Raises `ExpressionInvalid`, `UnknownColumn` or `Cancelled`.
    """
    targets, _ = choose_columns(recipe, schema)
    condition = None
    if recipe.rows.where is not None:
        condition = RowCondition(recipe.rows.where, source, recipe)
    readers = _Readers(source, recipe, schema, targets, method, storage)
    outside = without_target = 0
    for span in spans(source, targets[0].name or "", None):
        if cancelled():
            raise CancelledError
        meant = np.ones(span_length(span), np.bool_)
        if condition is not None:
            meant = condition.mask(span)
            outside += int(np.count_nonzero(~meant))
        without_target += readers.take(span, meant)
    return readers.collected(outside, without_target, cancelled)


def times_of(
    source: Source, name: str, recipe: Recipe, schema: Schema, span: Span
) -> NDArray[np.float64]:
    """The times in a column: days since 1970 for dates, also for texts that are some, else its numbers.

    NaN without a time.
    """
    spec = recipe.column(name)
    kind = kind_of(spec, schema)
    if kind not in (Kind.NUMBER, Kind.DATE):
        stored = column_cells(source, name, span).type
        numeric = pa.types.is_integer(stored) or pa.types.is_floating(stored)
        kind = Kind.NUMBER if numeric else Kind.DATE
        spec = spec.model_copy(update={"kind": kind})
    values, cell_type = typed_cells(source, spec, recipe, schema, span)
    if kind is Kind.NUMBER:
        return typed.numbers(values, cell_type)[0]
    return typed.days(values, cell_type)[0]


class _Readers:
    """Reads what is needed of each span, for the rows that are kept of it."""

    def __init__(
        self,
        source: Source,
        recipe: Recipe,
        schema: Schema,
        targets: Sequence[ColumnSpec],
        method: SplitMethod,
        storage: Storage,
    ) -> None:
        self._source, self._recipe, self._schema = source, recipe, schema
        self._targets, self._storage, self._method = targets, storage, method
        self._is_number = kind_of(targets[0], schema) is Kind.NUMBER
        self._column = _known(_split_column(recipe, method), source)
        self._copy_columns = _copy_columns(source, recipe)
        self._names = [_Names(recipe.outcome_of(spec.name or "").renamed) for spec in targets]
        self._sets = LabelSets()
        self._marks = _Names({}, MOST_MARKS)
        wants_values = not self._is_number or method in (
            SplitMethod.STRATIFIED,
            SplitMethod.STRATIFIED_GROUP,
        )
        kind = np.float64 if self._is_number else np.int32
        self._rows = storage.growing(np.int64)
        self._classes = storage.growing(kind) if wants_values else None
        self._groups = storage.growing(np.uint64) if method.by_group else None
        self._times = storage.growing(np.float64) if method is SplitMethod.TIME else None
        self._parts = storage.growing(np.int16) if method is SplitMethod.COLUMN else None
        self._copies = storage.growing(np.uint64) if self._copy_columns else None

    def take(self, span: Span, meant: NDArray[np.bool_]) -> int:
        """Note the facts of a span; how many of the rows `meant` have no target."""
        known, values = self._target_of(span)
        first = span.start if isinstance(span, slice) else 0
        keep = meant & known
        self._rows.append(np.flatnonzero(keep).astype(np.int64) + first)
        if self._classes is not None:
            self._classes.append(values[keep])
        if self._groups is not None:
            self._groups.append(self._groups_of(span, first)[keep])
        if self._times is not None:
            self._times.append(self._times_of(span)[keep])
        if self._parts is not None:
            self._parts.append(self._parts_of(span)[keep])
        if self._copies is not None:
            self._copies.append(self._hashes_of(span)[keep])
        return int(np.count_nonzero(meant & ~known))

    def collected(self, outside: int, without_target: int, cancelled: Cancelled) -> Collected:
        """All that was noted."""
        rows = self._rows.array()
        facts = RowFacts(
            count=len(rows),
            storage=self._storage,
            classes=_array(self._classes),
            classified=not self._is_number,
            groups=_array(self._groups),
            times=_array(self._times),
            marks=_array(self._parts),
            names=self._marks.all,
            column=self._column,
            cancelled=cancelled,
        )
        copies = _array(self._copies)
        names = () if self._is_number else tuple(each.all for each in self._names)
        notes: tuple[Message, ...] = ()
        if len(self._targets) > 1 and facts.classes is not None:
            notes = self._several_balanced(facts)
        return Collected(rows, facts, copies, names, outside, without_target, notes)

    def _target_of(self, span: Span) -> tuple[NDArray[np.bool_], NDArray[Any]]:
        """Which rows have a target, and what they are balanced by.

        That is the value, or the code of the class; of several targets the value of the first, or the
        code of the combination of labels.
        """
        found = [self._of_target(place, span) for place in range(len(self._targets))]
        known = np.logical_or.reduce([known_of(values) for values in found])
        if len(found) == 1:
            return known, found[0]
        if self._is_number:
            return known, np.where(np.isnan(found[0]), _NO_VALUE, found[0])
        return known, self._sets.codes(found)

    def _of_target(self, place: int, span: Span) -> NDArray[Any]:
        """The values of a target, or the codes of its classes."""
        spec = self._targets[place]
        values, cell_type = typed_cells(self._source, spec, self._recipe, self._schema, span)
        if self._is_number:
            return typed.numbers(values, cell_type)[0]
        return self._names[place].codes(typed.levels(values, cell_type)[0])

    def _several_balanced(self, facts: RowFacts) -> tuple[Message, ...]:
        """Join rare combinations of labels, in place; what is to be told of how rows are balanced."""
        if self._is_number:
            name = self._targets[0].name or ""
            told = message("The parts are balanced by the first target, “{column}”.", column=name)
            return (told,)
        assert facts.classes is not None
        counts = np.zeros(len(self._sets), np.int64)
        for span in facts.spans():
            counts += np.bincount(facts.classes[span], minlength=len(counts))
        pooled = self._sets.pooled(counts, rows_needed(self._recipe.split))
        if not pooled.rows:
            return ()
        for span in facts.spans():
            facts.classes[span] = pooled.names[facts.classes[span]]
        if self._method not in (SplitMethod.STRATIFIED, SplitMethod.STRATIFIED_GROUP):
            return ()
        return (
            message_n(
                "{count} row has a combination of labels that is too rare for every part; it is balanced by the rarest of its labels.",
                "{count} rows have combinations of labels that are too rare for every part; they are balanced by the rarest of their labels.",
                pooled.rows,
            ),
        )

    def _groups_of(self, span: Span, first: int) -> Hashes:
        cells = column_cells(self._source, self._column, span)
        hashes = cell_hashes(hashable(cells))
        absent = np.asarray(cells.is_null().to_numpy(zero_copy_only=False))
        if absent.any():
            own = own_groups(slice(first, first + len(cells)))
            hashes = np.where(absent, own, hashes)
        return hashes

    def _times_of(self, span: Span) -> NDArray[np.float64]:
        return times_of(self._source, self._column, self._recipe, self._schema, span)

    def _parts_of(self, span: Span) -> NDArray[np.int16]:
        spec = self._recipe.column(self._column)
        values, cell_type = typed_cells(self._source, spec, self._recipe, self._schema, span)
        return self._marks.codes(typed.levels(values, cell_type)[0]).astype(np.int16)

    def _hashes_of(self, span: Span) -> Hashes:
        hashes = np.zeros(span_length(span), np.uint64)
        for name in self._copy_columns:
            hashes = with_cells(hashes, hashable(column_cells(self._source, name, span)))
        return hashes


class _Names:
    """Codes of texts in the order in which they are met; −1 for none."""

    def __init__(self, renamed: dict[str, str], most: int | None = None) -> None:
        self._renamed, self._most = renamed, most
        self._places: dict[str, int] = {}

    @property
    def all(self) -> tuple[str, ...]:
        return tuple(self._places)

    def codes(self, texts: pa.Array) -> NDArray[np.int32]:
        encoded = texts.dictionary_encode()
        own = [self._place(self._renamed.get(t, t)) for t in encoded.dictionary.to_pylist()]
        places = encoded.indices.fill_null(len(own)).to_numpy(zero_copy_only=False)
        found: NDArray[np.int32] = np.asarray([*own, NO_MARK], np.int32)[places]
        return found

    def _place(self, name: str) -> int:
        if self._most is not None and len(self._places) >= self._most:
            name = name if name in self._places else MANY_VALUES
        return self._places.setdefault(name, len(self._places))


def _array(growing: Growing | None) -> Any:
    return None if growing is None else growing.array()


def _split_column(recipe: Recipe, method: SplitMethod) -> str:
    return (recipe.split_column or "") if method.needs_column else ""


def _known(name: str, source: Source) -> str:
    names = column_names(source)
    if name and name not in names:
        close = get_close_matches(name, names, n=1, cutoff=0.0)
        raise UnknownColumn(name, close[0] if close else "")
    return name


def _copy_columns(source: Source, recipe: Recipe) -> Sequence[str]:
    """The columns that tell whether rows are alike; none where nobody asks."""
    duplicates = recipe.rows.duplicates
    if duplicates.policy is DuplicatePolicy.KEEP:
        return ()
    if duplicates.columns:
        return [_known(name, source) for name in duplicates.columns]
    derived = {column.name for column in recipe.derived}
    return [name for name in column_names(source) if name not in derived]


def hashable(cells: pa.Array) -> pa.Array:
    """Cells of types that a table does not have, as texts."""
    kind = cells.type
    if pa.types.is_boolean(kind) or pa.types.is_decimal(kind):
        return cells.cast(pa.string())
    if pa.types.is_floating(kind) and kind != pa.float64():
        return cells.cast(pa.float64())
    return cells.cast(pa.timestamp("us")) if pa.types.is_date(kind) else cells
