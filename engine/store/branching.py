"""Runs that go on from where another one is: more epochs for a finished run, and forks.

Free of torch: a fork's folder gets a copy of its parent's checkpoint as it is, and `fork.json`, which
says what of it still holds; the process that trains the fork does the rest.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.errors import (
    CheckpointMissing,
    ForkTooDifferent,
    NoMoreEpochs,
    RunDamaged,
    RunHoldsOthers,
)
from engine.events import (
    CheckpointSaved,
    ControlApplied,
    EpochEnded,
    RunEvent,
    RunFailed,
    RunFinished,
    RunStarted,
    RunStopped,
    to_line,
)
from engine.files import write_plain, writing
from engine.recipe.diff import differences
from engine.recipe.parts import AUTO
from engine.recipe.recipe import Recipe
from engine.recipe.training import Training
from engine.store.info import TableOrigin
from engine.store.run_folder import EVENTS, RunFolder
from engine.training.fork_plan import FORK, ORIGIN, ForkPlan

if TYPE_CHECKING:
    from engine.store.workspace import Workspace

LAST = "last"
_STATE = "state.json"
_TRIES = 5
_OFF_IF_NONE = ("time_budget", "clip_norm")
"""Fields of training of which nothing is a value of its own."""
_JUDGING = ("loss", "class_weights", "custom_weights")
"""Fields of training without which the loss is another one."""


@dataclass(frozen=True, slots=True)
class Branch:
    """Where a new run branches off another one."""

    parent: str
    checkpoint: str
    epoch: int
    fill: Callable[[Path], None]
    """Writes what it takes along into its new folder."""


def checkpoints_of(run: RunFolder) -> dict[str, int]:
    """The checkpoints of a run with the epochs done in each: `last`, `best`, then those that were kept.

    One that cannot be read is left out.
    """
    found: dict[str, int] = {}
    try:
        folders = [each for each in run.checkpoints.iterdir() if each.name != ORIGIN]
    except OSError:
        return {}
    order = {LAST: 0, "best": 1}
    for folder in sorted(folders, key=lambda each: (order.get(each.name, 2), each.name)):
        try:
            found[folder.name] = int(json.loads((folder / _STATE).read_bytes())["epoch"])
        except (OSError, ValueError, KeyError, TypeError):
            continue
    return found


def continue_run(run: RunFolder, epochs: int) -> None:
    """Let a run that has ended go on until `epochs` are done in all; its worker does the training.

    A time budget no longer holds, and early stopping counts anew.

    Raises:
        RunBusy: It is being trained.
        RunHoldsOthers: It is no single network.
        CheckpointMissing: It was never saved.
        NoMoreEpochs: So many are done already.
        RunDamaged, DiskFull, WriteFailed: Its files cannot be read or written.
    """
    run.require_idle()
    asked, resolved = run.recipe(), run.resolved()
    _require_single(run, resolved)
    known = checkpoints_of(run)
    if LAST not in known:
        raise CheckpointMissing(run.id, LAST, ", ".join(known) or "—")
    done = known[LAST]
    if epochs <= done:
        raise NoMoreEpochs(run.id, done, epochs)
    # The log is written last: until then the run is as finished as before.
    run.write_resolved(_with_epochs(resolved, epochs))
    run.write_recipe(_with_epochs(asked, epochs))
    run.note_continued(done, epochs)


def fork_run(
    workspace: Workspace,
    run: RunFolder,
    checkpoint: str = LAST,
    change: Callable[[Recipe], Recipe] = lambda recipe: recipe,
    name: str = "",
) -> RunFolder:
    """A new run that goes on from a checkpoint of another one, with other settings of training.

    Its history begins with that of its parent up to there.

    Args:
        workspace: Where the new run goes.
        run: The parent; it may be training.
        checkpoint: `last`, `best` or one that was kept.
        change: What is different: gets the parent's recipe as it is run.
        name: Of the new run; none: that of its parent.

    Raises:
        RunHoldsOthers: The parent is no single network.
        CheckpointMissing: The parent has no such checkpoint.
        ForkTooDifferent: Something else than the training differs.
        NoMoreEpochs: The fork would have no epoch left to train.
        RunDamaged, DiskFull, WriteFailed: Files cannot be read or written.
    """
    info, base = run.info(), run.resolved()
    _require_single(run, base)
    asked = change(base).model_copy(update={"start": None})
    base = base.model_copy(update={"start": None})
    outside = asked.model_copy(update={"training": base.training})
    if outside != base:
        fields = "; ".join(str(each.where) for each in differences(base, outside))
        raise ForkTooDifferent(run.id, fields)
    origin = run.checkpoints / checkpoint
    known = checkpoints_of(run)
    if checkpoint not in known:
        raise CheckpointMissing(run.id, checkpoint, ", ".join(known) or "—")
    state = _state(run, origin)
    plan = _plan(run, state, base.training, asked.training)
    if asked.training.epochs is not None and asked.training.epochs <= plan.epoch:
        raise NoMoreEpochs(run.id, plan.epoch, asked.training.epochs)

    def fill(folder: Path) -> None:
        copied = folder / "checkpoints" / ORIGIN
        _copy_checkpoint(run, origin, copied, plan.epoch)
        write_plain(copied / FORK, plan.model_dump_json(indent=2).encode())
        lines = [to_line(event) for event in _history(run, plan)]
        write_plain(folder / EVENTS, "".join(lines).encode())

    branch = Branch(run.id, checkpoint, plan.epoch, fill)
    table = TableOrigin.of(info)
    return workspace.create(asked, table, name or info.name, task=info.task, branch=branch)


def training_for_fork(parent: Training, wanted: Training) -> Training:
    """The training of a recipe for a fork: what that leaves to Auto is as it was in the parent."""
    kept = {
        name: getattr(parent, name)
        for name in type(wanted).model_fields
        if getattr(wanted, name) is None and name not in _OFF_IF_NONE
    }
    stopping = wanted.early_stopping
    judged: dict[str, object] = (
        {"metric": parent.early_stopping.metric} if stopping.metric == AUTO else {}
    )
    if stopping.patience is None:
        judged |= {"patience": parent.early_stopping.patience}
    kept["early_stopping"] = stopping.model_copy(update=judged)
    if wanted.loss.kind == AUTO:
        kept["loss"] = parent.loss
    always = {"networks": 1, "time_budget": None, "device": parent.device}
    return wanted.model_copy(update={**kept, **always})


def _require_single(run: RunFolder, resolved: Recipe) -> None:
    several = resolved.model.members or resolved.training.networks != 1
    if several or resolved.split.cross_validates or run.info().holds:
        raise RunHoldsOthers(run.id)


def _with_epochs(recipe: Recipe, epochs: int) -> Recipe:
    training = recipe.training.model_copy(update={"epochs": epochs, "time_budget": None})
    return recipe.model_copy(update={"training": training})


def _state(run: RunFolder, folder: Path) -> dict[str, Any]:
    path = folder / _STATE
    try:
        found = json.loads(path.read_bytes())
        if not isinstance(found, dict) or not isinstance(found["tensors"], str):
            raise ValueError("no checkpoint")
        int(found["epoch"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RunDamaged(run.id, str(path), str(error)) from None
    return found


def _plan(run: RunFolder, state: dict[str, Any], own: Training, asked: Training) -> ForkPlan:
    whole = "batches" in state
    epoch, step = int(state["epoch"]), int(state.get("step", 0))
    same_batches = (asked.batch_size, asked.seed) == (own.batch_size, own.seed)
    keeps_place = whole and same_batches
    if not keeps_place:
        step = _steps_until(run, epoch, own.batch_size or 1, asked.batch_size or 1)
    optimizer, former = asked.optimizer, own.optimizer
    same_kind = type(optimizer) is type(former)
    same_rate = (
        same_kind
        and optimizer is not None
        and former is not None
        and optimizer.learning_rate == former.learning_rate
        and asked.schedule == own.schedule
    )
    metric = asked.early_stopping.metric
    same_judge = metric == own.early_stopping.metric and (
        metric != "loss" or all(getattr(asked, each) == getattr(own, each) for each in _JUDGING)
    )
    value = state.get("value")
    return ForkPlan(
        epoch=epoch,
        step=step,
        whole=whole,
        keeps_place=keeps_place,
        keeps_optimizer=whole and same_kind,
        keeps_rate=whole and same_rate,
        keeps_best=same_judge,
        best_value=value if isinstance(value, int | float) else None,
    )


def _steps_until(run: RunFolder, epoch: int, batch_size: int, wanted: int) -> int:
    """Steps in so many epochs of batches of another size."""
    steps = 0
    for event in run.events():
        if isinstance(event, RunStarted):
            steps = event.steps_per_epoch
    return epoch * max(1, -(-steps * batch_size // wanted))


def _copy_checkpoint(run: RunFolder, origin: Path, copied: Path, epoch: int) -> None:
    """Copy state and tensors that belong together, while the parent may be saving another one."""
    for _ in range(_TRIES):
        state = _state(run, origin)
        tensors = origin / Path(state["tensors"]).name
        with writing(copied):
            copied.mkdir(parents=True, exist_ok=True)
            try:
                shutil.copyfile(tensors, copied / tensors.name)
            except FileNotFoundError:
                continue  # replaced by a newer one in this moment
        if int(state["epoch"]) != epoch:
            break
        write_plain(copied / _STATE, json.dumps(state, indent=2).encode())
        return
    raise RunDamaged(run.id, str(origin), "it is being replaced")


def _history(run: RunFolder, plan: ForkPlan) -> list[RunEvent]:
    """What had happened in the parent up to the checkpoint, as if it had never been interrupted."""
    found: list[RunEvent] = []
    for event in run.events():
        # Commands to the parent are no commands to the fork: its settings are its own.
        ended = isinstance(event, RunFinished | RunStopped | RunFailed)
        if ended or isinstance(event, CheckpointSaved | ControlApplied):
            continue
        if isinstance(event, RunStarted) and found:
            found = [each for each in found if _is_before(each, event.epoch, None)]
        found.append(event)
    return [each for each in found if _is_before(each, plan.epoch, plan.step)]


def _is_before(event: RunEvent, epoch: int, step: int | None) -> bool:
    """Whether something happened in the first so many epochs, or before that step after them."""
    if isinstance(event, RunStarted) or not hasattr(event, "epoch"):
        return True
    if isinstance(event, EpochEnded) or step is None:
        return event.epoch <= epoch
    return event.epoch <= epoch or getattr(event, "step", step + 1) <= step
