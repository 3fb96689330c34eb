"""From a recipe and a table to a trained run: the steps in their order, for the worker and the terminal."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias, cast

from engine.data.progress import Progress, nothing
from engine.errors import Cancelled, FileChanged, NoTarget, TrainyardError, WorkerDied
from engine.events import RunEvent, RunFailed, RunFinished, RunStarted, RunStopped
from engine.files import clear_temporaries, write_atomic
from engine.messages import Message, message
from engine.recipe.auto.choose import Chosen
from engine.recipe.auto.facts import Device
from engine.recipe.checks import require_valid
from engine.recipe.columns import STEPS, ColumnSpec
from engine.recipe.loss_checks import loss_findings
from engine.recipe.losses import loss_in_force
from engine.recipe.parts import settled
from engine.recipe.privacy import hides
from engine.recipe.reading import Reading
from engine.recipe.recipe import Recipe
from engine.recipe.several_targets import target_findings
from engine.recipe.split import Split, SplitMethod
from engine.schema import Schema, Task
from engine.store.lock import holder
from engine.store.run_folder import RunFolder, failure
from engine.tasks import Part

if TYPE_CHECKING:
    from engine.baselines.result import SetBeside
    from engine.data.preparing.dataset import Dataset
    from engine.data.table import Table
    from engine.evaluation.result import Evaluation
    from engine.explanation.result import Importance
    from engine.predictor.predictor import Predictor
    from engine.training.control import Control

_LEAST_SECONDS = 1e-3
"""Of training, where preparing used all the time up: one batch."""
Watch: TypeAlias = Callable[[RunEvent], None]
Ending: TypeAlias = RunFinished | RunStopped | RunFailed


@dataclass(frozen=True, slots=True)
class Resolved:
    """A recipe that fits its table, every `auto` replaced."""

    recipe: Recipe
    schema: Schema
    task: Task
    networks: tuple[Chosen, ...] = ()
    """What Auto chose for each network that is trained; empty while it was not asked."""


def matched(recipe: Recipe, table: Table) -> Resolved:
    """Check a recipe against a table and list every column; what is `auto` otherwise stays so.

    Raises `RecipeInvalid`, `UnknownColumn`, `NoTarget`, `KeyMissing` or `KeyDamaged`; where a derived
    column or the condition of the rows does not fit the table, `ExpressionInvalid`, `DerivedNameTaken`
    or `DerivedFromTarget`.
    """
    from engine.data.columns.infer import complete, infer_schema, task_of
    from engine.data.preparing.derived.facts import schema_with_derived
    from engine.data.preparing.row_facts import check_rows
    from engine.data.preparing.target.seen import class_counts

    require_valid(recipe)
    schema = schema_with_derived(infer_schema(table), table, recipe)
    whole = complete(recipe, schema)
    require_valid(whole)
    check_rows(table, whole)
    task = task_of(whole, schema)
    if task is None:
        raise NoTarget
    counts: dict[str, dict[str, int]] = {}
    if task.is_classification:
        counts = {name: class_counts(table, whole, schema, name) for name in whole.targets}
    distinct = {name: schema[name].distinct for name in whole.targets}
    for finding in target_findings(whole, task, counts, distinct):
        raise finding.error()
    _require_fitting_loss(whole, task, table, schema)
    if task is Task.MULTICLASS:
        name = whole.targets[0]
        if len(whole.outcome_of(name).merged(counts[name])) == 2:
            task = Task.BINARY
    return Resolved(whole, schema, task)


def _require_fitting_loss(recipe: Recipe, task: Task, table: Table, schema: Schema) -> None:
    """Raise `RecipeInvalid` where the loss is not for the values or classes of the table."""
    from engine.data.preparing.target.seen import lowest_value, ordered_classes

    loss, lowest, classes = recipe.training.loss, {}, {}
    if loss.least is not None and not task.is_classification:
        found = {name: lowest_value(table, recipe, schema, name) for name in recipe.targets}
        lowest = {name: value for name, value in found.items() if value is not None}
    if loss.gives == "thresholds" and task is Task.MULTICLASS:
        classes = {name: ordered_classes(table, recipe, schema, name) for name in recipe.targets}
    for finding in loss_findings(recipe, task, lowest, classes):
        raise finding.error()


def resolve(recipe: Recipe, table: Table) -> Resolved:
    """Check a recipe against a table and replace every `auto`.

    Raises what `matched` raises, and the errors of `ReadError` for a test file.
    """
    from engine.data.preparing.table_facts import table_facts
    from engine.metrics import monitor_for
    from engine.recipe.auto.choose import portfolio
    from engine.training.device import choose_device

    found = matched(recipe, table)
    whole, schema, task = found.recipe, found.schema, found.task
    training = whole.training
    monitor = monitor_for(task, training.early_stopping).name
    stopping = training.early_stopping.model_copy(update={"metric": monitor})
    device, _ = choose_device(training.device)
    loss = loss_in_force(training.loss, task)
    changes = {"early_stopping": stopping, "device": device.type, "loss": loss}
    training = training.model_copy(update=changes)
    resolved = whole.model_copy(
        update={
            "reading": table.reading,
            "columns": _with_keys_named(_resolved_columns(whole, schema)),
            "split": _resolved_split(whole, table, task),
            "training": training,
        }
    )
    facts = table_facts(resolved, schema, task, cast(Device, device.type))
    networks = portfolio(resolved, facts)
    first = networks[0].recipe
    update = {"networks": len(networks), "time_budget": training.time_budget, "seed": training.seed}
    resolved = first.model_copy(update={"training": first.training.model_copy(update=update)})
    require_valid(resolved)
    return Resolved(resolved, schema, task, networks)


def table_of(run: RunFolder) -> Table:
    """The table that a run was made for: from its cache, or read again from its file.

    Raises `FileChanged` when the file no longer holds the rows of then, and the errors of `ReadError`.
    """
    from engine.data.in_use import make_private
    from engine.data.kept_readings import kept_reading
    from engine.data.open import open_table
    from engine.data.table import Table

    info = run.info()
    with suppress(TrainyardError):  # evicted or damaged: made again below
        table = Table.load(Path(info.table_folder))
        if table.fingerprint == info.fingerprint:
            return table
    # The fingerprint covers how the file was asked to be read.
    recipe = run.recipe()
    asked = kept_reading(info.fingerprint) or recipe.reading
    likely = (asked, Reading(part=asked.part), Reading(), run.resolved().reading)
    for reading in dict.fromkeys(likely):
        table = open_table(Path(info.table_path), reading)
        if hides(recipe):
            make_private(table.folder)
        if table.fingerprint == info.fingerprint:
            return table
    raise FileChanged(info.table_path)


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
    return _logged(run, lambda emit, flush: _train(run, emit, flush), watch)


def _logged(
    run: RunFolder, train: Callable[[Watch, Callable[[], None]], Ending], watch: Watch
) -> Ending:
    """Hold a run while it is trained; what happens goes to its log and to `watch`."""
    with run.training() as log:

        def emit(event: RunEvent) -> None:
            log.emit(event)
            watch(event)

        ending: Ending
        try:
            return train(emit, log.flush)
        except Cancelled:  # told to stop before there was anything to train
            ending = RunStopped(time.time(), *run.progress(), ())
        except TrainyardError as error:
            ending = failure(error, *run.progress())
        except Exception as error:  # noqa: BLE001 - a bug must not leave a run without an end
            with suppress(OSError):  # nobody may be left to read it
                traceback.print_exc()
            crash = WorkerDied(1, f"{type(error).__name__}: {error}")
            ending = failure(crash, *run.progress())
        emit(ending)
        return ending


def evaluate_run(
    run: RunFolder, part: Part = "test", *, progress: Progress = nothing
) -> Evaluation:
    """Score a run's best weights on one of its parts; the test part's result is kept in the run.

    Raises `RunUntrained`, `RunDamaged`, or the errors of reading its table.
    """
    from engine.evaluation.evaluate import evaluate

    predictor, table, schema = _predictor_and_table(run)
    found = evaluate(predictor, table, schema, part, run=run.id, progress=progress)
    if part == "test":
        write_atomic(run.evaluation, found.model_dump_json(indent=2).encode())
    return found


def set_beside_run(
    run: RunFolder,
    part: Part = "test",
    which: Sequence[str] = (),
    *,
    progress: Progress = nothing,
) -> SetBeside:
    """Compare a run's best weights with baselines that learn from the same rows.

    What the baselines predict is kept in the run, so that each is trained once. `which` names kinds of
    `engine.baselines`; none: all that are installed.

    Raises `RunUntrained`, `RunDamaged`, the errors of reading its table, and those of
    `engine.baselines.set_beside`.
    """
    from engine.baselines.set_beside import set_beside
    from engine.training.device import threads_for

    predictor, table, schema = _predictor_and_table(run)
    return set_beside(
        predictor,
        table,
        schema,
        part,
        run=run.id,
        folder=run.path,
        best_epoch=run.progress()[1],
        which=which,
        progress=progress,
        threads=threads_for(1 + _running(run.path.parent)),
    )


def explain_run(
    run: RunFolder, part: Part = "test", repeats: int = 5, *, progress: Progress = nothing
) -> Importance:
    """Permutation importance of a run's columns on one of its parts.

    Raises `RunUntrained`, `RunDamaged`, or the errors of reading its table.
    """
    from engine.explanation.permutation import importance

    predictor, table, schema = _predictor_and_table(run)
    return importance(predictor, table, schema, part, repeats, run=run.id, progress=progress)


def _predictor_and_table(run: RunFolder) -> tuple[Predictor, Table, Schema]:
    """The model on the device and with the threads of its training, so that sums come out the same."""
    from engine.data.columns.infer import infer_schema
    from engine.predictor.predictor import Predictor
    from engine.training.device import choose_device, use_threads

    predictor = Predictor.load(run.path)
    started = next((event for event in run.events() if isinstance(event, RunStarted)), None)
    if started is not None:
        use_threads(started.threads)
        device, _ = choose_device(started.device)
        predictor.network.to(device)
    table = table_of(run)
    return predictor, table, infer_schema(table)


def _train(
    run: RunFolder, emit: Watch, flush: Callable[[], None], control: Control | None = None
) -> Ending:
    """Train a run under a control; None: under the commands to the run itself."""
    from engine.data.preparing.dataset import prepare
    from engine.training.control import FileControl
    from engine.training.device import threads_for, use_threads
    from engine.training.preparing import PreparingControl

    began = time.monotonic()
    clear_temporaries(run.path)
    if run.recipe().split.cross_validates:
        return _train_folds(run, emit, flush)
    use_threads(threads_for(_running(run.path.parent)))
    obeyed = PreparingControl(control or FileControl(run.control), emit, run.progress()[0])
    table = table_of(run)
    obeyed.check()
    found = _resolved_run(run, table)
    dataset = prepare(
        table,
        found.recipe,
        found.schema,
        progress=obeyed.progress,
        cancelled=obeyed.cancelled,
    )
    task = dataset.preparation.task  # merging rare classes may have left two
    run.set_target(", ".join(found.recipe.targets), task)
    minutes = found.recipe.training.time_budget
    seconds = None if minutes is None else 60 * minutes - (time.monotonic() - began)
    if len(found.networks) > 1:
        ending = _train_networks(run, found, table, dataset, emit, flush, obeyed, seconds)
    else:
        _keep_origin(run, found.recipe, dataset)
        network = Chosen(found.recipe, found.networks[0].reasons)
        ending = _fit(run, network, dataset, emit, flush, obeyed, seconds)
    if run.info().group is not None and not isinstance(ending, RunFailed):
        with suppress(TrainyardError):  # the run that holds the folds together tells of it
            _keep_out_of_fold(run, dataset, table)
    return ending


def _train_folds(run: RunFolder, emit: Watch, flush: Callable[[], None]) -> Ending:
    """Train the folds of a cross-validation one after another, each as a run of its own."""
    from engine.cross_validation import train_folds

    def train_fold(fold: RunFolder, control: Control, watch: Watch) -> Ending:
        return _logged(fold, lambda emit, flush: _train(fold, emit, flush, control), watch)

    table = table_of(run)
    return train_folds(run, run.recipe(), table, train_fold, emit, flush, run.info().task)


def _keep_out_of_fold(run: RunFolder, dataset: Dataset, table: Table) -> None:
    """Write what the network of a fold predicts for the rows that it did not learn from."""
    from engine.export.out_of_fold import FILE, write_out_of_fold
    from engine.predictor.predictor import Predictor

    predictor = Predictor.load(run.path)
    in_folds = predictor.recipe.split.in_folds
    if in_folds is not None:
        write_out_of_fold(predictor, dataset, table, in_folds[0] + 1, run.path / FILE)


def _resolved_run(run: RunFolder, table: Table) -> Resolved:
    """A run's recipe, without Auto; that of several networks anew, for it ends as that of the kept ones."""
    asked = run.recipe()
    if asked.model.members or asked.training.networks != 1:
        found = resolve(asked, table)
        if len(found.networks) > 1:
            return found
    return resolve(run.resolved(), table)


