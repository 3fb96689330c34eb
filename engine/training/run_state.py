"""Where a run is: all that changes while it trains, to and from a checkpoint."""

from __future__ import annotations

import math

import torch
from torch import nn, optim

from engine.training.best import Best, copy_weights
from engine.training.checkpoint import (
    Checkpoint,
    Position,
    optimizer_state,
    random_states,
    restore_optimizer,
    restore_random,
)
from engine.training.device import use_threads
from engine.training.meter import EpochMeter
from engine.training.rate import LearningRate


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
        """Everything that is needed to go on from here as if nothing had happened."""
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
            seconds=self.seconds,
        )
        return Checkpoint(
            position,
            weights=copy_weights(self.network),
            best=self.best.weights or {},
            optimizer=tensors,
            random=random_states(self._device),
            recent=self.meter.recent,
        )

    def restore(self, saved: Checkpoint) -> None:
        """Go on from a checkpoint."""
        position = saved.position
        use_threads(position.threads)
        self.seconds = position.seconds
        self.in_blocks = position.in_blocks  # the order goes on, wherever the rows lie by now
        self.network.load_state_dict(saved.weights)
        restore_optimizer(self.optimizer, position.optimizer, saved.optimizer)
        restore_random(saved.random, self._device)
        self.epoch, self.batch, self.step = position.epoch, position.batches, position.step
        self.rate.restore(position.by_hand)
        self.meter.restore(
            position.meter_rows, position.meter_loss, position.meter_norms, saved.recent
        )
        value = math.nan if position.best_value is None else position.best_value
        self.best.restore(position.best_epoch, value, position.waited, saved.best)
