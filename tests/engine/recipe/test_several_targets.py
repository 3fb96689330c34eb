"""Recipes of several targets: their columns, what each says of itself, broken rules and their fixes."""

from __future__ import annotations

from typing import Any

import pytest

from engine.recipe.checks import findings
from engine.recipe.recipe import Recipe
from engine.recipe.several_targets import target_findings
from engine.recipe.target import TargetSpec
from engine.schema import Kind, Task


def recipe_of(*targets: dict[str, Any], **more: Any) -> Recipe:
    columns = [{"name": "age"}, *({"role": "target", **target} for target in targets)]
    return Recipe.model_validate({"columns": columns, **more})


PRICE, AREA = {"name": "price", "kind": "number"}, {"name": "area", "kind": "number"}
RAIN, WIND = {"name": "rain", "kind": "category"}, {"name": "wind", "kind": "category"}


def test_targets_come_in_the_order_of_the_columns() -> None:
    recipe = recipe_of(PRICE, AREA)
    assert recipe.targets == ("price", "area")
    assert recipe.target == "price"
    assert Recipe().targets == ()
    assert findings(recipe) == ()


def test_a_target_without_settings_of_its_own_has_those_of_all() -> None:
    own = {**AREA, "outcome": {"transform": "log"}}
    recipe = recipe_of(PRICE, own, outcome={"transform": "quantile"})
    assert recipe.outcome_of("price").transform.kind == "quantile"
    assert recipe.outcome_of("area").transform.kind == "log"
    assert Recipe.model_validate_json(recipe.model_dump_json()) == recipe


def test_settings_of_one_of_several_targets_are_its_own() -> None:
    log = TargetSpec.model_validate({"transform": "log"})
    recipe = recipe_of(PRICE, AREA).with_outcome_of("area", log)
    assert recipe.outcome == TargetSpec()
    assert recipe.column("area").outcome == log
    assert recipe_of(PRICE).with_outcome_of("price", log).outcome == log


def test_the_last_target_left_keeps_what_it_said_of_itself() -> None:
    own = {**AREA, "outcome": {"transform": "log"}}
    recipe = recipe_of(PRICE, own).without_target("price")
    assert recipe.targets == ("area",)
    assert (recipe.outcome.transform.kind, recipe.column("area").outcome) == ("log", None)
    assert recipe.column("price").role is None


def test_targets_are_added_beside_others_or_instead_of_them() -> None:
    recipe = recipe_of(PRICE)
    assert recipe.with_target_beside("area", Kind.NUMBER).targets == ("price", "area")
    several = recipe_of(PRICE, {**AREA, "outcome": {"transform": "log"}})
    alone = several.with_target("price", Kind.NUMBER)
    assert alone.targets == ("price",)
    assert alone.column("area").outcome is None


BROKEN: list[tuple[Recipe, tuple[str, ...], str]] = [
    (recipe_of(PRICE, RAIN, AREA), ("columns",), "Not numbers: rain"),
    (recipe_of(RAIN, PRICE), ("columns",), "Numbers: price"),
    (
        recipe_of(RAIN, WIND, outcome={"resampling": "oversample"}),
        ("outcome", "resampling"),
        "several targets",
    ),
    (
        recipe_of(RAIN, {**WIND, "outcome": {"resampling": "oversample"}}),
        ("outcome", "resampling"),
        "several targets",
    ),
    (
        recipe_of(RAIN, WIND, training={"class_weights": "custom", "custom_weights": {"yes": 2}}),
        ("training", "class_weights"),
        "one target",
    ),
    (
        recipe_of(RAIN, {**WIND, "outcome": {"merge": {"x": ["a"], "y": ["a"]}}}),
        ("columns", "wind", "outcome", "merge"),
        "“a”",
    ),
]


@pytest.mark.parametrize(("recipe", "path", "words"), BROKEN)
def test_what_several_targets_cannot_have_is_told_with_a_fix(
    recipe: Recipe, path: tuple[str, ...], words: str
) -> None:
    found = findings(recipe)
    assert [finding.path for finding in found] == [path]
    assert words in str(found[0].problem)
    assert found[0].fixed is not None
    assert findings(found[0].fixed) == ()


def test_the_fix_for_mixed_kinds_keeps_the_kind_of_the_first() -> None:
    fixed = findings(recipe_of(PRICE, RAIN, AREA))[0].fixed
    assert fixed is not None
    assert fixed.targets == ("price", "area")


def test_a_label_of_many_classes_is_named() -> None:
    recipe = recipe_of(RAIN, WIND, {"name": "sky", "kind": "category"})
    distinct = {"rain": 2, "wind": 2, "sky": 5}
    found = list(target_findings(recipe, Task.MULTI_LABEL, {}, distinct))
    assert "“sky” has more than two classes" in str(found[0].problem)
    assert found[0].fixed is not None
    assert found[0].fixed.targets == ("rain", "wind")


def test_what_does_not_fit_one_target_is_mended_in_that_one() -> None:
    recipe = recipe_of(RAIN, {**WIND, "outcome": {"positive": "yess"}})
    classes = {"rain": {"no": 3, "yes": 4}, "wind": {"no": 3, "yes": 4}}
    found = list(target_findings(recipe, Task.MULTI_LABEL, classes, {"rain": 2, "wind": 2}))
    assert [finding.path for finding in found] == [("columns", "wind", "outcome", "positive")]
    assert found[0].fixed is not None
    assert found[0].fixed.outcome_of("wind").positive == "yes"
    assert found[0].fixed.outcome == recipe.outcome


def test_a_loss_for_classes_is_refused_for_several_numbers() -> None:
    recipe = recipe_of(PRICE, AREA, training={"loss": "focal"})
    found = list(target_findings(recipe, Task.MULTI_REGRESSION, {}, {}))
    assert found[0].path == ("training", "loss")
    assert found[0].fixed is not None
    assert found[0].fixed.training.loss.kind == "auto"
