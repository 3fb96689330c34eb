"""The training loop: epochs of batches, validation, the best weights kept, commands obeyed."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from typing import TypeAlias

import torch
from torch import nn

from engine import events
from engine.data.preparing.arrays import Arrays
from engine.data.preparing.dataset import Dataset
from engine.errors import LossNotFinite, StoreError, TrainError, TrainyardError
from engine.events import RunEvent
from engine.messages import Message, message
from engine.metrics import metrics_for, monitor_for
from engine.models.network import Network
from engine.recipe.target import Resampling
from engine.recipe.training import Training
from engine.training.balance import Balance
from engine.training.best import Best, copy_weights, is_finite
from engine.training.blocks import BlockEpoch
from engine.training.checkpoint import (
    Checkpoint,
    Checkpoints,
    Position,
    optimizer_state,
    random_states,
    restore_optimizer,
    restore_random,
)
from engine.training.control import Command, Control, NoControl
from engine.training.device import (
    choose_device,
    own_random,
    told_as_out_of_memory,
    use_threads,
)
from engine.training.meter import EpochMeter
from engine.training.objective import objective_for
from engine.training.rate import LearningRate
from engine.training.scoring import score_outputs, score_part
from engine.training.tensors import Rows, ShuffledEpoch, steps_per_epoch

Emit: TypeAlias = Callable[[RunEvent], None]
Ending: TypeAlias = events.RunFinished | events.RunStopped | events.RunFailed

REPORT_SECONDS = 1 / 30
PAUSE_SECONDS = 0.05
NORMS_PER_EPOCH = 8


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run ended. The network now holds its best weights."""

    ended: Ending
    error: TrainyardError | None = None
    """Why it failed."""


