"""Two columns against each other, as much of them as a plot can show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from engine.data.profiling.histogram import Floats, Integers, round_edges
from engine.data.profiling.profile_target import in_order
from engine.data.progress import Cancelled, never
from engine.data.relations.association import correlations, crosstab, standardised
from engine.data.relations.relation_sample import Related, read_related
from engine.data.relations.relations import Relation, relate
from engine.data.rows.row_selection import Rows, Selection
from engine.data.table import Table
from engine.schema import Schema

_ROWS = 100_000
_POINTS = 4_000
"""From so many points on a scatter becomes a map of density."""
_CELLS = 40
_GROUPS = 12
_LEVELS = 8
_OUTLIERS = 60
"""Points beyond the whiskers that are drawn of each group."""


@dataclass(frozen=True, slots=True)
class Scatter:
    """Two columns of numbers."""

    x: Floats
    """Some of the rows when there are too many."""
    y: Floats
    density: Integers
    """Counts [x, y] of all the rows looked at; empty when every point is drawn."""
    x_edges: Floats
    y_edges: Floats
    line: tuple[float, float] | None
    """Slope and intercept of the straight line with the least squares."""


@dataclass(frozen=True, slots=True)
class Box:
    """The numbers of one level."""

    level: str
    rows: int
    low: float
    """Ends of the whiskers: the last values within 1.5 times the distance of the quartiles."""
    first: float
    median: float
    third: float
    high: float
    outliers: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Boxes:
    """Numbers by category."""

    boxes: tuple[Box, ...]
    """The most frequent levels, in order of their medians."""
    left_out: int
    """Levels that are not drawn."""
    category: str
    number: str


@dataclass(frozen=True, slots=True)
class Mosaic:
    """Two categories."""

    counts: Integers
    """[level of x, level of y]"""
    x_levels: tuple[str, ...]
    y_levels: tuple[str, ...]
    x_rest: int
    """Levels of x that are not drawn."""
    y_rest: int


Picture: TypeAlias = Scatter | Boxes | Mosaic


@dataclass(frozen=True, slots=True)
class Pair:
    """Two columns: a picture and the relation."""

    x: str
    y: str
    picture: Picture
    relation: Relation
    rows: int
    """Rows that were looked at."""
    of_rows: int
    known: int
    """Rows among them in which both have a value."""


def pair(
    table: Table,
    schema: Schema,
    x: str,
    y: str,
    *,
    rows: Rows | None = None,
    cancelled: Cancelled = never,
) -> Pair:
    """What a plot of two columns shows: a scatter, boxes or a mosaic, by their kinds.

    Raises `engine.errors.Cancelled`.
    """
    selected = Selection.of(table, rows)
    sample = selected.sample(_ROWS)
    one = read_related(table, schema[x], sample, cancelled)
    other = read_related(table, schema[y], sample, cancelled)
    known = int(np.count_nonzero((one.codes >= 0) & (other.codes >= 0)))
    picture = _picture(one, other)
    return Pair(x, y, picture, relate(one, other), sample.count, selected.count, known)


def _picture(one: Related, other: Related) -> Picture:
    if one.values is not None and other.values is not None:
        return _scatter(one.values, other.values)
    if one.values is not None:
        return _boxes(other, one)
    if other.values is not None:
        return _boxes(one, other)
    return _mosaic(one, other)


def _scatter(x: Floats, y: Floats) -> Scatter:
    known = ~(np.isnan(x) | np.isnan(y))
    x, y = x[known], y[known]
    if not len(x):
        nothing = np.empty(0)
        return Scatter(x, y, np.empty((0, 0), dtype=np.int64), nothing, nothing, None)
    x_edges, y_edges = (_grid(values) for values in (x, y))
    density = np.empty((0, 0), dtype=np.int64)
    if len(x) > _POINTS:
        counts, _, _ = np.histogram2d(x, y, bins=(x_edges, y_edges))
        density = counts.astype(np.int64)
        drawn = np.random.default_rng(0).choice(len(x), _POINTS, replace=False)
        shown_x, shown_y = x[drawn], y[drawn]
    else:
        shown_x, shown_y = x, y
    return Scatter(shown_x, shown_y, density, x_edges, y_edges, _fitted(x, y))


def _grid(values: Floats) -> Floats:
    low, high = float(values.min()), float(values.max())
    edges = round_edges(low, high, whole=False, bins=_CELLS)
    return edges if len(edges) > 2 else np.linspace(edges[0], edges[-1], _CELLS + 1)


def _fitted(x: Floats, y: Floats) -> tuple[float, float] | None:
    both = standardised(np.column_stack((x, y)))
    found = float(correlations(both)[0, 1])
    spread_x, spread_y = float(np.std(x)), float(np.std(y))
    if not np.isfinite(found) or not spread_x > 0:
        return None
    slope = found * spread_y / spread_x
    return slope, float(y.mean() - slope * x.mean())


def _boxes(category: Related, number: Related) -> Boxes:
    values = number.values
    assert values is not None
    codes = np.where(np.isnan(values), -1, category.codes)
    counts = np.bincount(codes[codes >= 0], minlength=category.levels)
    chosen = np.argsort(-counts, kind="stable")[:_GROUPS]
    boxes = [
        _box(category.names[level], np.sort(values[codes == level]))
        for level in chosen.tolist()
        if counts[level]
    ]
    boxes.sort(key=lambda box: (box.median, box.level))
    left_out = int(np.count_nonzero(counts)) - len(boxes)
    return Boxes(tuple(boxes), left_out, category.name, number.name)


def _box(level: str, ordered: Floats) -> Box:
    first, median, third = np.quantile(ordered, (0.25, 0.5, 0.75)).tolist()
    reach = 1.5 * (third - first)
    inside = ordered[(ordered >= first - reach) & (ordered <= third + reach)]
    outside = ordered[(ordered < first - reach) | (ordered > third + reach)]
    if len(outside) > _OUTLIERS:
        ends = _OUTLIERS // 4
        middle = outside[ends:-ends]
        kept = middle[:: max(1, len(middle) // (_OUTLIERS // 2))]
        outside = np.concatenate((outside[:ends], kept, outside[-ends:]))
    return Box(
        level,
        len(ordered),
        float(inside[0]),
        first,
        median,
        third,
        float(inside[-1]),
        tuple(outside.tolist()),
    )


def _mosaic(one: Related, other: Related) -> Mosaic:
    counts = crosstab(one.codes, one.levels, other.codes, other.levels)
    x_kept = _largest(counts.sum(axis=1), one.names)
    y_kept = _largest(counts.sum(axis=0), other.names)
    return Mosaic(
        counts[np.ix_(x_kept, y_kept)],
        tuple(one.names[at] for at in x_kept),
        tuple(other.names[at] for at in y_kept),
        int(np.count_nonzero(counts.sum(axis=1))) - len(x_kept),
        int(np.count_nonzero(counts.sum(axis=0))) - len(y_kept),
    )


def _largest(counts: Integers, names: tuple[str, ...]) -> list[int]:
    """The most frequent levels, in order of their names."""
    order = np.argsort(-counts, kind="stable")[:_LEVELS].tolist()
    places = {name: at for at, name in enumerate(names)}
    return [places[name] for name in in_order([names[at] for at in order if counts[at]])]
