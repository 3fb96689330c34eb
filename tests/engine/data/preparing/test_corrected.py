from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from pydantic import ValidationError

from engine.data.columns.infer import complete, infer_schema
from engine.data.open import open_table
from engine.data.preparing.columnar import column_cells
from engine.data.preparing.corrected import CorrectedSource, corrected_source, correction_notes
from engine.data.preparing.dataset import prepare
from engine.data.table import Table
from engine.recipe.recipe import Recipe
from engine.recipe.rows import CellCorrection, ColumnCorrections, RowRules, with_corrections
from engine.recipe.step_edits import with_step_disabled, with_step_enabled, without_step
from engine.recipe.words import recipe_steps


def correction(row: int, found: str | None, value: str) -> CellCorrection:
    return CellCorrection(row=row, found=found, value=value)


def with_cells(recipe: Recipe, column: str, *cells: CellCorrection) -> Recipe:
    return recipe.model_copy(update={"rows": with_corrections(recipe.rows, column, cells)})


@pytest.fixture
def table(tmp_path: Path) -> Table:
    generator = np.random.default_rng(0)
    size = generator.normal(size=120)
    path = tmp_path / "made.csv"
    pd.DataFrame(
        {
            "size": size.round(4),
            "count": np.arange(120),
            "label": np.where(size + generator.normal(size=120) > 0, "big", "small"),
        }
    ).to_csv(path, index=False)
    return open_table(path)


def test_cells_read_as_corrected_in_any_span_of_rows(table: Table) -> None:
    labels = table.cells("label", 0, 120)
    rows = (3, 50, 119)
    cells = [correction(row, labels[row], "tiny") for row in rows]
    source = corrected_source(table, with_cells(Recipe(), "label", *cells))
    expected: list[Any] = ["tiny" if row in rows else text for row, text in enumerate(labels)]
    assert column_cells(source, "label", None).to_pylist() == expected
    assert column_cells(source, "label", slice(40, 60)).to_pylist() == expected[40:60]
    picked = np.array([119, 2, 3, 70])
    assert column_cells(source, "label", picked).to_pylist() == [expected[row] for row in picked]
    assert column_cells(source, "count", None) == column_cells(table, "count", None)
    assert correction_notes(source) == ()


def test_numbers_keep_their_type_and_an_empty_value_is_none(table: Table) -> None:
    recipe = with_cells(Recipe(), "count", correction(4, "4", "400"), correction(5, "5", ""))
    cells = column_cells(corrected_source(table, recipe), "count", slice(3, 7))
    assert cells.to_pylist() == [3, 400, None, 6]
    assert pa.types.is_integer(cells.type)


def test_what_does_not_fit_is_not_used_and_told(table: Table) -> None:
    recipe = with_cells(
        Recipe(),
        "count",
        correction(4, "5", "400"),  # another cell stands there
        correction(6, "6", "many"),  # no number
        correction(500, "500", "1"),  # no such row
        correction(7, "7", "70"),
    )
    source = corrected_source(table, with_cells(recipe, "colour", correction(0, "red", "blue")))
    assert column_cells(source, "count", slice(4, 8)).to_pylist() == [4, 5, 6, 70]
    told = [str(note) for note in correction_notes(source)]
    assert told[0].startswith("“count”: 3 corrections are not used, that of row 5 first")
    assert told[1] == "“colour” is not in the table: 1 correction of it is not used."


def test_parts_stay_those_without_corrections(table: Table) -> None:
    schema = infer_schema(table)
    recipe = complete(Recipe().with_target("label"), schema)
    before = prepare(table, recipe, schema)
    row = int(before.parts.test[0])
    other = {"big": "small", "small": "big"}
    cells = [
        correction(each, text, other[text or ""])
        for each, text in enumerate(table.cells("label", 0, 120))
        if each == row or each in before.parts.train[:10]
    ]
    after = prepare(table, with_cells(recipe, "label", *cells), schema)
    for part in ("train", "validation", "test"):
        assert np.array_equal(getattr(before.parts, part), getattr(after.parts, part))
    assert before.test.values is not None
    assert after.test.values is not None
    assert before.test.values[0] != after.test.values[0]
    assert np.array_equal(before.test.values[1:], after.test.values[1:])
    assert int((before.train.values != after.train.values).sum()) == 10


def test_a_label_without_a_value_leaves_its_row_out(table: Table) -> None:
    schema = infer_schema(table)
    recipe = complete(Recipe().with_target("label"), schema)
    label = table.cells("label", 0, 1)[0]
    whole = prepare(table, recipe, schema)
    after = prepare(table, with_cells(recipe, "label", correction(0, label, "")), schema)
    rows = [len(each.train) + len(each.validation) + len(each.test) for each in (whole, after)]
    assert rows == [120, 119]
    assert sum(each.count for each in after.left_out) == 1


def test_a_source_is_corrected_once(table: Table) -> None:
    recipe = with_cells(Recipe(), "count", correction(4, "4", "5"))
    source = corrected_source(table, recipe)
    assert isinstance(source, CorrectedSource)
    assert corrected_source(source, recipe) is source
    assert corrected_source(table, Recipe()) is table


def test_later_corrections_replace_earlier_ones_and_none_is_kept_without_effect() -> None:
    rules = with_corrections(
        RowRules(), "label", [correction(1, "a", "b"), correction(2, "a", "b")]
    )
    rules = with_corrections(rules, "label", [correction(1, "a", "c"), correction(2, "a", "a")])
    assert rules.corrections[0].cells == (correction(1, "a", "c"),)
    assert with_corrections(rules, "label", [correction(1, "a", "a")]) == RowRules()
    with pytest.raises(ValidationError, match="corrected twice"):
        ColumnCorrections(name="x", cells=(correction(1, "a", "b"), correction(1, "a", "c")))


def test_corrections_are_a_step_that_can_be_left_out_or_switched_off() -> None:
    recipe = with_cells(Recipe(), "label", correction(1, "a", "b"), correction(2, "a", "b"))
    step = next(step for step in recipe_steps(recipe) if step.path[:2] == ("rows", "corrections"))
    assert str(step) == "label: 2 cells corrected"
    assert step.removable
    assert step.can_be_disabled
    assert without_step(recipe, step.path).rows == RowRules()
    off = with_step_disabled(recipe, step.path)
    assert off.rows == RowRules()
    assert [each.enabled for each in recipe_steps(off) if each.path == step.path] == [False]
    assert with_step_enabled(off, step.path) == recipe
    assert Recipe.model_validate_json(recipe.model_dump_json()) == recipe
