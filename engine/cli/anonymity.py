"""`trainyard anonymity`: how many rows share the same values, before and after hiding."""

from __future__ import annotations

from typing import Annotated

import typer

from engine.cli.edits import Edits
from engine.cli.output import AsJson, number, say, say_json, say_table
from engine.cli.reading import RecipeFile, TablePart, asked_recipe
from engine.cli.tables import opened_table


def anonymity(
    data: Annotated[
        list[str], typer.Argument(metavar="FILE|SAMPLE...", help="A table, or several files.")
    ],
    columns: Annotated[
        list[str],
        typer.Option(
            "--column", "-c", metavar="COLUMN", help="What may be known of a person. Repeatable."
        ),
    ],
    k: Annotated[
        int, typer.Option("--k", min=1, help="Rows that a group should have at least.")
    ] = 5,
    recipe: RecipeFile = None,
    part: TablePart = None,
    changes: Edits = None,
    as_json: AsJson = False,
) -> None:
    """Count the rows that share the same values in some columns, as they are and as the recipe hides them."""
    from engine.data.columns.infer import complete, infer_schema
    from engine.data.in_use import make_private
    from engine.data.preparing.anonymity import anonymity as counted
    from engine.recipe.privacy import hides

    asked = asked_recipe(recipe, changes, part=part)
    table = opened_table(data, asked.reading)
    if hides(asked):
        make_private(table.folder)
    found = counted(table, complete(asked, infer_schema(table)), columns, k)
    if as_json:
        say_json(found)
        return
    rows = [
        (title, *(number(value) for value in (each.groups, each.smallest, each.below, each.alone)))
        for title, each in (("as they are", found.before), ("as hidden", found.after))
    ]
    header = ("", "groups", "smallest", f"rows in groups below {k}", "rows alone")
    say_table(header, rows, right="-rrrr")
    say()
    for sentence in found.words():
        say(str(sentence))
