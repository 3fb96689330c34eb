"""`trainyard match`: how another file matches a model, before anything is predicted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from engine.cli.output import AsJson, number, say, say_json, say_table
from engine.cli.predict import model_path
from engine.cli.reading import Delimiter, Encoding, ReadingEdits, TablePart, asked_reading
from engine.cli.tables import table_path
from engine.recipe.reading import Reading

if TYPE_CHECKING:
    from engine.data.preparing.match_report import ColumnMatch, FileMatch


def match(
    model: Annotated[str, typer.Argument(metavar="RUN|MODEL", help="A run, or a .trainyard file.")],
    data: Annotated[str, typer.Argument(metavar="FILE|SAMPLE", help="The other table.")],
    encoding: Encoding = None,
    delimiter: Delimiter = None,
    part: TablePart = None,
    changes: ReadingEdits = None,
    as_json: AsJson = False,
) -> None:
    """Say how another file matches what a model was trained on; nothing is written.

    Ends with 1 if the file cannot be predicted.
    """
    from engine.data.preparing.match_file import match_file
    from engine.predictor.fitted_recipe import fitted_recipe

    recipe, preparation = fitted_recipe(model_path(model))
    reading = asked_reading(changes, encoding, delimiter, part)
    asked = None if reading == Reading() else reading
    found = match_file(preparation, recipe, table_path(data).absolute(), asked)
    if as_json:
        say_json(found)
    else:
        say_match(found)
    if not found.usable:
        raise typer.Exit(1)


def say_match(found: FileMatch) -> None:
    """Print a report."""
    say(f"{found.path}: {number(found.rows)} rows")
    say(str(found.summary()))
    strange = [column for column in found.columns if column.remarks]
    if strange:
        say()
        header = ("column", "", "missing", "not of its kind", "unseen", "far outside")
        say_table(header, [_line(column) for column in strange], right="--rrrr")
        say()
    for remark in (*(r for column in strange for r in column.remarks), *found.remarks):
        say(str(remark))
    for column in strange:
        if column.levels:
            levels = ", ".join(f"{each.level} ({number(each.rows)})" for each in column.levels)
            say(f"Unseen in “{column.name}”: {levels}")


def _line(column: ColumnMatch) -> tuple[str, ...]:
    if column.state != "matched":
        return (column.name, column.state, "", "", "", "")
    counts = (column.missing, column.misfits, column.unseen, column.far)
    return (column.name, column.state, *(number(count) if count else "" for count in counts))
