"""Numbers with units and groups, moments as numbers, words for yes and no."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.data.cells.notations import with_unit, without_groups
from engine.data.columns.infer import infer_schema
from engine.data.open import open_table
from engine.data.table import Table
from engine.schema import Kind


def column(folder: Path, cells: list[str], name: str = "v") -> Table:
    path = folder / "data.csv"
    path.write_text(
        "\n".join([f"{name}\tn", *(f"{cell}\t{i % 3}" for i, cell in enumerate(cells))])
    )
    return open_table(path)


@pytest.mark.parametrize(
    ("cells", "values"),
    [
        (["$5.20", "$12", "-$0.5"], [5.2, 12.0, -0.5]),
        (["€ 1.234,50", "€ 7,25", "€ 12"], [1234.5, 7.25, 12.0]),
        (["12%", "7.5 %", "100%"], [12.0, 7.5, 100.0]),
        (["70kg", "82.5 kg", "64kg", "71"], [70.0, 82.5, 64.0, 71.0]),
        (["1 234 567", "89", "2 000"], [1234567.0, 89.0, 2000.0]),
        (["1 234,5", "89,25", "2 000"], [1234.5, 89.25, 2000.0]),
        (["1'234.50", "89.25", "2'000"], [1234.5, 89.25, 2000.0]),
        (["1,200 USD", "35 USD", "7.5 USD"], [1200.0, 35.0, 7.5]),
        (["36.6°C", "37 °C", "38.1 °C"], [36.6, 37.0, 38.1]),
        (["30元", "12元", "5.5元"], [30.0, 12.0, 5.5]),
    ],
)
def test_numbers_with_units_and_groups_are_numbers(
    tmp_path: Path, cells: list[str], values: list[float]
) -> None:
    table = column(tmp_path, cells)
    assert table.column("v").to_pylist() == values
    assert not table.misfits


@pytest.mark.parametrize(
    "cells",
    [
        ["12a", "13b", "14c", "15d"],
        ["$5", "€6", "£7", "¥8"],
        ["A1", "B2", "C3"],
        ["INV1001", "INV1002", "INV1003"],
        ["10AB", "11AB", "12AB"],
        ["1a", "2a", "3a"],
        ["001kg", "002kg"],
    ],
)
def test_codes_and_mixed_units_stay_text(tmp_path: Path, cells: list[str]) -> None:
    assert column(tmp_path, cells).column("v").to_pylist() == cells


def test_a_late_change_of_unit_is_found_over_the_whole_column(tmp_path: Path) -> None:
    cells = [f"{i}kg" for i in range(60_000)]
    assert column(tmp_path, cells).column("v").type == "double"
    cells[40_000:50_000] = [f"{i}lb" for i in range(10_000)]
    assert column(tmp_path, cells).column("v").type == "string"


@pytest.mark.parametrize(("factor", "name"), [(1, "created_at"), (1000, "timestamp"), (1, "时间")])
def test_moments_as_numbers_are_dates_where_the_name_says_so(
    tmp_path: Path, factor: int, name: str
) -> None:
    moments = [str((1_600_000_000 + 3600 * i) * factor) for i in range(20)]
    table = column(tmp_path, moments, name)
    assert table.cells(name, 0, 1) == ["2020-09-13 12:26:40"]
    assert column(tmp_path, moments, "phone").column("phone").type == "int64"


def test_days_and_months_that_cannot_be_told_apart_are_told(tmp_path: Path) -> None:
    table = column(tmp_path, ["01/02/2020", "03/04/2020", "05/06/2020"])
    assert any("no date tells day from month" in str(reason) for reason in table.detection)
    table = column(tmp_path, ["01/02/2020", "03/04/2020", "25/06/2020"])
    assert not any("no date tells" in str(reason) for reason in table.detection)


@pytest.mark.parametrize("pair", [("yes", "no"), ("True", "False"), ("是", "否"), ("Y", "N")])
def test_words_for_yes_and_no_are_two_classes(tmp_path: Path, pair: tuple[str, str]) -> None:
    table = column(tmp_path, [pair[i % 2] for i in range(10)])
    found = infer_schema(table)["v"]
    assert found.kind is Kind.CATEGORY
    assert "yes or no" in found.reason.template


def test_whole_numbers_beyond_what_floats_hold_keep_their_digits(tmp_path: Path) -> None:
    big = [9007199254740993 + 2 * i for i in range(5)]
    assert column(tmp_path, list(map(str, big))).column("v").to_pylist() == big


def test_units_and_groups_of_single_texts() -> None:
    assert with_unit("-$5") == ("-5", "$", "")
    assert with_unit("12 m/s") == ("12", "", "m/s")
    assert with_unit("hello") is None
    assert with_unit("12 monkeys") is None
    assert without_groups("1 234") == ("1234", " ")
    assert without_groups("12 34") is None
