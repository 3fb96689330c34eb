"""DCN-v2: layers that multiply the inputs with each other, and an MLP."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from engine.messages import N_, Message, message
from engine.models.choices import (
    Dropout,
    LayerActivation,
    LayerNormalization,
    Width,
)
from engine.recipe.families import Encoded, Trunk

if TYPE_CHECKING:
    from torch import nn


class DcnV2(Trunk):
    """Wang et al., “DCN V2: improved deep & cross network”, WWW 2021, section 3."""

    title: ClassVar[str] = N_("DCN-v2")
    summary: ClassVar[str] = N_("Learned products, then an MLP.")
    order: ClassVar[int] = 90
    glyph: ClassVar[str] = "M3 4l5 8M3 12l5 -8M11 4l5 8M11 12l5 -8M18 8h2"

    kind: Literal["dcn_v2"] = "dcn_v2"
    layers: int = Field(
        default=3,
        ge=1,
        le=16,
        title=N_("Cross layers"),
        description=N_("Each multiplies once more with the inputs."),
    )
    rank: int | None = Field(
        default=None,
        ge=1,
        le=4096,
        title=N_("Rank"),
        description=N_(
            "Makes the cross layers small when there are many inputs. Empty: full rank."
        ),
        json_schema_extra={"empty": N_("full")},
    )
    experts: int = Field(
        default=4,
        ge=1,
        le=64,
        title=N_("Experts"),
        description=N_("Low-rank layers that a gate mixes; without a rank they are not used."),
    )
    structure: Literal["stacked", "parallel"] = Field(
        default="stacked",
        title=N_("Structure"),
        description=N_("The MLP comes after the cross layers, or stands beside them."),
        json_schema_extra={"labels": {"stacked": N_("Stacked"), "parallel": N_("Parallel")}},
    )
    widths: tuple[Width, ...] = Field(
        default=(256, 256),
        max_length=64,
        title=N_("Layer widths"),
        description=N_("Units in each hidden layer of the MLP. Empty: cross layers only."),
    )
    activation: LayerActivation = "relu"
    normalization: LayerNormalization = "none"
    dropout: Dropout = 0.0

    @property
    def smallest_batch(self) -> int:
        """Batch normalization compares rows: it needs two."""
        return 2 if self.normalization == "batch" and self.widths else 1

    @classmethod
    def lacks(cls, numbers: int, categories: int) -> Message | None:
        """Crosses are products of columns."""
        return None if numbers + categories > 1 else message("Needs two columns.")

    def build(self, encoded: Encoded) -> tuple[nn.Module, int]:
        """(rows, width) to (rows, `widths[-1]`), or both parts side by side."""
        from torch import nn

        from engine.models.blocks.cross import CrossNetwork
        from engine.models.blocks.dense import Parallel, dense_layers

        width = encoded.width
        cross = CrossNetwork(width, self.layers, self.rank, self.experts)
        deep = dense_layers(width, self.widths, self.activation, self.normalization, self.dropout)
        if not deep:
            return nn.Sequential(cross), width
        if self.structure == "stacked":
            return nn.Sequential(cross, *deep), self.widths[-1]
        return Parallel([cross, nn.Sequential(*deep)]), width + self.widths[-1]
