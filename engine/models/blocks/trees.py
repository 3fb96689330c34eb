"""Boosted decision trees as a layer: what they predict, as tensors that are kept like weights."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import torch
from torch import Tensor, nn

from engine.messages import N_

_PATHS = 1 << 20
"""Rows times trees that are followed at a time."""


class Tree:
    """One tree as arrays over its nodes, the root first; a leaf is its own child."""

    __slots__ = ("column", "left", "right", "threshold", "value")

    def __init__(
        self, column: Tensor, threshold: Tensor, left: Tensor, right: Tensor, value: Tensor
    ) -> None:
        """All (nodes,): rows go left where the column's number is at most the threshold.

        Thresholds are float64 and are rounded down to float32, which parts float32 numbers alike.
        """
        self.column, self.left, self.right, self.value = column, left, right, value
        rounded = threshold.float()
        lower = torch.nextafter(rounded, torch.full_like(rounded, -torch.inf))
        self.threshold = torch.where(rounded.double() > threshold, lower, rounded)


class Trees(nn.Module):
    """Sums of trees: (rows, inputs) to (rows, outputs), from where the training rows are on average.

    It has room for so many rounds of one tree per output; `grown` of them count. Nothing in it is
    learned by gradients: see `engine.training.growing`.
    """

    title: ClassVar[str] = N_("Trees")
    column: Tensor
    left: Tensor
    right: Tensor
    grown: Tensor

    def __init__(self, inputs: int, outputs: int, rounds: int, leaves: int, depth: int) -> None:
        super().__init__()
        self.in_features, self.outputs, self.depth = inputs, outputs, depth
        nodes = 2 * leaves - 1
        shape = (rounds, outputs, nodes)
        own = torch.arange(nodes, dtype=torch.int32).expand(shape)
        self.base = _fixed(torch.zeros(outputs))
        self.threshold = _fixed(torch.zeros(shape))
        self.value = _fixed(torch.zeros(shape))
        self.register_buffer("column", torch.zeros(shape, dtype=torch.int32))
        self.register_buffer("left", own.clone())
        self.register_buffer("right", own.clone())
        self.register_buffer("grown", torch.zeros((), dtype=torch.int64))
        self.rounds = 0
        """What `grown` says, known without asking the device."""

    @torch.no_grad()
    def put(self, place: int, trees: Sequence[Tree]) -> None:
        """Set the trees of a round, one per output; rounds up to it count from now on."""
        for output, tree in enumerate(trees):
            nodes = len(tree.value)
            self.column[place, output, :nodes] = tree.column.to(torch.int32)
            self.left[place, output, :nodes] = tree.left.to(torch.int32)
            self.right[place, output, :nodes] = tree.right.to(torch.int32)
            self.threshold[place, output, :nodes] = tree.threshold
            self.value[place, output, :nodes] = tree.value.float()
        self.keep(place + 1)

    @torch.no_grad()
    def keep(self, rounds: int) -> None:
        """Let the first so many rounds count."""
        self.rounds = rounds
        self.grown.fill_(rounds)

    def forward(self, rows: Tensor) -> Tensor:
        """(rows, inputs) to (rows, outputs)."""
        return self.base + self.between(rows, 0, self.rounds)

    def between(self, rows: Tensor, first: int, last: int) -> Tensor:
        """What the rounds from `first` to before `last` add, (rows, outputs)."""
        found = rows.new_zeros((len(rows), self.outputs))
        each = max(1, _PATHS // max(1, len(rows) * self.outputs))
        for start in range(first, last, each):
            found = found + self._some(rows, start, min(last, start + each))
        return found

    def _some(self, rows: Tensor, first: int, last: int) -> Tensor:
        """Follows every row down every tree at once: a step down for all of them in one go."""
        chosen = slice(first, last)
        nodes = self.value.shape[2]
        trees = (last - first) * self.outputs
        root = torch.arange(trees, device=rows.device) * nodes
        column, left, right = (
            each[chosen].reshape(-1).long() for each in (self.column, self.left, self.right)
        )
        threshold = self.threshold[chosen].reshape(-1)
        place = root.expand(len(rows), trees)
        for _ in range(self.depth):
            goes_left = rows.gather(1, column[place]) <= threshold[place]
            place = root + torch.where(goes_left, left[place], right[place])
        values = self.value[chosen].reshape(-1)[place]
        return values.reshape(len(rows), last - first, self.outputs).sum(dim=1)

    def _load_from_state_dict(self, state_dict: dict[str, Any], prefix: str, *rest: Any) -> None:
        super()._load_from_state_dict(state_dict, prefix, *rest)
        grown = state_dict.get(f"{prefix}grown")
        if isinstance(grown, Tensor) and not grown.is_meta:
            self.rounds = min(int(grown), len(self.value))


def _fixed(values: Tensor) -> nn.Parameter:
    return nn.Parameter(values, requires_grad=False)
