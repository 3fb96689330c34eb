"""Weights taken over from another run, block by block, wherever name and shape are the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from engine.data.preparing.preparation import Preparation
from engine.messages import Message, message, message_n

_BY_COLUMNS = ("numbers", "categories", "wide")
"""Parts of a network that know columns by their place."""
_BY_OUTPUTS = ("head", "thresholds")
"""Parts that know classes or targets by their place."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of the blocks of a network that started from another one."""

    taken: tuple[str, ...]
    """Names of blocks, as parts of the names of their weights."""
    other_shape: tuple[str, ...] = ()
    other_columns: tuple[str, ...] = ()
    """Alike in shape, but of other columns."""
    other_outputs: tuple[str, ...] = ()
    """Alike in shape, but of other classes or targets."""
    missing: tuple[str, ...] = ()
    """That the other network does not have."""

    @property
    def blocks(self) -> int:
        """How many there are."""
        left = (self.other_shape, self.other_columns, self.other_outputs, self.missing)
        return len(self.taken) + sum(len(each) for each in left)

    def told(self, run: str, checkpoint: str, epoch: int) -> tuple[Message, ...]:
        """What was taken from that run, and what was not."""
        found = [
            message(
                "Started from run {run}, its weights “{checkpoint}” of epoch {epoch}: {taken} of {blocks} blocks are taken.",
                run=run,
                checkpoint=checkpoint,
                epoch=epoch,
                taken=len(self.taken),
                blocks=self.blocks,
            )
        ]
        found += [
            message_n(
                "Drawn by chance is {names}, which has another shape there.",
                "Drawn by chance are {names}, which have another shape there.",
                len(self.other_shape),
                names=_listed(self.other_shape),
            )
            for _ in self.other_shape[:1]
        ]
        found += [
            message(
                "Drawn by chance: {names}, for the columns are not the same.",
                names=_listed(self.other_columns),
            )
            for _ in self.other_columns[:1]
        ]
        found += [
            message(
                "Drawn by chance: {names}, for what is predicted is not the same.",
                names=_listed(self.other_outputs),
            )
            for _ in self.other_outputs[:1]
        ]
        found += [
            message(
                "Drawn by chance: {names}, which the other network does not have.",
                names=_listed(self.missing),
            )
            for _ in self.missing[:1]
        ]
        return tuple(found)


def take_weights(
    network: nn.Module, weights: Mapping[str, Tensor], own: Preparation, other: Preparation
) -> Taken:
    """Put another network's weights into those blocks of `network` that are like its own.

    A block is a layer with weights of its own; it is taken whole or not at all. What belongs to columns
    is taken where the columns are the same, what belongs to classes or targets where those are.
    """
    blocks: dict[str, list[str]] = {}
    state = network.state_dict()
    for name in state:
        blocks.setdefault(name.rpartition(".")[0] or name, []).append(name)
    same_columns = own.inputs.numbers == other.inputs.numbers and _levels(own) == _levels(other)
    same_outputs = own.targets == other.targets and own.classes == other.classes
    sorted_out: dict[str, list[str]] = {}
    with torch.no_grad():
        for block, names in blocks.items():
            part = block.split(".")[0]
            if any(name not in weights for name in names):
                found = "missing"
            elif any(weights[name].shape != state[name].shape for name in names):
                found = "other_shape"
            elif part in _BY_COLUMNS and not same_columns:
                found = "other_columns"
            elif part in _BY_OUTPUTS and not same_outputs:
                found = "other_outputs"
            else:
                found = "taken"
                for name in names:
                    state[name].copy_(weights[name])
            sorted_out.setdefault(found, []).append(block)
    return Taken(
        taken=tuple(sorted_out.get("taken", ())),
        other_shape=tuple(sorted_out.get("other_shape", ())),
        other_columns=tuple(sorted_out.get("other_columns", ())),
        other_outputs=tuple(sorted_out.get("other_outputs", ())),
        missing=tuple(sorted_out.get("missing", ())),
    )


def _levels(preparation: Preparation) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The category inputs with the values that they know."""
    known = {fitted.name: tuple(getattr(fitted, "levels", ())) for fitted in preparation.fitted}
    return tuple((name, known.get(name, ())) for name, _ in preparation.inputs.categories)


_NAMED = 6


def _listed(names: tuple[str, ...]) -> str:
    shown = ", ".join(names[:_NAMED])
    return shown if len(names) <= _NAMED else f"{shown} … ({len(names)})"
