"""Units of hidden layers that give the same for every row: they have stopped taking part."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.utils.hooks import RemovableHandle

STILL = 1e-6
"""A unit whose output spans no more than this over all rows looked at does nothing."""
ROWS = 8192
"""Rows looked at, at most."""
LEAST_ROWS = 16
"""Of fewer rows it cannot be told."""
_FUNCTIONS = (
    nn.ReLU,
    nn.GELU,
    nn.SiLU,
    nn.Mish,
    nn.SELU,
    nn.ELU,
    nn.LeakyReLU,
    nn.Tanh,
    nn.Sigmoid,
)


class Units:
    """The outputs of a network's activations, block by block."""

    def __init__(self, blocks: Sequence[Sequence[nn.Module]]) -> None:
        self._blocks = len(blocks)
        self._layers: dict[nn.Module, int] = {}
        for place, layers in enumerate(blocks):
            for layer in layers:
                for module in layer.modules():
                    if isinstance(module, _FUNCTIONS):
                        self._layers.setdefault(module, place)
        self._spans: dict[nn.Module, tuple[Tensor, Tensor]] = {}
        self._rows: dict[nn.Module, int] = {}
        self.seconds = 0.0
        """That the last listening took."""

    def listen(self) -> list[RemovableHandle]:
        """Look at what goes through from now on; remove the hooks to end it."""
        self._spans.clear()
        self._rows.clear()
        self.seconds = 0.0
        return [layer.register_forward_hook(self._note) for layer in self._layers]

    @torch.no_grad()
    def _note(self, layer: nn.Module, given: object, outputs: Tensor) -> None:
        if self._rows.get(layer, 0) >= ROWS or outputs.dim() < 2:
            return
        began = time.thread_time()
        self._rows[layer] = self._rows.get(layer, 0) + len(outputs)
        low, high = outputs.aminmax(dim=0)
        before = self._spans.get(layer)
        if before is not None:
            low, high = torch.minimum(low, before[0]), torch.maximum(high, before[1])
        self._spans[layer] = (low, high)
        self.seconds += time.thread_time() - began

    def dead(self) -> tuple[float, ...]:
        """The share of each block's units that are still; NaN for a block without units."""
        began = time.thread_time()
        still, units = [0] * self._blocks, [0] * self._blocks
        for layer, (low, high) in self._spans.items():
            if self._rows[layer] < LEAST_ROWS:
                continue
            place = self._layers[layer]
            # A unit of a column's tokens is dead only where it is so for every column.
            span = (high - low).reshape(-1, high.shape[-1]).amax(0)
            still[place] += int((span <= STILL).sum())
            units[place] += len(span)
        self.seconds += time.thread_time() - began
        return tuple(s / n if n else math.nan for s, n in zip(still, units, strict=True))
