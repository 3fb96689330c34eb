"""Training a sweep: its trials one after another, each an ordinary run, and the best one's model kept."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from engine.data.table import Table
from engine.errors import NoTrialTrained, RecipeInvalid, TrainyardError, from_facts
from engine.events import (
    ControlApplied,
    EpochEnded,
    FieldsWeighed,
    FoldsScored,
    RunEvent,
    RunFailed,
    RunStarted,
    RunStopped,
    TrialEnded,
    TrialStarted,
)
from engine.members.leader import Ending, Leader, TrainMember, Watch
from engine.members.results import MemberResult, result_of, start_of
from engine.messages import Message, message, message_n
from engine.metrics import METRICS
from engine.plans.parsing import check_sweep, in_order
from engine.plans.sweep import Sweep
from engine.plans.trials import Trial, Trials, values_text
from engine.recipe.path_edits import with_value
from engine.recipe.recipe import Recipe
from engine.schema import Task
from engine.store.run_folder import RunFolder
from engine.store.workspace import Workspace
from engine.sweep.study import Study
from engine.training.control import Command, Control, FileControl

FAILURES = 5
"""Trials that fail at the start, one after another, before a sweep gives up."""
_WEIGHED_EVERY = 5
_EPOCHS_OF_AUTO = 100


def train_sweep(
    run: RunFolder,
    recipe: Recipe,
    sweep: Sweep,
    table: Table,
    train: TrainMember,
    emit: Watch,
    flush: Callable[[], None],
    control: Control,
    task: Task | None = None,
) -> Ending:
    """Try what is not tried yet, within the trials and the time that the sweep has.

    Args:
        run: The run that holds the trials together.
        recipe: As asked for, without what is tried.
        sweep: What is tried.
        table: The table.
        train: Trains one trial.
        emit: Told of what happens in the run that holds them together.
        flush: Writes its events out.
        control: Commands to it.
        task: What is predicted.

    Raises:
        Cancelled: Stopped before anything was trained.
        RecipeInvalid: The recipe has no such field, or does not take what is tried in it.
        NoTrialTrained: All trials failed, or the first few.
        RunBusy: Another process trains one of them.
        DiskFull, WriteFailed: One of them cannot be kept.
    """
    check_sweep(recipe, sweep)
    workspace = Workspace(run.path.parent.parent)
    try:
        return _Trials(
            run, recipe, table, train, emit, flush, control, workspace, sweep.runs, task, sweep
        ).train()
    finally:
        workspace.close()


def trial_recipe(recipe: Recipe, sweep: Sweep, values: Mapping[str, Any]) -> Recipe:
    """The recipe of one trial. Raises `RecipeInvalid` where the values do not go together."""
    for field in in_order(sweep.fields):
        recipe = with_value(recipe, field.path, values[field.path])
    return recipe


class _Trials(Leader):
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
        task: Task | None,
        sweep: Sweep,
    ) -> None:
        super().__init__(run, recipe, table, train, emit, flush, control, workspace, count, task)
        self.sweep = sweep
        self.known = Trials.of(run.events())
        self.deadline = math.inf
        if sweep.minutes is not None:
            self.deadline = time.monotonic() + 60 * sweep.minutes - self.known.seconds
        self.paused_at: float | None = None
        epochs = recipe.training.epochs or _EPOCHS_OF_AUTO
        self.study = Study(sweep, recipe.split.folds or epochs if self.folds else epochs)
        self.course: list[float] = []
        self.verdict = ""
        """Why the trial at work is ended from here: `pruned` or `cut`."""

    @property
    def folds(self) -> bool:
        """Whether each trial is a cross-validation, which goes by the mean of its folds."""
        return self.recipe.split.cross_validates

    def train(self) -> Ending:
        """Try one after another; see `train_sweep`."""
        members = self.workspace.members(self.run.id)
        over = self.known.ended
        for trial in over:
            self.take_again(trial, members.get(trial.number - 1))
        number = len(over) + 1
        while self.may_begin(number):
            self.try_one(number, members.get(number - 1))
            if self.control.stopped:
                break
            self.require_success()
            number += 1
        if not self.control.stopped and self.best is None and self.known.ended:
            raise self.failure()
        self.weigh()
        best = self.best
        if best is None:
            return self.end()
        values = values_text(self.known.by_number[best.number].values)
        return self.end(
            message(
                "The model of trial {trial} is kept, run {number}: {values}.",
                trial=best.number,
                number=best.run.info().number,
                values=values,
            )
        )

    def may_begin(self, number: int) -> bool:
        """Whether there is another trial, and time for it; waits while all of it is paused."""
        began = time.monotonic()
        if not self.go_on():
            return False
        self.deadline += time.monotonic() - began  # pauses do not count as time
        if self.sweep.runs and number > self.sweep.runs:
            return False
        if time.monotonic() < self.deadline:
            return True
        self.say(
            message_n(
                "The time is over after {count} trial.",
                "The time is over after {count} trials.",
                number - 1,
            )
        )
        return False

    # One trial ------------------------------------------------------------------------------------

    def take_again(self, trial: Trial, member: RunFolder | None) -> None:
        """A trial that is over, of a sweep that goes on."""
        self.study.tell_again(trial, self.sign)
        found = None
        if member is not None:
            self.begin(start_of(member))
            found = result_of(trial.number, member)
        if found is not None:
            self.take(found, can_be_best=trial.counts)

    def try_one(self, number: int, member: RunFolder | None) -> None:
        """Train one trial, or go on with it."""
        begun = self.known.by_number.get(number)
        values = self.study.ask(number, None if begun is None else begun.values)
        began = time.monotonic()
        self.verdict, self.course = "", []
        self.at_work(number)
        try:
            recipe = trial_recipe(self.recipe, self.sweep, values)
        except RecipeInvalid as error:
            self.tell(TrialStarted(time.time(), number, "", values))
            self.over(number, "failed", None, began, str(error.messages()[0]))
            return
        if member is None:
            title = message("Trial {trial}: {values}", trial=number, values=values_text(values))
            member = self.new_member(recipe, str(title), number - 1)
        self.tell(TrialStarted(time.time(), number, member.id, values))
        for event in member.events():  # of a trial that goes on
            self.follow(event)
        self.control.listen(FileControl(member.control))
        ending = self.train_member(member, self.control, self.on_trial, self.as_told)
        self.control.forget()
        if self.control.stopped and isinstance(ending, RunStopped) and not self.verdict:
            return  # it goes on when the sweep does
        found = result_of(number, member)
        if isinstance(ending, RunFailed):
            reason = str(from_facts(ending.error, ending.facts).messages()[0])
            self.over(number, "failed", None, began, reason)
        elif found is None:
            self.over(number, "failed", None, began, str(message("It ended before an epoch.")))
        else:
            is_stopped = isinstance(ending, RunStopped)
            self.over(number, (self.verdict or "stopped") if is_stopped else "done", found, began)

    def over(
        self,
        number: int,
        state: str,
        found: MemberResult | None,
        began: float,
        reason: str = "",
    ) -> None:
        """A trial is over."""
        value = math.nan if found is None else found.watched
        self.study.end(state, self.sign * value)
        self.tell(
            TrialEnded(
                time.time(),
                number,
                state,
                value,
                len(self.course),
                time.monotonic() - began,
                tuple(self.course),
                reason,
            )
        )
        if reason:
            self.say(message("Trial {trial} failed: {reason}", trial=number, reason=reason))
        if found is not None:
            self.take(found, can_be_best=self.known.by_number[number].counts)
        if len(self.known.ended) % _WEIGHED_EVERY == 0:
            self.weigh()

    def on_trial(self, event: RunEvent) -> None:
        """What happens in the trial at work: how good it is so far, and whether that will do."""
        self.on_event(event)
        if isinstance(event, ControlApplied):
            self.keep_time(event)
        score = self.follow(event)
        if score is not None and not self.verdict and self.study.report(self.sign * score):
            self.finish("pruned")
        if time.monotonic() >= self.deadline and not self.verdict:
            self.finish("cut")

    def on_steered(self, number: int) -> Message:
        """A trial no longer says what its values are worth."""
        return message(
            "Trial {trial} was changed by hand: what it came to is not due to its values alone.",
            trial=number,
        )

    def follow(self, event: RunEvent) -> float | None:
        """The watched metric, if the event tells of it; it is part of the course then."""
        if isinstance(event, RunStarted):
            self.known.monitor = event.monitor
            self.metrics = event.metrics
            self.course = self.course[: event.epoch]  # what a resume repeats
            return None
        if isinstance(event, FoldsScored) or (isinstance(event, EpochEnded) and not self.folds):
            values = event.validation
        else:
            return None
        place = self.metrics.index(self.known.monitor)
        score = values[place] if place < len(values) else math.nan
        if not math.isfinite(score) and isinstance(event, EpochEnded):
            score = event.train[place]  # no rows validate
        self.course.append(score)
        return score

    def finish(self, verdict: str) -> None:
        """End the trial at work."""
        self.verdict = verdict
        self.control.tell(Command(command="stop"))

    def as_told(self, event: RunEvent) -> RunEvent:
        """What the trial's own log says: one that was given up says so."""
        if isinstance(event, RunStopped) and self.verdict == "pruned":
            return replace(event, pruned=True)
        return event

    def keep_time(self, event: ControlApplied) -> None:
        """Pauses do not count as time."""
        if event.command == "pause" and self.paused_at is None:
            self.paused_at = time.monotonic()
        elif event.command in ("resume", "stop") and self.paused_at is not None:
            self.deadline += time.monotonic() - self.paused_at
            self.paused_at = None

    # All of them ----------------------------------------------------------------------------------

    @property
    def sign(self) -> int:
        """What turns the watched metric into a cost."""
        monitor = self.known.monitor
        return -1 if monitor in METRICS and METRICS[monitor].higher_is_better else 1

    def tell(self, event: TrialStarted | TrialEnded | FieldsWeighed) -> None:
        """Tell of a trial, and know it."""
        self.known.take(event)
        self.emit(event)

    def weigh(self) -> None:
        """Tell how much each field matters, if that can be told and has not been."""
        count = len(self.known.ended)
        if count > self.known.weighed_after:
            shares = self.study.weigh()
            if shares:
                self.tell(FieldsWeighed(time.time(), count, shares))

    def require_success(self) -> None:
        """Give up where nothing has come of the first few trials."""
        ended = self.known.ended
        if len(ended) >= FAILURES and all(trial.state == "failed" for trial in ended):
            raise self.failure()

    def failure(self) -> TrainyardError:
        """Why there is no model."""
        ended = self.known.ended
        return NoTrialTrained(len(ended), ended[-1].reason)
