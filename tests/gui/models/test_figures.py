import math

import pytest

from gui.models.figures import compact_text, exact_text, percent_text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (0.42, "0.42"),
        (512.3292, "512"),
        (-3.5, "−3.5"),
        (891.0, "891"),
        (9999.0, "9,999"),
        (48_842.0, "48.8k"),
        (999_999.0, "1000k"),
        (1_234_567.0, "1.23M"),
        (2e15, "2.00e+15"),
        (math.nan, "—"),
    ],
)
def test_bounds_are_short(value: float, text: str) -> None:
    assert compact_text(value) == text


@pytest.mark.parametrize(
    ("value", "integer", "text"),
    [
        (29.699, False, "29.70"),
        (0.417, False, "0.417"),
        (0.00123, False, "0.00123"),
        (1e-9, False, "1.000e−09"),
        (80.0, True, "80"),
        (223.5, True, "223.50"),
        (1234567.0, True, "1,234,567"),
        (-0.5, False, "−0.500"),
        (0.0, False, "0.00"),
        (math.inf, False, "—"),
    ],
)
def test_statistics_keep_the_digits_that_matter(value: float, integer: bool, text: str) -> None:
    assert exact_text(value, integer=integer) == text


def test_a_share_is_never_rounded_to_none_or_all() -> None:
    assert percent_text(0.0) == "0.0%"
    assert percent_text(0.00001) == "<0.1%"
    assert percent_text(0.99999) == ">99.9%"
    assert percent_text(1.0) == "100.0%"
    assert percent_text(177 / 891) == "19.9%"
