"""Every way in which the store writes: what is done, and how the result is read back."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from engine.errors import LossNotFinite
from engine.events import CheckpointSaved
from engine.export.tensorboard import export_tensorboard
from engine.queue import RunQueue
from engine.recipe.preset import Preset
from engine.recipe.recipe import Recipe
from engine.store.branching import checkpoints_of, continue_run, fork_run
from engine.store.presets import PresetShelf
from engine.store.run_file import export_run_file, import_run_file
from engine.store.run_folder import RunFolder
from engine.store.workspace import Workspace
from engine.training.checkpoint import (
    Checkpoint,
    Checkpoints,
    Position,
    load_best,
    load_checkpoint,
    write_checkpoint,
)
from engine.training.control import Command, FileControl
from tests.engine.store.helpers import epoch_ended, finished, new_run, started

VICTIM, BYSTANDER, GONE = 1, 2, 3
"""Numbers of the runs: the one that is written to, one that nobody touches, and one in the trash."""


@dataclass(frozen=True)
class WritePath:
    """One way of writing."""

    name: str
    act: Callable[[Path, list[Any]], Any]
    """Does it in a workspace, and notes what is acknowledged on the way."""
    state: Callable[[Path], Any]
    """What somebody reads afterwards: as before, or as it should be, and nothing between."""
    kept: Callable[[Path, list[Any]], str] = lambda folder, told: ""
    """Whether what was acknowledged is there; what is missing, or nothing."""
    is_gradual: bool = False
    """Whether states between the first and the last one are honest ones."""


def make_template(folder: Path) -> None:
    """A workspace with a trained run, another one, one in the trash, a preset and an exported file."""
    workspace = Workspace(folder)
    for _ in range(3):
        run = new_run(workspace, "a run")
        run.write_resolved(run.recipe())
        with run.training() as log:
            log.emit(started())
            _save(run, 5)
            log.emit(CheckpointSaved(time.time(), 1, 5, "last"))
            for epoch in range(1, 5):
                log.emit(epoch_ended(epoch))
            log.emit(finished())
    workspace.trash("3")
    PresetShelf(folder).save(_preset("kept"))
    export_run_file(workspace.run("2"), folder / "exported.trainyard-run")
    workspace.runs()
    workspace.close()


def write_paths() -> tuple[WritePath, ...]:
    """All of them."""
    info = _of_info
    return (
        WritePath("create", lambda f, told: new_run(_opened(f), "new"), _runs),
        WritePath("rename", lambda f, told: _run(f).rename("other"), info("name")),
        WritePath("note", lambda f, told: _run(f).set_remark("text " * 50), info("remark")),
        WritePath("tags", lambda f, told: _run(f).set_tags(["a", "b"]), info("tags")),
        WritePath("star", lambda f, told: _run(f).set_favourite(True), info("favourite")),
        WritePath("target", lambda f, told: _run(f).set_target("y", None), info("target")),  # type: ignore[arg-type]
        WritePath("trunk", lambda f, told: _run(f).set_trunk("mlp", "wide"), info("trunk")),
        WritePath("many edits", _edits, info("remark"), _edits_kept, is_gradual=True),
        WritePath("several runs", _several, _runs, is_gradual=True),
        WritePath("queue", _queue, _queued, is_gradual=True),
        WritePath("kept epochs", _kept_epochs, _kept_names, _kept_kept, is_gradual=True),
        WritePath("resolve", lambda f, told: _run(f).write_resolved(_other()), _resolved),
        WritePath("continue", lambda f, told: continue_run(_run(f), 9), info("epochs")),
        WritePath("fork", _fork, _runs),
        WritePath("command", _command, _commands, _commands_kept, is_gradual=True),
        WritePath("log", _log, _epochs, _log_kept, is_gradual=True),
        WritePath("checkpoints", _checkpoints, _step, _step_kept, is_gradual=True),
        WritePath("best", _best, _best_epoch),
        WritePath("failure", _failure, _status),
        WritePath("trash", lambda f, told: _opened(f).trash("1"), _runs),
        WritePath("restore", lambda f, told: _opened(f).restore("3"), _runs),
        WritePath("empty trash", lambda f, told: _opened(f).empty_trash(), _runs),
        WritePath("bound trash", lambda f, told: _opened(f).bound_trash(0), _runs),
        WritePath("export", _export, _exported),
        WritePath("export again", _export_again, _exported),
        WritePath("import", _import, _runs),
        WritePath("tensorboard", _tensorboard, _tensorboard_size),
        WritePath("save preset", lambda f, told: PresetShelf(f).save(_preset("new")), _presets),
        WritePath(
            "replace preset",
            lambda f, told: PresetShelf(f).save(_preset("kept", 7), replace=True),
            _presets,
        ),
        WritePath("rename preset", lambda f, told: PresetShelf(f).rename("kept", "x"), _presets),
        WritePath("delete preset", lambda f, told: PresetShelf(f).delete("kept"), _presets),
        WritePath("list", lambda f, told: _opened(f).runs(), _runs),
    )


# What is done ---------------------------------------------------------------------------------------


def _opened(folder: Path) -> Workspace:
    return Workspace(folder)


def _run(folder: Path, number: int = VICTIM) -> RunFolder:
    found = next(path for path in (folder / "runs").glob(f"*_{number:04d}_*"))
    return RunFolder(found)


def _other() -> Recipe:
    recipe = Recipe().with_target("survived")
    training = recipe.training.model_copy(update={"epochs": 77})
    return recipe.model_copy(update={"training": training})


def _edits(folder: Path, told: list[Any]) -> None:
    for place in range(12):
        _run(folder).set_remark(f"note {place}")
        told.append(f"note {place}")


def _edits_kept(folder: Path, told: list[Any]) -> str:
    found = _run(folder).info().remark
    ahead = f"note {len(told)}"  # the one that failed may be there, and that is no loss
    return (
        "" if found in (*told[-1:], ahead) or not told else f"{told[-1]} was saved, found {found}"
    )


def _several(folder: Path, told: list[Any]) -> None:
    told.extend(new_run(Workspace(folder), f"new {place}").id for place in range(4))


def _queue(folder: Path, told: list[Any]) -> None:
    queue = RunQueue(Workspace(folder))
    for at_once in range(2, 8):
        queue.set(at_once=at_once)
    queue.set(held=True)


def _kept_epochs(folder: Path, told: list[Any]) -> None:
    for epoch in range(1, 7):
        write_checkpoint(_run(folder).checkpoints / f"epoch-{epoch:04d}", _state(epoch * 10))
        told.append(epoch)


def _kept_names(folder: Path) -> Any:
    return checkpoints_of(_run(folder))


def _kept_kept(folder: Path, told: list[Any]) -> str:
    for epoch in told:
        found = load_checkpoint(_run(folder).checkpoints / f"epoch-{epoch:04d}")
        if found.position.epoch != epoch:
            return f"epoch {epoch} is not what was saved"
    return ""


def _queued(folder: Path) -> Any:
    view = RunQueue(Workspace(folder)).view()
    return view.at_once, view.held


def _fork(folder: Path, told: list[Any]) -> None:
    def more(recipe: Recipe) -> Recipe:
        training = recipe.training.model_copy(update={"epochs": 50})
        return recipe.model_copy(update={"training": training})

    fork_run(Workspace(folder), _run(folder), change=more)


def _command(folder: Path, told: list[Any]) -> None:
    for value in range(1, 13):
        _run(folder).send(Command(command="set_learning_rate", value=value / 100))
        told.append(value / 100)


def _log(folder: Path, told: list[Any]) -> None:
    run = _run(folder)
    with run.training() as log:
        log.emit(started(epochs=120))
        for epoch in range(1, 121):
            log.emit(epoch_ended(epoch))
            if epoch % 2 == 0:
                log.emit(CheckpointSaved(time.time(), epoch, epoch * 10, "last"))
                told.append(epoch)
        log.emit(finished(120, 120))
        told.append("finished")


def _checkpoints(folder: Path, told: list[Any]) -> None:
    run = _run(folder)
    for step in range(10, 130, 10):
        _save(run, step)
        told.append(step)


def _save(run: RunFolder, step: int) -> None:
    Checkpoints(run.checkpoints, 0.0).save(_state(step))


def _state(step: int) -> Checkpoint:
    position = Position(
        epoch=step // 10,
        batches=0,
        step=step,
        threads=1,
        by_hand=None,
        meter_rows=0,
        meter_loss=0.0,
        meter_norms=(),
        best_epoch=step // 10,
        best_value=1.0 / step,
        waited=0,
        optimizer={"state": {}, "groups": []},
    )
    weights = {"layer.weight": torch.full((40, 40), float(step)), "layer.bias": torch.zeros(40)}
    best = {name: tensor.clone() for name, tensor in weights.items()}
    return Checkpoint(position, weights, best, {}, {"cpu": torch.zeros(8)}, None)


def _best(folder: Path, told: list[Any]) -> None:
    Checkpoints(_run(folder).checkpoints).save_best({"w": torch.ones(3)}, 9, 0.5)


def _failure(folder: Path, told: list[Any]) -> None:
    _run(folder).record_failure(LossNotFinite(3, 30, 0.1, 0.01))


def _export(folder: Path, told: list[Any]) -> None:
    export_run_file(_run(folder), folder / "new.trainyard-run")


def _export_again(folder: Path, told: list[Any]) -> None:
    export_run_file(_run(folder), folder / "exported.trainyard-run")


def _import(folder: Path, told: list[Any]) -> None:
    import_run_file(Workspace(folder), folder / "exported.trainyard-run")


def _tensorboard(folder: Path, told: list[Any]) -> None:
    export_tensorboard(_run(folder), folder / "tensorboard")


def _preset(name: str, epochs: int = 3) -> Preset:
    recipe = Recipe()
    training = recipe.training.model_copy(update={"epochs": epochs})
    return Preset(name=name, model=recipe.model, training=training)


# How it is read back --------------------------------------------------------------------------------


def _runs(folder: Path) -> Any:
    """The list, with what has to be there for each run."""
    workspace = Workspace(folder)
    try:
        found = [(run.number, run.name, run.status, run.epoch) for run in workspace.runs()]
        for path in (folder / "runs").iterdir():
            if not path.name.startswith("."):
                run = RunFolder(path)
                run.recipe(), run.info(), list(run.events())
        return found, [(run.number, run.status) for run in workspace.trashed()]
    finally:
        workspace.close()


def _of_info(name: str) -> Callable[[Path], Any]:
    return lambda folder: getattr(_run(folder).info(), name)


def _resolved(folder: Path) -> Any:
    return _run(folder).resolved().training.epochs


def _commands(folder: Path) -> Any:
    control = FileControl(_run(folder).control)
    return tuple(command.value for command in control.poll())


def _commands_kept(folder: Path, told: list[Any]) -> str:
    """All that were sent are heard, and so is one that is sent after what went wrong."""
    _run(folder).send(Command(command="stop"))
    control = FileControl(_run(folder).control)
    heard = control.poll()
    values = [command.value for command in heard]
    if heard[-1:] != (Command(command="stop"),):
        return "a command after it is not heard"
    return "" if set(told) <= set(values) else f"sent {told}, heard {values}"


def _epochs(folder: Path) -> Any:
    return _run(folder).summary().epoch


def _log_kept(folder: Path, told: list[Any]) -> str:
    run = _run(folder)
    saved = {event.epoch for event in run.events() if isinstance(event, CheckpointSaved)}
    missing = {epoch for epoch in told if epoch != "finished"} - saved
    if missing:
        return f"told to be saved, and not in the log: {sorted(missing)}"
    if "finished" in told and run.status().value != "done":
        return f"it has finished, and is {run.status()}"
    with run.training() as log:  # the next process goes on in the same log
        log.emit(started(epoch=4, epochs=70))
        log.emit(epoch_ended(5))
        log.emit(finished(5, 5))
    return "" if run.summary().epoch == 5 else "what is told after it is not read"


def _step(folder: Path) -> Any:
    found = Checkpoints(_run(folder).checkpoints).last()
    assert found is not None
    assert found.weights["layer.weight"][0, 0].item() == found.position.step
    return found.position.step


def _step_kept(folder: Path, told: list[Any]) -> str:
    found = _step(folder)
    if found < max(told, default=5):
        return f"step {max(told)} was saved, and step {found} is there"
    best = load_best(_run(folder).checkpoints)
    if told and (best is None or best[1] < max(told) // 10):
        return "the best weights that were saved are not there"
    _save(_run(folder), 999)
    return "" if _step(folder) == 999 else "it cannot be saved again"


def _best_epoch(folder: Path) -> Any:
    found = load_best(_run(folder).checkpoints)
    return None if found is None else found[1]


def _status(folder: Path) -> Any:
    return _run(folder).status()


def _exported(folder: Path) -> Any:
    """The names of the files that can be imported; one that cannot is no honest state."""
    found = []
    for path in sorted(folder.glob("*.trainyard-run")):
        target = folder.parent / f"{folder.name}-import"
        workspace = Workspace(target)
        try:
            found.append((path.name, import_run_file(workspace, path).info().name))
        finally:
            workspace.close()
            import shutil

            shutil.rmtree(target)
    return found


def _tensorboard_size(folder: Path) -> Any:
    return [path.stat().st_size for path in folder.glob("tensorboard/*/events.*")]


def _presets(folder: Path) -> Any:
    shelf = PresetShelf(folder).load()
    assert not shelf.refused
    return [(preset.name, preset.training.epochs) for preset in shelf.all]
