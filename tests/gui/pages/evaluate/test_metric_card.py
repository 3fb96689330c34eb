from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gui import theme
from gui.pages.evaluate.errors_card import aligned
from gui.pages.evaluate.metric_card import MetricCard, MetricFacts, axis_range
from gui.widgets.results_numbers import figure, file_size, interval

values = st.floats(-1e6, 1e6)


@given(values, st.none() | values, st.none() | values, st.none() | values)
def test_the_axis_holds_every_mark(
    value: float, low: float | None, high: float | None, baseline: float | None
) -> None:
    left, right = axis_range(MetricFacts("m", value, low, high, baseline))
    assert left < right
    for mark in (value, low, high, baseline):
        assert mark is None or left <= mark <= right


@pytest.mark.parametrize("value", [0.5, math.nan])
def test_a_card_paints_what_is_defined(session: Any, qtbot: Any, value: float) -> None:
    card = MetricCard()
    qtbot.addWidget(card)
    card.resize(200, 98)
    card.set_facts(MetricFacts("Accuracy", value), theme.run_colour(0))
    assert not card.grab().isNull()
    assert card.accessibleName() == f"Accuracy: {figure(value)}"


def test_a_card_says_everything_to_a_screen_reader(session: Any, qtbot: Any) -> None:
    card = MetricCard()
    qtbot.addWidget(card)
    facts = MetricFacts("Loss", 0.3, 0.2, 0.4, 0.7, "Majority", higher_is_better=False)
    card.set_facts(facts, theme.run_colour(0))
    assert card.accessibleName() == (
        "Loss: 0.300, 95% interval 0.200 to 0.400, Majority 0.700, lower is better"
    )


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.8641, "0.864"),
        (-0.5, "−0.500"),
        (0.0, "0.000"),
        (0.00001, "1.0e−05"),
        (56.482, "56.48"),
        (734.26, "734.3"),
        (54123.2, "54,123"),
        (-1.0664e28, "−1.07e28"),
        (None, "—"),
        (math.inf, "—"),
    ],
)
def test_figures(value: float | None, text: str) -> None:
    assert figure(value) == text


def test_intervals_and_sizes() -> None:
    assert interval(0.1, 0.25) == "0.100 – 0.250"
    assert interval(None, 0.25) == ""
    assert [file_size(n) for n in (12, 4_912_000, 120_000)] == ["12 B", "4.9 MB", "120 kB"]


def test_aligned_numbers_share_their_decimals() -> None:
    assert aligned(["52", "-200"], ["195.748", "85.4807"]) == [
        ["52.0", "−200.0"],
        ["195.7", "85.5"],
    ]
    assert aligned(["0.5"], ["0.25"]) == [["0.500"], ["0.250"]]
    assert aligned(["many"], ["1"]) == [["many"], ["1"]]
