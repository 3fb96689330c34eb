"""`trainyard recipe`: print, tell in words, compare, check, schema."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Self

import typer
from pydantic import BaseModel

from engine.cli.auto import Budget, LeaveToAuto, left_to_auto, say_resolution
from engine.cli.edits import Edits
from engine.cli.output import AsJson, say, say_json
from engine.cli.preset_option import UsePreset, with_preset
from engine.errors import RunNotFound
from engine.recipe.auto.choose import as_new
from engine.recipe.checks import require_valid
from engine.recipe.diff import Difference, differences
from engine.recipe.files import load_recipe, recipe_json
from engine.recipe.path_edits import edited
from engine.recipe.recipe import Recipe
from engine.recipe.words import recipe_steps

app = typer.Typer(help="Print, compare, check and describe recipes.", no_args_is_help=True)


class RecipeDifference(BaseModel):
    """A difference as `--json` prints it; `before` and `after` are null where nothing is there."""

    path: tuple[str, ...]
    where: str
    before: str | None
    after: str | None

    @classmethod
    def of(cls, found: Difference) -> Self:
        """The difference in English."""
        before, after = (
            None if each is None else str(each) for each in (found.before, found.after)
        )
        return cls(path=found.path, where=str(found.where), before=before, after=after)


@app.command("print")
def print_recipe(
    source: Annotated[
        str,
        typer.Argument(metavar="[FILE|RUN]", help="A recipe file or a run; none: a new one."),
    ] = "",
    preset: UsePreset = "",
    changes: Edits = None,
) -> None:
    """Print a recipe as JSON."""
    asked = with_preset(recipe_of(source), preset)
    say(recipe_json(edited(asked, changes or [])).rstrip())


@app.command("steps")
def steps(
    source: Annotated[
        str,
        typer.Argument(metavar="[FILE|RUN]", help="A recipe file or a run; none: a new one."),
    ] = "",
    changes: Edits = None,
) -> None:
    """Say in words what a recipe does, step by step."""
    group = None
    for step in recipe_steps(edited(recipe_of(source), changes or [])):
        if step.group is not group:
            if group is not None:
                say()
            group = step.group
            say(str(group.heading))
        say(f"  {step}" if step.enabled else f"  (off) {step}")


@app.command("diff")
def diff(
    one: Annotated[str, typer.Argument(metavar="FILE|RUN", help="A recipe file or a run.")],
    other: Annotated[str, typer.Argument(metavar="FILE|RUN", help="Another one.")],
    as_json: AsJson = False,
) -> None:
    """Say in words what is different between two recipes."""
    found = differences(recipe_of(one), recipe_of(other))
    if as_json:
        say_json([RecipeDifference.of(difference) for difference in found])
        return
    for difference in found:
        say(str(difference))
    if not found:
        say("The recipes are the same.")


@app.command("check")
def check(
    recipe: Annotated[Path, typer.Argument(metavar="RECIPE", help="A recipe file.")],
    data: Annotated[
        str, typer.Option("--data", metavar="FILE|SAMPLE", help="Check it against this table too.")
    ] = "",
    changes: Edits = None,
) -> None:
    """Say whether a recipe can be trained with."""
    checked = edited(load_recipe(recipe), changes or [])
    require_valid(checked)
    if data:
        from engine.cli.tables import opened_table
        from engine.pipeline.resolving import resolve

        resolve(checked, opened_table([data], checked.reading))
    say("The recipe is sound.")


@app.command("resolve")
def resolve_auto(
    data: Annotated[str, typer.Argument(metavar="FILE|SAMPLE", help="The table to choose for.")],
    target: Annotated[
        str, typer.Option("--target", "-t", metavar="COLUMN", help="The column to predict.")
    ] = "",
    recipe: Annotated[
        str, typer.Option("--recipe", "-r", metavar="FILE|RUN", help="A recipe; none: a new one.")
    ] = "",
    preset: UsePreset = "",
    changes: Edits = None,
    auto: LeaveToAuto = False,
    budget: Budget = "",
    as_json: AsJson = False,
) -> None:
    """Say what Auto chooses for a table, why, and how long training takes."""
    from engine.cli.new_run import with_likely_target
    from engine.cli.tables import opened_table
    from engine.pipeline.resolving import resolve

    asked = left_to_auto(with_preset(recipe_of(recipe), preset), auto=auto, budget=budget)
    asked = edited(asked, changes or [])
    table = opened_table([data], asked.reading)
    if target:
        asked = asked.with_target(target)
    elif asked.target is None:
        asked = with_likely_target(asked, data, table)
    say_resolution(resolve(asked, table), table, asked, as_json=as_json)


@app.command("schema")
def schema() -> None:
    """Print the JSON schema of recipes."""
    say(json.dumps(Recipe.model_json_schema(), indent=2, ensure_ascii=False))


def recipe_of(source: str) -> Recipe:
    """The recipe in a file or of a run; the default one where none is named.

    Raises the errors of `load_recipe`, or `RunNotFound`.
    """
    if not source:
        return as_new(Recipe())
    path = Path(source)
    if path.is_file():
        return load_recipe(path)
    from engine.cli.workspace import opened_workspace

    with opened_workspace() as workspace:
        try:
            return workspace.run(source).resolved()
        except RunNotFound:
            if path.suffix:
                return load_recipe(path)  # says that there is no such file
            raise
