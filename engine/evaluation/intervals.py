"""95% intervals of measures by the bootstrap, all resamples at once.

Up to `ROWS_DRAWN` rows are resampled whole: the percentile interval (Efron & Tibshirani, “An Introduction
to the Bootstrap”, 1993, chapter 13). Of more rows several parts of that size are resampled, and what the
measure varies by there is scaled down by the root of the sizes' ratio: the m-out-of-n bootstrap (Bickel,
Götze & van Zwet, Statistica Sinica 7, 1997), in parts as in the bag of little bootstraps (Kleiner et al.,
Journal of the Royal Statistical Society B 76, 2014). So the work stays the same for any number of rows.

Two models are compared on the same resamples of the rows, so that what makes a resample easy or hard for
both cancels out of their difference (Efron & Tibshirani, chapter 16).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.data.progress import Progress, nothing
from engine.evaluation.measures.scored import Codes, Floats, ScoredRows, Weights
from engine.evaluation.measures.weighed import Measure, Ranks, Weighed
from engine.evaluation.paired import interval

RESAMPLES = 1_000
ROWS_DRAWN = 10_000
_PARTS = 5
_OF_PARTS = 500
"""Resamples of all parts together."""
_AT_ONCE = 500_000
"""Weights held at a time."""
_CELLS = 5_000_000
"""Cells of rows × classes × resamples, for measures that look at each class by itself."""
_FEWEST = 20

Samples: TypeAlias = dict[str, NDArray[np.float64]]


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
    drawing = _Drawing(measures, rows, weights, seed, lambda name: math.isfinite(values[name]))
    off: dict[str, list[tuple[float, float]]] = {}
    for samples, shrink in drawing.parts(values, progress):
        for name, drawn in samples.items():
            low, high = interval(drawn)
            off.setdefault(name, []).append((low * shrink, high * shrink))
    return {
        measure.name: _interval(measure, values[measure.name], off.get(measure.name, ()))
        for measure in measures
    }


def difference_intervals(
    measures: Sequence[Measure],
    rows: ScoredRows,
    values: Mapping[str, float],
    others: ScoredRows,
    other_values: Mapping[str, float],
    weights: Floats | None = None,
    *,
    seed: int = 0,
) -> dict[str, Interval]:
    """The 95% interval of each measure of `rows` minus that of `others`: the same rows, predicted otherwise.

    Arguments are those of `intervals_of`.
    """

    def is_known(name: str) -> bool:
        return math.isfinite(values[name]) and math.isfinite(other_values[name])

    ours = _Drawing(measures, rows, weights, seed, is_known).parts(values, nothing)
    theirs = _Drawing(measures, others, weights, seed, is_known).parts(other_values, nothing)
    off: dict[str, list[tuple[float, float]]] = {}
    for (one, shrink), (two, _) in zip(ours, theirs, strict=True):
        for name in one:
            low, high = interval(one[name] - two[name])
            off.setdefault(name, []).append((low * shrink, high * shrink))
    found = {}
    for measure in measures:
        value = values[measure.name] - other_values[measure.name]
        found[measure.name] = _about(value, off.get(measure.name, ()))
    return found


def counting(rows: ScoredRows, weights: Floats | None) -> tuple[ScoredRows, Floats]:
    """The rows that count, and how much."""
    if weights is None:
        return rows, np.ones(len(rows))
    counts = weights > 0
    if not counts.all():
        return rows.take(np.flatnonzero(counts)), weights[counts]
    return rows, weights


class _Drawing:
    """Resamples of rows: the same ones for the same number of rows, weights and seed."""

    def __init__(
        self,
        measures: Sequence[Measure],
        rows: ScoredRows,
        weights: Floats | None,
        seed: int,
        is_known: Callable[[str], bool],
    ) -> None:
        self._rows, self._own = counting(rows, weights)
        wanted = [m for m in measures if is_known(m.name)] if len(self._rows) else []
        self._resampled = [m for m in wanted if m.resampled(rows)]
        self._linear = [m for m in wanted if not m.resampled(rows) and m.linear is not None]
        self._seed = seed

    def parts(
        self, values: Mapping[str, float], progress: Progress
    ) -> Iterator[tuple[Samples, float]]:
        """Of each part of the rows: how far each measure lies from its value, and what to scale that by."""
        if not self._resampled and not self._linear:
            return
        total = len(self._rows)
        parts = list(_parts(total, self._seed))
        for place, part in enumerate(parts):
            here = self._rows if part is None else self._rows.take(part)
            weighs = self._own if part is None else self._own[part]
            count = RESAMPLES if part is None else _OF_PARTS // len(parts)

            def told(done: int, place: int = place, count: int = count) -> None:
                progress(place * count + done, len(parts) * count)

            middles = values if part is None else values_of(self._resampled, here, weighs)
            drawn = self._drawn(here, weighs, count, self._seed + 1 + place, told)
            off = {
                measure.name: drawn[measure.name] - middles[measure.name]
                for measure in self._resampled
                if measure.name in drawn
            }
            off |= {measure.name: drawn[measure.name] for measure in self._linear}
            yield off, math.sqrt(len(here) / total)

    def _drawn(
        self, rows: ScoredRows, own: Floats, count: int, seed: int, told: Callable[[int], None]
    ) -> Samples:
        """(resamples,) of each measure; of linear ones how far they are off."""
        generator = np.random.default_rng(seed)
        ranks = Ranks(rows)
        linear = {m.name: m.linear(rows, own) for m in self._linear if m.linear is not None}
        found: dict[str, list[Floats]] = {}
        enough = max(_FEWEST, _CELLS // (len(rows) * max(1, rows.classes)))
        done = 0
        for weights in _resamples(generator, len(rows), count):
            weights *= own[:, None]
            weighed = Weighed(rows, weights, ranks)
            for measure in self._resampled:
                if done < enough or not measure.is_slow(rows):
                    found.setdefault(measure.name, []).append(measure.compute(weighed))
            whole = weights.sum(axis=0)
            for name, parts in linear.items():
                found.setdefault(name, []).append(parts @ weights / whole)
            done += weights.shape[1]
            told(done)
        return {name: np.concatenate(each) for name, each in found.items()}


def _interval(measure: Measure, value: float, off: Sequence[tuple[float, float]]) -> Interval:
    found = _about(value, off)
    if math.isnan(found.low):
        return found
    return Interval(max(measure.least, found.low), min(measure.most, found.high))


def _about(value: float, off: Sequence[tuple[float, float]]) -> Interval:
    """The mean over the parts, the value itself inside."""
    known = [each for each in off if math.isfinite(each[0]) and math.isfinite(each[1])]
    if not known:
        return Interval()
    low, high = np.mean(np.array(known), axis=0)
    return Interval(min(value, value + float(low)), max(value, value + float(high)))


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


def _resamples(generator: np.random.Generator, rows: int, count: int) -> Iterator[Weights]:
    """How often each row is drawn, (rows, some resamples), until there are `count`."""
    width = max(1, min(count, _AT_ONCE // rows))
    for start in range(0, count, width):
        here = min(width, count - start)
        drawn = np.empty((here, rows))
        for one in range(here):
            drawn[one] = np.bincount(generator.integers(0, rows, rows), minlength=rows)
        yield np.ascontiguousarray(drawn.T)
