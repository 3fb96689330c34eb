"""`trainyard replay`: a run done again, its steering included."""

from __future__ import annotations

from typing import Annotated

import typer

from engine.cli.control import RunName
from engine.cli.output import AsJson
from engine.cli.train import train_here
from engine.cli.workspace import opened_workspace
from engine.pipeline.replaying import replay_run


def replay(
    run: RunName,
    name: Annotated[str, typer.Option("--name", help="A name for the new run.")] = "",
    as_json: AsJson = False,
) -> None:
    """Train a run anew: what was changed by hand is changed at the same steps; compare the weights."""
    with opened_workspace() as workspace:
        past = workspace.run(run)
        new = replay_run(workspace, past, name)
    train_here(new, as_json=as_json)
