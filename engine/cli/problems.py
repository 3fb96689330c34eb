"""`trainyard problems` and `trainyard quarantine`: what is wrong with a table, and the rows kept out of it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from pydantic import BaseModel

from engine.cli.edits import Edits
from engine.cli.output import AsJson, complain, say, say_json, say_table
from engine.cli.reading import Delimiter, Encoding, RecipeFile, TablePart, asked_recipe
from engine.cli.tables import default_target, opened_table
from engine.files import write_atomic
from engine.messages import message, message_n
from engine.recipe.files import recipe_json
from engine.recipe.recipe import Recipe
from engine.schema import Schema

if TYPE_CHECKING:
    from engine.data.problems import Problem
    from engine.data.table import Table

_LISTED = 20
_LONGEST = 100

Data = Annotated[
    list[str],
    typer.Argument(
        metavar="FILE|SAMPLE...",
        help="A table, a sample's name, or several files or a folder of the same columns.",
    ),
]


class FoundProblem(BaseModel):
    """What `problems --json` prints of each finding."""

    key: str
    severity: str
    title: str
    detail: str
    columns: tuple[str, ...]
    count: int
    rows: tuple[int, ...]
    """The first of the table's rows that it concerns, counted from 1."""
    lines: tuple[int, ...]
    """The lines of the file, where it concerns rows kept out."""
    fix: str | None


class KeptOut(BaseModel):
    """What `quarantine --json` prints of each row."""

    file: str
    line: int
    reason: str
    text: str
    proposals: tuple[str, ...]


def problems(
    data: Data,
    target: Annotated[
        str, typer.Option("--target", "-t", metavar="COLUMN", help="The column to predict.")
    ] = "",
    recipe: RecipeFile = None,
    encoding: Encoding = None,
    delimiter: Delimiter = None,
    part: TablePart = None,
    changes: Edits = None,
    fix: Annotated[
        list[str] | None,
        typer.Option("--fix", metavar="KEY", help="Mend a problem by its key. Repeatable."),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="JSON", help="Where to write the mended recipe."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Say what is wrong with a table: rows, cells, columns, leaks, data about people."""
    if fix and output is None:
        raise typer.BadParameter("Say with --output where the mended recipe goes.")
    asked = asked_recipe(recipe, changes, encoding, delimiter, part)
    table = opened_table(data, asked.reading)
    asked, found = _looked_at(table, asked, target or default_target(data[0]))
    if fix and output is not None:
        mended = _mended(asked, found, fix)
        write_atomic(output, recipe_json(mended).encode())
        complain(str(message("Recipe written: {path}", path=str(output))))
    if as_json:
        say_json([_plain(problem) for problem in found])
        return
    if not found:
        say("No problems found.")
        return
    rows = [
        (problem.severity, str(problem.title), problem.key, "yes" if problem.fix else "")
        for problem in found
    ]
    say_table(("", "problem", "key", "fix"), rows)
    say()
    say(_account(table))


def quarantine(
    data: Data,
    output: Annotated[
        Path | None,
        typer.Option("--out", "-o", metavar="CSV", help="Write all of them into a file."),
    ] = None,
    repaired: Annotated[
        Path | None,
        typer.Option(
            "--repaired", metavar="CSV", help="Write the rows that were set right into a file."
        ),
    ] = None,
    recipe: RecipeFile = None,
    encoding: Encoding = None,
    delimiter: Delimiter = None,
    part: TablePart = None,
    changes: Edits = None,
    as_json: AsJson = False,
) -> None:
    """List the rows that could not be read, each with its line, the reason and ways to mend it."""
    from engine.data.corrections.proposals import proposals
    from engine.data.problems import export_rejects, export_repairs

    asked = asked_recipe(recipe, changes, encoding, delimiter, part)
    table = opened_table(data, asked.reading)
    for path, export in ((output, export_rejects), (repaired, export_repairs)):
        if path is not None:
            done = message_n(
                "{count} row saved: {path}",
                "{count} rows saved: {path}",
                export(table, path),
                path=str(path),
            )
            complain(str(done))
    if as_json:
        say_json(
            [
                KeptOut(
                    file=reject.file,
                    line=reject.line,
                    reason=str(reject.reason),
                    text=reject.text,
                    proposals=tuple(proposal.text for proposal in proposals(table, reject)),
                )
                for reject in table.rejects
            ]
        )
        return
    if output is None and table.rejects:
        rows = [
            (str(reject.line), str(reject.reason), _short(reject.text))
            for reject in table.rejects[:_LISTED]
        ]
        say_table(("line", "reason", "text"), rows, right="r")
        if len(table.rejects) > _LISTED:
            say("…")
        say()
    say(_account(table))


def _looked_at(table: Table, recipe: Recipe, target: str) -> tuple[Recipe, tuple[Problem, ...]]:
    from engine.data.columns.infer import complete, infer_schema, suggest_target
    from engine.data.problems import find_problems
    from engine.data.profiling.profile import profile

    schema = infer_schema(table)
    if target:
        recipe = recipe.with_target(target)
    recipe = complete(recipe, schema)
    if recipe.target is None and (likely := suggest_target(schema)):
        complain(str(message("Target: {column}. Choose another with --target.", column=likely)))
        recipe = complete(recipe.with_target(likely), schema)
    used = _as_used(schema, recipe)
    figures = profile(table, used, target=recipe.target)
    return recipe, find_problems(table, used, figures, recipe)


def _as_used(schema: Schema, recipe: Recipe) -> Schema:
    chosen = {spec.name: spec for spec in recipe.columns}
    columns = tuple(
        column.model_copy(update={"kind": chosen[column.name].kind}) for column in schema.columns
    )
    return schema.model_copy(update={"columns": columns})


def _mended(recipe: Recipe, found: Sequence[Problem], keys: Sequence[str]) -> Recipe:
    by_key = {problem.key: problem for problem in found}
    for key in keys:
        problem = by_key.get(key)
        if problem is None:
            raise typer.BadParameter(f"There is no problem “{key}”. Run without --fix to see all.")
        if problem.fix is None:
            raise typer.BadParameter(f"“{key}” has no fix of its own.")
        recipe = problem.fix.edit(recipe)
    return recipe


def _plain(problem: Problem) -> FoundProblem:
    return FoundProblem(
        key=problem.key,
        severity=problem.severity,
        title=str(problem.title),
        detail=str(problem.detail),
        columns=problem.columns or ((problem.column,) if problem.column else ()),
        count=problem.count,
        rows=tuple(row + 1 for row in problem.rows),
        lines=tuple(reject.line for reject in problem.rejects),
        fix=str(problem.fix.label) if problem.fix else None,
    )


def _account(table: Table) -> str:
    """Rows in = kept + kept out + left out by choice."""
    return str(
        message(
            "{all} rows in the file = {kept} in the table + {out} kept out + {left} left out by choice.",
            all=table.rows_in,
            kept=table.rows,
            out=len(table.rejects),
            left=table.left_out,
        )
    )


def _short(text: str) -> str:
    text = text.replace("\r", " ").replace("\n", " ")
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
