"""Numbers in many notations, there and back again, through a whole file."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.data.cells.cell_types import CellKind, cast_cells
from engine.data.cells.evidence import Evidence
from engine.data.open import open_table

Writer = Callable[[Decimal], str]


def plain(number: Decimal) -> str:
    return f"{number:.2f}"


def grouped(mark: str, decimal: str) -> Writer:
    def write(number: Decimal) -> str:
        return f"{number:,.2f}".replace(",", "\0").replace(".", decimal).replace("\0", mark)

    return write


def in_lakhs(number: Decimal) -> str:
    sign = "-" if number < 0 else ""
    whole, cents = f"{abs(number):.2f}".split(".")
    head, tail = whole[:-3], whole[-3:]
    pairs = []
    while head:
        pairs.insert(0, head[-2:])
        head = head[:-2]
    return f"{sign}{','.join([*pairs, tail])}.{cents}"


def accounted(number: Decimal) -> str:
    return f"({abs(number):,.2f})" if number < 0 else f"{number:,.2f}"


NOTATIONS: dict[str, Writer] = {
    "plain": plain,
    "decimal comma": lambda number: plain(number).replace(".", ","),
    "groups by comma": grouped(",", "."),
    "groups by point": grouped(".", ","),
    "groups by blank": grouped(" ", ","),
    "groups by narrow blank": grouped("\u202f", ","),
    "groups by apostrophe": grouped("'", "."),
    "groups of two": in_lakhs,
    "accounting": accounted,
    "minus behind": lambda number: f"{abs(number):.2f}-" if number < 0 else plain(number),
    "true minus": lambda number: plain(number).replace("-", "\u2212"),
    "percent": lambda number: f"{plain(number)}%",
    "unit": lambda number: f"{plain(number)} kg",
    "currency before": lambda number: f"{'-' if number < 0 else ''}${abs(number):,.2f}",
    "currency behind": lambda number: f"{plain(number).replace('.', ',')} €",
    "accounted currency": lambda n: f"(${abs(n):,.2f})" if n < 0 else f"${n:,.2f}",
}
numbers = st.lists(
    st.decimals(-(10**7), 10**7, places=2, allow_nan=False, allow_infinity=False),
    min_size=8,
    max_size=40,
)


@pytest.mark.parametrize("name", NOTATIONS)
@given(numbers=numbers)
@settings(max_examples=25, deadline=None)
def test_numbers_are_read_as_they_were_meant(name: str, numbers: list[Decimal]) -> None:
    # One large and one negative number, so that the notation shows.
    numbers = [*numbers, Decimal("1234567.89"), Decimal("-2345.67")]
    cells = [NOTATIONS[name](number) for number in numbers]
    cell_type = Evidence.of(dict.fromkeys(cells, 1)).decide("," if "," in cells[0][-3:] else ".")
    values, unfit = cast_cells(pa.array(cells), cell_type)
    assert cell_type.kind is CellKind.NUMBER
    assert not unfit.any()
    assert values.to_pylist() == [float(number) for number in numbers]


@given(st.lists(st.integers(-(2**63), 2**63 - 1), min_size=1, max_size=30))
@settings(max_examples=25, deadline=None)
def test_no_digit_of_a_whole_number_is_lost(numbers: list[int]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "data.csv"
        path.write_text("n\tm\n" + "\n".join(f"{n}\tx" for n in numbers))
        assert open_table(path).column("n").to_pylist() == numbers


@pytest.mark.parametrize(
    ("cells", "values"),
    [
        (["12345678901234567890", "98765432109876543210", "1"], "as they are"),
        (["02134", "10001", "94110", "60601"], "as they are"),
        (["007", "012", "500", "499"], "as they are"),
        (["9007199254740993", "1", "2"], [9007199254740993, 1, 2]),
    ],
)
def test_digits_that_are_names_stay_as_they_are(
    tmp_path: Path, cells: list[str], values: str | list[int]
) -> None:
    path = tmp_path / "data.csv"
    path.write_text("code\tm\n" + "\n".join(f"{cell}\tx" for cell in cells))
    expected = cells if values == "as they are" else values
    assert open_table(path).column("code").to_pylist() == expected


def test_a_stray_zero_before_a_number_does_not_make_text_of_all() -> None:
    cells = {str(n): 1 for n in range(1000, 6000)} | {"0123": 1, "04": 1, "10001": 1}
    assert Evidence.of(cells).decide(".").kind is CellKind.INTEGER


def test_signs_and_notations_of_one_column_may_differ_from_those_of_another(tmp_path: Path) -> None:
    path = tmp_path / "data.tsv"
    rows = ["price\tshare\tweight\tbalance"]
    rows += [f"{i},5\t{i}.5%\t{i}kg\t({i}.25)" for i in range(1, 30)]
    path.write_text("\n".join(rows))
    table = open_table(path)
    assert table.column("price").to_pylist()[:2] == [1.5, 2.5]
    assert table.column("share").to_pylist()[:2] == [1.5, 2.5]
    assert table.column("weight").to_pylist()[:2] == [1.0, 2.0]
    assert table.column("balance").to_pylist()[:2] == [-1.25, -2.25]
    assert table.misfits == ()
