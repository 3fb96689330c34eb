"""All dropout of a network, changed together."""

from __future__ import annotations

from torch import nn
from torch.nn.modules.dropout import _DropoutNd

from engine.models.blocks.attention import Attention


class Dropouts:
    """The layers of a network that drop values, as it was built."""

    def __init__(self, network: nn.Module) -> None:
        self._layers = [
            module
            for module in network.modules()
            if isinstance(module, _DropoutNd) and module.p > 0
        ]
        self._attentions = [
            module
            for module in network.modules()
            if isinstance(module, Attention) and module.share > 0
        ]

    def __bool__(self) -> bool:
        return bool(self._layers or self._attentions)

    def set(self, share: float) -> None:
        """Drop this share of the values everywhere; 0 switches it off."""
        for layer in self._layers:
            layer.p = share
        for attention in self._attentions:
            attention.share = share
