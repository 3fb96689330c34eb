"""The network: encoders, side by side, into a trunk, into a head."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar, TypeAlias

import torch
from torch import Tensor, nn

from engine.data.preparing.arrays import Arrays
from engine.data.preparing.inputs import Inputs, OutputForm
from engine.errors import RecipeInvalid
from engine.messages import N_
from engine.models.bypass import WidePart
from engine.models.encoders.mixed import build_categories
from engine.models.limits import Limits
from engine.models.marks import mark_all
from engine.models.members import Thresholds, averaged
from engine.models.start import start_from_rows
from engine.recipe.families import Encoded
from engine.recipe.model import ModelSpec
from engine.recipe.parts import settled
from engine.schema import Task

Mixing: TypeAlias = Callable[[Tensor], Tensor]
"""What puts other rows in the place of encoded ones, (rows, …), in training."""


class Network(nn.Module):
    """numbers (rows, columns) and codes (rows, columns) to outputs (rows, outputs).

    What the outputs are is told by `form`; mostly logits, or the standardised value. A trunk
    of several members gives (rows, members, outputs) in training, and their mean in evaluation.
    """

    def __init__(self, model: ModelSpec, inputs: Inputs, task: Task) -> None:
        super().__init__()
        trunk = settled(model.trunk)
        for flaw in trunk.flaws():
            raise RecipeInvalid(f"model.trunk.{flaw.field}", str(flaw.problem), str(flaw.fix_label))
        self.form = inputs.form or OutputForm.of_task(task)
        self.numbers: nn.Module | None = None
        self.categories: nn.Module | None = None
        numbers: tuple[int, ...] = ()
        categories: tuple[int, ...] = ()
        width, bias = trunk.token_width, trunk.token_bias
        count, levels = len(inputs.numbers), inputs.levels
        if count and width is None:
            self.numbers, each = settled(model.numbers).build(count)
            numbers = (each,) * count
        elif count and width is not None:
            self.numbers = settled(model.numbers).build_tokens(count, width, bias=bias)
            numbers = (width,) * count
        if levels and width is None:
            # Columns as tokens are a vector each in any case: then encoders are the same.
            self.categories, categories = build_categories(
                settled(model.categories), inputs.encoders, levels
            )
        elif levels and width is not None:
            self.categories = settled(model.categories).build_tokens(levels, width, bias=bias)
            categories = (width,) * len(levels)
        self.trunk, out = trunk.build(Encoded(numbers, categories))
        self.wide = WidePart(trunk.bypass, count, levels) if trunk.bypass is not None else None
        out += self.wide.width if self.wide is not None else 0
        ordered = self.form is OutputForm.THRESHOLDS
        scores = 1 if ordered else inputs.outputs
        head = trunk.build_head(out, scores)
        self.head = head if head is not None else nn.Linear(out, scores)
        self.thresholds = Thresholds(inputs.outputs) if ordered else None
        is_plain = self.form is OutputForm.VALUES and not inputs.is_log
        self.limits = Limits(inputs.outputs) if trunk.clamps and is_plain else None
        mark_all(self, self.trunk)

    def forward(self, numbers: Tensor, codes: Tensor, mix: Mixing | None = None) -> Tensor:
        """Outputs of each row; `mix` is given what the encoders make of the rows, and all that goes past."""
        encoded = self.encoded(numbers, codes)
        found: Tensor = self.trunk(encoded if mix is None else mix(encoded))
        if self.wide is not None:
            found = self.wide(found, numbers, codes, mix)
        outputs: Tensor = self.head(found)
        if self.thresholds is not None:
            outputs = self.thresholds(outputs)
        if outputs.dim() == 3 and not self.training:
            outputs = averaged(outputs, self.form)
        if self.limits is not None and not self.training:
            outputs = self.limits(outputs)
        return outputs

    def encoded(self, numbers: Tensor, codes: Tensor) -> Tensor:
        """(rows, width), or one vector per column: (rows, columns, width)."""
        parts: list[Tensor] = []
        if self.numbers is not None:
            parts.append(self.numbers(numbers))
        if self.categories is not None:
            parts.append(self.categories(codes))
        return parts[0] if len(parts) == 1 else torch.cat(parts, dim=1)


class Ensemble(Network):
    """Networks for the same inputs, side by side.

    In evaluation their outputs are averaged as those of one network's members are: values themselves, of
    classes the probabilities. Its state is that of the networks, named `networks.<place>.<name>`.
    """

    title: ClassVar[str] = N_("Mean of networks")

    def __init__(self, networks: Sequence[Network]) -> None:
        nn.Module.__init__(self)
        self.form = networks[0].form
        self.networks = nn.ModuleList(networks)

    def forward(self, numbers: Tensor, codes: Tensor, mix: Mixing | None = None) -> Tensor:
        """(rows, outputs), or (rows, members, outputs) in training."""
        outputs = [network(numbers, codes, mix) for network in self.networks]
        stacked = torch.cat([each.unsqueeze(1) if each.dim() == 2 else each for each in outputs], 1)
        return stacked if self.training else averaged(stacked, self.form)


def build_network(
    model: ModelSpec, inputs: Inputs, seed: int, task: Task, rows: Arrays | None = None
) -> Network:
    """A network with weights drawn from `seed`; the process's own random state is left alone.

    A model of several members is their `Ensemble`.

    Args:
        model: What to build.
        inputs: What it is fed with.
        seed: Of the weights.
        task: What is predicted.
        rows: The prepared training rows, from which some layers start. Not needed for a network whose
            state is loaded or that is only looked at.

    Raises:
        RecipeInvalid: Settings of the trunk do not go together.
    """
    if model.members:
        members = [
            build_network(member, inputs, seed + place, task, rows)
            for place, member in enumerate(model.members)
        ]
        return Ensemble(members)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        network = Network(model, inputs, task)
        if rows is not None:
            start_from_rows(network, rows)
        return network
