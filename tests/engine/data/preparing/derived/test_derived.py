"""Derived columns: typed, computed by spans, the same in training and for new rows of any notation."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from engine.data.columns.infer import complete, infer_schema
from engine.data.open import open_table
from engine.data.preparing import columnar
from engine.data.preparing.columnar import column_cells
from engine.data.preparing.dataset import prepare
from engine.data.preparing.derived.facts import schema_with_derived
from engine.data.preparing.derived.source import derived_source
from engine.data.preparing.preparation import Preparation
from engine.data.table import Table
from engine.errors import ColumnMissing, DerivedFromTarget, DerivedNameTaken, ExpressionInvalid
from engine.recipe.columns import ColumnSpec
from engine.recipe.hiding import Hiding
from engine.recipe.recipe import Recipe
from engine.recipe.rows import DerivedColumn
from engine.recipe.split import SplitMethod
from engine.schema import Character, Kind, Role, Schema
from tests.engine.trained import write_csv

HEADER = ["name", "age", "fare", "day", "y"]


def passengers(path: Path, rows: int = 60) -> Path:
    draw = np.random.default_rng(3)
    lines = []
    for row in range(rows):
        age, fare = int(draw.integers(1, 80)), round(float(draw.gamma(2, 10)), 2)
        title = "Mrs" if row % 3 else "Mr"
        day = f"2026-{1 + row % 12:02}-{1 + row % 28:02}"
        lines.append([f"{title} {row}", age if row % 7 else "", fare, day, "ab"[age % 2]])
    return write_csv(path, HEADER, lines)


def recipe_of(*derived: tuple[str, str]) -> Recipe:
    columns = tuple(DerivedColumn(name=name, expression=text) for name, text in derived)
    return Recipe(derived=columns).with_target("y")


FOUR = recipe_of(
    ("twice", "age * 2"),
    ("old", "twice > 80"),
    ("title", 'if_else(starts_with(name, "Mrs"), "Mrs", "Mr")'),
    ("later", "day + 10"),
)


def test_each_type_of_result_gets_its_kind_and_its_facts(tmp_path: Path) -> None:
    table = open_table(passengers(tmp_path / "p.csv"))
    schema = schema_with_derived(infer_schema(table), table, FOUR)
    kinds = [schema[column.name].kind for column in FOUR.derived]
    assert kinds == [Kind.NUMBER, Kind.CATEGORY, Kind.CATEGORY, Kind.DATE]
    assert schema["twice"].missing == 9
    assert schema["twice"].integer
    assert schema["title"].distinct == 2
    constant = schema_with_derived(infer_schema(table), table, recipe_of(("one", "age - age + 1")))
    assert constant["one"].character is Character.CONSTANT
    assert constant["one"].role is Role.IGNORE


def test_a_formula_sees_columns_derived_before_it_and_spans_change_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = open_table(passengers(tmp_path / "p.csv"))
    source = derived_source(table, FOUR)
    whole = column_cells(source, "old", None)
    ages = column_cells(table, "age", None)
    assert whole.to_pylist() == [
        None if age is None else "true" if 2 * age > 80 else "false" for age in ages.to_pylist()
    ]
    assert column_cells(source, "old", np.array([5, 1, 9])).equals(whole.take(pa.array([5, 1, 9])))
    monkeypatch.setattr(columnar, "SPAN_ROWS", 7)
    again = schema_with_derived(infer_schema(table), table, FOUR)
    assert again["old"].distinct == 2


def test_features_are_made_of_derived_columns_and_travel_with_the_preparation(
    tmp_path: Path,
) -> None:
    table = open_table(passengers(tmp_path / "p.csv"))
    schema = schema_with_derived(infer_schema(table), table, FOUR)
    recipe = complete(FOUR, schema)
    for name in ("age", "fare", "day"):
        spec = recipe.column(name).model_copy(update={"role": Role.IGNORE})
        recipe = recipe.with_column(spec)
    preparation = prepare(table, recipe, schema).preparation
    assert {column.name for column in preparation.fitted} == {"twice", "old", "title", "later"}
    assert preparation.columns == ("age", "name", "day")
    preparation.save(tmp_path / "saved")
    loaded = Preparation.load(tmp_path / "saved")
    assert loaded == preparation
    rows = pd.DataFrame(  # as text, in another order, without what is not needed
        {
            "day": ["2026-02-03", "2026-05-01"],
            "name": ["Mrs X", "Mr Y"],
            "age": ["50", ""],
        }
    )
    typed = pd.DataFrame(
        {
            "age": [50.0, np.nan],
            "day": pd.to_datetime(["2026-02-03", "2026-05-01"]),
            "name": ["Mrs X", "Mr Y"],
        }
    )
    ours = loaded.transform(rows, with_target=False)
    theirs = loaded.transform(typed, with_target=False)
    assert np.array_equal(ours.numbers, theirs.numbers)
    assert np.array_equal(ours.codes, theirs.codes)
    assert not ours.warnings


def test_a_decimal_comma_in_new_rows_changes_nothing(tmp_path: Path) -> None:
    table = open_table(passengers(tmp_path / "p.csv"))
    recipe = recipe_of(("more", "fare * 10"))
    schema = schema_with_derived(infer_schema(table), table, recipe)
    recipe = complete(recipe, schema)
    preparation = Preparation.fit(table, recipe, schema, np.arange(40))
    plain = pd.DataFrame({"age": ["3"], "fare": ["1.5"], "day": ["2026-02-03"]})
    comma = plain.assign(fare="1,5")
    one = preparation.transform(plain, with_target=False)
    other = preparation.transform(comma, with_target=False, decimal=",")
    assert np.array_equal(one.numbers, other.numbers)


def test_whole_numbers_stay_whole_however_new_rows_come(tmp_path: Path) -> None:
    table = open_table(passengers(tmp_path / "p.csv"))
    recipe = recipe_of(("decade", "text(age // 10)"))
    schema = schema_with_derived(infer_schema(table), table, recipe)
    preparation = Preparation.fit(table, complete(recipe, schema), schema, np.arange(60))
    frames = [
        pd.DataFrame({"age": a, "fare": [1.0], "day": ["2026-02-03"]})
        for a in ([35.0], ["35"], [35])
    ]
    codes = [preparation.transform(frame, with_target=False).codes.tolist() for frame in frames]
    assert codes[0] == codes[1] == codes[2]
    assert codes[0][0][-1] != 0


def test_a_hidden_column_shows_formulas_its_hidden_values(tmp_path: Path) -> None:
    table = open_table(passengers(tmp_path / "p.csv"))
    hide = Hiding.member("prefix").model_validate({"length": 2})
    recipe = recipe_of(("copy", "name"))
    recipe = recipe.with_column(
        ColumnSpec(name="name", kind=Kind.CATEGORY, role=Role.IGNORE, hide=hide)
    )
    schema = schema_with_derived(infer_schema(table), table, recipe)
    assert schema["copy"].distinct == 1


@pytest.mark.parametrize(
    ("derived", "error", "told"),
    [
        ((("x", "agee + 1"),), ExpressionInvalid, "Character 1"),
        ((("x", "age + name"),), ExpressionInvalid, "Character 7"),
        ((("x", "later + 1"), ("later", "age")), ExpressionInvalid, "later"),
        ((("age", "fare"),), DerivedNameTaken, "age"),
        ((("x", 'y == "a"'),), DerivedFromTarget, "target “y”"),
        ((("x", 'y == "a"'), ("z", "text(x)")), DerivedFromTarget, "“x”"),
    ],
)
def test_what_cannot_be_computed_is_told_with_its_place(
    tmp_path: Path, derived: tuple[tuple[str, str], ...], error: type[Exception], told: str
) -> None:
    table = open_table(passengers(tmp_path / "p.csv"))
    with pytest.raises(error, match=told):
        schema_with_derived(infer_schema(table), table, recipe_of(*derived))


def test_a_column_from_the_target_may_be_there_for_other_uses(tmp_path: Path) -> None:
    table = open_table(passengers(tmp_path / "p.csv"))
    recipe = recipe_of(("x", 'y == "a"')).with_column(ColumnSpec(name="x", role=Role.IGNORE))
    assert "x" in schema_with_derived(infer_schema(table), table, recipe)


def test_a_derived_column_can_be_the_target(tmp_path: Path) -> None:
    table = open_table(passengers(tmp_path / "p.csv"))
    recipe = Recipe(derived=(DerivedColumn(name="dear", expression="fare > 15"),)).with_target(
        "dear"
    )
    recipe = recipe.with_column(ColumnSpec(name="fare", role=Role.IGNORE))
    schema = schema_with_derived(infer_schema(table), table, recipe)
    dataset = prepare(table, complete(recipe, schema), schema)
    assert dataset.preparation.classes == ("false", "true")
    assert "fare" not in dataset.preparation.columns
    fares = np.array(column_cells(table, "fare", None).to_pylist())
    assert np.array_equal(dataset.train.values == 1, fares[dataset.parts.train] > 15)


def weighted(path: Path, **split: object) -> tuple[Table, Recipe, Schema]:
    """Passengers whose weights are computed from their fare."""
    table = open_table(path)
    heavy = DerivedColumn(name="heavy", expression="first_known(fare, 0) + 1")
    recipe = Recipe(derived=(heavy,)).with_target("y").with_split(**split)
    recipe = recipe.with_column(ColumnSpec(name="heavy", role=Role.WEIGHT))
    schema = schema_with_derived(infer_schema(table), table, recipe)
    return table, complete(recipe, schema), schema


def test_rows_can_be_weighed_by_a_derived_column(tmp_path: Path) -> None:
    table, recipe, schema = weighted(passengers(tmp_path / "p.csv"))
    dataset = prepare(table, recipe, schema)
    fares = np.asarray(column_cells(table, "fare", None).to_pylist(), np.float64)
    assert dataset.train.weights == pytest.approx(fares[dataset.parts.train] + 1)
    assert "heavy" not in dataset.preparation.inputs.numbers


def test_a_test_file_without_what_weighs_its_rows_is_told_by_name(tmp_path: Path) -> None:
    other = passengers(tmp_path / "other.csv")
    frame = pd.read_csv(other)
    frame.drop(columns="fare").to_csv(other, index=False)
    path = passengers(tmp_path / "p.csv")
    table, recipe, schema = weighted(path, method=SplitMethod.FILE, file=str(other))
    recipe = recipe.with_column(ColumnSpec(name="fare", kind=Kind.NUMBER, role=Role.IGNORE))
    with pytest.raises(ColumnMissing, match="fare") as caught:
        prepare(table, recipe, schema)
    assert str(other) in str(caught.value)
