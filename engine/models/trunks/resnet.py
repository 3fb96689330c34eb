"""ResNet for tables: blocks of two layers with a path around them."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from engine.messages import N_
from engine.models.choices import (
    ACTIVATIONS,
    Activation,
    LayerNormalization,
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


class ResNet(Trunk):
    """Gorishniy et al., “Revisiting deep learning models for tabular data”, NeurIPS 2021, section 3.2.

    ResNet(x) = Prediction(Block(… Block(Linear(x)))), Block(x) = x + Dropout(Linear(Dropout(ReLU(Linear(
    BatchNorm(x)))))), Prediction(x) = Linear(ReLU(BatchNorm(x))); the last linear layer is the head.
    """

    title: ClassVar[str] = N_("ResNet")
    summary: ClassVar[str] = N_("Deep layers with shortcuts. Trains well.")
    order: ClassVar[int] = 30
    glyph: ClassVar[str] = "M2 11h18M5 11v-6h12v6M9 3h4v4h-4zM11 14h.01"

    kind: Literal["resnet"] = "resnet"
    blocks: int = Field(
        default=2,
        ge=1,
        le=64,
        title=N_("Blocks"),
        description=N_("Blocks one after another."),
    )
    width: int = Field(
        default=192,
        ge=1,
        le=16_384,
        title=N_("Width"),
        description=N_("Units that go from block to block."),
    )
    hidden_factor: float = Field(
        default=2.0,
        ge=0.1,
        le=16,
        title=N_("Hidden factor"),
        description=N_("Units inside a block, as a multiple of the width."),
    )
    activation: Activation = Field(
        default="relu",
        title=N_("Activation"),
        description=N_("The nonlinearity inside each block."),
        json_schema_extra=ACTIVATIONS,
    )
    normalization: LayerNormalization = "batch"
    hidden_dropout: float = Field(
        default=0.15,
        ge=0.0,
        le=0.9,
        title=N_("Dropout inside"),
        description=N_("Share of units inside a block switched off in each training step."),
    )
    residual_dropout: float = Field(
        default=0.0,
        ge=0.0,
        le=0.9,
        title=N_("Dropout of blocks"),
        description=N_("Share of what a block adds switched off in each training step."),
    )
    stochastic_depth: float = Field(
        default=0.0,
        ge=0.0,
        le=0.9,
        title=N_("Stochastic depth"),
        description=N_("Share of rows that skip the last block in training; earlier ones less."),
    )

    @property
    def smallest_batch(self) -> int:
        """Batch normalization compares rows: it needs two."""
        return 2 if self.normalization == "batch" else 1

    def as_layers(self, inputs: int | None) -> tuple[Layer, ...]:
        """A linear layer, the blocks, and the normalization and activation before the head."""
        del inputs
        norm = normalization_layers(self.normalization)
        bend = ActivationLayer(function=self.activation)
        layers: list[Layer] = [LinearLayer(width=self.width)]
        for depth in depths(self.stochastic_depth, self.blocks):
            layers += [
                ResidualStart(),
                *norm,
                LinearLayer(width=self._hidden),
                bend,
                *dropout_layers(self.hidden_dropout),
                LinearLayer(width=self.width),
                *dropout_layers(self.residual_dropout),
                ResidualEnd(stochastic_depth=depth),
            ]
        return (*layers, *norm, bend)

    @property
    def _hidden(self) -> int:
        """Units inside a block."""
        return max(1, round(self.width * self.hidden_factor))

    def build(self, encoded: Encoded) -> tuple[nn.Module, int]:
        """(rows, width) to (rows, `width`)."""
        from torch import nn

        from engine.models.blocks.dense import activation, dropout, normalization
        from engine.models.blocks.residual import Residual

        hidden = self._hidden
        layers: list[nn.Module] = [nn.Linear(encoded.width, self.width)]
        for depth in depths(self.stochastic_depth, self.blocks):
            body = nn.Sequential(
                *normalization(self.normalization, self.width),
                nn.Linear(self.width, hidden),
                activation(self.activation),
                *dropout(self.hidden_dropout),
                nn.Linear(hidden, self.width),
                *dropout(self.residual_dropout),
            )
            layers.append(Residual(body, depth))
        layers += [*normalization(self.normalization, self.width), activation(self.activation)]
        return nn.Sequential(*layers), self.width
