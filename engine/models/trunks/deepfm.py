"""DeepFM: a factorization machine and an MLP on the same embeddings."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from engine.messages import N_, Message, message
from engine.models.choices import Dropout, LayerActivation, Width
from engine.recipe.families import Bypass, Encoded, Trunk

if TYPE_CHECKING:
    from torch import nn


class DeepFm(Trunk):
    """Guo et al., “DeepFM: a factorization-machine based neural network for CTR prediction”, IJCAI 2017, section 2.

    The raw columns go to the head as the machine's first order; its second order and the deep part share
    one vector per column. The head weighs each place of the second order, where the paper adds them up.
    """

    title: ClassVar[str] = N_("DeepFM")
    summary: ClassVar[str] = N_("Products of columns, for categories.")
    order: ClassVar[int] = 80
    glyph: ClassVar[str] = (
        "M4 3h.01M4 8h.01M4 13h.01M6 3l6 5M6 13l6 -5M6 8h6M14 8h6M12 6l4 4M12 10l4 -4"
    )

    kind: Literal["deepfm"] = "deepfm"
    width: int = Field(
        default=10,
        ge=1,
        le=1024,
        title=N_("Vector width"),
        description=N_("Numbers that stand for one column."),
    )
    widths: tuple[Width, ...] = Field(
        default=(400, 400, 400),
        min_length=1,
        max_length=64,
        title=N_("Layer widths"),
        description=N_("Units in each hidden layer of the deep part."),
    )
    activation: LayerActivation = "relu"
    dropout: Dropout = 0.5
    one_hot_up_to: int = Field(
        default=1000,
        ge=0,
        le=1_000_000,
        title=N_("First order up to"),
        description=N_("Category columns with more levels have no weights of the first order."),
        json_schema_extra={"unit": N_("levels")},
    )

    @property
    def token_width(self) -> int:
        """One vector per column."""
        return self.width

    @property
    def token_bias(self) -> bool:
        """A column that is zero takes no part in any product."""
        return False

    @property
    def bypass(self) -> Bypass:
        """The first order."""
        return Bypass(self.one_hot_up_to)

    @classmethod
    def lacks(cls, numbers: int, categories: int) -> Message | None:
        """It is made for categories."""
        del numbers
        return None if categories else message("Needs a category column.")

    def build(self, encoded: Encoded) -> tuple[nn.Module, int]:
        """(rows, columns, `width`) to (rows, `width` + `widths[-1]`)."""
        from torch import nn

        from engine.models.blocks.cross import FactorizationMachine
        from engine.models.blocks.dense import Parallel, dense_layers

        layers = dense_layers(encoded.width, self.widths, self.activation, share=self.dropout)
        deep = nn.Sequential(nn.Flatten(), *layers)
        return Parallel([FactorizationMachine(), deep]), self.width + self.widths[-1]
