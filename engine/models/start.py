"""Layers whose first values come from the training rows: bins, and weights that depend on data."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

if TYPE_CHECKING:
    from engine.data.preparing.arrays import Arrays
    from engine.models.network import Network

BIN_ROWS = 200_000
"""Rows that number encoders see."""
LAYER_ROWS = 4096
"""Rows that other layers see, one after another, each after those before it were started."""


class StartsFromRows(nn.Module):
    """A layer that is started from what it will get."""

    def start(self, came: Tensor) -> None:
        """Set parameters and buffers from the layer's input for training rows.

        What is set must be of the same shape for any rows, and be kept in the state: a network that is
        loaded is not started.
        """
        raise NotImplementedError


def start_from_rows(network: Network, rows: Arrays) -> None:
    """Start all layers of a network that want it, from prepared training rows."""
    if network.limits is not None and rows.target is not None and len(rows):
        network.limits.learn(torch.from_numpy(rows.target))
    waiting = [m for m in network.modules() if isinstance(m, StartsFromRows)]
    if not waiting or not len(rows):
        return
    order = torch.randperm(len(rows))[:BIN_ROWS]
    numbers = torch.from_numpy(rows.numbers)[order]
    codes = torch.from_numpy(rows.codes)[order]
    was_training = network.training
    network.eval()
    hooks = []
    try:
        with torch.no_grad():
            if isinstance(network.numbers, StartsFromRows):
                network.numbers.start(numbers)
                done = set(network.numbers.modules())
                waiting = [m for m in waiting if m not in done]
            if waiting:
                hooks = [m.register_forward_pre_hook(_start) for m in waiting]
                network(numbers[:LAYER_ROWS], codes[:LAYER_ROWS])
    finally:
        for hook in hooks:
            hook.remove()
        network.train(was_training)


def _start(layer: nn.Module, came: tuple[Tensor, ...]) -> None:
    assert isinstance(layer, StartsFromRows)
    layer.start(came[0])
