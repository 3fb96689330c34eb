"""`trainyard train --continue`, `--fork` and `--start-from`: runs that go on from others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, TypeAlias

import typer

from engine.cli.workspace import opened_workspace
from engine.errors import CheckpointMissing
from engine.recipe.path_edits import edited
from engine.recipe.recipe import Recipe
from engine.recipe.start import BEST, Start
from engine.store.branching import LAST, checkpoints_of, continue_run, fork_run
from engine.store.run_folder import RunFolder

GoOn: TypeAlias = Annotated[
    str,
    typer.Option(
        "--continue",
        metavar="RUN",
        help="Go on with a run that has ended, for more epochs. No table is named then.",
    ),
]
Fork: TypeAlias = Annotated[
    str,
    typer.Option(
        "--fork",
        metavar="RUN[@CHECKPOINT]",
        help="A new run that goes on from a checkpoint of another one (last, best or a kept one), with what --set changes of its training. No table is named then.",
    ),
]
StartFrom: TypeAlias = Annotated[
    str,
    typer.Option(
        "--start-from",
        metavar="RUN[@CHECKPOINT]",
        help="Begin with the weights of another run (its best ones) wherever the networks are alike.",
    ),
]
Epochs: TypeAlias = Annotated[
    int | None,
    typer.Option(
        "--epochs",
        min=1,
        max=100_000,
        help="Epochs in all. A run that goes on adds as many as its recipe says without it.",
    ),
]


def with_epochs(recipe: Recipe, epochs: int | None) -> Recipe:
    """The recipe with another number of epochs, if one is given."""
    return recipe if epochs is None else edited(recipe, [f"training.epochs={epochs}"])


def require_alone(
    data: Sequence[str], go_on: str, fork: str, changes: Sequence[str], start_from: str
) -> None:
    """Complain of options that do not go together."""
    if go_on and fork:
        raise typer.BadParameter("--continue and --fork do not go together.")
    option = "--continue" if go_on else "--fork"
    if data:
        raise typer.BadParameter(f"{option} takes the table of its run: name none.")
    if start_from:
        raise typer.BadParameter(f"{option} has its weights already: leave --start-from out.")
    if go_on and changes:
        raise typer.BadParameter("--continue keeps all settings but --epochs: use --fork instead.")


def continued(key: str, epochs: int | None) -> RunFolder:
    """A run that has ended, ready to go on."""
    with opened_workspace() as workspace:
        run = workspace.run(key)
    done = checkpoints_of(run).get(LAST, 0)
    continue_run(run, epochs or done + (run.resolved().training.epochs or 0))
    return run


def forked(key: str, epochs: int | None, changes: Sequence[str], name: str) -> RunFolder:
    """A new run that goes on from another one's checkpoint."""
    with opened_workspace() as workspace:
        run, checkpoint = _run_and_checkpoint(key, LAST)
        done = checkpoints_of(run).get(checkpoint, 0)

        def change(recipe: Recipe) -> Recipe:
            asked = edited(recipe, changes)
            same = asked.training.epochs == recipe.training.epochs
            more = done + (recipe.training.epochs or 0) if same else None
            return with_epochs(asked, epochs or more)

        return fork_run(workspace, run, checkpoint, change, name)


def started_from(recipe: Recipe, key: str) -> Recipe:
    """The recipe with the weights of another run as its first ones."""
    run, checkpoint = _run_and_checkpoint(key, BEST)
    known = checkpoints_of(run)
    if checkpoint not in known:
        raise CheckpointMissing(run.id, checkpoint, ", ".join(known) or "—")
    return recipe.model_copy(update={"start": Start(run=run.id, checkpoint=checkpoint)})


def _run_and_checkpoint(key: str, usual: str) -> tuple[RunFolder, str]:
    name, _, checkpoint = key.partition("@")
    with opened_workspace() as workspace:
        return workspace.run(name), checkpoint or usual
