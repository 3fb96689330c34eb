"""A normalization."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from engine.messages import N_
from engine.models.choices import Normalization
from engine.recipe.layer_family import Layer

if TYPE_CHECKING:
    from torch import nn


class NormalizationLayer(Layer):
    """Values are brought to a common size, with a learned factor (and sum) for each."""

    title: ClassVar[str] = N_("Normalization")
    summary: ClassVar[str] = N_("Keeps the size of the signals steady from layer to layer.")
    order: ClassVar[int] = 30
    main: ClassVar[str] = "over"

    kind: Literal["normalization"] = "normalization"
    over: Literal["batch", "layer", "rms"] = Field(
        default="batch",
        title=N_("Kind"),
        description=N_("Over the rows of a batch, or over the values of a row."),
        json_schema_extra={
            "labels": {
                "batch": N_("BatchNorm"),
                "layer": N_("LayerNorm"),
                "rms": N_("RMSNorm"),
            }
        },
    )

    @property
    def smallest_batch(self) -> int:
        """Batch normalization compares rows: it needs two."""
        return 2 if self.over == "batch" else 1

    def parameters(self, came: int, beside: int) -> int:
        """A factor per value; but for RMSNorm a sum too."""
        return came if self.over == "rms" else 2 * came

    def build(self, came: int, beside: int) -> nn.Module:
        """The same shape."""
        from engine.models.blocks.dense import normalization

        return normalization(self.over, came)[0]


def normalization_layers(over: Normalization) -> tuple[Layer, ...]:
    """The layer of that name, or none."""
    return (NormalizationLayer(over=over),) if over != "none" else ()
