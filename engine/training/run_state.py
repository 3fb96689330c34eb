"""Where a run is: all that changes while it trains, to and from a checkpoint."""

from __future__ import annotations

import math
from collections.abc import Mapping

import torch
from torch import Tensor, nn, optim

from engine.training.averages import Average
from engine.training.best import Best
from engine.training.checkpoint import Checkpoint, Position
from engine.training.control import Command
from engine.training.device import random_states, restore_random, use_threads
from engine.training.meter import EpochMeter
from engine.training.optimizer_state import optimizer_state, restore_optimizer
from engine.training.rate import LearningRate
from engine.training.step import Stepper


class RunState:
    """Counters of a run, and what learns in it."""

    def __init__(
        self,
        network: nn.Module,
        optimizer: optim.Optimizer,
        rate: LearningRate,
        best: Best,
        batch_size: int,
        device: torch.device,
        average: Average | None = None,
        stepper: Stepper | None = None,
    ) -> None:
        """At the start, before the first step."""
        self.network, self.optimizer, self.rate, self.best = network, optimizer, rate, best
        self.epoch = 0
        """Epochs done."""
        self.batch = 0
        """Batches done in the epoch after those."""
        self.step = 0
        """Batches done in all."""
        self.seconds = 0.0
        """Of training, pauses left out."""
        self.in_blocks = False
        """Whether rows are shuffled in blocks."""
        self.value = math.nan
        """The watched metric after the last epoch done."""
        self.asked_epochs: int | None = None
        """Of the recipe."""
        self.steered: tuple[Command, ...] = ()
        """What was set by hand and is in force: the newest command of each kind."""
        self.commands = 0
        """How many commands changed the run."""
        self.average = average
        self._stepper = stepper
        self._batch_size, self._device = batch_size, device
        self.meter = EpochMeter(batch_size)

    def count_step(self) -> None:
        """A batch is done."""
        self.batch += 1
        self.step += 1

    def count_epoch(self) -> None:
        """An epoch is done: the next one begins with nothing measured."""
        self.batch = 0
        self.meter = EpochMeter(self._batch_size)

    def checkpoint(self) -> Checkpoint:
        """Everything that is needed to go on from here as if nothing had happened: copies, on the CPU."""
        plain, tensors = optimizer_state(self.optimizer, self.network)
        recent = self.meter.recent
        average = {} if self.average is None else self.average.state()
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
            seconds=self.seconds,
            asked_epochs=self.asked_epochs,
            stretch=self.rate.stretch,
            plateau=self.rate.plateau,
            steered=self.steered,
            commands=self.commands,
            gain_from=self.best.gain_from,
            averaged=0 if self.average is None else self.average.count,
            value=self.value,
            rows_at_once=None if self._stepper is None else self._stepper.rows_that_fit,
            loss_scale=None if self._stepper is None else self._stepper.precision.loss_scale,
        )
        return Checkpoint(
            position,
            weights=_copied(self.network.state_dict()),
            best={name: tensor.cpu() for name, tensor in (self.best.weights or {}).items()},
            optimizer=_copied(tensors),
            random=random_states(self._device),
            recent=None if recent is None else recent.cpu(),
            average={name: tensor.cpu() for name, tensor in average.items()},
        )

    def restore(self, saved: Checkpoint, steps: int) -> None:
        """Go on from a checkpoint, with `steps` in the whole run."""
        position = saved.position
        use_threads(position.threads)
        self.seconds = position.seconds
        self.in_blocks = position.in_blocks  # the order goes on, wherever the rows lie by now
        self.network.load_state_dict(saved.weights)
        restore_optimizer(self.optimizer, self.network, position.optimizer, saved.optimizer)
        restore_random(saved.random, self._device)
        self.epoch, self.batch, self.step = position.epoch, position.batches, position.step
        self.rate.restore(position.by_hand, position.stretch, position.plateau, steps)
        self.commands = position.commands
        self.value = _number(position.value)
        if self.average is not None:
            self.average.restore(saved.average, position.averaged)
        if self._stepper is not None:
            self._stepper.restore(position.rows_at_once, position.loss_scale)
        self.meter.restore(
            position.meter_rows, position.meter_loss, position.meter_norms, saved.recent
        )
        value = _number(position.best_value)
        start = value if position.gain_from is None else position.gain_from
        self.best.restore(position.best_epoch, value, position.waited, saved.best, start)


def _copied(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Copies that the next step does not change."""
    return {name: tensor.detach().to("cpu", copy=True) for name, tensor in tensors.items()}


def _number(value: float | None) -> float:
    return math.nan if value is None else value
