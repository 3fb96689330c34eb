"""An optimizer's groups of parameters, from what the layers say of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeAlias

from torch import nn

from engine.models.marks import mark_of

Group: TypeAlias = dict[str, Any]
"""A group as torch's optimizers take it; `rate` is its factor on the learning rate."""


def parameter_groups(
    parameters: Iterable[nn.Parameter], learning_rate: float, weight_decay: float | None = None
) -> list[Group]:
    """Groups of one learning rate and one weight decay each, in order of first appearance.

    Args:
        parameters: Of the network.
        learning_rate: Of a parameter without a factor of its own.
        weight_decay: Of weight matrices; biases and the like have none. None: the optimizer has none.
    """
    groups: dict[tuple[float, bool], list[nn.Parameter]] = {}
    for parameter in parameters:
        found = mark_of(parameter)
        key = (found.rate, found.decays or not weight_decay)
        groups.setdefault(key, []).append(parameter)
    return [
        group(members, learning_rate, rate, weight_decay if decays else 0.0)
        for (rate, decays), members in groups.items()
    ]


def group(
    parameters: list[nn.Parameter], learning_rate: float, rate: float, weight_decay: float | None
) -> Group:
    """One group."""
    found: Group = {"params": parameters, "lr": learning_rate * rate, "rate": rate}
    if weight_decay is not None:
        found["weight_decay"] = weight_decay
    return found
