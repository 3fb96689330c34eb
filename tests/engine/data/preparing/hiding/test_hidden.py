"""Hidden columns: whatever is done with rows sees hidden values only, from the first moment on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.data.cells.cell_types import CellKind
from engine.data.columns.infer import complete, infer_schema
from engine.data.open import open_table
from engine.data.preparing.columnar import column_cells
from engine.data.preparing.dataset import Dataset, prepare
from engine.data.preparing.hidden import HiddenSource, hidden_in, hidden_source
from engine.data.preparing.preparation import Preparation
from engine.errors import KeyMissing
from engine.recipe.reading import CellFix, ColumnReading, Reading
from engine.recipe.recipe import Recipe
from engine.recipe.rows import DerivedColumn
from engine.schema import Kind, Role
from tests.engine.trained import write_csv
from tests.engine.training.tables import recipe_for, schema_of

HIDE: dict[str, dict[str, Any]] = {
    "name": {"kind": "mask", "keep": 1},
    "code": {"kind": "prefix", "length": 2},
    "age": {"kind": "coarsen_number", "step": 10, "top": 80},
    "when": {"kind": "coarsen_date", "to": "quarter"},
    "label": {"kind": "hash"},
}
KINDS = {
    "name": Kind.CATEGORY,
    "code": Kind.CATEGORY,
    "when": Kind.DATE,
    "label": Kind.CATEGORY,
}


def people(rows: int, seed: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "name": rng.choice(["Ann", "Anna", "Abe", "Bo", "Bea"], rows).astype(object),
            "code": rng.choice(["10115", "10119", "20095", "80331"], rows).astype(object),
            "age": rng.integers(18, 99, rows) + rng.choice([0.0, 0.5], rows),
            "when": pd.to_datetime("2020-01-07") + pd.to_timedelta(rng.integers(0, 900, rows), "D"),
            "label": rng.choice(["never", "always"], rows).astype(object),
        }
    )
    frame.loc[rng.random(rows) < 0.1, "age"] = np.nan
    frame.loc[rng.random(rows) < 0.1, "name"] = None
    frame.loc[:1, "label"] = ["never", "always"]
    return frame


def with_hiding(recipe: Recipe, names: set[str]) -> Recipe:
    for name in names:
        spec = recipe.column(name)
        recipe = recipe.with_column(
            type(spec).model_validate({**spec.model_dump(), "hide": HIDE[name]})
        )
    return recipe


def hidden_by_hand(frame: pd.DataFrame, recipe: Recipe) -> pa.Table:
    source = hidden_source(frame, recipe)
    return pa.table({name: column_cells(source, name, None) for name in frame.columns})


def same(one: Dataset, other: Dataset) -> bool:
    for part in ("train", "validation", "test"):
        a, b = getattr(one, part), getattr(other, part)
        pairs = [(a.numbers, b.numbers), (a.codes, b.codes), (a.values, b.values)]
        pairs += [(getattr(one.parts, part), getattr(other.parts, part))]
        if not all(np.array_equal(x, y) for x, y in pairs):
            return False
    return True


@settings(max_examples=15)
@given(
    seed=st.integers(0, 1000),
    names=st.sets(st.sampled_from(sorted(HIDE)), min_size=1),
    alike=st.sampled_from(["keep", "drop", "together"]),
)
def test_a_hidden_table_is_prepared_as_if_it_had_come_hidden(
    seed: int, names: set[str], alike: str
) -> None:
    frame = people(60, seed)
    schema = schema_of(frame, **KINDS)
    plain = recipe_for(schema, "label").model_copy(
        update={"rows": Recipe.model_validate({"rows": {"duplicates": alike}}).rows}
    )
    recipe = with_hiding(plain, names)
    found = prepare(frame, recipe, schema)
    by_hand = prepare(hidden_by_hand(frame, recipe), plain, schema)
    assert same(found, by_hand)
    assert {column.name for column in found.preparation.hidden} == names


@settings(max_examples=10)
@given(seed=st.integers(0, 1000), cell=st.sampled_from(["?", "1,5", "2020-01-01", ""]))
def test_rows_that_are_not_trained_on_have_no_say(seed: int, cell: str) -> None:
    frame = people(60, seed)
    schema = schema_of(frame, **KINDS)
    recipe = with_hiding(recipe_for(schema, "label"), set(HIDE))
    rows = np.arange(0, 60, 2)
    text = pa.table({n: [None if c != c else c and str(c) for c in frame[n]] for n in frame})
    corrupted = pa.table(
        {
            name: [c if i % 2 == 0 else cell for i, c in enumerate(text[name].to_pylist())]
            for name in text.column_names
        }
    )
    one, other = (Preparation.fit(each, recipe, schema, rows) for each in (text, corrupted))
    assert one == other


def test_a_preparation_hides_new_rows_and_is_the_same_when_it_is_read_again(
    tmp_path: Path,
) -> None:
    frame = people(80, 1)
    schema = schema_of(frame, **KINDS)
    recipe = with_hiding(recipe_for(schema, "label"), set(HIDE))
    fitted = Preparation.fit(frame, recipe, schema, np.arange(60))
    fitted.save(tmp_path)
    again = Preparation.load(tmp_path)
    assert again == fitted
    new = frame.iloc[60:]
    for source in (new, new[new.columns[::-1]], HiddenSource(new, fitted.hidden)):
        one = fitted.transform(source, with_target=True)
        other = again.transform(new, with_target=True)
        assert np.array_equal(one.numbers, other.numbers)
        assert np.array_equal(one.codes, other.codes)
    text = (tmp_path / "preparation.json").read_text()
    assert '"Ann"' not in text
    assert '"10115"' not in text
    assert "A***" in text
    assert "always" not in text


def test_text_and_typed_cells_are_hidden_alike_in_any_notation(tmp_path: Path) -> None:
    frame = people(60, 2)
    schema = schema_of(frame, **KINDS)
    recipe = with_hiding(recipe_for(schema, "label"), {"age", "name", "when"})
    fitted = Preparation.fit(frame, recipe, schema, np.arange(60))
    text = pa.table(
        {
            name: pa.array(
                ["" if cell != cell or cell is None else str(cell) for cell in frame[name]]
            )
            for name in frame.columns
        }
    )
    commas = text.set_column(
        2, "age", pa.array([cell.replace(".", ",") for cell in text["age"].to_pylist()])
    )
    expected = fitted.transform(frame, with_target=False)
    for source, decimal in ((text, None), (commas, ",")):
        found = fitted.transform(source, with_target=False, decimal=decimal)
        assert np.array_equal(found.numbers, expected.numbers)
        assert np.array_equal(found.codes, expected.codes)


def test_numbers_that_are_hashed_become_a_category(tmp_path: Path) -> None:
    path = write_csv(
        tmp_path / "t.csv", ["id", "x", "y"], [[i % 7, i, "ab"[i % 2]] for i in range(50)]
    )
    table = open_table(path)
    schema = infer_schema(table)
    recipe = complete(
        Recipe.model_validate(
            {"columns": [{"name": "id", "kind": "number", "role": "feature", "hide": "hash"}]}
        ).with_target("y"),
        schema,
    )
    assert recipe.column("id").kind is Kind.CATEGORY
    dataset = prepare(table, recipe, schema)
    assert [name for name, _ in dataset.preparation.inputs.categories] == ["id"]
    assert dataset.preparation.inputs.categories[0][1] == 8


def test_cells_that_cannot_be_read_before_they_are_hidden_are_counted() -> None:
    frame = people(40, 3)
    schema = schema_of(frame, **KINDS)
    recipe = with_hiding(recipe_for(schema, "label"), {"age"})
    fitted = Preparation.fit(frame, recipe, schema, np.arange(40))
    strange = pa.table({**{n: pa.array(frame[n]) for n in frame.columns}, "age": ["?x"] * 40})
    warnings = fitted.transform(strange, with_target=False).warnings
    assert any("could not be hidden as asked" in str(each) for each in warnings)


def test_what_the_model_keeps_of_reading_holds_no_value_of_a_hidden_column(tmp_path: Path) -> None:
    path = write_csv(
        tmp_path / "t.csv",
        ["who", "ok", "y"],
        [[f"Person {i % 9}", ["Ja", "Nein"][i % 2], "ab"[i % 2]] for i in range(60)],
    )
    fix = ColumnReading(name="who", fixes=(CellFix(found="Person 3", value="Person 4"),))
    table = open_table(path, Reading(columns=(fix,)))
    recipe = Recipe.model_validate(
        {
            "columns": [
                {"name": "who", "role": "feature", "kind": "category", "hide": "hash"},
                {"name": "ok", "role": "feature", "kind": "category", "hide": "hash"},
            ]
        }
    ).with_target("y")
    hidden = hidden_in(hidden_source(table, recipe))
    assert [column.cell_type.kind for column in hidden] == [CellKind.TEXT, CellKind.TEXT]
    told = "".join(column.model_dump_json() for column in hidden)
    assert "Person" not in told
    assert "Nein" not in told


def test_a_model_without_its_key_says_so_and_where_the_key_belongs(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    frame = people(40, 4)
    schema = schema_of(frame, **KINDS)
    recipe = with_hiding(recipe_for(schema, "label"), {"label"})
    spec = recipe.column("name")
    recipe = recipe.with_column(
        type(spec).model_validate({**spec.model_dump(), "hide": "hash", "role": Role.FEATURE})
    )
    fitted = Preparation.fit(frame, recipe, schema, np.arange(40))
    monkeypatch.setenv("TRAINYARD_KEYS", str(tmp_path / "elsewhere"))
    with pytest.raises(KeyMissing, match="elsewhere"):
        fitted.transform(frame, with_target=False)


def test_cells_of_all_parts_that_could_not_be_hidden_are_told_once_with_their_number() -> None:
    frame = people(60, 3)
    schema = schema_of(frame, **KINDS)
    strange = pa.table({**{n: pa.array(frame[n]) for n in frame.columns}, "age": ["?x"] * 60})
    recipe = with_hiding(recipe_for(schema, "label"), {"age"})
    recipe = recipe.with_derived(DerivedColumn(name="older", expression="age + 1"))
    told = [str(note) for note in prepare(strange, recipe, schema).notes]
    assert sum("could not be hidden as asked" in each for each in told) == 1
    assert any("“age”: 60 cells" in each for each in told)
    told = [str(note) for note in prepare(frame, recipe, schema).notes]
    assert not any("could not be hidden" in each for each in told)
