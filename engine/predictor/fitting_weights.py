"""Whether weights from elsewhere are those of the network that a recipe asks for, told before it is built."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from engine.data.preparing.preparation import Preparation
from engine.models.network import build_network
from engine.recipe.recipe import Recipe

_CONSTANTS = 256 << 20
"""Bytes that a network may hold beside its weights, such as fixed frequencies."""


def require_fit(recipe: Recipe, preparation: Preparation, weights: Mapping[str, Tensor]) -> None:
    """Refuse weights of another network, of other types, and such as are no numbers.

    The network is made on torch's meta device, where shapes take no memory: a recipe that asks for a
    gigantic one is refused, since nobody sends as many weights along.

    Raises `ValueError` or `RecipeInvalid`.
    """
    with torch.device("meta"):
        network = build_network(
            recipe.model, preparation.inputs, recipe.training.seed, preparation.task
        )
    wanted = network.state_dict()
    for name in sorted(wanted.keys() ^ weights.keys()):
        raise ValueError(f"“{name}” is missing in its weights, or in its network (state_dict)")
    for name, tensor in weights.items():
        mould = wanted[name]
        if mould.shape != tensor.shape or mould.is_floating_point() != tensor.is_floating_point():
            raise ValueError(
                f"“{name}” is {_form(tensor)} in its weights and {_form(mould)} in its network (state_dict)"
            )
        if tensor.is_floating_point() and bool(tensor.isnan().any()):
            raise ValueError(f"“{name}” holds NaN in place of numbers")
    beside = sum(
        buffer.numel() * buffer.element_size()
        for name, buffer in network.named_buffers()
        if name not in wanted
    )
    if beside > _CONSTANTS:
        raise ValueError(f"its network needs {beside >> 20} MB beside its weights")


def _form(tensor: Tensor) -> str:
    shape = " × ".join(str(size) for size in tensor.shape) or "1"
    return f"{shape} {str(tensor.dtype).removeprefix('torch.')}"
