"""Rates of groups are counted as a table would be by hand, and only real gaps are called clear."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from engine.evaluation.fairness import Groups, fairness
from engine.evaluation.groups import ColumnGroups
from engine.evaluation.result import Gap

ROWS = 4000


def columns(seed: int = 0) -> tuple[pd.DataFrame, tuple[ColumnGroups, ...]]:
    generator = np.random.default_rng(seed)
    sizes = {"sex": 2, "place": 4, "age": 5}
    codes = {name: generator.integers(0, count, ROWS) for name, count in sizes.items()}
    groups = tuple(
        ColumnGroups(
            name,
            tuple(f"{name} {code}" for code in range(sizes[name])),
            codes[name].astype(np.int8),
            is_range=name == "age",
        )
        for name in sizes
    )
    return pd.DataFrame(codes), groups


def rows_with(shift: np.ndarray, seed: int = 1) -> Groups:  # type: ignore[type-arg]
    generator = np.random.default_rng(seed)
    chances = generator.uniform(0.05, 0.95, ROWS)
    positive = generator.random(ROWS) < chances
    told = np.clip(chances + shift, 0, 1)
    return Groups(positive, told > 0.5, told, (told > 0.5) == positive)


def by_rate(gaps: tuple[Gap, ...], column: str) -> dict[str, Gap]:
    return {gap.rate: gap for gap in gaps if gap.column == column}


def test_rates_are_those_of_the_rows_of_a_group() -> None:
    table, groups = columns()
    rows = rows_with(np.where(table["sex"] == 1, 0.2, 0.0))
    told, gaps = fairness(rows, groups)
    table["positive"], table["selected"] = rows.positive, rows.selected
    table["off"] = rows.chances - rows.positive
    first = told[0].groups
    own = table.groupby("sex")
    assert [each.rows for each in first] == own.size().tolist()
    assert [each.selected for each in first] == pytest.approx(own["selected"].mean().tolist())
    assert [each.calibration for each in first] == pytest.approx(own["off"].mean().tolist())
    hits = table[table["positive"]].groupby("sex")["selected"].mean()
    alarms = table[~table["positive"]].groupby("sex")["selected"].mean()
    assert [each.recall for each in first] == pytest.approx(hits.tolist())
    assert [each.false_positive for each in first] == pytest.approx(alarms.tolist())
    found = by_rate(gaps, "sex")
    assert found["recall"].gap == pytest.approx(hits.max() - hits.min())
    for gap in found.values():
        assert gap.highest == "sex 1"
        assert gap.is_clear
        assert gap.low is not None
        assert gap.high is not None
        assert 0 < gap.low < gap.gap < gap.high
    assert not any(gap.is_clear for gap in gaps if gap.column == "place")


def test_ranges_of_numbers_are_groups_only_where_that_is_asked() -> None:
    _, groups = columns()
    rows = rows_with(np.zeros(ROWS))
    assert [each.column for each in fairness(rows, groups)[0]] == ["sex", "place"]
    told, _ = fairness(rows, groups, ("age",))
    assert [each.column for each in told] == ["sex", "place", "age"]
    assert told[2].is_range


def test_chance_alone_makes_hardly_any_gap_clear() -> None:
    marked = 0
    for seed in range(40):
        _, groups = columns(seed)
        _, gaps = fairness(rows_with(np.zeros(ROWS), seed + 100), groups)
        marked += any(gap.is_clear for gap in gaps)
    assert marked <= 6  # 5% each: seven or more come once in 200


def test_groups_of_a_few_rows_tell_no_rate() -> None:
    codes = np.zeros(ROWS, np.int8)
    codes[:5] = 1
    told, gaps = fairness(
        rows_with(np.zeros(ROWS)), [ColumnGroups("rare", ("many", "few"), codes, is_range=False)]
    )
    assert told[0].groups[1].rows == 5
    assert told[0].groups[1].selected is None
    assert gaps == ()
