"""Wide and deep: a linear model and an MLP, trained together."""

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
from engine.recipe.families import Bypass, Encoded, Trunk

if TYPE_CHECKING:
    from torch import nn


class WideDeep(Trunk):
    """Cheng et al., “Wide & deep learning for recommender systems”, DLRS 2016, section 3.

    The head weighs the raw columns, products of two category columns and the deep part's last layer,
    which is the joint training of equation 3.
    """

    title: ClassVar[str] = N_("Wide and deep")
    summary: ClassVar[str] = N_("A linear model and an MLP, for categories.")
    order: ClassVar[int] = 70
    glyph: ClassVar[str] = "M2 13h18M4 13v-3h4v-3h3v-4h2"

    kind: Literal["wide_deep"] = "wide_deep"
    widths: tuple[Width, ...] = Field(
        default=(256, 128, 64),
        min_length=1,
        max_length=64,
        title=N_("Layer widths"),
        description=N_("Units in each hidden layer of the deep part."),
    )
    activation: LayerActivation = "relu"
    normalization: LayerNormalization = "none"
    dropout: Dropout = 0.0
    crosses: int = Field(
        default=1000,
        ge=0,
        le=1_000_000,
        title=N_("Crossed categories"),
        description=N_(
            "Inputs for pairs of categories; pairs share them if there are more. 0: no pairs."
        ),
        json_schema_extra={"unit": N_("inputs")},
    )
    one_hot_up_to: int = Field(
        default=1000,
        ge=0,
        le=1_000_000,
        title=N_("Wide up to"),
        description=N_("Category columns with more levels are in the deep part only."),
        json_schema_extra={"unit": N_("levels")},
    )

    @property
    def smallest_batch(self) -> int:
        """Batch normalization compares rows: it needs two."""
        return 2 if self.normalization == "batch" else 1

    @property
    def bypass(self) -> Bypass:
        """The wide part."""
        return Bypass(self.one_hot_up_to, self.crosses)

    @classmethod
    def lacks(cls, numbers: int, categories: int) -> Message | None:
        """It is made for categories."""
        del numbers
        return None if categories else message("Needs a category column.")

    def build(self, encoded: Encoded) -> tuple[nn.Module, int]:
        """The deep part: (rows, width) to (rows, `widths[-1]`)."""
        from torch import nn

        from engine.models.blocks.dense import dense_layers

        layers = dense_layers(
            encoded.width, self.widths, self.activation, self.normalization, self.dropout
        )
        return nn.Sequential(*layers), self.widths[-1]
