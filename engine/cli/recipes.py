"""`trainyard recipe`: print, check, schema."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from engine.cli.edits import Edits, edited
from engine.cli.output import say
from engine.errors import RunNotFound
from engine.recipe.checks import require_valid
from engine.recipe.files import load_recipe, recipe_json
from engine.recipe.recipe import Recipe

app = typer.Typer(help="Print, check and describe recipes.", no_args_is_help=True)


@app.command("print")
def print_recipe(
    source: Annotated[
        str,
        typer.Argument(metavar="[FILE|RUN]", help="A recipe file or a run; none: the defaults."),
    ] = "",
    changes: Edits = None,
) -> None:
    """Print a recipe as JSON."""
    say(recipe_json(edited(_recipe(source), changes or [])).rstrip())


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
        from engine.pipeline import resolve

        resolve(checked, opened_table([data], checked.reading))
    say("The recipe is sound.")


@app.command("schema")
def schema() -> None:
    """Print the JSON schema of recipes."""
    say(json.dumps(Recipe.model_json_schema(), indent=2, ensure_ascii=False))


def _recipe(source: str) -> Recipe:
    if not source:
        return Recipe()
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
