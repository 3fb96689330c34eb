"""The weight decay of an optimizer's groups, changed while it trains."""

from __future__ import annotations

from torch import optim

from engine.models.marks import mark_of
from engine.training.groups import Group


class WeightDecay:
    """The weight decay of all groups, changed together in their proportions."""

    def __init__(self, optimizer: optim.Optimizer) -> None:
        """As the optimizer was built."""
        self._optimizer = optimizer
        self._largest = max(map(_decay_of, optimizer.param_groups), default=0.0)

    def set(self, value: float) -> None:
        """Let the groups that decay most decay by `value`, the others in proportion.

        Where nothing decays yet, weight matrices do from now on; biases and the like never do.
        """
        if self._largest == 0:
            self._separate()
            self._largest = 1.0
        for group in self._optimizer.param_groups:
            if "decay" not in group:
                group["decay"] = _decay_of(group) / self._largest
            group["weight_decay"] = value * group["decay"]

    def _separate(self) -> None:
        """Give the weights that decay groups of their own; what the optimizer knows of them stays."""
        found: list[Group] = []
        for group in self._optimizer.param_groups:
            for decays in (True, False):
                inside = [each for each in group["params"] if mark_of(each).decays is decays]
                if inside:
                    found.append({**group, "params": inside, "decay": 1.0 if decays else 0.0})
        self._optimizer.param_groups[:] = found


def _decay_of(group: Group) -> float:
    return float(group.get("weight_decay") or 0.0)
