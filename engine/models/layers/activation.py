"""A nonlinearity."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from engine.messages import N_
from engine.models.choices import ACTIVATIONS, Activation
from engine.recipe.layer_family import Layer

if TYPE_CHECKING:
    from torch import nn


class ActivationLayer(Layer):
    """Each value for itself through a function."""

    title: ClassVar[str] = N_("Activation")
    summary: ClassVar[str] = N_(
        "Bends each value. Without one, layers together are one linear layer."
    )
    order: ClassVar[int] = 20
    main: ClassVar[str] = "function"

    kind: Literal["activation"] = "activation"
    function: Activation = Field(
        default="relu",
        title=N_("Function"),
        description=N_("What each value becomes."),
        json_schema_extra=ACTIVATIONS,
    )

    def build(self, came: int, beside: int) -> nn.Module:
        """The same shape."""
        from engine.models.blocks.dense import activation

        return activation(self.function)
