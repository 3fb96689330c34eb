"""From a recipe and a table to a trained run: the steps in their order, for the worker and the terminal."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

from engine.errors import Cancelled, TrainyardError, WorkerDied
from engine.events import RunEvent, RunFailed, RunFinished, RunStopped
from engine.files import clear_temporaries
from engine.messages import Message, message
from engine.pipeline.prepared_rows import PreparedRows
from engine.pipeline.resolving import Resolved, resolve
from engine.pipeline.results import set_beside_run
from engine.pipeline.starting import run_to_start_from, state_to_go_on_from, take_start
from engine.pipeline.tables import table_of
from engine.plans.seeds import Seeds
from engine.plans.sweep import Sweep
from engine.recipe.auto.choose import Chosen
from engine.recipe.parts import settled
from engine.recipe.recipe import Recipe
from engine.store.event_log import EventLog
from engine.store.lock import processes_at_work
from engine.store.run_folder import RunFolder, failure

if TYPE_CHECKING:
    from engine.data.preparing.dataset import Dataset
    from engine.data.table import Table
    from engine.members.leader import AsTold
    from engine.portfolio.control import GroupControl
    from engine.training.checkpoint import Checkpoints
    from engine.training.control import Control

_LEAST_SECONDS = 1e-3
"""Of training, where preparing used all the time up: one batch."""


Watch: TypeAlias = Callable[[RunEvent], None]


Ending: TypeAlias = RunFinished | RunStopped | RunFailed


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
    return _logged(run, lambda emit, log: _train(run, emit, log), watch)


def _logged(
    run: RunFolder,
    train: Callable[[Watch, EventLog], Ending],
    watch: Watch,
    as_told: Callable[[RunEvent], RunEvent] = lambda event: event,
) -> Ending:
    """Hold a run while it is trained; what happens goes to its log and to `watch`."""
    with run.training() as log:

        def emit(event: RunEvent) -> None:
            told = as_told(event)
            log.emit(told)
            watch(told)

        ending: Ending
        try:
            return train(emit, log)
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


def _train(
    run: RunFolder,
    emit: Watch,
    log: EventLog,
    control: Control | None = None,
    prepared: PreparedRows | None = None,
) -> Ending:
    """Train a run under a control; None: under the commands to the run itself.

    `prepared` holds the rows of a run before it, which may be prepared in the same way.
    """
    from engine.training.control import FileControl
    from engine.training.device import threads_for, use_threads
    from engine.training.preparing import PreparingControl

    began = time.monotonic()
    clear_temporaries(run.path)
    if run.recipe().split.cross_validates or run.info().holds:
        return _train_members(run, emit, log, control or FileControl(run.control), prepared)
    start = run.recipe().start
    if start is not None and not run.has_weights():
        run_to_start_from(run, start)  # known before any row is prepared
    use_threads(threads_for(processes_at_work(run.path.parent)))
    obeyed = PreparingControl(control or FileControl(run.control), emit, run.progress()[0])
    table = table_of(run)
    obeyed.check()
    found = _resolved_run(run, table)
    dataset = (prepared or PreparedRows()).prepare(
        table, found, progress=obeyed.progress, cancelled=obeyed.cancelled
    )
    task = dataset.preparation.task  # merging rare classes may have left two
    run.set_target(", ".join(found.recipe.targets), task)
    minutes = found.recipe.training.time_budget
    seconds = None if minutes is None else 60 * minutes - (time.monotonic() - began)
    if len(found.networks) > 1:
        ending = _train_networks(run, found, table, dataset, emit, log, obeyed, seconds)
    else:
        _keep_origin(run, found.recipe, dataset)
        network = Chosen(found.recipe, found.networks[0].reasons)
        ending = _fit(run, network, dataset, emit, log, obeyed, seconds)
    if run.info().group is not None and not isinstance(ending, RunFailed):
        with suppress(TrainyardError):  # the run that holds the folds together tells of it
            _keep_out_of_fold(run, dataset, table)
    return ending


def _train_members(
    run: RunFolder,
    emit: Watch,
    log: EventLog,
    control: Control,
    prepared: PreparedRows | None,
) -> Ending:
    """Train the runs that a run holds one after another: a sweep's trials, seeds, or folds."""
    from engine.cross_validation import train_folds
    from engine.members.leader import as_it_is
    from engine.seeds import train_seeds
    from engine.sweep.training import train_sweep

    rows = prepared or PreparedRows()

    def train_member(
        run: RunFolder, control: Control, watch: Watch, as_told: AsTold = as_it_is
    ) -> Ending:
        def train(emit: Watch, log: EventLog) -> Ending:
            return _train(run, emit, log, control, rows)

        return _logged(run, train, watch, as_told)

    table, recipe, task = table_of(run), run.recipe(), run.info().task
    plan = run.plan()
    if isinstance(plan, Sweep):
        return train_sweep(run, recipe, plan, table, train_member, emit, log.flush, control, task)
    if isinstance(plan, Seeds):
        return train_seeds(run, recipe, plan, table, train_member, emit, log.flush, control, task)
    return train_folds(run, recipe, table, train_member, emit, log.flush, control, task)


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
    log: EventLog,
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
        member: RunFolder, network: Chosen, control: GroupControl, limit: float | None
    ) -> Ending:
        def fit_member(emit: Watch, log: EventLog) -> Ending:
            clear_temporaries(member.path)
            kept = Chosen(member.resolved(), network.reasons)
            _keep_origin(member, kept.recipe, quiet)
            return _fit(member, kept, quiet, emit, log, control, limit)

        return _logged(member, fit_member, control.follow)

    noted = replace(dataset, notes=notes)
    group = Group(run, whole, found.networks, table, noted, seconds, control)
    return train_group(
        group, train_member, emit, log.flush, lambda: _beside_boosting(run, log.flush)
    )


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
    log: EventLog,
    control: Control,
    seconds: float | None,
) -> Ending:
    """Train one network; `seconds` is the time for it, that before a resume included."""
    from engine.models.network import build_network
    from engine.pipeline.replay_verdict import with_verdict
    from engine.store.workspace import trunk_label
    from engine.training.checkpoint import Checkpoints
    from engine.training.device import use_threads
    from engine.training.loop import fit
    from engine.training.record import joined, read_replay, record_of
    from engine.training.settling import fitted_to_memory, with_compiling, with_precision
    from engine.training.time_budget import fitted_to_time

    began = time.monotonic()
    recipe, notes = network.recipe, dataset.notes
    checkpoints = Checkpoints(
        run.checkpoints, recipe.training.keep.seconds, before=log.flush, sync=log.sync
    )
    trunk = settled(recipe.model.trunk)
    if trunk.is_grown:
        return _grow(run, network, dataset, emit, control, checkpoints, seconds)
    last = state_to_go_on_from(run, checkpoints, recipe.training.seed, dataset, emit)
    inputs, task = dataset.preparation.inputs, dataset.preparation.task
    on_memory = None
    if last is None:
        recipe, on_memory = fitted_to_memory(recipe, inputs, len(dataset.train), task)
        notes = (*notes, *(reason.why for reason in network.reasons))
        if seconds is not None:
            recipe, told = fitted_to_time(recipe, dataset, seconds)
            notes = (*notes, told)
    run.set_trunk(settled(recipe.model.trunk).kind, trunk_label(recipe))
    built = build_network(recipe.model, inputs, recipe.training.seed, task, dataset.train)
    if last is None:
        recipe, on_precision = with_precision(recipe, built, dataset)
        recipe, on_compiling = with_compiling(recipe, built, dataset)
        told_of = (on_memory, on_precision, on_compiling)
        notes = (*notes, *(told for told in told_of if told is not None))
        run.write_resolved(recipe)
    training = recipe.training
    if last is None and recipe.start is not None:
        notes = (*notes, *take_start(run, recipe.start, built, dataset))
    obeyed = () if last is None else record_of(run.events())
    replay = read_replay(run.replay)
    if replay is not None:
        use_threads(replay.threads)
        emit = with_verdict(run, replay.run, emit)
    outcome = fit(
        built,
        replace(dataset, notes=notes),
        training,
        emit=emit,
        control=control,
        checkpoints=checkpoints,
        resume=last,
        record=joined(obeyed, () if replay is None else replay.record),
        resampling=recipe.outcome_of(recipe.target or "").resampling,
        time_limit=None
        if seconds is None
        else max(_LEAST_SECONDS, seconds - (time.monotonic() - began)),
    )
    return outcome.ended


def _grow(
    run: RunFolder,
    network: Chosen,
    dataset: Dataset,
    emit: Watch,
    control: Control,
    checkpoints: Checkpoints,
    seconds: float | None,
) -> Ending:
    """Grow trees; they are grown anew when a run goes on."""
    from engine.models.network import build_network
    from engine.models.trunks.boosted_trees import BoostedTrees
    from engine.store.workspace import trunk_label
    from engine.training.growing import grow

    recipe = network.recipe
    trunk = settled(recipe.model.trunk)
    assert isinstance(trunk, BoostedTrees)
    run.set_trunk(trunk.kind, trunk_label(recipe))
    notes = (*dataset.notes, *(reason.why for reason in network.reasons))
    inputs, task = dataset.preparation.inputs, dataset.preparation.task
    return grow(
        build_network(recipe.model, inputs, recipe.training.seed, task),
        trunk,
        replace(dataset, notes=notes),
        recipe.training,
        emit=emit,
        control=control,
        checkpoints=checkpoints,
        time_limit=seconds,
        resampling=recipe.outcome_of(recipe.target or "").resampling,
    )
