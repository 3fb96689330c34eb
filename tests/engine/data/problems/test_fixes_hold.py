"""A fix that changes how the file is read does away with its problem when the file is read again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from engine.data.open import open_table
from engine.data.problems import Problem
from engine.data.problems.by_hand import objection, with_cells_fixed, with_rows_fixed
from engine.data.table import Table
from engine.recipe.reading import RowFix
from engine.recipe.recipe import Recipe
from tests.engine.data.problems.conftest import Found, Opened, frame_of, problems_of, recipe_for


def read_again(table: Table, recipe: Recipe) -> Table:
    return open_table(table.path, recipe.reading)


def mended(table: Table, problem: Problem) -> Table:
    assert problem.fix is not None
    return read_again(table, problem.fix.edit(recipe_for(table)))


def _pressure(frame: pd.DataFrame) -> None:
    frame["pressure"] = np.random.default_rng(4).normal(120, 15, len(frame)).round(1)
    frame.loc[[3, 9, 40], "pressure"] = -999.0


def _age(frame: pd.DataFrame) -> None:
    frame["age"] = np.random.default_rng(4).integers(1, 70, len(frame))
    frame.loc[[3, 9, 40], "age"] = 999


def _day(frame: pd.DataFrame) -> None:
    frame["opened"] = frame["day"]
    frame.loc[[3, 9, 40], "opened"] = "1900-01-01"


def _german_day(frame: pd.DataFrame) -> None:
    frame["opened"] = pd.to_datetime(frame["day"]).dt.strftime("%d.%m.%Y")
    frame.loc[[3, 9, 40], "opened"] = "01.01.1900"


def _word(frame: pd.DataFrame) -> None:
    frame["city"] = np.random.default_rng(0).choice(["Bonn", "Köln"], len(frame))
    frame.loc[[3, 9, 40], "city"] = "Not available"


@pytest.mark.parametrize("make", [_pressure, _age, _day, _german_day, _word])
def test_what_stands_for_none_is_read_as_missing(
    opened: Opened, make: Callable[[pd.DataFrame], None]
) -> None:
    frame = frame_of(400)
    make(frame)
    table = opened(frame)
    (problem,) = [p for p in problems_of(table).values() if p.code == "stand_in"]
    assert problem.column is not None
    after = mended(table, problem)
    assert after.column(problem.column).null_count == 3
    assert after.cell_type(problem.column).kind is table.cell_type(problem.column).kind
    assert "stand_in" not in {code for code, _ in problems_of(after)}


def test_spellings_are_read_as_one(opened: Opened) -> None:
    frame = frame_of(300)
    frame["city"] = np.random.default_rng(0).choice(["Bonn", "Köln", "Trier"], 300)
    frame.loc[[1, 2], "city"] = "bonn"
    table = opened(frame)
    after = mended(table, problems_of(table)["variants", "city"])
    assert after.cells("city", 1, 3) == ["Bonn", "Bonn"]
    assert ("variants", "city") not in problems_of(after)


def test_dates_are_read_the_other_way_and_not_asked_about_again(opened: Opened) -> None:
    frame = frame_of(300)
    days = np.random.default_rng(0).integers(1, 13, (300, 2))
    frame["open"] = [f"{d:02}/{m:02}/2021" for d, m in days]
    table = opened(frame)
    problem = problems_of(table)["ambiguous_dates", "open"]
    assert problem.fix is not None
    recipe = problem.fix.edit(recipe_for(table))
    after = read_again(table, recipe)
    assert after.cells("open", 0, 300) != table.cells("open", 0, 300)
    assert ("ambiguous_dates", "open") not in problems_of(after)


def test_damaged_rows_are_kept_out_instead(tmp_path: Path) -> None:
    path = tmp_path / "damaged.csv"
    rows = [f"{i},{20 + i % 40},{'Bonn'},{i * 31 % 2}" for i in range(100)]
    rows[20] += ","
    path.write_text("id,age,city,label\n" + "\n".join(rows) + "\n")
    table = open_table(path)
    found: Found = problems_of(table, "label")
    repaired = found["repaired", None]
    assert (repaired.count, repaired.rows) == (1, (20,))
    assert repaired.repairs[0].text == rows[20]
    assert repaired.fix is not None
    after = read_again(table, repaired.fix.edit(recipe_for(table, "label")))
    assert (after.rows, len(after.rejects), len(after.repairs)) == (99, 1, 0)


def test_lines_and_cells_fixed_by_hand_are_read_and_can_be_taken_back(opened: Opened) -> None:
    frame = frame_of(100).astype({"whole": str})
    frame.loc[4, "whole"] = "many"
    table = opened(frame, "1,2\n3,4,5\n")
    first, second = table.rejects
    recipe = with_rows_fixed(
        recipe_for(table),
        [
            RowFix(line=first.line, found=first.text, text="1,2,a,2020-01-01,1"),
            RowFix(line=second.line, found=second.text, text=""),
        ],
    )
    recipe = with_cells_fixed(recipe, {"whole": {"many": "9"}})
    after = read_again(table, recipe)
    assert (after.rows, len(after.rejects), after.left_out) == (101, 0, 1)
    assert after.rows_in == table.rows_in
    assert after.cells("whole", 4, 5) == ["9"]
    found = problems_of(after)
    assert ("misfits", "whole") not in found
    assert [reject.text for reject in found["left_out", None].rejects] == ["3,4,5"]
    for code, rejects, left_out in (("by_hand", 1, 1), ("left_out", 1, 0)):
        problem = found[code, None]
        assert problem.fix is not None
        back = read_again(table, problem.fix.edit(recipe))
        assert (len(back.rejects), back.left_out) == (rejects, left_out)


def test_what_is_said_against_a_line(opened: Opened) -> None:
    table = opened(frame_of(60))
    assert objection(table, "1,2,a,2020-01-01,1") is None
    assert objection(table, '1,2,"a, b",2020-01-01,1') is None
    assert str(objection(table, "1,2,a")) == "3 fields, 5 expected"
    assert str(objection(table, '1,2,"a,2020-01-01,1')) == "A quote is opened and not closed"
