"""The network's inputs once more, beside what the layers gave."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from engine.messages import N_
from engine.recipe.layer_family import INPUTS, Layer, Width

if TYPE_CHECKING:
    from torch import nn


class InputsAgain(Layer):
    """Concatenation with the encoded row, so that deep layers see it as it came."""

    title: ClassVar[str] = N_("Inputs again")
    summary: ClassVar[str] = N_("Puts the network's inputs beside what the layers gave.")
    order: ClassVar[int] = 70

    kind: Literal["inputs_again"] = "inputs_again"

    def after(self, came: Width, beside: Width) -> Width:
        """Both side by side."""
        return came + INPUTS

    def build(self, came: int, beside: int) -> nn.Module:
        """(rows, `came`) and (rows, inputs) to (rows, `came` + inputs)."""
        from engine.models.blocks.stack import BesideInputs

        return BesideInputs()
