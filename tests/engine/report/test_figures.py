from __future__ import annotations

import math
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.report.figures.axes import bounds, round_ticks, tick_text
from engine.report.figures.bars import bars, histogram
from engine.report.figures.lines import Line, lines
from engine.report.figures.matrix import matrix
from engine.report.figures.points import points
from engine.report.figures.svg import shortened, width_of
from engine.report.words import figure, percent

ANY = st.floats(allow_nan=True, allow_infinity=True)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(ANY, ANY), max_size=8), st.text(max_size=12))
def test_any_points_make_a_well_formed_picture(pairs: list[tuple[float, float]], name: str) -> None:
    told = lines((Line(name, pairs), Line("b", pairs)), told=name, x_title=name, y_title=name)
    for shape in ElementTree.fromstring(told).iter("{http://www.w3.org/2000/svg}path"):
        assert "n" not in shape.attrib["d"]  # neither nan nor inf


@settings(max_examples=30, deadline=None)
@given(st.floats(-1e9, 1e9), st.floats(1e-6, 1e9))
def test_ticks_are_few_and_inside(low: float, span: float) -> None:
    ticks = round_ticks(low, low + span)
    assert len(ticks) <= 8
    assert all(low - span * 1e-6 <= tick <= low + span * 1.000001 for tick in ticks)


def test_what_is_counted_has_whole_ticks() -> None:
    curve = Line("loss", [(1.0, 0.5), (2.0, 0.4)])
    ticks = {
        counts: [
            text
            for each in ElementTree.fromstring(
                lines([curve], told="", x_title="", y_title="", y_range=(90, 99), counts=counts)
            ).iter("{http://www.w3.org/2000/svg}text")
            if (text := each.text or "") and float(text) < 90
        ]
        for counts in (True, False)
    }
    assert ticks[True] == ["1", "2"]
    assert "1.2" in ticks[False]


def test_bounds_of_nothing_and_of_one_value() -> None:
    assert bounds([]) == (0.0, 1.0)
    assert bounds([math.nan, math.inf]) == (0.0, 1.0)
    low, high = bounds([3.0])
    assert low < 3.0 < high


@pytest.mark.parametrize(
    ("value", "text"), [(0.25, "0.25"), (1200, "1,200"), (25_000, "25k"), (-2e6, "\u22122M")]
)
def test_ticks_are_short(value: float, text: str) -> None:
    assert tick_text(value) == text


def test_bars_and_histograms_of_zeros_are_drawn() -> None:
    ElementTree.fromstring(bars([("a & b", 0.0)], told="x"))
    ElementTree.fromstring(bars([("a", -1.0), ("b", 2.0)], ends=[(-2, 0), (1, 3)], told="x"))
    ElementTree.fromstring(
        histogram((0.0, 0.5, 1.0), (0, 0), (0, 0), told="x", x_title="", y_title="")
    )
    ElementTree.fromstring(points([(1.0, 1.0)], told="x", x_title="", y_title=""))


def test_a_matrix_names_what_fits_and_counts_what_there_is() -> None:
    told = matrix(("<a>", "b"), ((3, 0), (1, 1234)), told="x", actual="A", predicted="P")
    root = ElementTree.fromstring(told)
    words = [each.text for each in root.iter("{http://www.w3.org/2000/svg}text")]
    assert {"<a>", "b", "3", "1", "1,234"} <= set(words)
    assert "0" not in words


def test_long_names_are_cut() -> None:
    cut = shortened("a very long name of a class", 60)
    assert cut.endswith("…")
    assert width_of(cut) <= 60
    assert width_of("中文") > width_of("ab")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.12345, "0.1235"),
        (0.99999, ">0.9999"),
        (1.0, "1.000"),
        (52.243, "52.24"),
        (12345.6, "12,346"),
        (3e-5, "3.00e\u22125"),
        (2e-18, "0.0000"),
        (None, "—"),
        (math.nan, "—"),
    ],
)
def test_figures_are_rounded_honestly(value: float | None, text: str) -> None:
    assert figure(value) == text


def test_shares_are_never_rounded_to_none_or_all() -> None:
    assert percent(0.0001) == "<0.1%"
    assert percent(0.9999) == ">99.9%"
    assert percent(1.0) == "100.0%"
