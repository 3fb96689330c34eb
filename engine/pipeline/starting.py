"""The state that a run begins with: its own last one, that of its parent, or another run's weights."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from engine.errors import RunDamaged, RunNotFound, StartGone, StartUnfit, TrainyardError
from engine.events import CheckpointSaved, RunEvent
from engine.messages import Message
from engine.recipe.start import Start
from engine.store.run_folder import RunFolder

if TYPE_CHECKING:
    from engine.data.preparing.dataset import Dataset
    from engine.models.network import Network
    from engine.training.checkpoint import Checkpoint, Checkpoints


def state_to_go_on_from(
    run: RunFolder,
    checkpoints: Checkpoints,
    seed: int,
    dataset: Dataset,
    emit: Callable[[RunEvent], None],
) -> Checkpoint | None:
    """The last checkpoint, or of a fork that has none yet its parent's; None: it begins anew.

    Of a finished run that was told to go on early stopping counts anew from there. A process that was
    killed may have had no time to tell of its last checkpoint: `emit` is told of that one first, since
    what happened up to there is part of the run.

    Raises `RunDamaged`.
    """
    from engine.training.forked import forked_start

    last = checkpoints.last()
    if last is None:
        return forked_start(run.checkpoints, seed, in_blocks=dataset.train.is_on_disk)
    told = [e.step for e in run.events() if isinstance(e, CheckpointSaved) and e.which == "last"]
    if last.position.step > max(told, default=-1):
        emit(CheckpointSaved(time.time(), last.position.epoch, last.position.step, "last"))
    if last.position.epoch in run.info().continued_at:
        return replace(last, position=last.position.model_copy(update={"waited": 0}))
    return last


def run_to_start_from(run: RunFolder, start: Start) -> RunFolder:
    """The run whose weights another one is to begin with.

    Raises `StartGone` where it, or that checkpoint of it, is not there.
    """
    from engine.store.branching import checkpoints_of
    from engine.store.workspace import Workspace

    workspace = Workspace(run.path.parent.parent)
    try:
        found = workspace.run(start.run)
    except RunNotFound:
        found = None
    finally:
        workspace.close()
    if found is None or start.checkpoint not in checkpoints_of(found):
        raise StartGone(start.run, start.checkpoint, str(workspace.folder))
    return found


def take_start(
    run: RunFolder, start: Start, network: Network, dataset: Dataset
) -> tuple[Message, ...]:
    """Put the weights of another run into a network; what was taken and what was not.

    Raises:
        StartGone: The run or its checkpoint is not there.
        StartUnfit: No block of the two networks is alike.
        RunDamaged: Its files cannot be read.
    """
    from engine.data.preparing.preparation import Preparation
    from engine.training.checkpoint import load_weights
    from engine.training.warm_start import take_weights

    other = run_to_start_from(run, start)
    weights, epoch = load_weights(other.checkpoints / start.checkpoint)
    try:
        preparation = Preparation.load(other.preparation)
    except TrainyardError:
        raise
    except (OSError, ValueError, KeyError) as error:
        raise RunDamaged(other.id, "preparation", str(error)) from None
    found = take_weights(network, weights, dataset.preparation, preparation)
    if not found.taken:
        raise StartUnfit(other.id, start.checkpoint, found.blocks)
    return found.told(str(other.info().number), start.checkpoint, epoch)
