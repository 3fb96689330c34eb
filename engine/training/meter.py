"""What is measured while an epoch runs, without waiting for the device at every step."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from engine.training.loss_gradients import GivenLoss, read_losses

SAMPLE_ROWS = 16_384
"""Training metrics other than the loss are taken from the last this many rows of an epoch."""


@dataclass(frozen=True, slots=True)
class Reading:
    """The steps since the last reading."""

    loss: float
    """Mean per row."""
    rows: int
    first_bad: int | None
    """How many steps back the first loss that is not finite lies (0: the newest step)."""


class EpochMeter:
    """Keeps losses and outputs as tensors; `read` fetches the losses in one go."""

    def __init__(self, batch_size: int) -> None:
        self._batch_size = batch_size
        self.rows = 0
        self.loss_sum = 0.0
        self.norms: list[float] = []
        self._losses: list[GivenLoss] = []
        self._sizes: list[int] = []
        self._norms: list[Tensor] = []
        self._outputs: deque[Tensor] = deque(maxlen=max(1, SAMPLE_ROWS // batch_size))

    def add(self, loss: GivenLoss, outputs: Tensor) -> None:
        """Note a step; neither must belong to a graph of autograd."""
        self._losses.append(loss)
        self._sizes.append(outputs.shape[0])
        self._outputs.append(outputs)

    def add_norm(self, norm: Tensor) -> None:
        """Note a gradient norm."""
        self._norms.append(norm.detach())

    def read(self) -> Reading | None:
        """Take up the steps since the last call (this waits for the device); None if there are none."""
        if not self._losses:
            return None
        losses = read_losses(self._losses)
        self.norms += [float(norm) for norm in self._norms]
        total = 0.0
        first_bad: int | None = None
        # One after another, so that the sum does not depend on when readings are taken.
        for place, (loss, size) in enumerate(zip(losses, self._sizes, strict=True)):
            self.loss_sum += loss * size
            total += loss * size
            if first_bad is None and not math.isfinite(loss):
                first_bad = len(losses) - 1 - place
        rows = sum(self._sizes)
        self.rows += rows
        self._losses, self._sizes, self._norms = [], [], []
        return Reading(total / rows, rows, first_bad)

    @property
    def loss(self) -> float:
        """Mean loss per row of the epoch so far."""
        return self.loss_sum / self.rows if self.rows else math.nan

    @property
    def norm(self) -> float:
        """Mean of the gradient norms noted."""
        return sum(self.norms) / len(self.norms) if self.norms else math.nan

    @property
    def recent(self) -> Tensor | None:
        """Outputs of the last rows of the epoch, in order."""
        return torch.cat(list(self._outputs)) if self._outputs else None

    def restore(
        self, rows: int, loss_sum: float, norms: Sequence[float], recent: Tensor | None
    ) -> None:
        """Go on from a checkpoint within an epoch."""
        self.rows, self.loss_sum, self.norms = rows, loss_sum, list(norms)
        if recent is not None:
            self._outputs.extend(torch.split(recent, self._batch_size))
