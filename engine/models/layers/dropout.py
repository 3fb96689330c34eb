"""Dropout."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from engine.messages import N_
from engine.models.choices import Dropout
from engine.recipe.layer_family import Layer

if TYPE_CHECKING:
    from torch import nn


class DropoutLayer(Layer):
    """Values switched off at random while training; the others grow by as much."""

    title: ClassVar[str] = N_("Dropout")
    summary: ClassVar[str] = N_("Switches values off at random in training, against overfitting.")
    order: ClassVar[int] = 40
    main: ClassVar[str] = "share"

    kind: Literal["dropout"] = "dropout"
    share: Dropout = 0.1

    def build(self, came: int, beside: int) -> nn.Module:
        """The same shape."""
        from torch import nn

        return nn.Dropout(self.share)


def dropout_layers(share: float) -> tuple[Layer, ...]:
    """A dropout layer, or none."""
    return (DropoutLayer(share=share),) if share > 0 else ()
