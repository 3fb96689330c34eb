"""`trainyard export`: a run as one model file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from engine.cli.control import RunName
from engine.cli.output import AsJson, number, say, say_json
from engine.cli.workspace import opened_workspace


def export(
    run: RunName,
    destination: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", help="Where to; else NAME.trainyard.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write the best weights of a run, and all that predicting needs, as one file."""
    from engine.export.bundle import export_run

    with opened_workspace() as workspace:
        folder = workspace.run(run)
    info = folder.info()
    path = destination or Path.cwd() / f"{info.dataset}-run-{info.number}.trainyard"
    exported = export_run(folder, path.absolute())
    if as_json:
        say_json(exported)
    else:
        say(f"{exported.path} ({number(exported.size)} bytes)")
