"""Another file beside a preparation: each kind of difference has its count and its words."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from engine.data.preparing import matching
from engine.data.preparing.match_report import ColumnMatch, FileMatch
from engine.data.preparing.matching import match_source
from engine.data.preparing.preparation import Preparation
from engine.errors import Cancelled
from engine.recipe.recipe import Recipe
from engine.schema import Kind
from tests.engine.training.tables import recipe_for, schema_of

KINDS = {"colour": Kind.CATEGORY, "when": Kind.DATE, "label": Kind.CATEGORY}


def trained(rows: int = 60) -> pd.DataFrame:
    rng = np.random.default_rng(3)
    return pd.DataFrame(
        {
            "age": rng.integers(18, 90, rows).astype(float),
            "colour": rng.choice(["red", "green", "blue"], rows).astype(object),
            "when": pd.to_datetime("2020-03-01") + pd.to_timedelta(rng.integers(0, 900, rows), "D"),
            "label": rng.choice(["no", "yes"], rows).astype(object),
        }
    )


def recipe_of(**columns: dict[str, Any]) -> Recipe:
    recipe = recipe_for(schema_of(trained(), **KINDS), "label")
    for name, fields in columns.items():
        spec = recipe.column(name)
        recipe = recipe.with_column(type(spec).model_validate({**spec.model_dump(), **fields}))
    return recipe


def matched(other: Any, recipe: Recipe | None = None, **options: Any) -> FileMatch:
    frame = trained()
    recipe = recipe or recipe_of()
    fitted = Preparation.fit(frame, recipe, schema_of(frame, **KINDS), np.arange(len(frame)))
    return match_source(fitted, other, recipe, **options)


def column(found: FileMatch, name: str) -> ColumnMatch:
    (one,) = (each for each in found.columns if each.name == name)
    return one


def said(found: FileMatch | ColumnMatch) -> str:
    return " ".join(map(str, found.remarks))


def test_the_training_table_itself_matches_without_a_remark() -> None:
    found = matched(trained())
    assert found.usable
    assert found.has_target
    assert not found.remarks
    assert all(each.is_as_in_training for each in found.columns)
    assert str(found.summary()) == "All columns are there and as in training."
    assert (found.rows, found.not_scored) == (60, 0)


def test_columns_in_another_order_and_without_a_target_can_be_predicted() -> None:
    found = matched(trained()[["when", "colour", "age"]])
    assert found.usable
    assert not found.has_target
    assert "another order" in said(found)
    assert "predicted, but not scored" in said(found)


def test_a_missing_column_is_told_with_the_name_most_like_it_and_extra_ones_are_not_used() -> None:
    found = matched(trained().rename(columns={"age": "Age "}).assign(note="x"))
    assert not found.usable
    gone = column(found, "age")
    assert (gone.state, gone.closest) == ("missing", "Age ")
    assert "cannot be predicted" in said(gone)
    assert [each.name for each in found.of("extra")] == ["Age ", "note"]
    assert "it is not used" in said(column(found, "note"))
    assert str(found.summary()) == "The file lacks 1 column that is needed."


def test_unseen_levels_are_named_and_counted() -> None:
    other = trained()
    other.loc[:4, "colour"] = "mauve"
    other.loc[5:6, "colour"] = "teal"
    found = matched(other)
    colour = column(found, "colour")
    assert colour.unseen == 7
    assert [(each.level, each.rows) for each in colour.levels] == [("mauve", 5), ("teal", 2)]
    assert "count as unknown" in said(colour)
    assert "not as in training" in str(found.summary())


def test_values_in_another_unit_are_seen() -> None:
    found = matched(trained().assign(age=lambda frame: frame["age"] * 365))
    age = column(found, "age")
    assert age.far == 60
    assert age.low_here is not None
    assert age.high is not None
    assert age.low_here > age.high
    assert "another unit?" in said(age)


def test_a_column_of_another_kind_says_what_becomes_of_its_cells() -> None:
    other = pa.table(
        {
            "age": pa.array(["old", "12", ""] * 20),
            "colour": pa.array([1, 2, None] * 20),
            "when": pa.array(["2021-01-01", "soon", None] * 20),
            "label": pa.array(["no", "maybe", None] * 20),
        }
    )
    found = matched(other)
    age, colour, when = (column(found, name) for name in ("age", "colour", "when"))
    assert (age.misfits, age.missing, age.kind) == (20, 20, Kind.NUMBER)
    assert (colour.kind_here, colour.unseen) == (Kind.NUMBER, 40)
    assert "name of a level" in said(colour)
    assert (when.misfits, when.missing) == (20, 20)
    assert (found.without_target, found.strange_targets, found.not_scored) == (20, 20, 40)
    assert "20 rows have a class of “label” that no training row has" in said(found)


def test_rows_with_gaps_are_left_out_of_scoring_where_the_recipe_drops_them() -> None:
    other = trained()
    other.loc[:9, "age"] = np.nan
    found = matched(other, recipe_of(age={"missing": "drop_row"}))
    assert found.not_scored == 10
    assert "left out where the result is scored" in said(column(found, "age"))


def test_hidden_values_are_what_is_compared_and_shown() -> None:
    recipe = recipe_of(colour={"hide": {"kind": "mask", "keep": 1}})
    other = trained()
    other.loc[:2, "colour"] = "mauve"
    colour = column(matched(other, recipe), "colour")
    assert [(each.level, each.rows) for each in colour.levels] == [("m***", 3)]


def test_blocks_of_rows_give_the_same_report(monkeypatch: pytest.MonkeyPatch) -> None:
    other = trained().assign(age=lambda frame: frame["age"] * 100)
    other.loc[::3, "colour"] = "mauve"
    whole = matched(other)
    told: list[tuple[int, int]] = []
    monkeypatch.setattr(matching, "SPAN_ROWS", 7)
    in_blocks = matched(other, progress=lambda done, of: told.append((done, of)))
    assert in_blocks == whole
    assert told[-1] == (60, 60)
    assert len(told) == 9
    with pytest.raises(Cancelled):
        matched(other, cancelled=lambda: True)


def test_the_report_goes_through_json() -> None:
    other = trained().drop(columns="age")
    found = matched(other, rejected=3)
    assert "3 rows cannot be read" in said(found)
    assert FileMatch.model_validate_json(found.model_dump_json()) == found
