"""Blocks of a network that training leaves as they are."""

from __future__ import annotations

from collections.abc import Sequence

from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm

from engine.errors import RecipeInvalid
from engine.messages import message
from engine.models.parts import blocks_of


class Frozen:
    """The frozen blocks of a network: no gradients, and batch normalization as in evaluation."""

    def __init__(self, network: nn.Module, names: Sequence[str]) -> None:
        """Freeze the blocks of these names; see `engine.models.parts`.

        Raises:
            RecipeInvalid: There is no block of that name, or none would be left to train.
        """
        blocks = blocks_of(network)
        unknown = [name for name in names if name not in blocks]
        if unknown:
            raise RecipeInvalid(
                "training.freeze",
                str(message("The network has no block “{name}”.", name=unknown[0])),
                str(message("Choose among {names}.", names=", ".join(blocks))),
            )
        if blocks and set(names) == set(blocks):
            raise RecipeInvalid(
                "training.freeze",
                str(message("All blocks of the network are frozen: nothing is left to train.")),
                str(message("Leave out {name}.", name=tuple(blocks)[-1])),
            )
        layers = [layer for name in dict.fromkeys(names) for layer in blocks[name]]
        self._normalizations: list[nn.Module] = []
        for layer in layers:
            layer.requires_grad_(False)
            self._normalizations += [m for m in layer.modules() if isinstance(m, _BatchNorm)]

    def hold(self) -> None:
        """Put frozen batch normalizations into evaluation mode, after the network was set to train."""
        for module in self._normalizations:
            module.eval()


def is_frozen(module: nn.Module) -> bool:
    """Whether it has parameters and none of them is trained."""
    own = list(module.parameters())
    return bool(own) and not any(parameter.requires_grad for parameter in own)
