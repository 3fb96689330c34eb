"""95% intervals of measures by the bootstrap, all resamples at once.

Up to `ROWS_DRAWN` rows are resampled whole: the percentile interval (Efron & Tibshirani, “An Introduction
to the Bootstrap”, 1993, chapter 13). Of more rows several parts of that size are resampled, and what the
measure varies by there is scaled down by the root of the sizes' ratio: the m-out-of-n bootstrap (Bickel,
Götze & van Zwet, Statistica Sinica 7, 1997), in parts as in the bag of little bootstraps (Kleiner et al.,
Journal of the Royal Statistical Society B 76, 2014). So the work stays the same for any number of rows.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.data.progress import Progress, nothing
from engine.evaluation.measures.registry import Measure, Ranks, Weighed
from engine.evaluation.measures.scored import Codes, Floats, ScoredRows, Weights
from engine.evaluation.paired import interval

RESAMPLES = 1_000
ROWS_DRAWN = 10_000
_PARTS = 5
_OF_PARTS = 500
"""Resamples of all parts together."""
_AT_ONCE = 500_000
"""Weights held at a time."""
_CELLS = 15_000_000
"""Cells of rows × classes × resamples, for measures that look at each class by itself."""
_FEWEST = 20


@dataclass(frozen=True, slots=True)
class Interval:
    """The middle 95%; NaN where it is not known."""

    low: float = math.nan
    high: float = math.nan


def values_of(
    measures: Sequence[Measure], rows: ScoredRows, weights: Floats | None = None
) -> dict[str, float]:
    """Each measure on all rows; NaN where it is not defined, as without rows.

    `weights` says how much each row counts, (rows,).
    """
    rows, own = counting(rows, weights)
    if not len(rows):
        return {measure.name: math.nan for measure in measures}
    weighed = Weighed(rows, own[:, None])
    return {measure.name: float(measure.compute(weighed)[0]) for measure in measures}


def intervals_of(
    measures: Sequence[Measure],
    rows: ScoredRows,
    values: Mapping[str, float],
    weights: Floats | None = None,
    *,
    seed: int = 0,
    progress: Progress = nothing,
) -> dict[str, Interval]:
    """The 95% interval of each measure whose value is known.

    Args:
        measures: Which.
        rows: The rows.
        values: What `values_of` gives for them.
        weights: How much each row counts, (rows,); rows are drawn alike whatever they count.
        seed: The same resamples come for the same number.
        progress: Told of resamples done.
    """
    rows, own = counting(rows, weights)
    wanted = [m for m in measures if math.isfinite(values[m.name])]
    if not len(rows) or not wanted:
        return {measure.name: Interval() for measure in measures}
    linear = [m for m in wanted if m.linear is not None and not m.resampled(rows)]
    resampled = [m for m in wanted if m.resampled(rows)]
    total = len(rows)
    parts = list(_parts(total, seed))
    off: dict[str, list[tuple[float, float]]] = {measure.name: [] for measure in wanted}
    for place, part in enumerate(parts):
        here = rows if part is None else rows.take(part)
        weighs = own if part is None else own[part]
        those = {m.name: m.linear(here, weighs) for m in linear if m.linear is not None}
        count = RESAMPLES if part is None else _OF_PARTS // len(parts)

        def told(done: int, place: int = place, count: int = count) -> None:
            progress(place * count + done, len(parts) * count)

        middles = dict(values) if part is None else values_of(resampled, here, weighs)
        drawn = _drawn(resampled, those, here, weighs, count, seed + 1 + place, told)
        shrink = math.sqrt(len(here) / total)
        for measure in wanted:
            if measure.name not in drawn:
                continue
            middle = 0.0 if measure.name in those else middles[measure.name]
            low, high = interval(drawn[measure.name] - middle)
            off[measure.name].append((low * shrink, high * shrink))
    return {
        measure.name: _interval(measure, values[measure.name], off.get(measure.name, ()))
        for measure in measures
    }


def counting(rows: ScoredRows, weights: Floats | None) -> tuple[ScoredRows, Floats]:
    """The rows that count, and how much."""
    if weights is None:
        return rows, np.ones(len(rows))
    counts = weights > 0
    if not counts.all():
        return rows.take(np.flatnonzero(counts)), weights[counts]
    return rows, weights


def _interval(measure: Measure, value: float, off: Sequence[tuple[float, float]]) -> Interval:
    known = [each for each in off if math.isfinite(each[0]) and math.isfinite(each[1])]
    if not known:
        return Interval()
    low, high = np.mean(np.array(known), axis=0)
    return Interval(
        max(measure.least, min(value, value + float(low))),
        min(measure.most, max(value, value + float(high))),
    )


def _parts(total: int, seed: int) -> Iterator[Codes | None]:
    """Places of rows to be resampled together; None: all of them."""
    if total <= ROWS_DRAWN:
        yield None
        return
    generator = np.random.default_rng(seed)
    count = min(_PARTS, math.ceil(total / ROWS_DRAWN))
    if total <= _PARTS * ROWS_DRAWN:
        yield from np.array_split(generator.permutation(total), count)
        return
    for _ in range(count):
        yield np.unique(generator.integers(0, total, ROWS_DRAWN))


def _drawn(
    measures: Sequence[Measure],
    linear: Mapping[str, Floats],
    rows: ScoredRows,
    own: Floats,
    count: int,
    seed: int,
    told: Callable[[int], None],
) -> dict[str, NDArray[np.float64]]:
    """(resamples,) of each measure."""
    generator = np.random.default_rng(seed)
    ranks = Ranks(rows)
    names = [*(measure.name for measure in measures), *linear]
    found: dict[str, list[Floats]] = {name: [] for name in names}
    enough = max(_FEWEST, _CELLS // (len(rows) * max(1, rows.classes)))
    done = 0
    for weights in _resamples(generator, len(rows), count):
        weights *= own[:, None]
        weighed = Weighed(rows, weights, ranks)
        for measure in measures:
            if done < enough or not measure.is_slow(rows):
                found[measure.name].append(measure.compute(weighed))
        whole = weights.sum(axis=0)
        for name, parts in linear.items():
            found[name].append(parts @ weights / whole)
        done += weights.shape[1]
        told(done)
    return {name: np.concatenate(each) for name, each in found.items() if each}


def _resamples(generator: np.random.Generator, rows: int, count: int) -> Iterator[Weights]:
    """How often each row is drawn, (rows, some resamples), until there are `count`."""
    width = max(1, min(count, _AT_ONCE // rows))
    for start in range(0, count, width):
        here = min(width, count - start)
        drawn = np.empty((here, rows))
        for one in range(here):
            drawn[one] = np.bincount(generator.integers(0, rows, rows), minlength=rows)
        yield np.ascontiguousarray(drawn.T)
