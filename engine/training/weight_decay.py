"""The weight decay of an optimizer's groups, changed while it trains."""

from __future__ import annotations

from copy import copy

from torch import optim

from engine.models.marks import mark_of
from engine.training.groups import Group


class WeightDecay:
    """The weight decay of all groups, changed together in their proportions."""

    def __init__(self, optimizer: optim.Optimizer) -> None:
        """As the optimizer was built."""
        self._optimizer = optimizer
        decays = [decay_of(group) for group in optimizer.param_groups]
        largest = max(decays, default=0.0)
        self._shares = [decay / largest for decay in decays] if largest else []

    def set(self, value: float) -> None:
        """Let the groups that decay most decay by `value`, the others in proportion.

        Where nothing decays yet, weight matrices do from now on; biases and the like never do.
        """
        if not self._shares:
            self._shares = self._separated()
        for group, share in zip(self._optimizer.param_groups, self._shares, strict=True):
            group["weight_decay"] = value * share

    def _separated(self) -> list[float]:
        """Give the weights that decay groups of their own; what the optimizer knows of them stays."""
        found: list[Group] = []
        shares: list[float] = []
        for group in self._optimizer.param_groups:
            for decays in (True, False):
                inside = [each for each in group["params"] if mark_of(each).decays is decays]
                if inside:
                    found.append({**group, "params": inside})
                    shares.append(float(decays))
        self._optimizer.param_groups[:] = found
        # Another object, as after loading: whoever holds on to the groups looks them up again.
        self._optimizer.state = copy(self._optimizer.state)
        return shares


def decay_of(group: Group) -> float:
    """The weight decay of a group; 0 where its optimizer knows none."""
    return float(group.get("weight_decay") or 0.0)
