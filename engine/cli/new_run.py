"""What all verbs that make runs ask for: a table, a name, folds, seeds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from engine.cli.output import complain
from engine.cli.tables import default_target, opened_table
from engine.cli.targets import with_targets
from engine.errors import NoTarget, RecipeInvalid
from engine.messages import message, message_n
from engine.plans.seeds import MOST_SEEDS, Seeds
from engine.recipe.recipe import Recipe

if TYPE_CHECKING:
    from engine.data.table import Table

Data: TypeAlias = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="FILE|SAMPLE...",
        help="A table, a sample's name, or several files or a folder of the same columns.",
    ),
]
Name: TypeAlias = Annotated[str, typer.Option("--name", help="A name for the run.")]
FoldCount: TypeAlias = Annotated[
    int | None,
    typer.Option(
        "--folds",
        min=2,
        max=100,
        help="Cross-validate: so many folds take turns in validating, each in a run of its own.",
    ),
]
SeedCount: TypeAlias = Annotated[
    int | None,
    typer.Option(
        "--seeds",
        min=2,
        max=MOST_SEEDS,
        help="Train with so many seeds, each in a run of its own, and tell their mean and deviation.",
    ),
]


def in_folds(recipe: Recipe, folds: int | None) -> Recipe:
    """The recipe as a cross-validation in so many folds; as it is for None."""
    return recipe if folds is None else recipe.with_split(folds=folds, fold=None)


def seeds_plan(recipe: Recipe, seeds: int | None) -> Seeds | None:
    """The plan for `--seeds`. Raises `RecipeInvalid` for a cross-validation, which is one run already."""
    if seeds is None:
        return None
    if recipe.split.cross_validates:
        raise RecipeInvalid(
            "--seeds", "a cross-validation is not repeated with other seeds", "Leave out --folds."
        )
    return Seeds(seeds=seeds)


def on_table(
    data: Sequence[str], recipe: Recipe, target: Sequence[str] | None, changes: Sequence[str] | None
) -> tuple[Recipe, Table]:
    """Open the table as the recipe says, tell what did not fit, and choose the target.

    Raises the errors of `ReadError`, and `NoTarget` where none is named or likely.
    """
    table = opened_table(list(data), recipe.reading)
    if table.parts and recipe.reading.part is None:
        _say_which_part(table)
    _say_what_did_not_fit(table)
    if target:
        return with_targets(recipe, target, changes or ()), table
    if not any(column.role == "target" for column in recipe.columns):
        return with_likely_target(recipe, data[0], table), table
    return recipe, table


def _say_which_part(table: Table) -> None:
    complain(
        str(
            message(
                "Table: {part}. Choose another with --part: {others}.",
                part=table.reading.part,
                others=", ".join(part for part in table.parts if part != table.reading.part),
            )
        )
    )


def _say_what_did_not_fit(table: Table) -> None:
    rejects, misfits = len(table.rejects), len(table.misfits)
    if rejects:
        complain(
            str(
                message_n(
                    "{count} row could not be read and is left out, the first in line {line}.",
                    "{count} rows could not be read and are left out, the first in line {line}.",
                    rejects,
                    line=table.rejects[0].line,
                )
            )
        )
    if misfits:
        complain(
            str(
                message_n(
                    "{count} cell does not fit its column and counts as missing.",
                    "{count} cells do not fit their columns and count as missing.",
                    misfits,
                )
            )
        )


def with_likely_target(recipe: Recipe, data: str, table: Table) -> Recipe:
    """The recipe with the target that a sample has, or that is guessed and told; `NoTarget` if none is."""
    from engine.data.columns.infer import infer_schema, suggest_target

    target = default_target(data)
    if not target:
        target = suggest_target(infer_schema(table)) or ""
        if not target:
            raise NoTarget
        complain(str(message("Target: {column}. Choose another with --target.", column=target)))
    return recipe.with_target(target)