def _train_networks(
    run: RunFolder,
    found: Resolved,
    table: Table,
    dataset: Dataset,
    emit: Watch,
    flush: Callable[[], None],
    control: Control,
    seconds: float | None,
) -> Ending:
    """Train several networks one after another, each as a run of its own."""
    from engine.portfolio.group import Group, train_group
    from engine.recipe.auto.choose import on_portfolio

    recipes = tuple(network.recipe for network in found.networks)
    members = tuple(recipe.model for recipe in recipes)
    whole = found.recipe.model_copy(
        update={"model": recipes[0].model.model_copy(update={"members": members})}
    )
    if not run.has_weights():  # else they belong to the recipe that is there
        _keep_origin(run, whole, dataset)
    told = on_portfolio(found.networks, run.recipe().training)
    notes = (*dataset.notes, *(() if told is None else (told,)))
    quiet = replace(dataset, notes=())  # what is told of the rows is told once, by the group

    def train_member(
        member: RunFolder, network: Chosen, control: Control, limit: float | None
    ) -> Ending:
        def fit_member(emit: Watch, flush: Callable[[], None]) -> Ending:
            clear_temporaries(member.path)
            kept = Chosen(member.resolved(), network.reasons)
            _keep_origin(member, kept.recipe, quiet)
            return _fit(member, kept, quiet, emit, flush, control, limit)

        return _logged(member, fit_member, lambda event: None)

    noted = replace(dataset, notes=notes)
    group = Group(run, whole, found.networks, table, noted, seconds, control)
    return train_group(group, train_member, emit, flush, lambda: _beside_boosting(run, flush))


