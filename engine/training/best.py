"""The best epoch so far: its weights, its value, and how long nothing was better."""

from __future__ import annotations

import math
from collections.abc import Mapping

import torch
from torch import Tensor, nn

from engine.metrics import Metric


class Best:
    """Follows the monitored metric. Without validation rows the newest epoch always is the best."""

    def __init__(self, monitor: Metric, *, newest: bool) -> None:
        self._monitor = monitor
        self._newest = newest
        self.epoch = 0
        self.value = math.nan
        self.waited = 0
        """Epochs since the best one."""
        self.weights: dict[str, Tensor] | None = None

    def update(self, epoch: int, value: float, network: nn.Module) -> bool:
        """Take up an epoch's value; True if it is the best so far."""
        if self.epoch and not self._newest and not self._monitor.is_better(value, self.value):
            self.waited += 1
            return False
        self.epoch, self.value, self.waited = epoch, value, 0
        self.weights = copy_weights(network)
        return True

    def restore(self, epoch: int, value: float, waited: int, weights: Mapping[str, Tensor]) -> None:
        """Go on from a checkpoint."""
        self.epoch, self.value, self.waited = epoch, value, waited
        self.weights = dict(weights) if weights else None


def copy_weights(network: nn.Module) -> dict[str, Tensor]:
    """A copy of all parameters and kept buffers by name."""
    return {name: tensor.detach().clone() for name, tensor in network.state_dict().items()}


def is_finite(network: nn.Module) -> bool:
    """Whether no weight is NaN or infinite."""
    return all(bool(torch.isfinite(parameter).all()) for parameter in network.parameters())
