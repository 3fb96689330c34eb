"""From a recipe and a table to a trained run: the steps in their order, for the worker and the terminal."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from engine.errors import FileChanged, NoTarget, TrainyardError, WorkerDied
from engine.events import RunEvent, RunFailed, RunFinished, RunStopped
from engine.files import clear_temporaries
from engine.recipe.checks import require_valid
from engine.recipe.recipe import Missing, Recipe, Scale, SplitMethod
from engine.schema import Schema, Task
from engine.store.lock import holder
from engine.store.run_folder import RunFolder, failure

if TYPE_CHECKING:
    from engine.data.table import Table

Watch: TypeAlias = Callable[[RunEvent], None]
Ending: TypeAlias = RunFinished | RunStopped | RunFailed


@dataclass(frozen=True, slots=True)
class Resolved:
    """A recipe that fits its table, every `auto` replaced."""

    recipe: Recipe
    schema: Schema
    task: Task


def resolve(recipe: Recipe, table: Table) -> Resolved:
    """Check a recipe against a table and replace every `auto`.

    Raises `RecipeInvalid`, `UnknownColumn` or `NoTarget`.
    """
    from engine.data.infer import complete, infer_schema, task_of
    from engine.metrics import monitor_for
    from engine.training.device import choose_device

    require_valid(recipe)
    schema = infer_schema(table)
    whole = complete(recipe, schema)
    require_valid(whole)
    task = task_of(whole, schema)
    if task is None:
        raise NoTarget
    split = whole.split
    if split.method is SplitMethod.AUTO:
        method = SplitMethod.STRATIFIED if task.is_classification else SplitMethod.RANDOM
        split = split.model_copy(update={"method": method})
    training = whole.training
    monitor = monitor_for(task, training.early_stopping).name
    stopping = training.early_stopping.model_copy(update={"metric": monitor})
    device, _ = choose_device(training.device)
    training = training.model_copy(update={"early_stopping": stopping, "device": device.type})
    resolved = whole.model_copy(
        update={
            "reading": table.reading,
            "columns": _resolved_columns(whole, schema),
            "split": split,
            "training": training,
        }
    )
    return Resolved(resolved, schema, task)


def table_of(run: RunFolder) -> Table:
    """The table that a run was made for: from its cache, or read again from its file.

    Raises `FileChanged` when neither has the rows of then, and the errors of `ReadError`.
    """
    from engine.data.open import open_table
    from engine.data.table import Table

    info = run.info()
    folder = Path(info.table_folder)
    if folder.is_dir():
        try:
            table = Table.load(folder)
        except (TrainyardError, OSError, ValueError, KeyError):
            pass  # a damaged cache is made again
        else:
            if table.fingerprint == info.fingerprint:
                return table
    table = open_table(Path(info.table_path), run.resolved().reading)
    if table.fingerprint != info.fingerprint:
        raise FileChanged(info.table_path)
    return table


def train_run(run: RunFolder, *, watch: Watch = lambda event: None) -> Ending:
    """Train a run, or go on with it from its last checkpoint; how it ended.

    Everything that happens goes to the run's event log, and to `watch` in the same thread. An error
    that belongs to the run becomes `RunFailed`, not an exception.

    Raises:
        RunBusy: Another process trains it.
        RunNotFound, RunDamaged: There is nothing to train.
        DiskFull, WriteFailed: Not even the failure could be told.
    """
    run.info()
    with run.training() as log:

        def emit(event: RunEvent) -> None:
            log.emit(event)
            watch(event)

        try:
            return _train(run, emit)
        except TrainyardError as error:
            ending = failure(error, *run.progress())
        except Exception as error:  # noqa: BLE001 - a bug must not leave a run without an end
            traceback.print_exc()
            crash = WorkerDied(1, f"{type(error).__name__}: {error}")
            ending = failure(crash, *run.progress())
        emit(ending)
        return ending


def _train(run: RunFolder, emit: Watch) -> Ending:
    from engine.data.dataset import prepare
    from engine.models.network import build_network
    from engine.training.checkpoint import Checkpoints
    from engine.training.control import FileControl
    from engine.training.device import threads_for, use_threads
    from engine.training.loop import fit

    clear_temporaries(run.path)
    use_threads(threads_for(_running(run.path.parent)))
    table = table_of(run)
    found = resolve(run.resolved(), table)
    run.write_resolved(found.recipe)
    run.set_task(found.task)
    dataset = prepare(table, found.recipe, found.schema)
    dataset.preparation.save(run.preparation)
    training = found.recipe.training
    network = build_network(found.recipe.model, dataset.preparation.inputs, training.seed)
    checkpoints = Checkpoints(run.checkpoints)
    outcome = fit(
        network,
        dataset,
        training,
        emit=emit,
        control=FileControl(run.control),
        checkpoints=checkpoints,
        resume=checkpoints.last(),
    )
    return outcome.ended


def _running(runs: Path) -> int:
    """Runs of the workspace that are in training, this one included."""
    return sum(holder(folder) is not None for folder in runs.iterdir() if folder.is_dir())


def _resolved_columns(recipe: Recipe, schema: Schema) -> tuple[object, ...]:
    from engine.data.plan import missing_in_force, scale_in_force

    columns = []
    for spec in recipe.columns:
        kind = spec.kind or schema[spec.name or ""].kind
        missing = missing_in_force(spec, kind) or Missing.DROP_ROW
        scale = scale_in_force(spec, kind) or Scale.NONE
        columns.append(spec.model_copy(update={"kind": kind, "missing": missing, "scale": scale}))
    return tuple(columns)
