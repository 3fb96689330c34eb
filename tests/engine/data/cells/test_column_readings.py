"""What a person decides about a column's cells: missing texts, order of dates, texts set right."""
# ruff: noqa: DTZ001 - tables hold local times

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pandas as pd
import pytest

from engine.data.columns.infer import infer_schema
from engine.data.open import open_table
from engine.data.table import Table
from engine.recipe.reading import CellFix, ColumnReading, DateOrder, Reading
from engine.schema import Kind


def opened(folder: Path, *columns: ColumnReading, **cells: list[str]) -> Table:
    path = folder / "data.tsv"
    rows = zip(*cells.values(), strict=True)
    path.write_text("\n".join("\t".join(row) for row in [tuple(cells), *rows]), encoding="utf-8")
    return open_table(path, Reading(columns=columns))


NUMBERS = [str(i) for i in range(30)]


# Missing texts -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "token", ["NA", "-", "?", "n/a", "null", ".", "nan", "无", "空", "--", "\\N"]
)
def test_usual_texts_for_no_value_are_found_and_counted(tmp_path: Path, token: str) -> None:
    table = opened(tmp_path, v=[*NUMBERS, token, token, ""], w=["x", "y", "z"] * 11)
    assert table.tokens("v") == {token: 2}
    assert table.column("v").null_count == 3
    assert table.misfits == ()


def test_a_word_that_means_no_value_elsewhere_is_kept_and_told(tmp_path: Path) -> None:
    table = opened(tmp_path, pool=["None", "Good", "Fair"] * 10, x=NUMBERS)
    assert table.column("pool").null_count == 0
    assert table.cell_facts("pool").kept == {"None": 10}
    assert "“None” is kept as a value (10 rows)" in " ".join(map(str, table.detection))


def test_a_file_that_writes_na_among_numbers_means_it_among_words_too(tmp_path: Path) -> None:
    table = opened(tmp_path, city=["NA", "Bonn", "Trier"] * 10, x=[*NUMBERS[:29], "NA"])
    assert table.tokens("city") == {"NA": 10}
    assert table.cell_facts("city").kept == {}


def test_na_among_codes_of_countries_is_namibia(tmp_path: Path) -> None:
    countries = ["NA", "DE", "FR", "US", "CN", "JP"] * 5
    table = opened(tmp_path, country=countries, x=[*NUMBERS[:29], "NA"])
    assert table.column("country").to_pylist() == countries
    assert table.cell_facts("country").kept == {"NA": 5}
    assert table.tokens("x") == {"NA": 1}


def test_chosen_missing_texts_replace_the_usual_ones(tmp_path: Path) -> None:
    cells = [*NUMBERS, "-999", "?"]
    asked = ColumnReading(name="v", missing=("-999", "?"))
    table = opened(tmp_path, asked, v=cells, w=["x"] * 32)
    assert table.tokens("v") == {"-999": 1, "?": 1}
    assert table.column("v").null_count == 2
    assert table.cell_type("v").missing == ("-999", "?")

    none = opened(tmp_path, ColumnReading(name="v", missing=()), v=cells, w=["x"] * 32)
    assert none.tokens("v") == {}
    assert [misfit.text for misfit in none.misfits] == ["?"]


def test_a_level_can_be_made_missing_and_back(tmp_path: Path) -> None:
    pools = ["None", "Good", "Fair"] * 10
    table = opened(tmp_path, ColumnReading(name="pool", missing=("None",)), pool=pools, x=NUMBERS)
    assert table.column("pool").null_count == 10
    assert opened(tmp_path, pool=pools, x=NUMBERS).column("pool").null_count == 0


# Order of dates ----------------------------------------------------------------------------------

AMBIGUOUS = [f"{1 + i % 12:02}/{1 + i % 11:02}/2021" for i in range(30)]


@pytest.mark.parametrize(
    ("order", "first"),
    [
        (None, datetime(2021, 2, 3)),
        (DateOrder.DAY_FIRST, datetime(2021, 2, 3)),
        (DateOrder.MONTH_FIRST, datetime(2021, 3, 2)),
    ],
)
def test_the_order_of_dates_is_asked_for_and_answered(
    tmp_path: Path, order: DateOrder | None, first: datetime
) -> None:
    table = opened(
        tmp_path, ColumnReading(name="d", dates=order), d=["03/02/2021", *AMBIGUOUS], x=["a"] * 31
    )
    assert table.column("d")[0].as_py() == first
    assert table.cell_facts("d").ambiguous_dates == (order is None)
    reason = infer_schema(table)["d"].reason
    assert reason is not None
    assert ("no cell tells" in reason.template) == (order is None)


