"""Split, row rules and derived columns in a recipe: old files load, broken rules are told and mended."""

from __future__ import annotations

import pytest

from engine.recipe.checks import findings
from engine.recipe.columns import ColumnSpec
from engine.recipe.files import parse_recipe, recipe_json
from engine.recipe.recipe import Recipe
from engine.recipe.rows import DerivedColumn, DuplicatePolicy, Duplicates, RowRules
from engine.recipe.split import Split, SplitMethod
from engine.schema import Role

OLD = (
    '{"trainyard": 1, "split": {"method": "stratified", "validation": 0.2, "test": 0.1, "seed": 7}}'
)


def recipe_of(*roles: tuple[str, Role], **split: object) -> Recipe:
    columns = tuple(ColumnSpec(name=name, role=role) for name, role in roles)
    return Recipe(columns=columns, split=Split.model_validate(split))


def test_a_recipe_of_before_keeps_its_split() -> None:
    recipe = parse_recipe(OLD, "old")
    assert recipe.split == Split(method=SplitMethod.STRATIFIED, validation=0.2, test=0.1, seed=7)
    assert recipe.rows == RowRules()
    assert recipe.derived == ()


def test_the_new_parts_are_the_same_after_writing_and_reading() -> None:
    recipe = Recipe(
        derived=(DerivedColumn(name="ratio", expression="a / b"),),
        rows=RowRules(where="a > 1", duplicates=Duplicates(policy=DuplicatePolicy.TOGETHER)),
        split=Split(method=SplitMethod.TIME, column="day", gap=7, folds=5, fold=2),
    )
    assert parse_recipe(recipe_json(recipe), "test") == recipe


def test_a_plain_word_stands_for_a_policy_and_an_empty_condition_for_none() -> None:
    recipe = parse_recipe('{"rows": {"duplicates": "drop", "where": " "}}', "test")
    assert recipe.rows == RowRules(duplicates=Duplicates(policy=DuplicatePolicy.DROP))


@pytest.mark.parametrize(
    ("roles", "method"),
    [
        ((), SplitMethod.AUTO),
        ((Role.GROUP,), SplitMethod.GROUP),
        ((Role.TIME,), SplitMethod.TIME),
        ((Role.TIME, Role.GROUP), SplitMethod.GROUP),
    ],
)
def test_auto_follows_the_roles(roles: tuple[Role, ...], method: SplitMethod) -> None:
    recipe = recipe_of(*((role.value, role) for role in roles))
    assert recipe.split_method is method
    assert recipe.split_column == (method.value if roles else None)


def test_a_named_column_comes_before_one_with_the_role() -> None:
    recipe = recipe_of(("patient", Role.GROUP), method="group", column="house")
    assert recipe.split_column == "house"
    assert recipe_of(("patient", Role.GROUP), method="random").split_column is None


@pytest.mark.parametrize(
    ("recipe", "path"),
    [
        (recipe_of(validation=0.5, test=0.45), "split.validation"),
        (recipe_of(validation=0, test=0), "split.test"),
        (recipe_of(fold=3), "split.folds"),
        (recipe_of(folds=4, fold=5), "split.fold"),
        (recipe_of(method="group"), "split.column"),
        (recipe_of(method="time"), "split.column"),
        (recipe_of(method="column"), "split.column"),
        (recipe_of(("y", Role.TARGET), method="group", column="y"), "split.column"),
        (recipe_of(("p", Role.FEATURE), method="column", column="p"), "split.column"),
        (recipe_of(method="file"), "split.file"),
        (recipe_of(("a", Role.GROUP), ("b", Role.GROUP)), "columns"),
        (recipe_of(("a", Role.WEIGHT), ("b", Role.WEIGHT)), "columns"),
        (
            recipe_of(("a", Role.TIME)).model_copy(
                update={"rows": RowRules.model_validate({"duplicates": "together"})}
            ),
            "rows.duplicates.policy",
        ),
        (Recipe(derived=(DerivedColumn(name=" ", expression="1"),)), "derived.0"),
        (Recipe(derived=(DerivedColumn(name="x", expression="1"),) * 2), "derived.1"),
    ],
)
def test_a_broken_rule_is_told_and_its_fix_mends_it(recipe: Recipe, path: str) -> None:
    finding = findings(recipe)[0]
    assert ".".join(finding.path) == path
    assert finding.fixed is not None
    assert path not in [".".join(each.path) for each in findings(finding.fixed)]
    assert "{" not in str(finding.problem)


def test_folds_need_no_share_for_validation() -> None:
    assert not findings(recipe_of(folds=5, fold=1, validation=0.0, test=0.0))
    assert recipe_of(folds=5, fold=1).split.in_folds == (0, 5)
    assert recipe_of(folds=5).split.in_folds == (0, 5)
    assert recipe_of(folds=5).split.cross_validates
    assert not recipe_of(folds=5, fold=1).split.cross_validates
    assert recipe_of().split.in_folds is None
