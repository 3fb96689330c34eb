"""The preparation: fitted on training rows, the same for typed and text cells, readable on disk."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.preprocessing import QuantileTransformer

from engine.data.preparing.arrays import Arrays
from engine.data.preparing.preparation import Preparation
from engine.errors import (
    ColumnMissing,
    ModelFileDamaged,
    ModelFileTooNew,
    NoFeatures,
    NoTarget,
    TargetMissing,
    TargetOneClass,
)
from engine.recipe.column_families import Scaling
from engine.recipe.columns import ColumnSpec
from engine.recipe.recipe import Recipe
from engine.schema import Kind, Role, Task
from tests.engine.training.tables import recipe_for, schema_of

SCALES = [member.kind_name() for member in Scaling.members()]
NUMBERS = [member.kind_name() for member in Scaling.members() if not member.makes_codes]
KINDS = {"colour": Kind.CATEGORY, "when": Kind.DATE, "label": Kind.CATEGORY}


def table(rows: int = 60, seed: int = 0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "age": rng.integers(18, 90, rows).astype(float),
            "weight": rng.normal(70, 10, rows).round(2),
            "colour": rng.choice(["red", "green", "blue"], rows),
            "when": pd.to_datetime("2020-03-01") + pd.to_timedelta(rng.integers(0, 900, rows), "D"),
            "label": rng.choice(["no", "yes"], rows),
        }
    )
    frame["colour"] = frame["colour"].astype(object)
    frame.loc[::7, "age"] = np.nan
    frame.loc[::9, "colour"] = None
    return frame


def fitted(frame: pd.DataFrame, target: str = "label", **specs: dict[str, Any]) -> Preparation:
    schema = schema_of(frame, **KINDS)
    recipe = with_specs(recipe_for(schema, target), **specs)
    return Preparation.fit(frame, recipe, schema, np.arange(len(frame)))


def with_specs(recipe: Recipe, **specs: dict[str, Any]) -> Recipe:
    for name, fields in specs.items():
        spec = recipe.column(name).model_dump() | {"name": name} | fields
        recipe = recipe.with_column(ColumnSpec.model_validate(spec))
    return recipe


def as_text(frame: pd.DataFrame, decimal: str = ".") -> pa.Table:
    """The frame as a reader of CSV hands it out: strings only, empty where missing."""
    columns = {}
    for name in frame.columns:
        cells = ["" if cell is None or cell != cell else str(cell) for cell in frame[name]]
        if frame[name].dtype.kind == "f":
            cells = [cell.replace(".", decimal) for cell in cells]
        columns[str(name)] = pa.array(cells, pa.string())
    return pa.table(columns)


def same(one: Arrays, other: Arrays) -> bool:
    pairs = [(one.numbers, other.numbers), (one.codes, other.codes), (one.kept, other.kept)]
    if one.target is not None and other.target is not None:
        pairs.append((one.target, other.target))
    return all(np.array_equal(a, b) for a, b in pairs)


def test_numbers_are_standardised_with_a_flag_for_missing_ones() -> None:
    frame = table()
    preparation = fitted(frame)
    arrays = preparation.transform(frame, with_target=True)
    assert preparation.inputs.numbers[:3] == ("age", "age (missing)", "weight")
    filled = frame["age"].fillna(frame["age"].median())
    expected = (filled - filled.mean()) / filled.std(ddof=0)
    assert arrays.numbers[:, 0] == pytest.approx(expected.to_numpy(), abs=1e-6)
    assert arrays.numbers[:, 1].tolist() == frame["age"].isna().astype(float).tolist()
    assert arrays.numbers.dtype == np.float32
    assert arrays.numbers.flags.c_contiguous


def test_categories_get_codes_with_a_level_for_missing_and_zero_for_unseen() -> None:
    preparation = fitted(table())
    assert preparation.inputs.categories == (("colour", 5),)
    rows = table(4).assign(colour=["blue", None, "purple", "red"])
    arrays = preparation.transform(rows, with_target=False)
    assert arrays.codes[:, 0].tolist() == [1, 4, 0, 3]
    assert [str(w) for w in arrays.warnings] == [
        "“colour”: 1 cell has a value that training rows did not have; it counts as unknown."
    ]


def test_dates_become_elapsed_days_year_and_circles() -> None:
    frame = table()
    preparation = fitted(frame)
    names = [name for name in preparation.inputs.numbers if name.startswith("when")]
    assert names == [
        "when (elapsed)", "when (year)", "when (month sin)", "when (month cos)",
        "when (weekday sin)", "when (weekday cos)",
    ]  # fmt: skip
    found = preparation.transform(frame, with_target=False).numbers[:, -6:]
    elapsed = (frame["when"] - frame["when"].min()).dt.days
    expected = (elapsed - elapsed.mean()) / elapsed.std(ddof=0)
    assert found[:, 0] == pytest.approx(expected.to_numpy(), abs=1e-5)
    turn = 2 * math.pi * (frame["when"].dt.month - 1) / 12
    assert found[:, 2] == pytest.approx(np.sin(turn).to_numpy(), abs=1e-6)
    turn = 2 * math.pi * frame["when"].dt.day_of_week / 7
    assert found[:, 5] == pytest.approx(np.cos(turn).to_numpy(), abs=1e-6)


def test_times_of_day_add_a_circle_of_hours_and_missing_dates_a_flag() -> None:
    frame = table()
    frame["when"] += pd.to_timedelta(6, "h")
    frame.loc[3, "when"] = pd.NaT
    preparation = fitted(frame)
    assert preparation.inputs.numbers[-3:] == (
        "when (hour sin)",
        "when (hour cos)",
        "when (missing)",
    )
    found = preparation.transform(frame, with_target=False).numbers[:, -9:]
    assert found[0, 6:] == pytest.approx([1, 0, 0], abs=1e-6)
    assert found[3].tolist() == [0] * 8 + [1]


@pytest.mark.parametrize("decimal", [".", ","])
def test_text_cells_give_the_same_as_typed_ones(decimal: str) -> None:
    frame = table()
    preparation = fitted(frame)
    typed = preparation.transform(frame, with_target=True)
    text = preparation.transform(as_text(frame, decimal), with_target=True, decimal=decimal)
    assert same(typed, text)
    arrow_typed = frame.convert_dtypes(dtype_backend="pyarrow")
    assert same(typed, preparation.transform(arrow_typed, with_target=True))


def test_whole_numbers_are_the_same_level_however_they_are_written() -> None:
    frame = table().assign(colour=np.tile([1, 2, 30], 20))
    preparation = fitted(frame)
    rows = pa.table({**{n: as_text(frame).column(n)[:4] for n in ("age", "weight", "when")},
                     "colour": ["1", "2.0", " 30", "+1"]})  # fmt: skip
    assert preparation.transform(rows, with_target=False).codes[:, 0].tolist() == [1, 2, 3, 1]


def test_columns_are_matched_by_name_in_any_order_and_others_do_not_matter() -> None:
    frame = table()
    preparation = fitted(frame)
    expected = preparation.transform(frame, with_target=True)
    shuffled = frame[list(reversed(frame.columns))].assign(extra=1)
    assert same(expected, preparation.transform(shuffled, with_target=True))


def test_a_missing_column_is_named_with_those_that_are_there() -> None:
    frame = table()
    with pytest.raises(ColumnMissing) as caught:
        fitted(frame).transform(frame[["age", "when"]], with_target=False, origin="new.csv")
    error = caught.value
    assert (error.path, error.columns, error.closest) == ("new.csv", "weight, colour", "age, when")


def test_a_column_of_another_kind_counts_as_missing_with_a_warning() -> None:
    frame = table()
    preparation = fitted(frame)
    rows = frame.head(5).assign(age=["old", "young", "40", "?", ""], when=7)
    arrays = preparation.transform(rows, with_target=False)
    assert arrays.numbers[:, 1].tolist() == [1, 1, 0, 1, 1]
    assert [str(w) for w in arrays.warnings] == [
        "“age”: 2 cells are not numbers and count as missing.",
        "“when”: 5 cells are not dates and count as missing.",
    ]


def test_infinite_numbers_count_as_missing() -> None:
    frame = table()
    arrays = fitted(frame).transform(frame.assign(weight=np.inf), with_target=False)
    assert np.isfinite(arrays.numbers).all()


@pytest.mark.parametrize(
    ("scale", "expected"),
    [
        ("none", [0, 10, 20, 30, 100]),
        ("minmax", [0, 0.1, 0.2, 0.3, 1]),
        ("robust", [-1, -0.5, 0, 0.5, 4]),
        ("standard", [-0.903, -0.621, -0.339, -0.056, 1.919]),
    ],
)
def test_numbers_are_scaled_as_asked(scale: str, expected: list[float]) -> None:
    frame = pd.DataFrame({"x": [0.0, 10, 20, 30, 100], "label": list("ababa")})
    preparation = fitted(frame, x={"scale": scale})
    found = preparation.transform(frame, with_target=False).numbers[:, 0]
    assert found.tolist() == pytest.approx(expected, abs=0.001)


def test_quantiles_are_scikit_learns_normal_ones() -> None:
    rng = np.random.default_rng(0)
    values = np.concatenate([rng.normal(size=300), np.zeros(100)])
    frame = pd.DataFrame({"x": values, "label": ["a", "b"] * 200})
    preparation = fitted(frame, x={"scale": "quantile"})
    new = np.array([-99.0, -1.0, 0.0, 0.3, 1.0, 99.0])
    rows = pd.DataFrame({"x": new})
    reference = QuantileTransformer(n_quantiles=400, output_distribution="normal")
    expected = reference.fit(values[:, None]).transform(new[:, None])[:, 0]
    found = preparation.transform(rows, with_target=False).numbers[:, 0]
    assert found == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize(("missing", "value"), [("median", 2.0), ("mean", 4.0), ("zero", 0.0)])
def test_missing_numbers_are_filled_as_asked(missing: str, value: float) -> None:
    frame = pd.DataFrame({"x": [1.0, 2.0, 9.0, np.nan], "label": list("abab")})
    preparation = fitted(frame, x={"missing": missing, "flag": False, "scale": "none"})
    assert preparation.inputs.numbers == ("x",)
    assert preparation.transform(frame, with_target=False).numbers[3, 0] == value


def test_rows_with_a_missing_value_are_dropped_only_for_training() -> None:
    frame = table()
    preparation = fitted(frame, age={"missing": "drop_row"})
    arrays = preparation.transform(frame, with_target=True)
    assert arrays.kept.tolist() == frame["age"].notna().tolist()
    assert len(arrays) == arrays.kept.sum() == len(arrays.target) == len(arrays.values)
    assert preparation.transform(frame, with_target=False).kept.all()


def test_missing_categories_become_the_most_frequent_if_asked() -> None:
    frame = pd.DataFrame({"colour": ["b", "b", "a", None], "label": list("abab")})
    preparation = fitted(frame, colour={"missing": "most_frequent"})
    assert preparation.transform(frame, with_target=False).codes[:, 0].tolist() == [2, 2, 1, 2]


def test_a_constant_column_gives_zeros() -> None:
    frame = pd.DataFrame({"x": [0.1] * 4, "label": list("abab")})
    assert not fitted(frame).transform(frame, with_target=False).numbers.any()


def test_a_column_without_any_value_gives_zeros_and_its_flag() -> None:
    frame = pd.DataFrame({"x": [np.nan] * 4, "y": [1.0, 2, 3, 4], "label": list("abab")})
    for scale in NUMBERS:
        numbers = fitted(frame, x={"scale": scale}).transform(frame, with_target=False).numbers
        assert numbers[:, :2].tolist() == [[0, 1]] * 4


def test_huge_numbers_stay_finite() -> None:
    frame = pd.DataFrame({"x": [1e308, -1e308, 1e300, 0], "label": list("abab")})
    for scale in NUMBERS:
        numbers = fitted(frame, x={"scale": scale}).transform(frame, with_target=False).numbers
        assert np.isfinite(numbers).all(), scale


# Targets -----------------------------------------------------------------------------------------


def test_classes_are_ordered_by_value_and_the_task_follows_from_their_number() -> None:
    frame = pd.DataFrame({"x": range(6), "label": ["10", "9", "9", "10", "10", "9"]})
    preparation = fitted(frame)
    assert (preparation.classes, preparation.task) == (("9", "10"), Task.BINARY)
    assert (preparation.inputs.outputs, preparation.class_counts) == (1, (3, 3))
    three = fitted(frame.assign(label=list("abcabc")))
    assert (three.task, three.inputs.outputs) == (Task.MULTICLASS, 3)


def test_outputs_become_classes_and_probabilities() -> None:
    frame = pd.DataFrame({"x": range(4), "label": ["no", "yes"] * 2})
    binary = fitted(frame)
    outputs = np.array([[0.0], [3.0], [-800.0], [800.0]], np.float32)
    assert binary.inverse(outputs).tolist() == ["no", "yes", "no", "yes"]
    shares = binary.probabilities(outputs)
    assert shares is not None
    assert shares[:, 1] == pytest.approx([0.5, 0.952574, 0, 1])
    assert shares.sum(axis=1) == pytest.approx(1)
    three = fitted(pd.DataFrame({"x": range(3), "label": list("abc")}))
    logits = np.array([[1, 2, 900], [0, 5, 1]], np.float32)
    assert three.inverse(logits).tolist() == ["c", "b"]
    many = three.probabilities(logits)
    assert many is not None
    assert many.sum(axis=1) == pytest.approx(1)


@given(st.lists(st.floats(-1e12, 1e12), min_size=2, max_size=30))
def test_a_regression_target_comes_back_in_its_own_unit(values: list[float]) -> None:
    frame = pd.DataFrame({"x": range(len(values)), "amount": values})
    preparation = fitted(frame, target="amount")
    arrays = preparation.transform(frame, with_target=True)
    assert preparation.task is Task.REGRESSION
    assert arrays.values.tolist() == values
    spread = max(values) - min(values)
    back = preparation.inverse(arrays.target[:, None])
    assert back == pytest.approx(np.array(values), abs=1e-6 * max(spread, 1) + 1e-300)
    assert preparation.probabilities(arrays.target[:, None]) is None


def test_rows_without_a_target_or_of_an_unknown_class_are_left_out_and_counted() -> None:
    frame = pd.DataFrame({"x": range(4), "label": list("abab")})
    preparation = fitted(frame)
    arrays = preparation.transform(frame.assign(label=["a", None, "new", "b"]), with_target=True)
    assert arrays.kept.tolist() == [True, False, False, True]
    assert arrays.target.tolist() == [0, 1]
    assert "1 row has a class of “label” that no training row has" in str(arrays.warnings[0])


def test_what_cannot_be_trained_on_is_refused() -> None:
    frame = pd.DataFrame({"x": range(4), "label": list("aaaa"), "empty": [None] * 4})
    schema = schema_of(frame, label=Kind.CATEGORY, empty=Kind.CATEGORY)
    rows = np.arange(4)
    with pytest.raises(NoTarget):
        Preparation.fit(frame, recipe_for(schema, "none"), schema, rows)
    with pytest.raises(TargetOneClass) as one:
        Preparation.fit(frame, recipe_for(schema, "label"), schema, rows)
    assert (one.value.value, one.value.rows) == ("a", 4)
    with pytest.raises(TargetMissing):
        Preparation.fit(frame, recipe_for(schema, "empty"), schema, rows)
    ignored = Recipe(
        columns=tuple(
            ColumnSpec(name=name, role=Role.TARGET if name == "label" else Role.IGNORE)
            for name in schema.names
        )
    )
    with pytest.raises(NoFeatures) as none:
        Preparation.fit(frame, ignored, schema, rows)
    assert none.value.ignored == 2


# On disk -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("target", ["label", "weight"])
def test_saved_and_loaded_it_is_the_same(tmp_path: Path, target: str) -> None:
    frame = table()
    preparation = fitted(frame, target=target, age={"scale": "quantile"})
    preparation.save(tmp_path / "preparation")
    loaded = Preparation.load(tmp_path / "preparation")
    assert loaded == preparation
    expected = preparation.transform(frame, with_target=True)
    assert same(expected, loaded.transform(frame, with_target=True))
    names = {file.name for file in (tmp_path / "preparation").iterdir()}
    assert names == {"preparation.json", "arrays.safetensors"}
    state = json.loads((tmp_path / "preparation" / "preparation.json").read_text())
    assert state["columns"][0]["name"] == "age"
    assert "points" not in state["columns"][0]["scaling"]


def test_a_damaged_or_newer_preparation_is_refused(tmp_path: Path) -> None:
    fitted(table()).save(tmp_path)
    path = tmp_path / "preparation.json"
    text = path.read_text()
    path.write_text(text.replace('"preparation": 3', '"preparation": 99'))
    with pytest.raises(ModelFileTooNew):
        Preparation.load(tmp_path)
    for broken in ("", "[]", text[: len(text) // 2], text.replace('"center"', '"middle"')):
        path.write_text(broken)
        with pytest.raises(ModelFileDamaged):
            Preparation.load(tmp_path)
    path.write_text(text)
    (tmp_path / "arrays.safetensors").write_bytes(b"\0")
    with pytest.raises(ModelFileDamaged):
        Preparation.load(tmp_path)


# Leakage -----------------------------------------------------------------------------------------


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 2**32 - 1), st.sampled_from(SCALES), st.sampled_from(["label", "weight"]))
def test_other_rows_cannot_change_what_is_fitted(seed: int, scale: str, target: str) -> None:
    frame = table()
    rng = np.random.default_rng(seed)
    train = np.sort(rng.choice(len(frame), 30, replace=False))
    train = np.union1d(train, [0, 1, 2, 3, 4, 5, 6])
    others = np.setdiff1d(np.arange(len(frame)), train)
    corrupt = frame.copy()
    corrupt.loc[others, "age"] = rng.normal(0, 1e6, len(others))
    corrupt.loc[others, "weight"] = np.nan
    corrupt.loc[others, "colour"] = [f"new {n}" for n in others]
    corrupt.loc[others, "when"] = pd.Timestamp("1900-01-01")
    if target == "label":
        corrupt.loc[others, "label"] = None
    schema = schema_of(frame, **KINDS)
    recipe = with_specs(recipe_for(schema, target), age={"scale": scale})
    honest = Preparation.fit(frame, recipe, schema, train)
    attacked = Preparation.fit(corrupt, recipe, schema, train)
    assert honest == attacked
    assert same(
        honest.transform(frame, with_target=True, rows=train),
        attacked.transform(corrupt, with_target=True, rows=train),
    )


CELLS = st.one_of(st.none(), st.text(max_size=6), st.floats(), st.integers())


@settings(deadline=None)
@given(st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=8))
def test_whatever_is_in_the_cells_the_arrays_are_finite(rows: list[tuple[Any, Any, Any]]) -> None:
    frame = pd.DataFrame(rows, columns=["age", "colour", "when"], dtype=object).assign(weight=1.0)
    preparation = fitted(table())
    arrays = preparation.transform(frame, with_target=False)
    assert len(arrays) == len(rows)
    assert np.isfinite(arrays.numbers).all()
    assert (arrays.codes >= 0).all()
    assert (arrays.codes < 5).all()
