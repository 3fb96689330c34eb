"""Relations among columns: against scipy, and what holds for all columns."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.stats import contingency

from engine.data.columns.infer import infer_schema
from engine.data.open import open_table
from engine.data.relations import relation_sample
from engine.data.relations import relations as relations_module
from engine.data.relations.association import (
    binned,
    correlation_ratios,
    correlations,
    cramers_v,
    crosstab,
    information,
    ranked,
    standardised,
)
from engine.data.relations.clustering import clustered_order
from engine.data.relations.relations import (
    Measure,
    Relation,
    Relations,
    relations,
    relations_of,
    twins_among,
)
from engine.data.relations.twins import Likeness
from engine.data.table import Table
from engine.errors import Cancelled
from engine.schema import Column, Schema

CITIES = ("Bonn", "Köln", "Trier")


def homes(rows: int = 900) -> pd.DataFrame:
    random = np.random.default_rng(8)
    made = pd.DataFrame({"size": random.gamma(3, 25, rows).round(2)})
    made["rooms"] = np.clip((made["size"] / 25).astype(int), 1, 6)
    made["city"] = random.choice(CITIES, rows, p=[0.5, 0.3, 0.2])
    made["code"] = made["city"].map({"Bonn": "BN", "Köln": "K", "Trier": "TR"})
    made["feet"] = made["size"] * 3.25 - 4
    made["luck"] = random.normal(size=rows).round(5)
    bonus = made["city"].map({"Bonn": 90.0, "Köln": 140.0, "Trier": 0.0})
    made["price"] = (made["size"] * 2 + bonus + random.normal(0, 20, rows)).round(1)
    made["asked"] = made["price"]
    made["note"] = [f"a note about home {i}" for i in range(rows)]
    made["remark"] = made["note"]
    made.loc[10:40, "rooms"] = np.nan
    return made


def opened(folder: Path, made: pd.DataFrame) -> tuple[Table, Schema]:
    path = folder / "homes.csv"
    made.to_csv(path, index=False)
    table = open_table(path)
    return table, infer_schema(table)


def found(folder: Path, made: pd.DataFrame, target: str | None = "price") -> Relations:
    table, schema = opened(folder, made)
    return relations(table, schema, target=target)


def codes(column: pd.Series[str]) -> tuple[np.ndarray, int]:
    numbered, levels = pd.factorize(column)
    return numbered.astype(np.int32), len(levels)


# The measures against scipy ----------------------------------------------------------------------


def test_correlations_agree_with_pandas_pair_by_pair() -> None:
    made = homes()[["size", "rooms", "luck", "price"]]
    values = made.to_numpy(dtype=np.float64)
    again = correlations(standardised(values))
    assert again == pytest.approx(made.corr().to_numpy())
    assert correlations(ranked(values))[0, 3] == pytest.approx(
        stats.spearmanr(made["size"], made["price"]).statistic
    )


def test_cramers_v_is_the_corrected_one() -> None:
    random = np.random.default_rng(0)
    one = pd.Series(random.choice(list("abcd"), 600))
    other = one.where(random.random(600) < 0.4, pd.Series(random.choice(list("xyz"), 600)))
    table = pd.crosstab(one, other).to_numpy()
    total, (rows, columns) = table.sum(), table.shape
    phi = contingency.association(table, "cramer") ** 2 * (min(rows, columns) - 1)
    phi = max(0.0, phi - (rows - 1) * (columns - 1) / (total - 1))
    rows_ = rows - (rows - 1) ** 2 / (total - 1)
    columns_ = columns - (columns - 1) ** 2 / (total - 1)
    expected = math.sqrt(phi / min(rows_ - 1, columns_ - 1))
    assert cramers_v(crosstab(*codes(one), *codes(other))) == pytest.approx(expected)


def test_the_correlation_ratio_is_corrected_and_agrees_with_the_analysis_of_variance() -> None:
    made = homes()
    groups = [part["price"].to_numpy() for _, part in made.groupby("city")]
    f = stats.f_oneway(*groups).statistic
    n, k = len(made), len(groups)
    epsilon = (f - 1) * (k - 1) / ((k - 1) * f + n - k)  # Kelley's ε² by way of F
    value = correlation_ratios(*codes(made["city"]), standardised(made[["price"]].to_numpy()))
    assert value[0] == pytest.approx(math.sqrt(epsilon))


def test_mutual_information_agrees_with_entropies() -> None:
    made = homes()
    counts = crosstab(*codes(made["city"]), *codes(made["rooms"].astype(str)))
    bits, share = information(counts)
    plain = (
        stats.entropy(counts.sum(axis=0), base=2)
        + stats.entropy(counts.sum(axis=1), base=2)
        - stats.entropy(counts.ravel(), base=2)
    )
    cells = int((counts > 0).sum())
    excess = (cells - counts.shape[0] - counts.shape[1] + 1) / (2 * counts.sum() * math.log(2))
    assert bits == pytest.approx(max(0.0, plain - excess))
    assert 0 <= share < 0.05  # they have nothing to do with each other


def test_columns_that_have_nothing_in_common_have_no_strength(tmp_path: Path) -> None:
    random = np.random.default_rng(4)
    made = pd.DataFrame(
        {
            "many": random.integers(0, 60, 3000).astype(str),
            "more": random.integers(0, 40, 3000).astype(str),
            "number": random.normal(size=3000),
        }
    ).map(lambda value: f"v{value}" if isinstance(value, str) else value)
    values = np.abs(found(tmp_path, made, None).values)
    assert np.nanmax(values[~np.eye(3, dtype=bool)]) < 0.1


def test_a_huge_range_does_not_overflow() -> None:
    one = np.array([1e300, -1e300, 5e299, 1e299])
    both = np.column_stack((one, one * 0.5))
    assert correlations(standardised(both))[0, 1] == pytest.approx(1.0)


# What holds for all columns ----------------------------------------------------------------------

levels = st.lists(st.integers(-1, 5), min_size=3, max_size=120)


@settings(max_examples=120, deadline=None)
@given(levels)
def test_measures_of_categories_are_symmetric_and_keep_under_recoding(
    one: list[int],
) -> None:
    generator = np.random.default_rng(len(one))
    first = np.array(one, dtype=np.int32)
    second = generator.integers(-1, 4, len(one)).astype(np.int32)
    recoding = generator.permutation(7).astype(np.int32)
    recoded = np.where(first < 0, -1, recoding[first]).astype(np.int32)
    counts, turned = crosstab(first, 7, second, 4), crosstab(second, 4, first, 7)
    again = crosstab(recoded, 7, second, 4)
    known = (first >= 0) & (second >= 0)
    assert counts.sum() == known.sum()
    for measure in (cramers_v, lambda c: information(c)[1]):
        value = measure(counts)
        assert math.isnan(value) or 0 <= value <= 1
        for other in (measure(turned), measure(again)):
            assert other == pytest.approx(value, abs=1e-6, nan_ok=True)
    itself = crosstab(first, 7, first, 7)
    bits, share = information(itself)
    if not math.isnan(bits):
        assert share == pytest.approx(1.0)


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(st.floats(-1e3, 1e3), st.floats(-1e3, 1e3)), min_size=3, max_size=60))
def test_correlations_are_symmetric_within_bounds_and_keep_under_scaling(
    pairs: list[tuple[float, float]],
) -> None:
    values = np.array(pairs)
    result = correlations(standardised(values))
    assert np.allclose(result, result.T, equal_nan=True)
    assert np.nanmax(np.abs(result), initial=0.0) <= 1
    if values.std(axis=0).min() > 1e-3:
        scaled = correlations(standardised(values * [2.5, -4.0] + [7.0, 1.0]))
        assert scaled[0, 1] == pytest.approx(-result[0, 1], abs=1e-6)


@settings(max_examples=80, deadline=None)
@given(levels)
def test_correlation_ratios_lie_within_bounds(groups: list[int]) -> None:
    values = np.random.default_rng(1).normal(size=(len(groups), 2))
    ratios = correlation_ratios(np.array(groups, dtype=np.int32), 6, values)
    assert np.all(np.isnan(ratios) | ((ratios >= 0) & (ratios <= 1)))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(st.floats(-1e6, 1e6), st.just(math.nan)), max_size=200))
def test_bins_keep_order_and_leave_missing_out(values: list[float]) -> None:
    array = np.array(values, dtype=np.float64)
    found_, count = binned(array)
    assert np.array_equal(found_ < 0, np.isnan(array))
    known = np.argsort(array[~np.isnan(array)], kind="stable")
    assert np.all(np.diff(found_[~np.isnan(array)][known]) >= 0)
    assert found_.max(initial=-1) < max(1, count)


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 25))
def test_grouped_order_names_every_column_once(size: int) -> None:
    random = np.random.default_rng(size)
    strength = random.random((size, size))
    strength = (strength + strength.T) / 2
    assert sorted(clustered_order(strength)) == list(range(size))


def test_columns_that_go_together_stand_side_by_side() -> None:
    groups = np.array([0, 1, 2, 0, 1, 2, 0, 1, 2])
    strength = np.where(groups[:, None] == groups, 0.9, 0.1)
    order = groups[list(clustered_order(strength))]
    assert np.count_nonzero(np.diff(order)) == 2


# A table -----------------------------------------------------------------------------------------


def test_every_pair_has_its_measure(tmp_path: Path) -> None:
    result = found(tmp_path, homes())
    assert result.names == ("size", "rooms", "city", "code", "feet", "luck", "price", "asked")
    assert np.allclose(result.values, result.values.T, equal_nan=True)
    at = {name: position for position, name in enumerate(result.names)}
    assert result.measures[at["size"]][at["price"]] is Measure.PEARSON
    assert result.measures[at["city"]][at["price"]] is Measure.CORRELATION_RATIO
    assert result.measures[at["city"]][at["code"]] is Measure.CRAMER
    made = homes()
    assert result.values[at["size"], at["price"]] == pytest.approx(made["size"].corr(made["price"]))
    assert result.spearman[at["size"], at["price"]] == pytest.approx(
        made["size"].corr(made["price"], method="spearman")
    )
    assert not result.sampled
    assert (result.rows, result.left_out) == (900, 0)


def test_columns_are_ranked_against_the_target(tmp_path: Path) -> None:
    result = found(tmp_path, homes())
    ranking = [relation.name for relation in result.ranking]
    assert ranking[0] == "asked"
    assert ranking[-1] == "luck"
    assert "price" not in ranking
    strengths = [relation.strength for relation in result.ranking]
    assert strengths == sorted(strengths, reverse=True)


def test_one_column_is_told_which_is_closest(tmp_path: Path) -> None:
    table, schema = opened(tmp_path, homes())
    closest = relations_of(table, schema, "size")
    assert isinstance(closest[0], Relation)
    assert closest[0].name == "feet"
    assert closest[0].value == pytest.approx(1.0)
    assert relations_of(table, schema, "note") == ()


def test_twins_are_told_with_how_they_are_alike(tmp_path: Path) -> None:
    result = found(tmp_path, homes())
    alike = {(twins.kept, twins.other): twins for twins in result.twins}
    assert alike["price", "asked"].likeness is Likeness.IDENTICAL
    assert alike["note", "remark"].likeness is Likeness.IDENTICAL
    assert alike["city", "code"].likeness is Likeness.RECODED
    scaled = alike["size", "feet"]
    assert scaled.likeness is Likeness.SCALED
    assert (scaled.factor, scaled.offset) == (pytest.approx(3.25), pytest.approx(-4))
    assert scaled.rows == 900
    assert set(alike) <= {("price", "asked"), ("note", "remark"), ("city", "code"), ("size", "feet"), ("size", "rooms"), ("rooms", "feet")}  # fmt: skip


def test_one_different_cell_makes_twins_nearly_alike(tmp_path: Path) -> None:
    made = homes()
    made.loc[7, "asked"] += 5
    made.loc[7, "code"] = "K" if made.loc[7, "code"] != "K" else "BN"
    alike = {(twins.kept, twins.other): twins for twins in found(tmp_path, made).twins}
    assert alike["price", "asked"].likeness is Likeness.NEARLY
    assert alike["city", "code"].likeness is Likeness.NEARLY


def test_keys_are_not_taken_for_recoded(tmp_path: Path) -> None:
    random = np.random.default_rng(1)
    made = pd.DataFrame({"one": random.permutation(300), "other": random.permutation(300)})
    assert found(tmp_path, made.assign(third=made["one"] % 7), None).twins == ()


def test_a_long_table_is_sampled_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relations_module, "_MOST_ROWS", 200)
    monkeypatch.setattr(relations_module, "_FEWEST_ROWS", 100)
    result = found(tmp_path, homes())
    assert result.sampled
    assert (result.rows, result.of_rows) == (200, 900)
    assert result.ranking[0].name == "asked"


def test_too_many_columns_leave_the_weakest_out_of_the_matrix(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relations_module, "MOST", 4)
    table, schema = opened(tmp_path, homes())
    result = relations(table, schema, target="price")
    assert result.left_out == 4
    assert "luck" not in result.names
    assert {"price", "asked", "size", "feet"} == set(result.names)
    assert len(result.ranking) == 7  # all of them are ranked
    chosen = relations(table, schema, target="price", columns=("luck", "city", "rooms"))
    assert chosen.names == ("rooms", "city", "luck")


def test_only_the_rows_in_view_are_related(tmp_path: Path) -> None:
    made = homes()
    table, schema = opened(tmp_path, made)
    rows = np.flatnonzero(made["city"] == "Köln")
    result = relations(table, schema, target="price", rows=rows)
    at = {name: position for position, name in enumerate(result.names)}
    part = made.iloc[rows]
    assert result.values[at["size"], at["price"]] == pytest.approx(part["size"].corr(part["price"]))
    assert math.isnan(result.values[at["city"], at["price"]])  # one level is left
    assert result.of_rows == len(rows)


def test_relating_can_be_cancelled(tmp_path: Path) -> None:
    table, schema = opened(tmp_path, homes(60))
    with pytest.raises(Cancelled):
        relations(table, schema, target="price", cancelled=lambda: True)


@pytest.mark.parametrize("target", [None, "note", "absent"])
def test_without_a_usable_target_there_is_no_ranking(tmp_path: Path, target: str | None) -> None:
    result = found(tmp_path, homes(100), target)
    assert result.ranking == ()
    assert result.target is None


def test_a_table_with_nothing_to_relate_has_no_relations(tmp_path: Path) -> None:
    result = found(tmp_path, pd.DataFrame({"a": ["x"] * 9, "b": [1] * 9}), None)
    assert result.names == result.order == result.twins == ()


def test_a_column_is_read_once_for_all_that_is_said_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table, schema = opened(tmp_path, homes())
    read: list[str] = []
    truly = relation_sample.read_related

    def noted(table: Table, column: Column, *rest: object) -> relation_sample.Related:
        read.append(column.name)
        return truly(table, column, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(relation_sample, "read_related", noted)
    whole = relations(table, schema, target="price")
    assert sorted(read) == sorted(set(read)) == sorted(whole.names)
    assert relations_of(table, schema, "price") == whole.ranking
    assert twins_among(table, schema) == whole.twins
    assert len(read) == len(whole.names), "what has been read is not read again"
    relations(table, schema, target="price", rows=np.arange(100))
    assert len(read) > len(whole.names), "other rows are"


def test_near_copies_are_the_same_without_all_the_rest(tmp_path: Path) -> None:
    table, schema = opened(tmp_path, homes())
    whole = relations(table, schema)
    assert twins_among(table, schema) == whole.twins
    assert {twins.likeness for twins in whole.twins} >= {Likeness.IDENTICAL, Likeness.SCALED}
