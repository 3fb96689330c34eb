"""The method in force, and the module that carries it out."""

from __future__ import annotations

from engine.data.preparing.splits import (
    by_chance,
    by_column,
    by_time,
    grouped,
    stratified_groups,
)
from engine.data.preparing.splits.facts import Dealt, RowFacts
from engine.recipe.recipe import Recipe
from engine.recipe.rows import DuplicatePolicy
from engine.recipe.split import Split, SplitMethod


def method_in_force(recipe: Recipe, *, classes: bool) -> SplitMethod:
    """How rows are dealt, with Auto replaced.

    By groups if a column has that role, else by time if one has that role, else stratified where
    classes are predicted and random where numbers are.
    """
    method = recipe.split_method
    if method is SplitMethod.AUTO:
        return SplitMethod.STRATIFIED if classes else SplitMethod.RANDOM
    return method


def keeps_together(recipe: Recipe) -> bool:
    """Whether rows that are alike stay in one part."""
    return recipe.rows.duplicates.policy is DuplicatePolicy.TOGETHER


def deal(facts: RowFacts, split: Split) -> Dealt:
    """Deal rows by `split.method`, which is not Auto.

    With groups, random and stratified splits deal whole groups. Raises `TooFewRows`, `TooFewGroups`,
    `TooFewTimes`, `SplitColumnUnclear` or `WrongFolds`.
    """
    match split.method:
        case SplitMethod.TIME:
            return by_time.deal(facts, split)
        case SplitMethod.COLUMN:
            return by_column.deal(facts, split)
        case SplitMethod.STRATIFIED_GROUP:
            return stratified_groups.deal(facts, split)
        case SplitMethod.GROUP:
            return grouped.deal(facts, split)
        case SplitMethod.STRATIFIED if facts.groups is not None:
            return stratified_groups.deal(facts, split)
        case SplitMethod.RANDOM if facts.groups is not None:
            return grouped.deal(facts, split)
        case SplitMethod.FILE:
            return _with_test_file(facts, split)
        case _:
            return by_chance.deal(facts, split)


def _with_test_file(facts: RowFacts, split: Split) -> Dealt:
    """The test rows come from elsewhere: the rows here are dealt to training and validation."""
    method = SplitMethod.STRATIFIED if facts.classified else SplitMethod.RANDOM
    return by_chance.deal(facts, split.model_copy(update={"method": method, "test": 0.0}))
