"""Rows of a part by value or by range of each column, as slices and fairness look at them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

MOST_VALUES = 12
BINS = 5
MOST_COLUMNS = 40
_LABEL = 60


@dataclass(frozen=True, slots=True)
class ColumnGroups:
    """Rows by the groups of one column."""

    column: str
    labels: tuple[str, ...]
    codes: NDArray[np.int8]
    """The group of each row; −1: none, as where the value is missing or rare."""
    is_range: bool
    """Whether groups are ranges of numbers."""


def groups_of(
    columns: Sequence[str], cells_of: Callable[[str], pa.Array], least: int
) -> tuple[ColumnGroups, ...]:
    """The groups of each column that has at least two of `least` rows or more.

    Numbers fall into fifths of the rows; of other columns the values that are frequent enough count.
    """
    found = []
    for name in columns:
        groups = grouped(name, cells_of(name), least)
        if groups is not None:
            found.append(groups)
        if len(found) == MOST_COLUMNS:
            break
    return tuple(found)


def grouped(
    name: str, cells: pa.Array, least: int, *, bins: int = BINS, most: int = MOST_VALUES
) -> ColumnGroups | None:
    """The groups of one column; None if it has fewer than two.

    Args:
        name: Of the column.
        cells: Of the rows.
        least: Rows that a value needs to count.
        bins: How many ranges numbers fall into, with about as many rows each.
        most: How many values of other columns count: the most frequent ones.
    """
    if pa.types.is_integer(cells.type) or pa.types.is_floating(cells.type):
        values = cells.cast(pa.float64()).to_numpy(zero_copy_only=False)
        known = values[np.isfinite(values)]
        if len(known) and len(np.unique(known[:10_000])) > MOST_VALUES:
            return _of_ranges(name, values, known, bins, is_whole=pa.types.is_integer(cells.type))
    if pa.types.is_temporal(cells.type) or pa.types.is_nested(cells.type):
        return None
    return _of_values(name, cells, least, most)


def _of_ranges(
    name: str, values: NDArray[np.float64], known: NDArray[np.float64], bins: int, *, is_whole: bool
) -> ColumnGroups | None:
    edges = np.unique(np.quantile(known, np.linspace(0, 1, bins + 1)[1:-1], method="lower"))
    if edges[-1] >= known.max():
        edges = edges[:-1]
    if not len(edges):
        return None
    codes = np.searchsorted(edges, values, "left").astype(np.int8)
    codes[~np.isfinite(values)] = -1
    # Edges are values themselves; the lowest value of a group is the first after those of the groups below.
    below = np.bincount(codes[codes >= 0], minlength=len(edges) + 1).cumsum()[:-1]
    lows = [float(known.min()), *np.partition(known, below)[below].tolist()]
    labels = [
        _number(low, is_whole)
        if low == high
        else f"{_number(low, is_whole)} – {_number(high, is_whole)}"
        for low, high in zip(lows, (*edges.tolist(), float(known.max())), strict=True)
    ]
    return ColumnGroups(name, tuple(labels), codes, is_range=True)


def _of_values(name: str, cells: pa.Array, least: int, most: int) -> ColumnGroups | None:
    encoded = cells if pa.types.is_dictionary(cells.type) else pc.dictionary_encode(cells)
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.unify_dictionaries().combine_chunks()
    places = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    counts = np.bincount(places[places >= 0], minlength=len(encoded.dictionary))
    common = np.argsort(-counts, kind="stable")[:most]
    common = common[counts[common] >= least]
    if len(common) < 2:
        return None
    code_of = np.full(len(counts) + 1, -1, np.int8)
    code_of[common] = np.arange(len(common))
    texts = encoded.dictionary.take(pa.array(common)).cast(pa.string()).to_pylist()
    labels = tuple(str(text)[:_LABEL] for text in texts)
    return ColumnGroups(name, labels, code_of[places], is_range=False)


def _number(value: float, is_whole: bool) -> str:
    text = f"{value:,.0f}" if is_whole else f"{value:.4g}"
    return text.replace("-", "\u2212")