def _beside_boosting(run: RunFolder, flush: Callable[[], None]) -> Message | None:
    """How a run stands to gradient boosting on its test rows; None where that cannot be told."""
    flush()
    try:
        beside = set_beside_run(run, "test", ("gradient_boosting",))
    except TrainyardError:
        return None
    best = beside.best()
    difference = None if best is None else best.difference(beside.metric)
    if best is None or difference is None or difference.value is None:
        return None
    scores = (beside.scored, best.evaluation.metrics)
    own, other = (
        next(
            float(f"{m.value:.4g}")
            for m in metrics
            if m.name == beside.metric and m.value is not None
        )
        for metrics in scores
    )
    match difference.verdict:
        case "ahead":
            return message(
                "It is ahead of gradient boosting on the test rows: {own} against {other}.",
                own=own,
                other=other,
            )
        case "behind":
            return message(
                "It is behind gradient boosting on the test rows: {own} against {other}.",
                own=own,
                other=other,
            )
    return message(
        "It is level with gradient boosting on the test rows: {own} against {other}.",
        own=own,
        other=other,
    )


def _keep_origin(run: RunFolder, recipe: Recipe, dataset: Dataset) -> None:
    """Write what the run's predictor is made of beside its weights."""
    run.write_resolved(recipe)
    run.set_target(", ".join(recipe.targets), dataset.preparation.task)
    dataset.preparation.save(run.preparation)


