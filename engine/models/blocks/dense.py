"""Fully connected layers with their activations and normalizations."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

import torch
from torch import Tensor, nn

from engine.messages import N_
from engine.models.choices import Activation, Normalization

_ACTIVATIONS: dict[str, type[nn.Module]] = {
    "relu": nn.ReLU,
    "gelu": nn.GELU,
    "silu": nn.SiLU,
    "mish": nn.Mish,
    "selu": nn.SELU,
    "elu": nn.ELU,
    "leaky_relu": nn.LeakyReLU,
    "tanh": nn.Tanh,
    "sigmoid": nn.Sigmoid,
}
_NORMALIZATIONS: dict[str, type[nn.Module]] = {
    "batch": nn.BatchNorm1d,
    "layer": nn.LayerNorm,
    "rms": nn.RMSNorm,
}


def activation(kind: Activation) -> nn.Module:
    """The layer of that name."""
    return _ACTIVATIONS[kind]()


def normalization(kind: Normalization, width: int) -> list[nn.Module]:
    """The layer of that name, or none."""
    return [_NORMALIZATIONS[kind](width)] if kind != "none" else []


def dropout(share: float) -> list[nn.Module]:
    """A dropout layer, or none."""
    return [nn.Dropout(share)] if share > 0 else []


def dense_layer(
    came: int, went: int, kind: Activation, norm: Normalization, share: float
) -> list[nn.Module]:
    """Linear, normalization, activation, dropout: from `came` to `went` units."""
    return [
        nn.Linear(came, went),
        *normalization(norm, went),
        activation(kind),
        *dropout(share),
    ]


def dense_layers(
    width: int,
    widths: Iterable[int],
    kind: Activation = "relu",
    norm: Normalization = "none",
    share: float = 0.0,
) -> list[nn.Module]:
    """Fully connected layers one after another, from `width` units on."""
    layers: list[nn.Module] = []
    for units in widths:
        layers += dense_layer(width, units, kind, norm, share)
        width = units
    return layers


class Parallel(nn.Module):
    """Branches that get the same input; what they give stands side by side."""

    title: ClassVar[str] = N_("Branches")

    def __init__(self, branches: Sequence[nn.Module]) -> None:
        super().__init__()
        self.branches = nn.ModuleList(branches)

    def forward(self, rows: Tensor) -> Tensor:
        """(rows, …) to (rows, sum of the branches' widths)."""
        return torch.cat([branch(rows) for branch in self.branches], dim=1)
