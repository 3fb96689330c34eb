"""Cross-validation: a run whose folds are trained one after another, each an ordinary run of its own.

The run that holds them together is an ordinary one too: an epoch of it is a fold, it tells the mean over
the folds and how far they are apart, keeps what each row is predicted to be by the fold that did not
learn from it, and its own model is that of the best fold. What it has done so far lies in the folders of
its folds, so it may be stopped, killed and resumed at any time.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from math import isfinite, nan, sqrt
from statistics import fmean
from typing import TypeAlias

from engine.data.preparing.preparation import Preparation
from engine.data.table import Table
from engine.errors import Cancelled, RunDamaged, RunUntrained, from_facts
from engine.events import (
    CheckpointSaved,
    ControlApplied,
    EpochEnded,
    FoldsScored,
    Noted,
    RowsPrepared,
    RunEvent,
    RunFailed,
    RunFinished,
    RunStarted,
    RunStopped,
)
from engine.export.out_of_fold import FILE, join_out_of_fold
from engine.messages import Message, message
from engine.metrics import METRICS
from engine.portfolio.control import GroupControl
from engine.recipe.recipe import Recipe
from engine.schema import Task
from engine.store.run_folder import RunFolder
from engine.store.workspace import Workspace
from engine.training.checkpoint import Checkpoints, load_best
from engine.training.control import Command, Control, FileControl

Ending: TypeAlias = RunFinished | RunStopped | RunFailed
Watch: TypeAlias = Callable[[RunEvent], None]
TrainFold: TypeAlias = Callable[[RunFolder, Control, Watch], Ending]
"""Trains the run of a fold under a control, told of what happens in it."""


@dataclass(frozen=True, slots=True)
class FoldResult:
    """A fold that is trained, by the weights of its best epoch."""

    fold: int
    """Counted from 1."""
    run: RunFolder
    epoch: int
    metrics: tuple[str, ...]
    monitor: str
    train: tuple[float, ...]
    validation: tuple[float, ...]
    test: tuple[float, ...]

    @property
    def watched(self) -> float:
        """The metric that decides which is best."""
        return self.validation[self.metrics.index(self.monitor)]


@dataclass(frozen=True, slots=True)
class MeanOfFolds:
    """A metric over folds."""

    name: str
    mean: float
    spread: float
    """Standard deviation (n − 1) between the folds; NaN for a single one."""

    @classmethod
    def of(cls, name: str, values: list[float]) -> MeanOfFolds:
        """The mean of values that are finite, NaN without any."""
        known = [value for value in values if isfinite(value)]
        if not known:
            return cls(name, nan, nan)
        mean = fmean(known)
        squares = sum((value - mean) ** 2 for value in known)
        return cls(name, mean, sqrt(squares / (len(known) - 1)) if len(known) > 1 else nan)


def fold_recipe(recipe: Recipe, fold: int) -> Recipe:
    """The recipe of one fold, counted from 1, of a recipe that cross-validates.

    The folds share the time that the recipe gives them.
    """
    folds, minutes = recipe.split.folds, recipe.training.time_budget
    if minutes is not None and folds is not None:
        training = recipe.training.model_copy(update={"time_budget": minutes / folds})
        recipe = recipe.model_copy(update={"training": training})
    return recipe.with_split(fold=fold)


def results_of(workspace: Workspace, run: RunFolder) -> tuple[FoldResult, ...]:
    """The folds of a run that are trained, in their order."""
    found = (_result(place + 1, each) for place, each in workspace.members(run.id).items())
    return tuple(sorted((each for each in found if each is not None), key=lambda each: each.fold))


def means(results: tuple[FoldResult, ...], part: str) -> tuple[MeanOfFolds, ...]:
    """The mean of each metric over the folds, in `part`: `validation` or `test`."""
    if not results:
        return ()
    names = results[0].metrics
    return tuple(
        MeanOfFolds.of(name, [_at(getattr(each, part), place) for each in results])
        for place, name in enumerate(names)
    )


def train_folds(
    run: RunFolder,
    recipe: Recipe,
    table: Table,
    train: TrainFold,
    emit: Watch,
    flush: Callable[[], None],
    task: Task | None = None,
) -> Ending:
    """Train the folds that are not trained yet, and keep the model of the best one.

    Args:
        run: The run that holds them together.
        recipe: As asked for, of all folds.
        table: The table.
        train: Trains one fold.
        emit: Told of what happens in the run that holds them together.
        flush: Writes its events out.
        task: What is predicted.

    Raises:
        RunBusy: Another process trains a fold.
        DiskFull, WriteFailed: The run or a fold cannot be kept.
        TrainyardError: What a fold failed with.
    """
    workspace = Workspace(run.path.parent.parent)
    try:
        return _Folds(run, recipe, table, train, emit, flush, task, workspace).train()
    finally:
        workspace.close()


class _Folds:
    def __init__(
        self,
        run: RunFolder,
        recipe: Recipe,
        table: Table,
        train: TrainFold,
        emit: Watch,
        flush: Callable[[], None],
        task: Task | None,
        workspace: Workspace,
    ) -> None:
        self.run, self.recipe, self.table = run, recipe, table
        self.train_fold, self.emit, self.task = train, emit, task
        self.workspace = workspace
        self.folds = recipe.split.folds or 0
        self.checkpoints = Checkpoints(run.checkpoints, before=flush)
        self.control = GroupControl(FileControl(run.control), self.on_command)
        self.results: list[FoldResult] = []
        self.best: FoldResult | None = None
        self.is_started = False

    def train(self) -> Ending:
        members = self.workspace.members(self.run.id)
        stopped_with = _stopped_with(self.run, members)
        for fold in range(1, self.folds + 1):
            if self.control.poll() and self.control.stopped:
                break
            member = members.get(fold - 1)
            known = None if member is None else _result(fold, member)
            if member is not None and known is not None and member.id != stopped_with:
                self.begin(_started(member))
                self.take(known)
                continue
            if member is None:
                member = self.new_fold(fold)
            self.control.listen(FileControl(member.control))
            ending = self.train_fold(member, self.control, self.on_fold)
            if isinstance(ending, RunFailed):
                self.say(message("Fold {fold} of {folds} failed.", fold=fold, folds=self.folds))
                raise from_facts(ending.error, ending.facts)
            found = _result(fold, member)
            if found is not None:
                self.take(found)
            if self.control.stopped:
                break
            if found is None:
                raise RunDamaged(member.id, FILE, "missing")
        return self.end()

    def new_fold(self, fold: int) -> RunFolder:
        name = str(message("Fold {fold} of {folds}", fold=fold, folds=self.folds))
        return self.workspace.create(
            fold_recipe(self.recipe, fold),
            self.table,
            name,
            task=self.task,
            group=self.run.id,
            place=fold - 1,
        )

    def on_fold(self, event: RunEvent) -> None:
        """What happens in a fold, as far as it is told of them all."""
        if isinstance(event, RunStarted):
            self.begin(event)
        elif isinstance(event, RowsPrepared):
            share = (len(self.results) + event.share) / self.folds
            self.emit(RowsPrepared(event.time, event.share if not self.is_started else share))
        elif isinstance(event, Noted) and not self.results:
            self.emit(event)  # what is told of the rows is told once

    def begin(self, fold: RunStarted | None) -> None:
        """Tell that the run has started, with the figures of its first fold."""
        if self.is_started or fold is None:
            return
        self.is_started = True
        self.emit(
            RunStarted(
                time=time.time(),
                metrics=fold.metrics,
                monitor=fold.monitor,
                epochs=self.folds,
                steps_per_epoch=1,
                train_rows=fold.train_rows,
                validation_rows=fold.validation_rows,
                test_rows=fold.test_rows,
                parameters=fold.parameters,
                device=fold.device,
                threads=fold.threads,
            )
        )

    def take(self, found: FoldResult) -> None:
        """Tell of a fold that is trained; keep its model if it is the best one."""
        is_best = self.best is None or METRICS[found.monitor].is_better(
            found.watched, self.best.watched
        )
        self.results.append(found)
        done = len(self.results)
        results = tuple(self.results)
        validation, test = means(results, "validation"), means(results, "test")
        self.emit(
            FoldsScored(
                time.time(),
                done,
                self.folds,
                tuple(each.mean for each in validation),
                tuple(each.spread for each in validation),
                tuple(each.mean for each in test),
                tuple(each.spread for each in test),
            )
        )
        self.emit(
            EpochEnded(
                time=time.time(),
                epoch=done,
                step=done,
                train=found.train,
                validation=found.validation,
                learning_rate=nan,
                gradient_norm=nan,
                rows_per_second=nan,
                is_best=is_best,
            )
        )
        if is_best:
            self.keep(found)

    def keep(self, found: FoldResult) -> None:
        """Take a fold's model over."""
        weights = load_best(found.run.checkpoints)
        if weights is None:
            raise RunUntrained(found.run.id)
        self.best = found
        resolved = found.run.resolved()
        self.run.write_resolved(resolved)
        task = found.run.info().task
        if task is not None:
            self.run.set_target(resolved.target or "", task)
        Preparation.load(found.run.preparation).save(self.run.preparation)
        self.checkpoints.save_best(weights[0], len(self.results), found.watched)

    def end(self) -> Ending:
        best = self.best
        if best is None:
            raise Cancelled
        place = self.results.index(best) + 1
        self.emit(CheckpointSaved(time.time(), len(self.results), len(self.results), "best"))
        self.say(
            message(
                "The model of fold {fold} is kept, run {number}.",
                fold=best.fold,
                number=best.run.info().number,
            )
        )
        ended: Ending
        if self.control.stopped:
            ended = RunStopped(time.time(), len(self.results), place, best.test)
        else:
            parts = [each.run.path / FILE for each in self.results]
            join_out_of_fold(parts, self.run.path / FILE)
            ended = RunFinished(time.time(), len(self.results), place, False, best.test)
        self.emit(ended)
        return ended

    def on_command(self, command: Command) -> None:
        done = len(self.results)
        self.emit(ControlApplied(time.time(), done + 1, done, command.command, command.value))

    def say(self, told: Message) -> None:
        self.emit(Noted(time.time(), told))