def _fit(
    run: RunFolder,
    network: Chosen,
    dataset: Dataset,
    emit: Watch,
    flush: Callable[[], None],
    control: Control,
    seconds: float | None,
) -> Ending:
    """Train one network; `seconds` is the time for it, that before a resume included."""
    from engine.models.memory import require_memory
    from engine.models.network import build_network
    from engine.store.workspace import trunk_label
    from engine.training.checkpoint import Checkpoints
    from engine.training.loop import fit
    from engine.training.time_budget import fitted_to_time

    began = time.monotonic()
    recipe, notes = network.recipe, dataset.notes
    checkpoints = Checkpoints(run.checkpoints, before=flush)
    last = checkpoints.last()
    if last is None:
        notes = (*notes, *(reason.why for reason in network.reasons))
        if seconds is not None:
            recipe, told = fitted_to_time(recipe, dataset, seconds)
            notes = (*notes, told)
            run.write_resolved(recipe)
    run.set_trunk(settled(recipe.model.trunk).kind, trunk_label(recipe))
    training = recipe.training
    inputs, task = dataset.preparation.inputs, dataset.preparation.task
    require_memory(recipe, inputs, len(dataset.train), task)
    built = build_network(recipe.model, inputs, training.seed, task, dataset.train)
    outcome = fit(
        built,
        replace(dataset, notes=notes),
        training,
        emit=emit,
        control=control,
        checkpoints=checkpoints,
        resume=last,
        resampling=recipe.outcome_of(recipe.target or "").resampling,
        time_limit=None
        if seconds is None
        else max(_LEAST_SECONDS, seconds - (time.monotonic() - began)),
    )
    return outcome.ended


