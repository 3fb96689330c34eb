from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gui.pages.train.levels import Levels
from gui.pages.train.lines import GrowingLine
from gui.pages.train.smoothing import Smoother, smoothed


@settings(max_examples=25, deadline=None)
@given(
    size=st.integers(1, 30_000),
    start=st.floats(0, 1),
    share=st.floats(0.01, 1),
    columns=st.integers(1, 300),
    gaps=st.booleans(),
)
def test_spans_keep_every_peak_in_its_column_or_the_next(
    size: int, start: float, share: float, columns: int, gaps: bool
) -> None:
    values = np.random.default_rng(size).normal(size=size)
    if gaps:
        values[::7], values[::11] = np.nan, np.inf
    first = int(start * (1 - share) * size)
    cuts = np.linspace(first, first + share * size, columns + 1).astype(np.int64)

    places, low, high = Levels(values).spans(cuts)

    known = np.where(np.isfinite(values), values, np.nan)
    inside = known[cuts[0] : cuts[-1]]
    if np.isfinite(inside).any():
        assert np.nanmin(low) <= np.nanmin(inside)
        assert np.nanmax(high) >= np.nanmax(inside)
    wide = np.diff(cuts, prepend=0, append=size)
    for place, bottom, top in zip(places, low, high, strict=True):
        around = known[
            max(0, cuts[place] - wide[place]) : cuts[place + 1] + max(8, wide[place + 1])
        ]
        assert not bottom < np.nanmin(around)
        assert not top > np.nanmax(around)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(1, 900), min_size=1, max_size=12), st.data())
def test_levels_that_grew_are_those_of_the_whole_curve(
    parts: list[int], data: st.DataObject
) -> None:
    values = np.random.default_rng(sum(parts)).normal(size=sum(parts))
    values[sum(parts) // 2] = np.nan
    grown = Levels(values[:0])
    for end in np.cumsum(parts):
        grown.follow(values[:end])
        grown.grow()
    start = data.draw(st.integers(0, len(values) - 1))
    stop = data.draw(st.integers(start, len(values)))

    seen = values[start:stop][np.isfinite(values[start:stop])]
    expected = (seen.min(), seen.max()) if len(seen) else None
    assert grown.extent(start, stop) == Levels(values).extent(start, stop) == expected


@settings(max_examples=20, deadline=None)
@given(
    parts=st.lists(st.integers(1, 200), min_size=1, max_size=8),
    weight=st.floats(0.0, 0.99),
    gap=st.integers(0, 50),
)
def test_smoothing_that_follows_a_curve_is_that_of_the_whole_curve(
    parts: list[int], weight: float, gap: int
) -> None:
    values = np.random.default_rng(gap).normal(size=sum(parts))
    values[gap :: gap + 1] = np.nan
    smoother = Smoother(weight)
    for end in np.cumsum(parts):
        found = smoother.follow(values[:end])

    assert found == pytest.approx(smoothed(values, weight), nan_ok=True)
    assert np.isnan(found).tolist() == np.isnan(values).tolist()


@pytest.mark.parametrize("sizes", [(5, 8, 40, 900), (900, 20, 30), (1, 300)])
def test_a_line_that_grew_or_began_anew_is_as_if_made_at_once(sizes: tuple[int, ...]) -> None:
    growing = GrowingLine(0.5)
    curves, before = 0, 0
    for size in sizes:
        curves += size < before
        before = size
        values = np.random.default_rng(curves).normal(size=900)[:size]
        line = growing.follow(np.arange(size, dtype=float), values)

    assert line.drawn == pytest.approx(smoothed(values, 0.5))
    drawn = line.drawn[: len(values) // 2 + 1]
    assert line.drawn_levels.extent(0, len(drawn)) == (drawn.min(), drawn.max())
    assert line.raw_levels.extent(0, len(values)) == (values.min(), values.max())
    assert growing.follow(line.x, values) is line
