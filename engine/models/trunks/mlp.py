"""The multilayer perceptron: fully connected layers one after another."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from engine.messages import N_
from engine.models.choices import (
    Dropout,
    LayerActivation,
    LayerNormalization,
    Width,
    depths,
)
from engine.models.layers.activation import ActivationLayer
from engine.models.layers.dropout import dropout_layers
from engine.models.layers.linear import LinearLayer
from engine.models.layers.normalization import normalization_layers
from engine.models.layers.residual_end import ResidualEnd
from engine.models.layers.residual_start import ResidualStart
from engine.recipe.families import Encoded, Trunk

if TYPE_CHECKING:
    from torch import nn

    from engine.recipe.layer_family import Layer


class Mlp(Trunk):
    """Linear, normalization, activation, dropout: once per width."""

    title: ClassVar[str] = N_("MLP")
    summary: ClassVar[str] = N_("Fully connected layers. Fast, a sound start.")
    order: ClassVar[int] = 20
    glyph: ClassVar[str] = (
        "M3 4h.01M3 8h.01M3 12h.01M11 2h.01M11 6h.01M11 10h.01M11 14h.01M19 6h.01M19 10h.01"
    )

    kind: Literal["mlp"] = "mlp"
    widths: tuple[Width, ...] = Field(
        default=(256, 256),
        min_length=1,
        max_length=64,
        title=N_("Layer widths"),
        description=N_("Units in each hidden layer, from input to output."),
    )
    activation: LayerActivation = "relu"
    normalization: LayerNormalization = "none"
    dropout: Dropout = 0.0
    residual: bool = Field(
        default=False,
        title=N_("Residual"),
        description=N_("Adds a layer's input to its output, where both have the same width."),
    )
    stochastic_depth: float = Field(
        default=0.0,
        ge=0.0,
        le=0.9,
        title=N_("Stochastic depth"),
        description=N_("Share of rows that skip a residual layer at random in training."),
    )

    @property
    def smallest_batch(self) -> int:
        """Batch normalization compares rows: it needs two."""
        return 2 if self.normalization == "batch" else 1

    def as_layers(self, inputs: int | None) -> tuple[Layer, ...]:
        """Linear, normalization, activation, dropout: once per width."""
        layers: list[Layer] = []
        width = inputs
        for units, depth in zip(
            self.widths, depths(self.stochastic_depth, len(self.widths)), strict=True
        ):
            layer: list[Layer] = [
                LinearLayer(width=units),
                *normalization_layers(self.normalization),
                ActivationLayer(function=self.activation),
                *dropout_layers(self.dropout),
            ]
            if self.residual and width == units:
                # Whether the inputs fit, which only this table tells, is seen to by a projection.
                end = ResidualEnd(stochastic_depth=depth, projection=not layers)
                layer = [ResidualStart(), *layer, end]
            layers += layer
            width = units
        return tuple(layers)

    def build(self, encoded: Encoded) -> tuple[nn.Module, int]:
        """(rows, width) to (rows, `widths[-1]`)."""
        from torch import nn

        from engine.models.blocks.dense import dense_layer
        from engine.models.blocks.residual import Residual

        layers: list[nn.Module] = []
        width = encoded.width
        for units, depth in zip(
            self.widths, depths(self.stochastic_depth, len(self.widths)), strict=True
        ):
            layer = dense_layer(width, units, self.activation, self.normalization, self.dropout)
            if self.residual and width == units:
                layers.append(Residual(nn.Sequential(*layer), depth))
            else:
                layers += layer
            width = units
        return nn.Sequential(*layers), width
