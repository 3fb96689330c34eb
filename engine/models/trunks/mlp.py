"""The multilayer perceptron: fully connected layers one after another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field

from engine.messages import N_
from engine.recipe.families import Trunk

if TYPE_CHECKING:
    from torch import nn

Width = Annotated[int, Field(ge=1, le=65_536)]


class Mlp(Trunk):
    """Linear, normalization, activation, dropout: once per width."""

    title: ClassVar[str] = N_("MLP")
    summary: ClassVar[str] = N_("Fully connected layers. Fast, and a sound first choice.")
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
    activation: Literal["relu", "gelu", "silu", "tanh", "sigmoid", "leaky_relu"] = Field(
        default="relu",
        title=N_("Activation"),
        description=N_("The nonlinearity after each layer."),
        json_schema_extra={
            "labels": {
                "relu": N_("ReLU"),
                "gelu": N_("GELU"),
                "silu": N_("SiLU"),
                "tanh": N_("Tanh"),
                "sigmoid": N_("Sigmoid"),
                "leaky_relu": N_("Leaky ReLU"),
            }
        },
    )
    normalization: Literal["none", "batch", "layer"] = Field(
        default="none",
        title=N_("Normalization"),
        description=N_("Keeps the size of the signals steady from layer to layer."),
        json_schema_extra={
            "labels": {"none": N_("None"), "batch": N_("BatchNorm"), "layer": N_("LayerNorm")}
        },
    )
    dropout: float = Field(
        default=0.0,
        ge=0.0,
        le=0.9,
        title=N_("Dropout"),
        description=N_("Share of units switched off at random in each training step."),
    )

    @property
    def smallest_batch(self) -> int:
        """Batch normalization compares rows: it needs two."""
        return 2 if self.normalization == "batch" else 1

    def build(self, width: int) -> tuple[nn.Module, int]:
        """(rows, `width`) to (rows, `widths[-1]`)."""
        from torch import nn

        activations: dict[str, type[nn.Module]] = {
            "relu": nn.ReLU,
            "gelu": nn.GELU,
            "silu": nn.SiLU,
            "tanh": nn.Tanh,
            "sigmoid": nn.Sigmoid,
            "leaky_relu": nn.LeakyReLU,
        }
        layers: list[nn.Module] = []
        for units in self.widths:
            layers.append(nn.Linear(width, units))
            if self.normalization == "batch":
                layers.append(nn.BatchNorm1d(units))
            elif self.normalization == "layer":
                layers.append(nn.LayerNorm(units))
            layers.append(activations[self.activation]())
            if self.dropout > 0:
                layers.append(nn.Dropout(self.dropout))
            width = units
        return nn.Sequential(*layers), width
