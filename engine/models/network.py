"""The network: encoders, side by side, into a trunk, into a linear head."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from engine.data.inputs import Inputs
from engine.recipe.recipe import ModelSpec


class Network(nn.Module):
    """numbers (rows, columns) and codes (rows, columns) to outputs (rows, outputs).

    Outputs are logits (one for two classes, one per class for more), or the standardised value.
    """

    def __init__(self, model: ModelSpec, inputs: Inputs) -> None:
        super().__init__()
        width = 0
        self.numbers: nn.Module | None = None
        self.categories: nn.Module | None = None
        if inputs.numbers:
            self.numbers, out = model.numbers.build(len(inputs.numbers))
            width += out
        if inputs.categories:
            self.categories, out = model.categories.build(inputs.levels)
            width += out
        self.trunk, width = model.trunk.build(width)
        self.head = nn.Linear(width, inputs.outputs)

    def forward(self, numbers: Tensor, codes: Tensor) -> Tensor:
        """Outputs of each row."""
        if self.categories is None:
            encoded = self._numbers(numbers)
        elif self.numbers is None:
            encoded = self.categories(codes)
        else:
            encoded = torch.cat((self._numbers(numbers), self.categories(codes)), dim=1)
        outputs: Tensor = self.head(self.trunk(encoded))
        return outputs

    def _numbers(self, numbers: Tensor) -> Tensor:
        encoded: Tensor = self.numbers(numbers) if self.numbers is not None else numbers
        return encoded


def build_network(model: ModelSpec, inputs: Inputs, seed: int) -> Network:
    """A network with weights drawn from `seed`; the process's own random state is left alone."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return Network(model, inputs)