def _running(runs: Path) -> int:
    """Processes that train runs of the workspace, this one included."""
    found = (holder(folder) for folder in runs.iterdir() if folder.is_dir())
    return len({(each.host, each.process) for each in found if each is not None})


def _resolved_split(recipe: Recipe, table: Table, task: Task) -> Split:
    from engine.data.preparing.outside_rows import open_test_file, path_of_test_file
    from engine.data.preparing.splits.auto import method_in_force

    method = method_in_force(recipe, classes=task.is_classification)
    update: dict[str, object] = {"method": method}
    if method.needs_column:
        update["column"] = recipe.split_column
    if method is SplitMethod.FILE and recipe.split.file:
        path = path_of_test_file(recipe.split.file, table)
        update["file"] = str(path)
        # A run that goes on is scored on the rows that it was begun with, or not at all.
        noted = recipe.split.file_fingerprint
        update["file_fingerprint"] = noted or open_test_file(path, table.reading).fingerprint
    return recipe.split.model_copy(update=update)


def _with_keys_named(columns: tuple[ColumnSpec, ...]) -> tuple[ColumnSpec, ...]:
    return tuple(
        spec if spec.hide is None else spec.model_copy(update={"hide": spec.hide.resolved()})
        for spec in columns
    )


def _resolved_columns(recipe: Recipe, schema: Schema) -> tuple[ColumnSpec, ...]:
    from engine.data.preparing.column_steps import in_force, kind_in_force

    columns = []
    for spec in recipe.columns:
        column = schema[spec.name or ""]
        kind = kind_in_force(spec, column)
        # What is not for the column's kind stays as it is set, so that preparing can tell of it.
        steps = {
            step: in_force(step, kind, spec) if getattr(spec, step) is None else getattr(spec, step)
            for step in STEPS
        }
        columns.append(spec.model_copy(update={"kind": spec.kind or column.kind, **steps}))
    return tuple(columns)
