"""A run that trains others one after another, each an ordinary run of its own.

It is an ordinary run too: an epoch of it is one of the others, and its own model is that of the best of
them. What it has done so far lies in their folders, so it may be stopped, killed and resumed at any time.
"""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from math import nan
from typing import Protocol, TypeAlias

from engine.data.preparing.preparation import Preparation
from engine.data.table import Table
from engine.errors import Cancelled, RunUntrained
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
from engine.members.results import MemberResult, means
from engine.messages import Message
from engine.metrics import METRICS
from engine.portfolio.control import GroupControl
from engine.recipe.recipe import Recipe
from engine.schema import Task
from engine.store.run_folder import RunFolder
from engine.store.workspace import Workspace
from engine.training.checkpoint import Checkpoints, load_best
from engine.training.control import VALUES, Command, Control

Ending: TypeAlias = RunFinished | RunStopped | RunFailed
Watch: TypeAlias = Callable[[RunEvent], None]
AsTold: TypeAlias = Callable[[RunEvent], RunEvent]
"""What a run's own log says of an event."""


def as_it_is(event: RunEvent) -> RunEvent:
    """Mostly that."""
    return event


class TrainMember(Protocol):
    """Trains one run."""

    def __call__(
        self, run: RunFolder, control: Control, watch: Watch, as_told: AsTold = as_it_is
    ) -> Ending:
        """Train it under a control; `watch` is told of what happens in it."""


class Leader(ABC):
    """What folds, seeds and sweeps have in common."""

    def __init__(
        self,
        run: RunFolder,
        recipe: Recipe,
        table: Table,
        train: TrainMember,
        emit: Watch,
        flush: Callable[[], None],
        control: Control,
        workspace: Workspace,
        count: int,
        task: Task | None = None,
    ) -> None:
        """What a leader works with.

        Args:
            run: The run that holds the others together.
            recipe: As asked for, of all of them.
            table: The table.
            train: Trains one of them.
            emit: Told of what happens in the run that holds them together.
            flush: Writes its events out.
            control: Commands to it.
            workspace: Where they lie.
            count: How many they will be.
            task: What is predicted.
        """
        self.run, self.recipe, self.table = run, recipe, table
        self.train_member, self.emit, self.task = train, emit, task
        self.workspace = workspace
        self.count = count
        self.checkpoints = Checkpoints(run.checkpoints, before=flush)
        self.control = GroupControl(control, self.on_command)
        self.results: list[MemberResult] = []
        self.best: MemberResult | None = None
        self.is_started = False
        self.number = 0
        """Of the one that trains, counted from 1."""
        self.is_steered = False
        """Whether that one was changed by hand."""

    def at_work(self, number: int) -> None:
        """The one with this number is trained now."""
        self.number, self.is_steered = number, False

    # One of them ----------------------------------------------------------------------------------

    def new_member(self, recipe: Recipe, name: str, place: int) -> RunFolder:
        """A folder for one of the runs, `place` counted from 0."""
        return self.workspace.create(
            recipe, self.table, name, task=self.task, group=self.run.id, place=place
        )

    def on_event(self, event: RunEvent) -> None:
        """What happens in one of the runs, as far as it is told of them all."""
        if isinstance(event, RunStarted):
            self.begin(event)
        elif isinstance(event, RowsPrepared):
            share = (len(self.results) + event.share) / max(1, self.count)
            self.emit(RowsPrepared(event.time, event.share if not self.is_started else share))
        elif isinstance(event, Noted) and not self.results:
            self.emit(event)  # what is told of the rows is told once
        elif isinstance(event, ControlApplied):
            self.control.follow(event)
            if event.command in VALUES and not self.is_steered:
                self.is_steered = True
                self.say(self.on_steered(self.number))

    @abstractmethod
    def on_steered(self, number: int) -> Message:
        """What is said of the one that was changed by hand."""

    def begin(self, member: RunStarted | None) -> None:
        """Tell that the run has started, with the figures of its first member."""
        if self.is_started or member is None:
            return
        self.is_started = True
        self.emit(
            RunStarted(
                time=time.time(),
                metrics=member.metrics,
                monitor=member.monitor,
                epochs=self.count,
                steps_per_epoch=1,
                train_rows=member.train_rows,
                validation_rows=member.validation_rows,
                test_rows=member.test_rows,
                parameters=member.parameters,
                device=member.device,
                threads=member.threads,
            )
        )

    def go_on(self) -> bool:
        """Whether there is to be another one; waits while all of it is paused."""
        self.control.wait()
        return not self.control.stopped

    def take(self, found: MemberResult, *, can_be_best: bool = True) -> None:
        """Tell of a member that is trained; keep its model if it is the best one that can be."""
        is_best = can_be_best and (
            self.best is None or METRICS[found.monitor].is_better(found.watched, self.best.watched)
        )
        self.results.append(found)
        done = len(self.results)
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

    def tell_means(self, members: str) -> None:
        """Tell the means over the members (`folds` or `seeds`) so far, and how far these are apart."""
        validation, test = means(self.results, "validation"), means(self.results, "test")
        self.emit(
            FoldsScored(
                time.time(),
                len(self.results),
                self.count,
                tuple(each.mean for each in validation),
                tuple(each.spread for each in validation),
                tuple(each.mean for each in test),
                tuple(each.spread for each in test),
                members,
            )
        )

    def keep(self, found: MemberResult) -> None:
        """Take a member's model over."""
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

    # The end --------------------------------------------------------------------------------------

    def end(self, kept: Message | None = None) -> Ending:
        """Tell how it ended.

        Args:
            kept: Which model is kept, in words.

        Raises `Cancelled` when nothing was trained.
        """
        best = self.best
        if best is None:
            raise Cancelled
        done = len(self.results)
        place = self.results.index(best) + 1
        self.emit(CheckpointSaved(time.time(), done, done, "best"))
        if kept is not None:
            self.say(kept)
        ended: Ending
        if self.control.stopped:
            ended = RunStopped(time.time(), done, place, best.test)
        else:
            ended = RunFinished(time.time(), done, place, False, best.test)
        self.emit(ended)
        return ended

    def on_command(self, command: Command) -> None:
        """A command to all of them is heard."""
        done = len(self.results)
        self.emit(ControlApplied(time.time(), done + 1, done, command.command, command.value))

    def say(self, told: Message) -> None:
        """A line for the event log."""
        self.emit(Noted(time.time(), told))
