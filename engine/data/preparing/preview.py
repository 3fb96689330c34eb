"""What the preparation makes of a number column, shown on a sample of rows before anything trains."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from engine.data.cells import typed
from engine.data.cells.cell_types import CellType
from engine.data.cells.typed import Floats
from engine.data.preparing.fitted import FittedNumber
from engine.recipe.columns import Missing, Scale

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


def preview_number(
    values: pa.Array, missing: Missing, scale: Scale, cell_type: CellType
) -> NumberPreview:
    """Fit on these cells and transform them; rows that the policy drops are left out of `after`."""
    found, _ = typed.numbers(values, cell_type)
    absent = np.isnan(found)
    fitted = FittedNumber.fit("", values, missing, scale, cell_type)
    out = np.empty((len(found), len(fitted.inputs)), np.float32)
    fitted.write(values, out)
    scaled = out[:, 0].astype(np.float64)
    known = found[~absent]
    _, places = np.unique(known, return_index=True)
    firsts = np.sort(places)[:EXAMPLES]
    return NumberPreview(
        rows=len(found),
        before=_spread(known),
        after=_spread(scaled[~absent] if fitted.drops_rows else scaled),
        fill=fitted.fill,
        examples=tuple(zip(known[firsts].tolist(), scaled[~absent][firsts].tolist(), strict=True)),
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
