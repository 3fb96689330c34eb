"""`trainyard sweep`: values of a recipe's fields tried one after another."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer
from pydantic import ValidationError

from engine.cli.auto import Budget, minutes_of
from engine.cli.edits import Edits
from engine.cli.new_run import Data, FoldCount, Name, in_folds, on_table
from engine.cli.output import AsJson, complain, say, say_table
from engine.cli.preset_option import UsePreset
from engine.cli.queue import add_to_queue
from engine.cli.reading import Delimiter, Encoding, RecipeFile, TablePart, asked_recipe
from engine.cli.targets import Targets
from engine.cli.train import train_here
from engine.cli.workspace import opened_workspace
from engine.errors import RecipeInvalid
from engine.plans.parsing import check_sweep, domain_text, parse_field
from engine.plans.sweep import Sweep
from engine.plans.sweepable import domain_of, sweepable_fields
from engine.plans.trials import short_name
from engine.recipe.path_edits import edited
from engine.recipe.recipe import Recipe
from engine.recipe.refusals import refusal

USUAL_TRIALS = 20


class Method(StrEnum):
    """How values are chosen."""

    TPE = "tpe"
    RANDOM = "random"
    GRID = "grid"


class Pruner(StrEnum):
    """Which trials are given up."""

    MEDIAN = "median"
    HYPERBAND = "hyperband"


def sweep(
    data: Data = None,
    field: Annotated[
        list[str] | None,
        typer.Option(
            "--field",
            "-f",
            metavar="PATH[=VALUES]",
            help="A field to try values of: training.optimizer.learning_rate=1e-4..1e-2:log, model.trunk.dropout=0,0.2,0.4, model.trunk.widths=[64],[128,128]; the path alone tries what offers itself. Repeatable.",
        ),
    ] = None,
    target: Targets = None,
    recipe: RecipeFile = None,
    preset: UsePreset = "",
    encoding: Encoding = None,
    delimiter: Delimiter = None,
    part: TablePart = None,
    changes: Edits = None,
    name: Name = "",
    folds: FoldCount = None,
    method: Annotated[
        Method, typer.Option("--method", help="How values are chosen; tpe learns from trials.")
    ] = Method.TPE,
    trials: Annotated[
        int | None,
        typer.Option("--trials", "-n", min=1, max=10_000, help="At most so many trials."),
    ] = None,
    budget: Budget = "",
    prune: Annotated[
        bool,
        typer.Option("--prune", help="Give up trials that are behind, see --pruner."),
    ] = False,
    pruner: Annotated[
        Pruner, typer.Option("--pruner", help="By which rule trials are given up.")
    ] = Pruner.MEDIAN,
    seed: Annotated[
        int, typer.Option("--seed", min=0, max=2**31 - 1, help="Of what is tried.")
    ] = 0,
    queue: Annotated[
        bool, typer.Option("--queue", help="Let it wait in the queue instead of training it now.")
    ] = False,
    fields: Annotated[
        bool, typer.Option("--fields", help="List the fields that can be tried, and train nothing.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Try values of any fields of the recipe, one trial after another, each a run; the best model is kept.

    Ctrl-C stops it; trainyard resume goes on with it.
    """
    from engine.pipeline.sweeping import fixed_recipe

    if not data:
        raise typer.BadParameter("Name a table or a sample.")
    asked = edited(asked_recipe(recipe, (), encoding, delimiter, part, preset), changes or ())
    asked, table = on_table(data, in_folds(asked, folds), target, changes)
    fixed, task = fixed_recipe(asked, table)
    if fields or not field:
        _say_fields(fixed)
        if not fields:
            complain("Choose fields with --field.")
            raise typer.Exit(2)
        return
    swept = tuple(parse_field(text, fixed) for text in field)
    minutes = minutes_of(budget) if budget else None
    if trials is None and minutes is None and method is not Method.GRID:
        trials = USUAL_TRIALS
    try:
        plan = Sweep(
            fields=swept,
            method=method.value,
            trials=trials,
            minutes=minutes,
            prune=pruner.value if prune else "none",
            seed=seed,
        )
    except ValidationError as error:
        problem = str(refusal(error))
        raise RecipeInvalid(
            "--field", problem, "trainyard sweep --help tells what it takes."
        ) from None
    check_sweep(fixed, plan)
    title = name or f"Sweep of {', '.join(short_name(each.path) for each in swept)}"
    with opened_workspace() as workspace:
        run = workspace.create(fixed, table, title, task=task, plan=plan)
        if queue:
            add_to_queue(workspace, run)
            return
    train_here(run, as_json=as_json)


def _say_fields(recipe: Recipe) -> None:
    rows = []
    for each in sweepable_fields(recipe):
        domain = domain_of(each)
        rows.append((each.path, str(each.words), "" if domain is None else domain_text(domain)))
    say_table(("field", "", "tried unless said"), rows)
    say()
