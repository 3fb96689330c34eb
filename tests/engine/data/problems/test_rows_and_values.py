"""Repeated and contradicting rows; values that stand for none, far-off values, spellings, dates."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from engine.data.columns.infer import infer_schema
from engine.data.problems import Fix, find_problems, repeats
from engine.data.problems.hashing import cell_hashes
from engine.data.profiling.profile import profile
from engine.recipe.reading import DateOrder
from engine.recipe.rows import DuplicatePolicy
from engine.schema import Role
from tests.engine.data.problems.conftest import Opened, frame_of, problems_of, recipe_for


def test_repeated_rows_are_told(opened: Opened) -> None:
    frame = frame_of(60)
    found = problems_of(opened(pd.concat([frame, frame.tail(3), frame.head(1)])))
    assert (found["duplicates", None].count, found["duplicates", None].rows) == (
        4,
        (60, 61, 62, 63),
    )
    assert ("duplicates", None) not in problems_of(opened(frame))


def test_copies_are_dropped_by_the_recipe_and_then_no_problem(opened: Opened) -> None:
    table = opened(pd.concat([frame_of(60), frame_of(60).tail(3)]))
    problem = problems_of(table)["duplicates", None]
    assert isinstance(problem.fix, Fix)
    assert str(problem.fix.label) == "Drop 3 copies"
    mended = problem.fix.edit(recipe_for(table))
    assert mended.rows.duplicates.policy is DuplicatePolicy.DROP
    schema = infer_schema(table)
    found = find_problems(table, schema, profile(table, schema), mended)
    assert "duplicates" not in [problem.code for problem in found]


def test_repeats_are_found_part_by_part_as_well(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(repeats, "_IN_ONE_PART", 10)
    frame = frame_of(400)
    again = frame.iloc[[5, 100, 300]]
    wrong = frame.iloc[[7, 200]].assign(target=lambda rows: 1 - rows["target"])
    found = problems_of(opened(pd.concat([frame, again, wrong])))
    assert found["duplicates", None].rows == (400, 401, 402)
    conflicts = found["conflicts", "target"]
    assert conflicts.count == 4
    assert set(conflicts.rows) == {7, 403, 200, 404}


def test_rows_that_differ_in_the_target_alone_are_told(opened: Opened) -> None:
    frame = frame_of(300)
    twin = frame.iloc[[10, 10, 20]].assign(target=lambda rows: 1 - rows["target"])
    found = problems_of(opened(pd.concat([frame, twin])))["conflicts", "target"]
    # Row 10 is outvoted two to one, row 20 stands against its twin: two are wrong at least.
    assert (found.count, found.severity) == (5, "info")
    assert found.detail.facts["wrong"] == 2
    assert {10, 300, 301}.isdisjoint({20, 302})
    assert set(found.rows) == {10, 300, 301, 20, 302}


def test_many_contradictions_are_a_warning(opened: Opened) -> None:
    frame = frame_of(300)
    twins = frame.head(60).assign(target=lambda rows: 1 - rows["target"])
    found = problems_of(opened(pd.concat([frame, twins])))["conflicts", "target"]
    assert found.severity == "warning"


@pytest.mark.parametrize(
    "cells",
    [
        pa.array([0.0, -0.0, None, 1.5, 1.5]),
        pa.array(["", "a", None, "ab", "ab", "ba", "a" * 3000, "b" * 3000, "é", "\x00"]),
        pa.array([1, 2, None, -1, 1]),
        pa.array([0, None], pa.timestamp("us")),
    ],
)
def test_equal_cells_and_no_others_have_equal_hashes(cells: pa.Array) -> None:
    values = cells.to_pylist()
    hashes = cell_hashes(cells).tolist()
    for value, code in zip(values, hashes, strict=True):
        for other, its_code in zip(values, hashes, strict=True):
            assert (value == other) == (code == its_code), (value, other)


def test_texts_hash_alike_wherever_they_stand() -> None:
    random = np.random.default_rng(0)
    words = ["".join(random.choice(list("abc"), random.integers(0, 12))) for _ in range(3000)]
    whole = cell_hashes(pa.array(words))
    shifted = cell_hashes(pa.array(["padding", *words]).slice(1))
    assert (whole == shifted).all()
    assert len(set(whole.tolist())) == len(set(words))


# Values ------------------------------------------------------------------------------------------


def stand_ins(table: object, **roles: Role) -> dict[str, str]:
    found = problems_of(table, **roles).values()  # type: ignore[arg-type]
    return {p.column or "": p.subject for p in found if p.code == "stand_in"}


def test_numbers_that_stand_for_none_are_told_and_read_as_missing(opened: Opened) -> None:
    frame = frame_of(400)
    random = np.random.default_rng(4)
    frame["pressure"] = random.normal(120, 15, 400).round(1)
    frame.loc[[3, 9, 40], "pressure"] = -999.0
    frame["age"] = random.integers(1, 70, 400)
    frame.loc[[5, 6], "age"] = 9999
    frame["days"] = random.integers(0, 300, 400)
    frame.loc[:40, "days"] = -1
    frame["signed"] = random.integers(-1, 2, 400)
    frame["to_99"] = random.integers(0, 100, 400)
    table = opened(frame)
    assert stand_ins(table) == {"pressure": "-999", "age": "9999", "days": "-1"}
    problem = problems_of(table)["stand_in", "pressure"]
    assert (problem.count, problem.rows) == (3, (3, 9, 40))
    assert problem.key == "stand_in/pressure/-999"
    assert problem.fix is not None
    reading = problem.fix.edit(recipe_for(table)).reading.column("pressure")
    assert reading.missing is not None
    assert {"-999", "-999.0", "NA"} <= set(reading.missing)


def test_days_that_stand_for_none_are_told(opened: Opened) -> None:
    frame = frame_of(400)
    frame.loc[[2, 30, 31], "day"] = "1900-01-01"
    frame["other"] = pd.date_range("1899-12-31", periods=400).strftime("%Y-%m-%d")
    table = opened(frame)
    assert stand_ins(table) == {"day": "1900-01-01"}
    assert problems_of(table)["stand_in", "day"].rows == (2, 30, 31)


def test_words_that_say_no_value_are_told(opened: Opened) -> None:
    frame = frame_of(400)
    frame.loc[5:9, "word"] = "Not available"
    frame["stadt"] = np.where(np.arange(400) % 9 == 0, "未知", "北京")
    assert stand_ins(opened(frame)) == {"word": "Not available", "stadt": "未知"}


def test_far_off_numbers_are_told_and_long_tails_are_not(opened: Opened) -> None:
    frame = frame_of(2000)
    random = np.random.default_rng(4)
    frame["height"] = random.normal(170, 9, 2000).round(1)
    frame.loc[77, "height"] = 17_000.0
    frame["income"] = random.lognormal(10, 1, 2000).round()
    found = problems_of(opened(frame))
    assert found["far_off", "height"].rows == (77,)
    assert ("far_off", "income") not in found


def test_values_written_in_several_ways_are_read_as_one(opened: Opened) -> None:
    frame = frame_of(300)
    frame["city"] = np.random.default_rng(0).choice(["Bonn", "Köln", "Trier"], 300)
    frame.loc[[1, 2], "city"] = "bonn"
    frame.loc[3, "city"] = "KÖLN"
    table = opened(frame)
    problem = problems_of(table)["variants", "city"]
    assert (problem.count, problem.rows) == (3, (1, 2, 3))
    assert problem.fix is not None
    fixes = problem.fix.edit(recipe_for(table)).reading.column("city").fixes
    assert {(fix.found, fix.value) for fix in fixes} == {("bonn", "Bonn"), ("KÖLN", "Köln")}


def test_dates_that_read_both_ways_are_asked_about(opened: Opened) -> None:
    frame = frame_of(300)
    days = np.random.default_rng(0).integers(1, 13, (300, 2))
    frame["open"] = [f"{d:02}/{m:02}/2021" for d, m in days]
    frame["plain"] = [f"{d + 12:02}/{m:02}/2021" for d, m in days]
    table = opened(frame)
    found = problems_of(table)
    assert ("ambiguous_dates", "plain") not in found
    problem = found["ambiguous_dates", "open"]
    assert problem.fix is not None
    fixed = problem.fix.edit(recipe_for(table)).reading.column("open").dates
    assert fixed in (DateOrder.DAY_FIRST, DateOrder.MONTH_FIRST)


def test_a_wide_table_has_a_short_list(opened: Opened) -> None:
    frame = frame_of(100)
    gaps = {
        f"gap{i}": np.where(np.arange(100) % 7 == 0, np.nan, np.arange(100) % 11) for i in range(40)
    }
    same = {f"same{i}": [1] * 100 for i in range(40)}
    table = opened(pd.concat([frame, pd.DataFrame(gaps | same)], axis=1))
    roles = dict.fromkeys(same, Role.FEATURE)
    found = list(problems_of(table, **roles).values())
    assert len(found) < 10
    (constant,) = [p for p in found if p.code == "constant"]
    assert (constant.count, len(constant.columns)) == (40, 40)
    assert constant.fix is not None
    left = constant.fix.edit(recipe_for(table, **roles))
    assert all(left.column(name).role is Role.IGNORE for name in same)


def test_columns_that_say_the_same_are_told(opened: Opened) -> None:
    frame = frame_of(300)
    frame["again"] = frame["whole"]
    frame["cents"] = frame["value"] * 100
    table = opened(frame)
    found = problems_of(table)
    copy = found["same_columns", None]
    assert (copy.severity, copy.columns, copy.key) == (
        "warning",
        ("whole", "again"),
        "same_columns/whole/again",
    )
    assert copy.fix is not None
    assert copy.fix.edit(recipe_for(table)).column("again").role is Role.IGNORE
    assert found["like_columns", None].columns == ("value", "cents")
    assert not {"same_columns", "like_columns"} & {
        code for code, _ in problems_of(opened(frame_of(301)))
    }


def test_images_that_are_not_there_are_told(opened: Opened, tmp_path: Path) -> None:
    frame = frame_of(120)
    (tmp_path / "pictures").mkdir()
    frame["picture"] = [f"pictures/{i}.png" for i in range(120)]
    for i in range(117):
        (tmp_path / "pictures" / f"{i}.png").touch()
    found = problems_of(opened(frame), picture=Role.IGNORE)["images_gone", "picture"]
    assert (found.severity, found.rows) == ("info", (117, 118, 119))
