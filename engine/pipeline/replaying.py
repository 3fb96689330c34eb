"""A run done again: the same recipe, rows and commands at the same steps."""

from __future__ import annotations

from engine.errors import ReplayImpossible, RunHoldsOthers, RunUntrained
from engine.events import RunStarted
from engine.messages import message
from engine.store.info import TableOrigin
from engine.store.run_folder import RunFolder
from engine.store.workspace import Workspace
from engine.training.record import Replay, record_of, write_replay


def replay_run(workspace: Workspace, run: RunFolder, name: str = "") -> RunFolder:
    """A new run, not trained yet, that is to do step by step what another one did.

    Args:
        workspace: Where the new run goes.
        run: The other one; what it was told so far counts.
        name: Of the new run; none: that of the other one.

    Raises:
        RunHoldsOthers: It is no single network.
        ReplayImpossible: The clock or another run had a part in it.
        RunUntrained: It never began.
        RunDamaged, DiskFull, WriteFailed: Files cannot be read or written.
    """
    info, recipe = run.info(), run.resolved()
    training = recipe.training
    several = recipe.model.members or training.networks != 1
    if several or recipe.split.cross_validates or info.holds:
        raise RunHoldsOthers(run.id)
    if run.recipe().training.time_budget is not None:
        reason = message("it had a time budget, and no two runs take the same time.")
        raise ReplayImpossible(run.id, str(reason))
    if info.parent or info.continued_at:
        reason = message("it went on from where another run, or an earlier end of it, was.")
        raise ReplayImpossible(run.id, str(reason))
    started = next((each for each in run.events() if isinstance(each, RunStarted)), None)
    if started is None:
        raise RunUntrained(run.id)
    there = training.model_copy(update={"device": started.device})
    recipe = recipe.model_copy(update={"training": there})
    new = workspace.create(recipe, TableOrigin.of(info), name or info.name, task=info.task)
    record = record_of(run.events(), with_stop=True)
    write_replay(new.replay, Replay(run=run.id, threads=started.threads, record=record))
    return new
