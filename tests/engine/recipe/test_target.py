"""What a recipe says of the target: short forms, names after merging, broken rules and their fixes."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from engine.recipe.checks import findings
from engine.recipe.recipe import Recipe
from engine.recipe.target import TargetSpec
from engine.recipe.target_checks import outcome_findings
from engine.schema import Kind, Task

CLASSES = {"a": 50, "b": 40, "c": 6, "d": 4}


def recipe_of(outcome: dict[str, Any] | None = None, **training: Any) -> Recipe:
    return Recipe.model_validate({"outcome": outcome or {}, "training": training})


def test_recipes_without_a_word_on_the_target_load_as_before() -> None:
    recipe = Recipe.model_validate({"trainyard": 1, "training": {"class_weights": "balanced"}})
    assert recipe.outcome == TargetSpec()
    assert recipe.training.loss.kind == "auto"
    assert Recipe.model_validate_json(recipe.model_dump_json()) == recipe


def test_short_forms_are_understood() -> None:
    recipe = recipe_of(
        {"merge": {"other": ["c", "d"], "A": "a"}, "transform": "log"},
        loss="huber",
        custom_weights={"A": 2},
    )
    assert [(g.name, g.classes) for g in recipe.outcome.merge] == [
        ("other", ("c", "d")),
        ("A", ("a",)),
    ]
    assert (recipe.outcome.transform.kind, recipe.training.loss.kind) == ("log", "huber")
    assert [(w.name, w.weight) for w in recipe.training.custom_weights] == [("A", 2.0)]
    assert recipe_of(loss=None).training.loss.kind == "auto"
    assert Recipe.model_validate_json(recipe.model_dump_json()) == recipe


@pytest.mark.parametrize(
    "wrong",
    [
        {"outcome": {"rare": 1}},
        {"outcome": {"merge": {"": ["a"]}}},
        {"outcome": {"merge": {"x": []}}},
        {"outcome": {"resampling": "twice"}},
        {"outcome": {"transform": {"kind": "quantile", "quantiles": 1}}},
        {"training": {"custom_weights": {"a": 0}}},
        {"training": {"loss": {"kind": "quantile", "level": 1}}},
        {"training": {"loss": {"kind": "cross_entropy", "smoothing": 0.6}}},
        {"training": {"loss": "none such"}},
    ],
)
def test_values_out_of_bounds_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Recipe.model_validate(wrong)


def test_rare_classes_are_counted_after_merging() -> None:
    spec = TargetSpec.model_validate({"merge": {"cd": ["c", "d"]}, "rare": 10})
    assert spec.merged(CLASSES) == {"a": 50, "b": 40, "cd": 10}
    spec = TargetSpec.model_validate({"merge": {"cd": ["c", "d"]}, "rare": 41, "rare_name": "few"})
    assert spec.merged(CLASSES) == {"a": 50, "few": 50}
    assert spec.names(CLASSES) == {"a": "a", "b": "few", "c": "few", "d": "few"}


def test_classes_that_are_not_ordered_follow() -> None:
    spec = TargetSpec(order=("c", "no such", "a"))
    assert spec.ordered(("a", "b", "c")) == ("c", "a", "b")


def test_another_target_forgets_the_classes_of_the_one_before() -> None:
    recipe = recipe_of({"positive": "a"}, class_weights="custom", custom_weights={"a": 2})
    chosen = recipe.with_target("label", Kind.CATEGORY)
    assert chosen.outcome.positive == "a"  # there was none before
    assert chosen.with_target("label").outcome.positive == "a"
    for other in (chosen.with_target("amount"), chosen.with_target("label", Kind.NUMBER)):
        assert other.outcome == TargetSpec()
        assert (other.training.class_weights, other.training.custom_weights) == ("none", ())
    balanced = recipe_of(class_weights="balanced").with_target("a").with_target("b")
    assert balanced.training.class_weights == "balanced"


BROKEN: list[tuple[dict[str, Any], dict[str, Any], tuple[str, ...]]] = [
    (
        {"merge": [{"name": "x", "classes": ["a"]}, {"name": "y", "classes": ["a", "b"]}]},
        {},
        ("outcome", "merge"),
    ),
    (
        {"merge": [{"name": "x", "classes": ["a"]}, {"name": "x", "classes": ["b"]}]},
        {},
        ("outcome", "merge"),
    ),
    ({"merge": {"x": ["a", "b"]}, "positive": "a"}, {}, ("outcome", "positive")),
    ({"merge": {"x": ["a", "b"]}, "order": ["a", "b", "c"]}, {}, ("outcome", "order")),
    ({"order": ["a", "b", "a"]}, {}, ("outcome", "order")),
    ({"resampling": "oversample"}, {"class_weights": "balanced"}, ("training", "class_weights")),
    ({}, {"class_weights": "custom"}, ("training", "custom_weights")),
    (
        {"merge": {"x": ["a", "b"]}},
        {"class_weights": "custom", "custom_weights": {"a": 3}},
        ("training", "custom_weights"),
    ),
    ({"transform": "log"}, {"loss": "poisson"}, ("outcome", "transform")),
]


@pytest.mark.parametrize(("outcome", "training", "path"), BROKEN)
def test_a_broken_rule_has_a_fix_that_mends_it(
    outcome: dict[str, Any], training: dict[str, Any], path: tuple[str, ...]
) -> None:
    found = findings(recipe_of(outcome, **training))
    assert [finding.path for finding in found] == [path]
    assert found[0].fix_label is not None
    assert found[0].fixed is not None
    assert findings(found[0].fixed) == ()


def test_a_name_that_is_merged_away_becomes_the_new_one() -> None:
    recipe = recipe_of({"merge": {"x": ["a", "b"]}, "positive": "a", "order": ["c", "b", "a"]})
    fixed = findings(recipe)[0].fixed
    assert fixed is not None
    assert (fixed.outcome.positive, fixed.outcome.order) == ("x", ("c", "x"))


UNFIT: list[tuple[Task, dict[str, Any], dict[str, Any], tuple[str, ...]]] = [
    (Task.MULTICLASS, {"positive": "z"}, {}, ("outcome", "positive")),
    (Task.MULTICLASS, {"order": ["a", "z"]}, {}, ("outcome", "order")),
    (Task.MULTICLASS, {"merge": {"x": ["a", "z"]}}, {}, ("outcome", "merge")),
    (Task.MULTICLASS, {"merge": {"a": ["b", "c"]}}, {}, ("outcome", "merge")),
    (Task.MULTICLASS, {"merge": {"x": ["a", "b", "c", "d"]}}, {}, ("outcome", "merge")),
    (Task.MULTICLASS, {"rare": 1000}, {}, ("outcome", "rare")),
    (Task.MULTICLASS, {"rare": 40, "rare_name": "a"}, {}, ("outcome", "rare_name")),
    (Task.MULTICLASS, {"transform": "log"}, {}, ("outcome", "transform")),
    (Task.MULTICLASS, {}, {"loss": "squared"}, ("training", "loss")),
    (
        Task.MULTICLASS,
        {},
        {"class_weights": "custom", "custom_weights": {"z": 2}},
        ("training", "custom_weights"),
    ),
    (Task.REGRESSION, {"positive": "a"}, {}, ("outcome", "positive")),
    (Task.REGRESSION, {"resampling": "undersample"}, {}, ("outcome", "resampling")),
    (Task.REGRESSION, {}, {"loss": "focal"}, ("training", "loss")),
    (
        Task.REGRESSION,
        {},
        {"class_weights": "custom", "custom_weights": {"a": 2}},
        ("training", "class_weights"),
    ),
]


@pytest.mark.parametrize(("task", "outcome", "training", "path"), UNFIT)
def test_what_does_not_fit_the_table_is_told_with_a_fix(
    task: Task, outcome: dict[str, Any], training: dict[str, Any], path: tuple[str, ...]
) -> None:
    classes = CLASSES if task.is_classification else {}
    found = outcome_findings(recipe_of(outcome, **training), task, classes)
    assert [finding.path for finding in found] == [path]
    assert found[0].fixed is not None
    assert outcome_findings(found[0].fixed, task, classes) == ()
    assert findings(found[0].fixed) == ()


def test_a_misspelt_class_is_recognised() -> None:
    recipe = recipe_of({"positive": "surviveed"})
    found = outcome_findings(recipe, Task.BINARY, {"died": 5, "survived": 3})
    assert found[0].fixed is not None
    assert found[0].fixed.outcome.positive == "survived"
    assert "survived" in str(found[0].problem)


def test_a_recipe_that_fits_has_no_findings() -> None:
    recipe = recipe_of(
        {"merge": {"other": ["c", "d"]}, "positive": "other", "order": ["b", "other"], "rare": 5},
        class_weights="custom",
        custom_weights={"other": 4},
        loss="focal",
    )
    assert findings(recipe) == ()
    assert outcome_findings(recipe, Task.MULTICLASS, CLASSES) == ()