def _stopped_with(run: RunFolder, members: dict[int, RunFolder]) -> str:
    """The fold that was stopped together with all of them, and so goes on when they do."""
    if not members or not isinstance(_last(run), RunStopped):
        return ""
    newest = members[max(members)]
    return newest.id if isinstance(_last(newest), RunStopped) else ""


def _last(run: RunFolder) -> RunEvent | None:
    last: RunEvent | None = None
    for event in run.events():
        last = event
    return last


def _started(run: RunFolder) -> RunStarted | None:
    return next((event for event in run.events() if isinstance(event, RunStarted)), None)


def _result(fold: int, run: RunFolder) -> FoldResult | None:
    """How a fold came out; None for one that is not trained to its end, or has nothing to show."""
    started: RunStarted | None = None
    epochs: dict[int, EpochEnded] = {}
    ended: RunFinished | RunStopped | None = None
    for event in run.events():
        if isinstance(event, RunStarted):
            started, ended = event, None
        elif isinstance(event, EpochEnded):
            epochs[event.epoch] = event
        elif isinstance(event, RunFinished | RunStopped):
            ended = event
        elif isinstance(event, RunFailed):
            ended = None
    if started is None or ended is None or ended.best_epoch not in epochs:
        return None
    if not (run.path / FILE).exists():
        return None  # killed in between: training it again ends at once
    best = epochs[ended.best_epoch]
    return FoldResult(
        fold,
        run,
        ended.best_epoch,
        started.metrics,
        started.monitor,
        best.train,
        best.validation,
        ended.test,
    )


def _at(values: tuple[float, ...], place: int) -> float:
    return values[place] if place < len(values) else nan
