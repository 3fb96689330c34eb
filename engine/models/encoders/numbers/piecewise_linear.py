"""Numbers through quantile bins of the training rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from engine.messages import N_
from engine.models.choices import OutliersField
from engine.recipe.families import NumberEncoder

if TYPE_CHECKING:
    from torch import nn


class PiecewiseLinear(NumberEncoder):
    """Gorishniy et al., “On embeddings for numerical features”, NeurIPS 2022, sections 3.2 and 3.4.

    Defaults are those of TabM's embeddings (Gorishniy et al., ICLR 2025): 48 bins, width 16, and a part
    of the bins that starts at zero.
    """

    title: ClassVar[str] = N_("Piecewise linear")
    summary: ClassVar[str] = N_(
        "Quantile bins with a vector each. Bends where the data does; often the best choice."
    )
    order: ClassVar[int] = 20

    kind: Literal["piecewise_linear"] = "piecewise_linear"
    bins: int = Field(
        default=48,
        ge=2,
        le=1024,
        title=N_("Bins"),
        description=N_("Quantile bins of the training rows, per number."),
        json_schema_extra={"unit": N_("bins")},
    )
    width: int | None = Field(
        default=16,
        ge=1,
        le=1024,
        title=N_("Embedding width"),
        description=N_("Learned inputs per number. Empty: the bins themselves are the inputs."),
        json_schema_extra={"empty": N_("the bins")},
    )
    outliers: OutliersField = "keep"

    def build(self, columns: int) -> tuple[nn.Module, int]:
        """(rows, `columns`) to (rows, `columns` · width)."""
        from engine.models.encoders.bins import BinEmbedding, Bins
        from engine.models.encoders.evening import evened
        from engine.models.encoders.layers import SideBySide

        if self.width is None:
            bins = evened(self.outliers, columns, Bins(columns, self.bins))
            return SideBySide(bins), self.bins
        embedding = BinEmbedding(columns, self.bins, self.width)
        return SideBySide(evened(self.outliers, columns, embedding)), self.width

    def build_tokens(self, columns: int, width: int, *, bias: bool) -> nn.Module:
        """(rows, `columns`) to (rows, `columns`, `width`); the encoder's own width does not count."""
        from engine.models.encoders.bins import BinEmbedding
        from engine.models.encoders.evening import evened

        return evened(self.outliers, columns, BinEmbedding(columns, self.bins, width, bias=bias))
