"""A fully connected layer."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from engine.messages import N_
from engine.models.choices import Width as Units
from engine.recipe.layer_family import Layer, Width

if TYPE_CHECKING:
    from torch import nn


class LinearLayer(Layer):
    """x W + b."""

    title: ClassVar[str] = N_("Linear")
    summary: ClassVar[str] = N_("Each unit weighs all that comes in.")
    order: ClassVar[int] = 10
    main: ClassVar[str] = "width"

    kind: Literal["linear"] = "linear"
    width: Units = Field(
        default=128,
        title=N_("Width"),
        description=N_("Units of the layer."),
        json_schema_extra={"unit": N_("units")},
    )
    bias: bool = Field(
        default=True,
        title=N_("Bias"),
        description=N_("A number that each unit adds. Needless before a batch normalization."),
    )

    def after(self, came: Width, beside: Width) -> Width:
        """The layer's own width."""
        return Width(units=self.width)

    def parameters(self, came: int, beside: int) -> int:
        """A weight per pair, and the biases."""
        return came * self.width + (self.width if self.bias else 0)

    def flops(self, came: int, beside: int) -> int:
        """A product and a sum per weight."""
        return 2 * came * self.width

    def build(self, came: int, beside: int) -> nn.Module:
        """(rows, `came`) to (rows, `width`)."""
        from torch import nn

        return nn.Linear(came, self.width, bias=self.bias)
