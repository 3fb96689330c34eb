"""`--set`: any field of a recipe, by its path."""

from __future__ import annotations

from typing import Any

import pytest

from engine.errors import RecipeInvalid
from engine.recipe.column_families import Scaling
from engine.recipe.path_edits import edited
from engine.recipe.recipe import Recipe


def value(recipe: Recipe, path: str) -> Any:
    found: Any = recipe.model_dump(mode="json")
    for key in path.split("."):
        found = found[key]
    return found


@pytest.mark.parametrize(
    ("edit", "path", "expected"),
    [
        ("training.epochs=7", "training.epochs", 7),
        ("training.optimizer.learning_rate=3e-4", "training.optimizer.learning_rate", 3e-4),
        ("training.clip_norm=null", "training.clip_norm", None),
        ("training.early_stopping.enabled=false", "training.early_stopping.enabled", False),
        ("model.trunk.widths=[64, 32]", "model.trunk.widths", [64, 32]),
        ("model.trunk.activation=gelu", "model.trunk.activation", "gelu"),
        ("model.trunk.kind=linear", "model.trunk", {"kind": "linear"}),
        ('model.trunk={"kind": "mlp", "widths": [5]}', "model.trunk.widths", [5]),
        ("reading.delimiter=;", "reading.delimiter", ";"),
        (" split.seed = 3 ", "split.seed", 3),
    ],
)
def test_a_field_is_set(edit: str, path: str, expected: Any) -> None:
    assert value(edited(Recipe(), [edit]), path) == expected


def test_naming_another_kind_starts_from_its_defaults() -> None:
    recipe = edited(Recipe(), ["training.optimizer.kind=sgd", "training.optimizer.momentum=0.5"])
    assert value(recipe, "training.optimizer")["momentum"] == 0.5
    assert value(recipe, "training.optimizer")["learning_rate"] == 0.01
    same = edited(recipe, ["training.optimizer.kind=sgd"])
    assert same == recipe


def test_columns_are_named_in_the_path() -> None:
    recipe = Recipe.model_validate({"columns": [{"name": "age"}, {"position": -1}]})
    found = edited(
        recipe,
        ["columns.age.role=ignore", "columns.-1.role=target", "columns.a.b c.kind=category"],
    )
    assert found.column("age").role == "ignore"
    assert found.columns[1].role == "target"
    assert found.column("a.b c").kind == "category"


def test_a_step_of_a_column_is_named_by_its_kind_or_field_by_field() -> None:
    found = edited(
        Recipe(),
        [
            "columns.age.scale=log",
            "columns.fare.scale.kind=quantile",
            "columns.fare.scale.output=uniform",
            "columns.fare.missing=median",
            "columns.fare.flag=true",
            "columns.petal.length.scale.kind=bins",
            'columns.city.rare={"kind": "count", "below": 5}',
        ],
    )
    assert found.column("age").scale == Scaling.default("log")
    assert value(found, "columns")[1]["scale"] == {
        "kind": "quantile",
        "output": "uniform",
        "quantiles": 1000,
    }
    assert found.column("fare").flag is True
    assert found.column("petal.length").scale == Scaling.default("bins")
    assert value(found, "columns")[3]["rare"]["below"] == 5
    back = edited(found, ["columns.age.scale=auto", "columns.fare.scale.kind=standard"])
    assert back.column("age").scale is None
    assert back.column("fare").scale == Scaling.default("standard")


def test_a_column_that_is_listed_is_preferred_where_a_path_has_two_meanings() -> None:
    listed = Recipe.model_validate({"columns": [{"name": "a.scale"}]})
    assert edited(listed, ["columns.a.scale.kind=number"]).column("a.scale").kind == "number"
    found = edited(Recipe(), ["columns.a.scale.kind=log"])
    assert found.column("a").scale == Scaling.default("log")


@pytest.mark.parametrize(
    ("edit", "path", "expected"),
    [
        ("outcome.positive=0", "outcome.positive", "0"),
        ("outcome.positive=1.50", "outcome.positive", "1.50"),
        ("outcome.positive=true", "outcome.positive", "true"),
        ("outcome.order=[1, 0]", "outcome.order", ["1", "0"]),
        (
            'outcome.merge={"few": [1, 2]}',
            "outcome.merge",
            [{"name": "few", "classes": ["1", "2"]}],
        ),
        ("split.column=7", "split.column", "7"),
        ("training.epochs=7", "training.epochs", 7),
    ],
)
def test_names_that_look_like_numbers_need_no_quotes(edit: str, path: str, expected: Any) -> None:
    assert value(edited(Recipe(), [edit]), path) == expected


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        ("training", "path=value"),
        ("=3", "path=value"),
        ("trainig.epochs=3", "Did you mean “training”?"),
        ("training.xyz=3", "Known here: epochs"),
        ("columns.age=ignore", "columns.age.role"),
        ("columns.age.role=boss", "'feature'"),
        ("columns.age.rule=ignore", "Did you mean “role”?"),
        ("columns.age.scale=lgo", "choose one of auto, none"),
        ("columns.age.scale.output=uniform", "Set columns.age.scale.kind first"),
        ("model.trunk.dropout=2", "found 2"),
        ("model.trunk.kind=nothing", "choose one of"),
        ("training.epochs=1.5", "whole number"),
        ("split=3", "split"),
        ("outcome.positive=[0]", "a text"),
    ],
)
def test_what_does_not_fit_is_told(edit: str, said: str) -> None:
    with pytest.raises(RecipeInvalid) as caught:
        edited(Recipe(), [edit])
    assert said in str(caught.value)