def test_the_answer_holds_against_dates_that_say_otherwise(tmp_path: Path) -> None:
    asked = ColumnReading(name="d", dates=DateOrder.MONTH_FIRST)
    table = opened(tmp_path, asked, d=[*AMBIGUOUS, "25/12/2021"], x=["a"] * 31)
    assert table.cell_type("d").date_format == "%m/%d/%Y"
    assert [misfit.text for misfit in table.misfits] == ["25/12/2021"]


# Texts set right ---------------------------------------------------------------------------------


def test_a_text_is_read_as_another_wherever_it_stands(tmp_path: Path) -> None:
    cells = ["7", "3O", *NUMBERS, "abt 16", "3O"]
    fixes = (CellFix(found="3O", value="30"), CellFix(found="abt 16", value=""))
    table = opened(tmp_path, ColumnReading(name="v", fixes=fixes), v=cells, w=cells)
    values = table.column("v").to_pylist()
    assert (values[1], values[-1], values[-2]) == (30, 30, None)
    assert table.cell_facts("v").fixed == {"3O": 2, "abt 16": 1}
    assert table.cell_facts("v").misfits == 0
    assert {misfit.column for misfit in table.misfits} <= {"w"}


def test_fixes_can_make_a_column_of_words_one_of_numbers(tmp_path: Path) -> None:
    cells = ["one", "two"] * 5 + NUMBERS
    assert infer_schema(opened(tmp_path, v=cells, w=["x"] * 40))["v"].kind is not Kind.NUMBER
    fixes = (CellFix(found="one", value="1"), CellFix(found="two", value="2"))
    table = opened(tmp_path, ColumnReading(name="v", fixes=fixes), v=cells, w=["x"] * 40)
    assert table.column("v").to_pylist()[:3] == [1, 2, 1]


def test_a_fix_that_does_not_fit_either_is_a_cell_that_does_not_fit(tmp_path: Path) -> None:
    fixes = (CellFix(found="x", value="y"),)
    table = opened(tmp_path, ColumnReading(name="v", fixes=fixes), v=[*NUMBERS, "x"], w=["a"] * 31)
    assert [misfit.text for misfit in table.misfits] == ["x"]


# Everywhere --------------------------------------------------------------------------------------


def test_a_column_that_is_not_there_is_told(tmp_path: Path) -> None:
    table = opened(tmp_path, ColumnReading(name="gone", missing=("x",)), v=NUMBERS, w=NUMBERS)
    assert "There is no column “gone” here" in " ".join(map(str, table.detection))
    assert table.reading.column("gone").missing == ("x",)


def test_what_was_decided_is_part_of_the_tables_reading(tmp_path: Path) -> None:
    asked = ColumnReading(name="v", missing=("7",))
    table = opened(tmp_path, asked, v=NUMBERS, w=NUMBERS)
    assert table.column("v").null_count == 1
    assert table.reading.columns == (asked,)
    again = open_table(table.path, table.reading)
    assert again.column("v").null_count == 1


def test_it_holds_for_tables_that_come_typed(tmp_path: Path) -> None:
    path = tmp_path / "data.parquet"
    frame = pd.DataFrame({"n": [1, -999, 3, 4], "t": ["a", "None", "b", "3O"]})
    frame.to_parquet(path)
    reading = Reading(
        columns=(
            ColumnReading(name="n", missing=("-999",), fixes=(CellFix(found="3", value="30"),)),
            ColumnReading(name="t", missing=("None",), fixes=(CellFix(found="3O", value="30"),)),
        )
    )
    table = open_table(path, reading)
    assert table.column("n").to_pylist() == [1, None, 30, 4]
    assert table.column("t").to_pylist() == ["a", None, "b", "30"]
    assert table.tokens("n") == {"-999": 1}
    assert table.cell_facts("t").fixed == {"3O": 1}
