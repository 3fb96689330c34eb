"""Dropout and weight decay that go along a schedule of their own."""

from __future__ import annotations

from collections.abc import Collection

from torch import nn, optim
from torch.nn.modules.dropout import _DropoutNd

from engine.models.blocks.attention import Attention
from engine.recipe.families import Schedule
from engine.training.weight_decay import decay_of

_PARTS = 32
"""Dropout goes in so many steps: a compiled network is compiled anew for each."""


class Easing:
    """What is set of dropout and weight decay, times the factor of a schedule at each step."""

    def __init__(self, network: nn.Module, optimizer: optim.Optimizer, schedule: Schedule) -> None:
        """As both were built."""
        self._optimizer, self._schedule = optimizer, schedule
        self._decays = [decay_of(group) for group in optimizer.param_groups]
        self._dropouts = [
            (each, each.p) for each in network.modules() if isinstance(each, _DropoutNd) and each.p
        ]
        self._attentions = [
            (each, each.share)
            for each in network.modules()
            if isinstance(each, Attention) and each.share
        ]
        self._share = 1.0
        self.is_on = len({schedule.factor(place, 100) for place in (0, 25, 50, 75, 99)}) > 1

    def apply(self, step: int, steps: int, by_hand: Collection[str]) -> None:
        """Set both for `step` of `steps`; what a person set by a command of that name stays."""
        if not self.is_on:
            return
        factor = self._schedule.factor(step, steps)
        if "set_weight_decay" not in by_hand:
            for group, decay in zip(self._optimizer.param_groups, self._decays, strict=False):
                group["weight_decay"] = decay * factor
        share = round(factor * _PARTS) / _PARTS
        if share != self._share and "set_dropout" not in by_hand:
            self._share = share
            for layer, dropped in self._dropouts:
                layer.p = dropped * share
            for attention, dropped in self._attentions:
                attention.share = dropped * share
