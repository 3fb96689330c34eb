"""Layers one after another, with residual blocks around some and the inputs at hand for all."""

from __future__ import annotations

from typing import ClassVar

import torch
from torch import Tensor, nn

from engine.messages import N_
from engine.models.blocks.residual import StochasticDepth


class TakesInputs(nn.Module):
    """A layer that needs the network's inputs beside what comes from the layer before it."""


class Stack(nn.Sequential):
    """Layers one after another; the outermost stack's input is the inputs of all of them."""

    def forward(self, rows: Tensor, inputs: Tensor | None = None) -> Tensor:
        """(rows, in) to (rows, out), of a network whose inputs are (rows, inputs)."""
        inputs = rows if inputs is None else inputs
        for layer in self:
            rows = layer(rows, inputs) if isinstance(layer, TakesInputs) else layer(rows)
        return rows


class ShortcutBlock(TakesInputs):
    """shortcut(x) + body(x)."""

    title: ClassVar[str] = N_("Residual block")

    def __init__(self, body: Stack, shortcut: nn.Linear | None, depth: float) -> None:
        """Without a `shortcut`, x itself; `depth` is the share of rows that skip the body in training."""
        super().__init__()
        self.body = body
        self.shortcut = shortcut
        self.adds_input = shortcut is None
        self.depth = StochasticDepth(depth) if depth > 0 else None

    def forward(self, rows: Tensor, inputs: Tensor) -> Tensor:
        """(rows, in) to (rows, out)."""
        change: Tensor = self.body(rows, inputs)
        if self.depth is not None:
            change = self.depth(change)
        return change + (rows if self.shortcut is None else self.shortcut(rows))


class BesideInputs(TakesInputs):
    """What the layers gave, then the network's inputs."""

    title: ClassVar[str] = N_("Inputs again")

    def forward(self, rows: Tensor, inputs: Tensor) -> Tensor:
        """(rows, width) and (rows, inputs) to (rows, width + inputs)."""
        return torch.cat([rows, inputs], dim=1)
