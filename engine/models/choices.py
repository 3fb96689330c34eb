"""Choices and fields that several trunks have, with their labels and bounds. No torch in here."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeAlias

from pydantic import Field

from engine.messages import N_

Width: TypeAlias = Annotated[int, Field(ge=1, le=65_536)]

Activation: TypeAlias = Literal[
    "relu", "gelu", "silu", "mish", "selu", "elu", "leaky_relu", "tanh", "sigmoid"
]
ACTIVATIONS: dict[str, Any] = {
    "labels": {
        "relu": N_("ReLU"),
        "gelu": N_("GELU"),
        "silu": N_("SiLU"),
        "mish": N_("Mish"),
        "selu": N_("SELU"),
        "elu": N_("ELU"),
        "leaky_relu": N_("Leaky ReLU"),
        "tanh": N_("Tanh"),
        "sigmoid": N_("Sigmoid"),
    }
}

Normalization: TypeAlias = Literal["none", "batch", "layer", "rms"]
NORMALIZATIONS: dict[str, Any] = {
    "labels": {
        "none": N_("None"),
        "batch": N_("BatchNorm"),
        "layer": N_("LayerNorm"),
        "rms": N_("RMSNorm"),
    }
}

LayerActivation: TypeAlias = Annotated[
    Activation,
    Field(
        title=N_("Activation"),
        description=N_("The nonlinearity after each layer."),
        json_schema_extra=ACTIVATIONS,
    ),
]

LayerNormalization: TypeAlias = Annotated[
    Normalization,
    Field(
        title=N_("Normalization"),
        description=N_("Keeps the size of the signals steady from layer to layer."),
        json_schema_extra=NORMALIZATIONS,
    ),
]

Dropout: TypeAlias = Annotated[
    float,
    Field(
        ge=0.0,
        le=0.9,
        title=N_("Dropout"),
        description=N_("Share of units switched off at random in each training step."),
    ),
]


def depths(most: float, blocks: int) -> list[float]:
    """Shares that grow linearly to `most` at the last block (Huang et al., section 3)."""
    return [most * (place + 1) / blocks for place in range(blocks)]


Outliers: TypeAlias = Literal["keep", "draw_in", "bell"]
"""What becomes of numbers before they are encoded."""

OutliersField: TypeAlias = Annotated[
    Outliers,
    Field(
        title=N_("Outliers"),
        description=N_(
            "What becomes of numbers before they are encoded: drawn in, they stay within ±3; as a bell curve, only their ranks count."
        ),
        json_schema_extra={
            "labels": {
                "keep": N_("As they are"),
                "draw_in": N_("Drawn in"),
                "bell": N_("Bell curve"),
            }
        },
    ),
]
