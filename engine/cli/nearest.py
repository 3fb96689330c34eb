"""`trainyard nearest`: training rows that a run's network sees as most like a row."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from engine.cli.control import RunName
from engine.cli.output import AsJson, number, say, say_json, say_table
from engine.cli.workspace import opened_workspace
from engine.messages import message
from engine.tasks import NearestRowsTask


def nearest(
    run: RunName,
    row: Annotated[int, typer.Argument(min=1, help="Row of the run's table, from 1.")],
    file: Annotated[
        Path | None, typer.Option("--file", help="Another file that the row is in.")
    ] = None,
    count: Annotated[int, typer.Option("--count", min=1, max=1_000, help="How many.")] = 10,
    as_json: AsJson = False,
) -> None:
    """List the training rows nearest to a row in the last hidden layer."""
    from engine.pipeline.row_questions import nearest_to_row

    with opened_workspace() as workspace:
        folder = workspace.run(run)
    asked = NearestRowsTask(
        run=str(folder.path), row=row - 1, file=str(file) if file else None, count=count
    )
    found = nearest_to_row(folder, asked)
    if as_json:
        say_json(found)
        return
    rows = [
        (str(each.row + 1), number(each.distance), each.actual, each.predicted)
        for each in found.neighbours
    ]
    say_table(("row", "distance", "actual", "predicted"), rows, right="rr")
    say()
    say(
        str(
            message(
                "Training rows are {distance} from their own nearest one, in the median.",
                distance=number(found.usual),
            )
        )
    )
