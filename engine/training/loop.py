"""The training loop: epochs of batches, validation, the best weights kept, commands obeyed."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, closing, nullcontext
from dataclasses import replace
from typing import TypeAlias

import torch

from engine import events
from engine.data.preparing.dataset import Dataset
from engine.errors import StoreError, TrainError
from engine.events import RunEvent
from engine.messages import Message, message, message_n
from engine.metrics import monitor_for
from engine.models.network import Network
from engine.recipe.parts import settled
from engine.recipe.target import Resampling
from engine.recipe.training import Training
from engine.training.balance import Balance
from engine.training.best import Best
from engine.training.blocks import BlockEpoch
from engine.training.checkpoint import Checkpoint, Checkpoints
from engine.training.control import Control, NoControl
from engine.training.device import choose_device, own_random, told_as_out_of_memory
from engine.training.easing import Easing
from engine.training.ending import Ending, Outcome
from engine.training.freezing import Frozen
from engine.training.kept import KeptEpochs
from engine.training.rate import LearningRate
from engine.training.record import Recorded
from engine.training.run_state import RunState
from engine.training.saver import Saver
from engine.training.scored_parts import ScoredParts
from engine.training.steering import Steering
from engine.training.step import Stepper
from engine.training.step_reports import StepReports
from engine.training.tensors import ShuffledEpoch, steps_per_epoch
from engine.training.watch import Watch

Emit: TypeAlias = Callable[[RunEvent], None]

NORMS_PER_EPOCH = 8
UNWATCHED = nullcontext()


def fit(
    network: Network,
    dataset: Dataset,
    training: Training,
    *,
    emit: Emit,
    control: Control | None = None,
    checkpoints: Checkpoints | None = None,
    resume: Checkpoint | None = None,
    record: Sequence[Recorded] = (),
    resampling: Resampling = Resampling.NONE,
    time_limit: float | None = None,
) -> Outcome:
    """Train a network; it ends with the weights of its best epoch.

    Emits `RunStarted` first and exactly one of `RunFinished`, `RunStopped`, `RunFailed` last. A loss
    that is not finite, memory that runs out and a disk that is full at the end are `RunFailed`, not
    exceptions. What `emit` raises, and programming errors, go through to the caller.

    Args:
        network: As built from the recipe.
        dataset: The prepared parts.
        training: How to train.
        emit: Takes events; called from this thread only.
        control: Asked for commands before every step.
        checkpoints: Where to save; None saves nothing.
        resume: A checkpoint of the same network, dataset and training to go on from.
        record: Commands that are obeyed at their steps: of a run that is replayed, or of this one before
            it was cut off.
        resampling: Which training rows an epoch takes; classes only.
        time_limit: Seconds of training after which it ends, those before a resume included. The
            schedule is then gone through in this time, if the epochs would take longer.

    Raises:
        RecipeInvalid: The monitored metric does not exist for the task, or a frozen block not in the
            network.
        OutOfMemory: Network and data do not fit; nothing was emitted.
    """
    device, note = choose_device(training.device)
    batch_size = settled(training.batch_size)
    with told_as_out_of_memory(device, batch_size), own_random(device):
        run = _Run(
            network,
            dataset,
            training,
            device,
            emit,
            control or NoControl(),
            checkpoints,
            record,
            resampling,
            time_limit,
        )
        torch.manual_seed(training.seed)
        if resume is not None:
            run.restore(resume)
        run.start(note)
        try:
            with told_as_out_of_memory(device, batch_size):
                return run.train()
        except (TrainError, StoreError) as error:
            return run.ending.badly(error)
        finally:
            run.saver.close()


class _Run:
    """One run: what `fit` works with."""

    def __init__(
        self,
        network: Network,
        dataset: Dataset,
        training: Training,
        device: torch.device,
        emit: Emit,
        control: Control,
        checkpoints: Checkpoints | None,
        record: Sequence[Recorded],
        resampling: Resampling,
        time_limit: float | None,
    ) -> None:
        self.device = device
        self.network = network.to(device)
        self.frozen = Frozen(self.network, training.freeze)
        self.parameters = [p for p in network.parameters() if p.requires_grad]
        self.dataset = dataset
        self.training = training
        epochs = settled(training.epochs)
        self.batch_size = settled(training.batch_size) * training.accumulate
        self.time_limit = time_limit
        self.emit = emit
        self.parts = ScoredParts(dataset, training, device)
        self.rows = self.parts.train
        self.balance: Balance | None = None
        if resampling is not Resampling.NONE and dataset.preparation.classes:
            classes = len(dataset.preparation.classes)
            self.balance = Balance(self.rows.target, classes, resampling, training.seed)
        stopping, self.has_validation = training.early_stopping, len(self.parts.validation) > 0
        self.monitor = monitor_for(dataset.preparation.task, stopping)
        self.best = Best(
            self.monitor, newest=not self.has_validation, least_gain=stopping.least_gain
        )
        drawn = len(self.rows) if self.balance is None else self.balance.rows
        self.steps = steps_per_epoch(drawn, self.batch_size)
        chosen = settled(training.optimizer)
        optimizer = chosen.build(self.parameters, fused=self.device.type != "mps")
        self.rate = LearningRate(
            optimizer,
            chosen.learning_rate,
            settled(training.schedule),
            epochs * self.steps,
        )
        self.easing = Easing(self.network, optimizer, training.easing)
        self.stepper = Stepper(
            self.network, self.parameters, optimizer, self.parts.objective, training, self.note
        )
        self.average = training.averaging.build(self.network) or chosen.average(
            self.network, optimizer
        )
        self.state = RunState(
            self.network,
            optimizer,
            self.rate,
            self.best,
            self.batch_size,
            self.device,
            self.average,
            self.stepper,
        )
        seen = self.parts.validation.target
        self.watch = Watch(self.network, self.parameters, dataset.preparation, seen, emit)
        self.stepper.look = self.watch.see_gradients
        kept = None
        if checkpoints is not None:
            kept = KeptEpochs(checkpoints.folder, training.keep, self.monitor)
        self.reports = StepReports(self.state, self.watch, self.clock, emit)
        self.saver = Saver(checkpoints, self.state, self.reports.tell, emit, kept)
        self.ending = Ending(self.network, self.state, self.saver, self.parts, emit)
        self.state.in_blocks = dataset.train.is_on_disk
        waits = stopping.enabled and self.has_validation
        self.steering = Steering(
            control,
            record,
            self.state,
            self.stepper,
            self.saver,
            emit,
            epochs=epochs,
            steps_per_epoch=self.steps,
            patience=settled(stopping.patience) if waits else math.inf,
            has_validation=self.has_validation,
        )
        self.began = 0.0  # when training would have begun without an interruption

    def note(self, told: Message) -> None:
        self.emit(events.Noted(time.time(), told))

    def clock(self) -> float:
        """Seconds, those of pauses left out."""
        return time.monotonic() - self.steering.paused

    def restore(self, saved: Checkpoint) -> None:
        """Go on from a checkpoint."""
        if saved.position.asked_epochs != self.state.asked_epochs:  # a finished run goes on
            position = saved.position.model_copy(update={"stretch": None})
            saved = replace(saved, position=position)
        self.steering.restore(saved.position)
        self.state.restore(saved, self.steering.epochs * self.steps)

    def start(self, note: Message | None) -> None:
        self.emit(
            events.RunStarted(
                time=time.time(),
                metrics=tuple(metric.name for metric in self.parts.metrics),
                monitor=self.monitor.name,
                epochs=self.steering.epochs,
                steps_per_epoch=self.steps,
                train_rows=len(self.rows),
                validation_rows=len(self.parts.validation),
                test_rows=len(self.parts.test),
                parameters=sum(p.numel() for p in self.parameters),
                device=self.device.type,
                threads=torch.get_num_threads(),
                epoch=self.state.epoch,
                commands=self.state.commands,
                least_gain=self.best.least_gain,
            )
        )
        if self.state.step == 0:
            for told in (
                *self.dataset.notes,
                self.balance.note if self.balance is not None else None,
                note,
            ):
                if told is not None:
                    self.note(told)

    def train(self) -> Outcome:
        steering, state = self.steering, self.state
        self.began = self.clock() - state.seconds
        self.reports.begin()
        goes_on = self.goes_on()
        while goes_on:
            self.run_epoch()
            if steering.stopped:
                break
            self.end_epoch()
            if self.time_used >= 1:
                self.tell_time_is_up()
                break
            # What is set in a pause holds from the next step on, as a replay has it: never before.
            goes_on = self.goes_on()
            if goes_on:
                steering.after_epoch()
        stopped_early = self.best.waited >= steering.patience
        return self.ending.well(stopped=steering.stopped, stopped_early=stopped_early)

    def goes_on(self) -> bool:
        """Whether another epoch follows."""
        steering = self.steering
        return self.state.epoch < steering.epochs and self.best.waited < steering.patience

    @property
    def time_used(self) -> float:
        """The share of the time limit that is used up; 0 without one."""
        if self.time_limit is None:
            return 0.0
        self.state.seconds = self.clock() - self.began
        return self.state.seconds / self.time_limit

    def tell_time_is_up(self) -> None:
        self.note(
            message_n(
                "The time is used up after {count} epoch.",
                "The time is used up after {count} epochs.",
                self.state.epoch,
            )
        )

    @torch.no_grad()
    def run_epoch(self) -> None:
        state, steering, average = self.state, self.steering, self.average
        reports = self.reports
        started, before = self.clock(), state.meter.rows
        self.network.train()
        self.frozen.hold()
        kind = BlockEpoch if state.in_blocks else ShuffledEpoch
        size = self.batch_size
        seed, epoch = self.training.seed, state.epoch + 1
        self.order = kind(self.rows, seed, epoch, size, self.device, self.balance)
        every = max(1, self.steps // NORMS_PER_EPOCH)
        with closing(self.order.batches(state.batch)) as batches:
            for batch in batches:
                steering.before_step()
                if steering.stopped:
                    return
                used = self.time_used
                if used >= 1 and state.batch:
                    break
                self.rate.apply(state.step, used)
                if self.easing.is_on:
                    self.easing.apply(*self.rate.place(state.step, used), steering.set_by_hand)
                state.count_step()
                measured = state.step == 1 or state.batch % every == 0 or state.batch == self.steps
                with self.watched() if measured else UNWATCHED:
                    done = self.stepper(batch, measured=measured)
                if average is not None:
                    average.after_step()
                state.meter.add(done.loss, done.outputs)
                if done.norm is not None:
                    state.meter.add_norm(done.norm)
                if time.monotonic() >= reports.due:
                    reports.tell()
                    self.saver.save_if_due()
        reports.tell()
        self.speed = (state.meter.rows - before) / max(1e-9, self.clock() - started)

    def watched(self) -> AbstractContextManager[None]:
        """While a step is taken that may be looked into."""
        return self.watch.step(measured=True, last=self.state.batch == self.steps)

    def end_epoch(self) -> None:
        """Score both parts, keep the weights if they are the best, tell, save if it is time."""
        state, average, parts = self.state, self.average, self.parts
        whole = state.batch == self.steps
        train = parts.score_training(state.meter, self.order, whole=whole)
        if average is not None:
            share = (state.epoch + 1) / self.steering.epochs
            average.after_epoch(max(share, self.time_used), self.rows)
        with self.ending.averaged():
            with self.watch.scoring():
                validation = parts.score_validation(self.network)
            if self.has_validation:
                self.reports.require_finite(validation[0])
            watched = validation if self.has_validation else train
            state.value = watched[parts.metrics.index(self.monitor)]
            is_best = self.best.update(state.epoch + 1, state.value, self.network)
        self.watch.tell(state.epoch + 1, state.step, scored=True)
        state.epoch += 1
        self.emit(
            events.EpochEnded(
                time=time.time(),
                epoch=state.epoch,
                step=state.step,
                train=train,
                validation=validation,
                learning_rate=self.rate.value,
                gradient_norm=state.meter.norm,
                rows_per_second=self.speed,
                is_best=is_best,
            )
        )
        if self.rate.end_epoch(state.value, self.monitor):
            self.note(message("No gain for a while: the learning rate falls."))
        state.count_epoch()
        self.reports.begin()
        self.saver.after_epoch()