def fit(
    network: Network,
    dataset: Dataset,
    training: Training,
    *,
    emit: Emit,
    control: Control | None = None,
    checkpoints: Checkpoints | None = None,
    resume: Checkpoint | None = None,
    resampling: Resampling = Resampling.NONE,
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
        resampling: Which training rows an epoch takes; classes only.

    Raises:
        RecipeInvalid: The monitored metric does not exist for the task.
        OutOfMemory: Network and data do not fit; nothing was emitted.
    """
    device, note = choose_device(training.device)
    with told_as_out_of_memory(device, training.batch_size), own_random(device):
        run = _Run(
            network,
            dataset,
            training,
            device,
            emit,
            control or NoControl(),
            checkpoints,
            resampling,
        )
        torch.manual_seed(training.seed)
        if resume is not None:
            run.restore(resume)
        run.start(note)
        try:
            with told_as_out_of_memory(device, training.batch_size):
                return Outcome(run.train())
        except (TrainError, StoreError) as error:
            return run.fail(error)


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
        resampling: Resampling,
    ) -> None:
        self.device = device
        self.network = network.to(device)
        self.parameters = [p for p in network.parameters() if p.requires_grad]
        self.dataset = dataset
        self.preparation = dataset.preparation
        self.training = training
        self.emit, self.control, self.checkpoints = emit, control, checkpoints
        task = self.preparation.task
        self.rows, self.validation, self.test = (
            Rows.of(part, task, self.device)
            for part in (dataset.train, dataset.validation, dataset.test)
        )
        self.in_blocks = dataset.train.is_on_disk
        self.objective = objective_for(self.preparation, training, self.device, dataset.train)
        self.balance: Balance | None = None
        if resampling is not Resampling.NONE and task.is_classification:
            classes = len(self.preparation.classes)
            self.balance = Balance(self.rows.target, classes, resampling, training.seed)
        self.metrics = metrics_for(task)
        self.monitor = monitor_for(task, training.early_stopping)
        self.best = Best(self.monitor, newest=len(self.validation) == 0)
        drawn = len(self.rows) if self.balance is None else self.balance.rows
        self.steps = steps_per_epoch(drawn, training.batch_size)
        self.optimizer = training.optimizer.build(self.parameters, fused=self.device.type != "mps")
        self.rate = LearningRate(
            self.optimizer,
            training.optimizer.learning_rate,
            training.schedule,
            training.epochs * self.steps,
        )
        self.epoch = 0  # epochs done
        self.batch = 0  # batches done in the epoch after those
        self.step = 0
        self.meter = EpochMeter(training.batch_size)
        self.stopped = False
        self.unsaved = False  # the last checkpoint could not be written, which was told
        self.reported = time.monotonic()
        self.paused = 0.0  # seconds

    def start(self, note: Message | None) -> None:
        self.emit(
            events.RunStarted(
                time=time.time(),
                metrics=tuple(metric.name for metric in self.metrics),
                monitor=self.monitor.name,
                epochs=self.training.epochs,
                steps_per_epoch=self.steps,
                train_rows=len(self.rows),
                validation_rows=len(self.validation),
                test_rows=len(self.test),
                parameters=sum(p.numel() for p in self.parameters),
                device=self.device.type,
                threads=torch.get_num_threads(),
                epoch=self.epoch,
            )
        )
        if self.step == 0:
            for told in (*self.dataset.notes, _of_balance(self.balance), note):
                if told is not None:
                    self.emit(events.Noted(time.time(), told))

    def train(self) -> Ending:
        stopping = self.training.early_stopping
        patience = stopping.patience if stopping.enabled and len(self.validation) else math.inf
        while self.epoch < self.training.epochs and self.best.waited < patience:
            self.run_epoch()
            if self.stopped:
                break
            self.end_epoch()
        return self.end(stopped_early=self.epoch < self.training.epochs)

    def run_epoch(self) -> None:
        started, before = time.monotonic() - self.paused, self.meter.rows
        self.network.train()
        kind = BlockEpoch if self.in_blocks else ShuffledEpoch
        size = self.training.batch_size
        seed, epoch = self.training.seed, self.epoch + 1
        self.order = kind(self.rows, seed, epoch, size, self.device, self.balance)
        clip, every = self.training.clip_norm, max(1, self.steps // NORMS_PER_EPOCH)
        with closing(self.order.batches(self.batch)) as batches:
            for batch in batches:
                for command in self.control.poll():
                    self.obey(command)
                if self.stopped:
                    return
                self.rate.apply(self.step)
                outputs = self.network(batch.numbers, batch.codes)
                loss = self.objective(outputs, batch.target, batch.weights)
                loss.backward()  # type: ignore[no-untyped-call]
                self.batch += 1
                self.step += 1
                measured = self.batch % every == 0 or self.batch == self.steps
                if clip is not None:
                    norm = nn.utils.clip_grad_norm_(self.parameters, clip)
                elif measured:
                    norm = nn.utils.get_total_norm(
                        [p.grad for p in self.parameters if p.grad is not None]
                    )
                if measured:
                    self.meter.add_norm(norm)
                self.optimizer.step()
                for parameter in self.parameters:
                    parameter.grad = None
                self.meter.add(loss, outputs)
                if time.monotonic() - self.reported >= REPORT_SECONDS:
                    self.report()
                    self.save_if_due()
        self.report()
        seconds = time.monotonic() - self.paused - started
        self.speed = (self.meter.rows - before) / max(1e-9, seconds)

    def report(self) -> None:
        """Tell of the steps since the last report. Raises `LossNotFinite`."""
        reading = self.meter.read()
        if reading is None:
            return
        if reading.first_bad is not None:
            raise self.not_finite(self.step - reading.first_bad)
        now = time.monotonic()
        speed = reading.rows / max(1e-9, now - self.reported)
        self.reported = now
        self.emit(
            events.StepsDone(
                time.time(), self.step, self.epoch + 1, reading.loss, self.rate.value, speed
            )
        )

    def end_epoch(self) -> None:
        """Score both parts, keep the weights if they are the best, tell, save if it is time."""
        validation = self.score(self.validation, self.dataset.validation)
        train = self.training_scores()
        if (
            not math.isfinite(validation[0])
            and len(self.validation)
            and not is_finite(self.network)
        ):
            raise self.not_finite(self.step)
        watched = validation if len(self.validation) else train
        place = self.metrics.index(self.monitor)
        self.epoch += 1
        is_best = self.best.update(self.epoch, watched[place], self.network)
        self.emit(
            events.EpochEnded(
                time=time.time(),
                epoch=self.epoch,
                step=self.step,
                train=train,
                validation=validation,
                learning_rate=self.rate.value,
                gradient_norm=self.meter.norm,
                rows_per_second=self.speed,
                is_best=is_best,
            )
        )
        self.batch = 0
        self.meter = EpochMeter(self.training.batch_size)
        self.reported = time.monotonic()
        self.save_if_due()

    def end(self, stopped_early: bool) -> Ending:
        """Save, load the best weights, score the test part once."""
        self.save()
        if self.best.weights is None:
            # Stopped within the first epoch: what was learned so far is better than nothing.
            self.best.weights = copy_weights(self.network)
            if self.checkpoints is not None:
                self.checkpoints.save_best(self.best.weights, 0, math.nan)
        self.network.load_state_dict(self.best.weights)
        test = self.score(self.test, self.dataset.test)
        ended: Ending
        if self.stopped:
            ended = events.RunStopped(time.time(), self.epoch, self.best.epoch, test)
        else:
            ended = events.RunFinished(
                time.time(), self.epoch, self.best.epoch, stopped_early, test
            )
        self.emit(ended)
        return ended

    def fail(self, error: TrainyardError) -> Outcome:
        """Keep the best weights and tell why it ended."""
        if self.best.weights is not None:
            self.network.load_state_dict(self.best.weights)
            if self.checkpoints is not None and not isinstance(error, StoreError):
                try:
                    self.checkpoints.save_best(self.best.weights, self.best.epoch, self.best.value)
                except StoreError as second:
                    error = second
        ended = events.RunFailed(
            time.time(), self.epoch, self.best.epoch, type(error).__name__, error.facts()
        )
        self.emit(ended)
        return Outcome(ended, error)

    def score(self, rows: Rows, part: Arrays) -> tuple[float, ...]:
        return score_part(self.network, rows, part, self.objective, self.preparation)

    def training_scores(self) -> tuple[float, ...]:
        """The epoch's loss over all rows; the other metrics over its last rows, as they were trained."""
        recent = self.meter.recent
        values = self.dataset.train.values
        assert recent is not None
        assert values is not None
        places = self.order.last(len(recent))
        weights = self.dataset.train.weights
        return score_outputs(
            recent.cpu().numpy(),
            values[places],
            None if weights is None else weights[places],
            self.meter.loss,
            self.preparation,
        )

    def not_finite(self, step: int) -> LossNotFinite:
        rate = self.rate.value
        return LossNotFinite(self.epoch + 1, step, rate, float(f"{rate / 10:.1g}"))

    def obey(self, command: Command) -> None:
        """Carry out a command; a pause lasts until another command ends it."""
        self.applied(command)
        if command.command == "stop":
            self.stopped = True
        elif command.command == "set_learning_rate" and command.value is not None:
            self.rate.set_by_hand(command.value, self.step)
        elif command.command == "pause":
            self.pause()

    def pause(self) -> None:
        began = time.monotonic()
        self.save_or_tell()
        waiting = True
        while waiting and not self.stopped:
            time.sleep(PAUSE_SECONDS)
            for command in self.control.poll():
                if command.command == "resume":
                    self.applied(command)
                    waiting = False
                elif command.command != "pause":
                    self.obey(command)
        self.reported = time.monotonic()
        self.paused += self.reported - began

    def applied(self, command: Command) -> None:
        self.emit(
            events.ControlApplied(
                time.time(), self.epoch + 1, self.step, command.command, command.value
            )
        )

    def save_if_due(self) -> None:
        if self.checkpoints is not None and self.checkpoints.is_due:
            self.save_or_tell()

    def save_or_tell(self) -> None:
        """A checkpoint that cannot be written is no reason to end a run; only the last one is."""
        try:
            self.save()
            self.unsaved = False
        except StoreError as error:
            if not self.unsaved:
                self.emit(events.Noted(time.time(), error.messages()[0]))
            self.unsaved = True

    def save(self) -> None:
        self.report()  # nothing that is not finite is saved, and no loss is lost
        if self.checkpoints is None:
            return
        for which in self.checkpoints.save(self.checkpoint()):
            self.emit(events.CheckpointSaved(time.time(), self.epoch, self.step, which))

    def checkpoint(self) -> Checkpoint:
        plain, tensors = optimizer_state(self.optimizer)
        position = Position(
            epoch=self.epoch,
            batches=self.batch,
            step=self.step,
            threads=torch.get_num_threads(),
            by_hand=self.rate.by_hand,
            meter_rows=self.meter.rows,
            meter_loss=self.meter.loss_sum,
            meter_norms=tuple(self.meter.norms),
            best_epoch=self.best.epoch,
            best_value=self.best.value,
            waited=self.best.waited,
            optimizer=plain,
            in_blocks=self.in_blocks,
        )
        return Checkpoint(
            position,
            weights=copy_weights(self.network),
            best=self.best.weights or {},
            optimizer=tensors,
            random=random_states(self.device),
            recent=self.meter.recent,
        )

    def restore(self, saved: Checkpoint) -> None:
        position = saved.position
        use_threads(position.threads)
        self.in_blocks = position.in_blocks  # the order goes on, wherever the rows lie by now
        self.network.load_state_dict(saved.weights)
        restore_optimizer(self.optimizer, position.optimizer, saved.optimizer)
        restore_random(saved.random, self.device)
        self.epoch, self.batch, self.step = position.epoch, position.batches, position.step
        self.rate.restore(position.by_hand)
        self.meter.restore(
            position.meter_rows, position.meter_loss, position.meter_norms, saved.recent
        )
        value = math.nan if position.best_value is None else position.best_value
        self.best.restore(position.best_epoch, value, position.waited, saved.best)


def _of_balance(balance: Balance | None) -> Message | None:
    if balance is None:
        return None
    return message(
        "Each epoch takes {each} rows of every class, {rows} in all.",
        each=balance.each,
        rows=balance.rows,
    )
