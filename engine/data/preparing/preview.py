"""What the preparation makes of a number column, shown on a sample of rows before anything trains."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from engine.data.cells import typed
from engine.data.cells.cell_types import CellType
from engine.data.cells.typed import Floats
from engine.data.preparing.fitting import fit_number
from engine.recipe.columns import ColumnSpec

BINS = 24
EXAMPLES = 4


@dataclass(frozen=True, slots=True)
class Spread:
    """How values are spread: a histogram and three figures. `skew` is 0 for a constant."""

    counts: tuple[int, ...]
    edges: tuple[float, ...]
    mean: float
    deviation: float
    skew: float


@dataclass(frozen=True, slots=True)
class NumberPreview:
    """A number column before and after."""

    rows: int
    """Rows of the sample."""
    before: Spread | None
    """Of the values that are there; None if none is."""
    after: Spread | None
    """Of the first input, filled values included; None if no row is left."""
    fill: float
    """What stands in for a missing value, in the column's own unit."""
    examples: tuple[tuple[float, float], ...]
    """A few values and what becomes of them."""


def sample_rows(rows: int, size: int, seed: int) -> NDArray[np.int64]:
    """At most `size` row numbers out of `rows`, drawn at random, sorted."""
    if size >= rows:
        return np.arange(rows, dtype=np.int64)
    drawn = np.random.default_rng(seed).choice(rows, size, replace=False)
    return np.sort(drawn).astype(np.int64)


def preview_number(values: pa.Array, spec: ColumnSpec, cell_type: CellType) -> NumberPreview:
    """Fit on these cells and transform them; rows that the recipe drops are left out of `after`.

    Of a column in bins, `after` are the codes.
    """
    found, _ = typed.numbers(values, cell_type)
    absent = np.isnan(found)
    fitted = fit_number(spec, values, cell_type)
    numbers = np.empty((len(found), len(fitted.inputs)), np.float32)
    codes = np.empty((len(found), int(fitted.codes > 0)), np.int32)
    fitted.write(values, numbers, codes)
    made = (codes if fitted.codes else numbers)[:, 0].astype(np.float64)
    known = found[~absent]
    _, places = np.unique(known, return_index=True)
    firsts = np.sort(places)[:EXAMPLES]
    return NumberPreview(
        rows=len(found),
        before=_spread(known),
        after=_spread(made[~absent] if fitted.drops_rows else made),
        fill=fitted.fill,
        examples=tuple(zip(known[firsts].tolist(), made[~absent][firsts].tolist(), strict=True)),
    )


def _spread(values: Floats) -> Spread | None:
    if not len(values):
        return None
    center = float(values.mean())
    deviation = float(values.std())
    low, high = float(values.min()), float(values.max())
    if high - low <= 0 or not np.isfinite(high - low):
        return Spread((len(values),), (low - 0.5, low + 0.5), center, 0.0, 0.0)
    counts, edges = np.histogram(values, bins=BINS, range=(low, high))
    skew = float(np.mean(((values - center) / deviation) ** 3)) if deviation > 0 else 0.0
    return Spread(tuple(counts.tolist()), tuple(edges.tolist()), center, deviation, skew)
