"""AutoInt: attention that finds which columns belong together."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from engine.messages import N_, Message, message
from engine.models.choices import Width
from engine.recipe.families import Encoded, Trunk

if TYPE_CHECKING:
    from torch import nn


class AutoInt(Trunk):
    """Song et al., “AutoInt: automatic feature interaction learning via self-attentive neural networks”, CIKM 2019, section 4.

    Interacting layers over one vector per column; the head gets all columns' vectors side by side. With
    `widths` an MLP stands beside them, which the paper calls AutoInt+.
    """

    title: ClassVar[str] = N_("AutoInt")
    summary: ClassVar[str] = N_("Small attention among columns.")
    order: ClassVar[int] = 100
    glyph: ClassVar[str] = "M4 3h.01M4 8h.01M4 13h.01M6 3q6 5 0 10M6 3q3 2 0 5M6 8h8M14 4h5v8h-5z"

    kind: Literal["autoint"] = "autoint"
    layers: int = Field(
        default=3,
        ge=1,
        le=16,
        title=N_("Layers"),
        description=N_("Interacting layers one after another."),
    )
    width: int = Field(
        default=16,
        ge=1,
        le=1024,
        title=N_("Vector width"),
        description=N_("Numbers that stand for one column."),
    )
    heads: int = Field(
        default=2,
        ge=1,
        le=64,
        title=N_("Heads"),
        description=N_("Attentions side by side."),
    )
    head_width: int = Field(
        default=32,
        ge=1,
        le=1024,
        title=N_("Head width"),
        description=N_("Units of each attention."),
    )
    attention_dropout: float = Field(
        default=0.0,
        ge=0.0,
        le=0.9,
        title=N_("Dropout of attention"),
        description=N_("Share of the attention's weights switched off in each training step."),
    )
    widths: tuple[Width, ...] = Field(
        default=(),
        max_length=64,
        title=N_("Layer widths"),
        description=N_("Units in each hidden layer of an MLP beside. Empty: none."),
    )
    dropout: float = Field(
        default=0.0,
        ge=0.0,
        le=0.9,
        title=N_("Dropout"),
        description=N_("Share of the MLP's units switched off in each training step."),
    )

    @property
    def token_width(self) -> int:
        """One vector per column."""
        return self.width

    @property
    def token_bias(self) -> bool:
        """A number scales its column's vector, and nothing else."""
        return False

    @classmethod
    def lacks(cls, numbers: int, categories: int) -> Message | None:
        """Attention is among columns."""
        return None if numbers + categories > 1 else message("Needs two columns.")

    def build(self, encoded: Encoded) -> tuple[nn.Module, int]:
        """(rows, columns, `width`) to (rows, columns · `heads` · `head_width`), and the MLP's units."""
        from torch import nn

        from engine.models.blocks.attention import InteractingLayer
        from engine.models.blocks.dense import Parallel, dense_layers

        out = self.heads * self.head_width
        layers: list[nn.Module] = [
            InteractingLayer(
                self.width if place == 0 else out,
                self.heads,
                self.head_width,
                self.attention_dropout,
            )
            for place in range(self.layers)
        ]
        layers.append(nn.Flatten())
        if not self.widths:
            return nn.Sequential(*layers), encoded.columns * out
        deep = dense_layers(encoded.width, self.widths, share=self.dropout)
        beside = nn.Sequential(nn.Flatten(), *deep)
        both = Parallel([nn.Sequential(*layers), beside])
        return both, encoded.columns * out + self.widths[-1]
