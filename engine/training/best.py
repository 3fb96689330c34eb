"""The best epoch so far: its weights, its value, and how long nothing was better."""

from __future__ import annotations

import math
from collections.abc import Mapping

import torch
from torch import Tensor, nn

from engine.metrics import Metric
from engine.training.gains import is_gain


class Best:
    """Follows the monitored metric. Without validation rows the newest epoch always is the best."""

    def __init__(self, monitor: Metric, *, newest: bool, least_gain: float = 0.0) -> None:
        """Nothing yet.

        Args:
            monitor: The watched metric.
            newest: The newest epoch always is the best.
            least_gain: Smaller gains do not count for `waited`.
        """
        self._monitor = monitor
        self._newest = newest
        self.least_gain = least_gain
        self.epoch = 0
        self.value = math.nan
        self.waited = 0
        """Epochs since the last gain that counts."""
        self.gain_from = math.nan
        """The value from which the next one is counted."""
        self.weights: dict[str, Tensor] | None = None

    def update(self, epoch: int, value: float, network: nn.Module) -> bool:
        """Take up an epoch's value; True if it is the best so far."""
        first = not self.epoch or self._newest
        counts = first or is_gain(self._monitor, value, self.gain_from, self.least_gain)
        if counts:
            self.waited, self.gain_from = 0, value
        else:
            self.waited += 1
        if not first and not self._monitor.is_better(value, self.value):
            return False
        self.epoch, self.value = epoch, value
        self.weights = copy_weights(network)
        return True

    def restore(
        self,
        epoch: int,
        value: float,
        waited: int,
        weights: Mapping[str, Tensor],
        gain_from: float,
    ) -> None:
        """Go on from a checkpoint."""
        self.epoch, self.value, self.waited, self.gain_from = epoch, value, waited, gain_from
        self.weights = dict(weights) if weights else None


def copy_weights(network: nn.Module) -> dict[str, Tensor]:
    """A copy of all parameters and kept buffers by name."""
    return {name: tensor.detach().clone() for name, tensor in network.state_dict().items()}


def is_finite(network: nn.Module) -> bool:
    """Whether no weight is NaN or infinite."""
    return all(bool(torch.isfinite(parameter).all()) for parameter in network.parameters())
