"""Which columns go together: every pair with a named measure, each with the target, and near-copies.

Everything is computed on a random sample of the rows, the larger the fewer columns there are, and says
on how many. Twins that the sample suggests are checked on all rows; see `engine.data.relations.twins`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from engine.data.profiling.histogram import Floats
from engine.data.progress import Cancelled, never
from engine.data.relations.association import (
    correlation_ratios,
    correlations,
    cramers_v,
    crosstab,
    information,
    ranked,
    standardised,
)
from engine.data.relations.clustering import clustered_order
from engine.data.relations.relation_sample import RELATED, Related, read_sampled
from engine.data.relations.twins import Twins, find_twins
from engine.data.rows.row_selection import Rows, Selection
from engine.data.table import Table
from engine.errors import Cancelled as CancelledError
from engine.schema import Column, Schema

MOST = 200
"""Columns that a matrix holds at most."""
_CELLS = 2_000_000
"""Rows times columns that are looked at, at most."""
_FEWEST_ROWS = 2_000
_MOST_ROWS = 50_000


class Measure(StrEnum):
    """What a strength is called."""

    PEARSON = "pearson"
    SPEARMAN = "spearman"
    CRAMER = "cramer"
    CORRELATION_RATIO = "correlation_ratio"
    INFORMATION = "information"


@dataclass(frozen=True, slots=True)
class Relation:
    """How a column goes with another one."""

    name: str
    measure: Measure
    value: float
    """From −1 to 1 for a correlation, else from 0 to 1; NaN where nothing can be said."""
    spearman: float | None
    """The correlation of the ranks of two columns of numbers."""
    bits: float
    """Mutual information."""
    share: float
    """The same as a share of the smaller of the two entropies."""

    @property
    def strength(self) -> float:
        """From 0 to 1, whatever the measure; 0 where nothing can be said."""
        return 0.0 if math.isnan(self.value) else abs(self.value)


@dataclass(frozen=True, slots=True)
class Relations:
    """The relations among columns."""

    names: tuple[str, ...]
    measures: tuple[tuple[Measure, ...], ...]
    """What `values` are, pair by pair."""
    values: Floats
    """Pearson's r, Cramér's V or the correlation ratio of every pair; NaN where none can be told."""
    spearman: Floats
    """NaN for a pair that is not of two columns of numbers."""
    bits: Floats
    """Mutual information."""
    shares: Floats
    """Mutual information as a share of the smaller entropy."""
    order: tuple[int, ...]
    """Positions in an order in which columns that go together stand side by side."""
    target: str | None
    ranking: tuple[Relation, ...]
    """All columns against the target, the strongest first; also those that the matrix leaves out."""
    twins: tuple[Twins, ...]
    rows: int
    """Rows that were looked at."""
    of_rows: int
    """Rows there are."""
    left_out: int
    """Columns that could be related but are not in the matrix, because there are too many."""

    @property
    def sampled(self) -> bool:
        """Whether not all rows were looked at."""
        return self.rows < self.of_rows


def relations(
    table: Table,
    schema: Schema,
    *,
    target: str | None = None,
    rows: Rows | None = None,
    columns: Sequence[str] | None = None,
    cancelled: Cancelled = never,
) -> Relations:
    """Relate the columns of a table to each other and to the target.

    `columns` names those of the matrix; without it they are all columns of numbers, dates and
    categories, or if there are more than `MOST`, those that go best with the target. Columns with less
    than two values are left out. Raises `engine.errors.Cancelled`.
    """
    selected = Selection.of(table, rows)
    usable = [c for c in schema.columns if c.kind in RELATED and c.distinct > 1]
    goal = schema[target] if target is not None and target in schema else None
    if goal is not None and goal.kind not in RELATED:
        goal = None
    named = None if columns is None else frozenset(columns)
    wanted = [c for c in usable if named is None or c.name in named]
    ranking: tuple[Relation, ...] = ()
    if goal is not None:
        ranking = _ranking(table, selected, goal, usable, cancelled)
    if len(wanted) > MOST:
        place = {found.name: at for at, found in enumerate(ranking)}
        first = -1 if goal is not None else 0
        by_rank = sorted(
            wanted, key=lambda c: first if c is goal else place.get(c.name, len(place))
        )
        chosen = {c.name for c in by_rank[:MOST]}
        wanted = [c for c in wanted if c.name in chosen]
    sample = _sample(selected, len(wanted))
    related = [read_sampled(table, column, selected, sample, cancelled) for column in wanted]
    matrices = _matrices(related, cancelled)
    strength = np.abs(matrices.values)
    twins = find_twins(table, schema, related, strength, selected, sample, cancelled)
    return Relations(
        names=tuple(c.name for c in wanted),
        measures=tuple(tuple(_measure(a, b) for b in related) for a in related),
        values=matrices.values,
        spearman=matrices.spearman,
        bits=matrices.bits,
        shares=matrices.shares,
        order=clustered_order(strength),
        target=goal.name if goal is not None else None,
        ranking=ranking,
        twins=twins,
        rows=sample.count,
        of_rows=selected.count,
        left_out=len(usable) - len(wanted),
    )


def twins_among(table: Table, schema: Schema, *, cancelled: Cancelled = never) -> tuple[Twins, ...]:
    """Only the near-copies of `relations`, without what takes most of its time.

    Of more than `MOST` columns the first ones. Raises `engine.errors.Cancelled`.
    """
    selected = Selection.of(table, None)
    usable = [c for c in schema.columns if c.kind in RELATED and c.distinct > 1][:MOST]
    sample = _sample(selected, len(usable))
    related = [read_sampled(table, column, selected, sample, cancelled) for column in usable]
    strength = np.abs(_pair_values(related, cancelled))
    return find_twins(table, schema, related, strength, selected, sample, cancelled)


def relations_of(
    table: Table,
    schema: Schema,
    name: str,
    *,
    rows: Rows | None = None,
    cancelled: Cancelled = never,
) -> tuple[Relation, ...]:
    """One column against all others, the strongest first; none for a column of free text."""
    column = schema[name]
    if column.kind not in RELATED:
        return ()
    usable = [c for c in schema.columns if c.kind in RELATED and c.distinct > 1]
    return _ranking(table, Selection.of(table, rows), column, usable, cancelled)


def _sample(rows: Selection, columns: int) -> Selection:
    most = _CELLS // max(1, columns)
    return rows.sample(min(_MOST_ROWS, max(_FEWEST_ROWS, most)))


def _measure(one: Related, other: Related) -> Measure:
    if one.is_number and other.is_number:
        return Measure.PEARSON
    if not one.is_number and not other.is_number:
        return Measure.CRAMER
    return Measure.CORRELATION_RATIO


# One against all ---------------------------------------------------------------------------------


def _ranking(
    table: Table, rows: Selection, goal: Column, columns: Sequence[Column], cancelled: Cancelled
) -> tuple[Relation, ...]:
    sample = _sample(rows, len(columns))
    target = read_sampled(table, goal, rows, sample, cancelled)
    found = [
        relate(read_sampled(table, column, rows, sample, cancelled), target)
        for column in columns
        if column.name != goal.name
    ]
    return tuple(sorted(found, key=lambda relation: (-relation.strength, -relation.share)))


def relate(one: Related, other: Related) -> Relation:
    """How a column goes with another, as an entry about `one`."""
    counts = crosstab(one.codes, one.levels, other.codes, other.levels)
    bits, share = information(counts)
    measure = _measure(one, other)
    spearman = None
    if one.values is not None and other.values is not None:
        both = np.column_stack((one.values, other.values))
        value = float(correlations(standardised(both))[0, 1])
        both[np.isnan(both).any(axis=1)] = np.nan
        spearman = float(correlations(ranked(both))[0, 1])
    elif one.values is not None:
        value = _ratio(other, one.values)
    elif other.values is not None:
        value = _ratio(one, other.values)
    else:
        value = cramers_v(counts)
    return Relation(one.name, measure, value, spearman, bits, share)


def _ratio(category: Related, values: Floats) -> float:
    scaled = standardised(values[:, None])
    return float(correlation_ratios(category.codes, category.levels, scaled)[0])


# All against all ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Matrices:
    values: Floats
    spearman: Floats
    bits: Floats
    shares: Floats


def _matrices(related: Sequence[Related], cancelled: Cancelled) -> _Matrices:
    size = len(related)
    spearman, bits, shares = (np.full((size, size), np.nan) for _ in range(3))
    values = _pair_values(related, cancelled)
    at_numbers = [at for at, column in enumerate(related) if column.is_number]
    if at_numbers:
        together = np.column_stack([_values(related[at]) for at in at_numbers])
        spearman[np.ix_(at_numbers, at_numbers)] = correlations(ranked(together))
    for at, one in enumerate(related):
        if cancelled():
            raise CancelledError
        for beside in range(at, size):
            other = related[beside]
            counts = crosstab(one.codes, one.levels, other.codes, other.levels)
            bits[at, beside], shares[at, beside] = information(counts)
            bits[beside, at], shares[beside, at] = bits[at, beside], shares[at, beside]
    return _Matrices(values, spearman, bits, shares)


def _pair_values(related: Sequence[Related], cancelled: Cancelled) -> Floats:
    """Pearson's r, Cramér's V or the correlation ratio of every pair; NaN where none can be told."""
    size = len(related)
    values = np.full((size, size), np.nan)
    at_numbers = [at for at, column in enumerate(related) if column.is_number]
    if at_numbers:
        scaled = standardised(np.column_stack([_values(related[at]) for at in at_numbers]))
        values[np.ix_(at_numbers, at_numbers)] = correlations(scaled)
    for at, one in enumerate(related):
        if cancelled():
            raise CancelledError
        if one.is_number:
            continue
        if at_numbers:
            found = correlation_ratios(one.codes, one.levels, scaled)
            values[at, at_numbers] = found
            values[at_numbers, at] = found
        for beside in range(at, size):
            other = related[beside]
            if not other.is_number:
                counts = crosstab(one.codes, one.levels, other.codes, other.levels)
                values[at, beside] = values[beside, at] = cramers_v(counts)
    return values


def _values(column: Related) -> Floats:
    assert column.values is not None
    return column.values
