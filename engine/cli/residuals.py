"""`trainyard residuals`: the errors of a part of a run, by the values of any column."""

from __future__ import annotations

from typing import Annotated

import typer

from engine.cli.control import RunName
from engine.cli.evaluate import ScoredPartName
from engine.cli.output import AsJson, number, say, say_json, say_table
from engine.cli.workspace import opened_workspace
from engine.messages import message_n
from engine.tasks import ResidualsTask


def residuals(
    run: RunName,
    column: Annotated[
        str, typer.Argument(help="Of the run's table, whether the model sees it or not.")
    ],
    part: Annotated[
        ScoredPartName, typer.Option("--part", help="Which rows.")
    ] = ScoredPartName.TEST,
    as_json: AsJson = False,
) -> None:
    """Set errors against a column: predicted − actual, or of classes the loss.

    The part has to be evaluated first.
    """
    from engine.pipeline.row_questions import residuals_of_run

    with opened_workspace() as workspace:
        folder = workspace.run(run)
    asked = ResidualsTask(run=str(folder.path), part=part.part, column=column)
    found = residuals_of_run(folder, asked)
    if as_json:
        say_json(found)
        return
    rows = [
        (
            each.label,
            str(each.rows),
            number(each.mean),
            f"{number(each.mean_low)} to {number(each.mean_high)}",
            number(each.tenth),
            number(each.median),
            number(each.ninetieth),
        )
        for each in found.groups
    ]
    header = (column, "rows", f"mean {found.kind}", "95% interval", "10%", "median", "90%")
    say_table(header, rows, right="-rrrrrr")
    if found.missing:
        say()
        say(
            str(
                message_n(
                    "{count} row has no value there.",
                    "{count} rows have no value there.",
                    found.missing,
                )
            )
        )
