"""Numbers through sines and cosines."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from engine.messages import N_
from engine.models.choices import OutliersField
from engine.recipe.families import NumberEncoder

if TYPE_CHECKING:
    from torch import nn

_PUBLISHED = {"plr": (48, 24, 0.01), "lite": (48, 24, 0.01), "dense": (16, 4, 0.1)}
"""Frequencies, width and deviation of each form, as its authors have them."""


class Periodic(NumberEncoder):
    """Gorishniy et al., “On embeddings for numerical features”, NeurIPS 2022, section 3.3.

    The lite form shares one linear layer among all columns. The densely connected form is that of
    RealMLP (Holzmüller et al., NeurIPS 2024, section 3): cosines with a phase, and the number itself.
    """

    title: ClassVar[str] = N_("Periodic")
    summary: ClassVar[str] = N_(
        "Learned waves. Good where the target goes up and down with a number."
    )
    order: ClassVar[int] = 30

    kind: Literal["periodic"] = "periodic"
    form: Literal["plr", "lite", "dense"] = Field(
        default="plr",
        title=N_("Form"),
        description=N_(
            "A linear layer per number, one that all share, or cosines beside the number itself."
        ),
        json_schema_extra={
            "labels": {
                "plr": N_("Per number"),
                "lite": N_("Shared"),
                "dense": N_("With the number"),
            }
        },
    )
    frequencies: int | None = Field(
        default=None,
        ge=1,
        le=1024,
        title=N_("Frequencies"),
        description=N_("Waves per number. Empty: as its authors have them, 48 or 16."),
        json_schema_extra={"empty": N_("auto")},
    )
    deviation: float | None = Field(
        default=None,
        gt=0,
        le=100,
        title=N_("Spread of frequencies"),
        description=N_(
            "Deviation of the frequencies at the start: the larger, the finer the detail. Empty: 0.01 or 0.1."
        ),
        json_schema_extra={"empty": N_("auto"), "log": True},
    )
    width: int | None = Field(
        default=None,
        ge=1,
        le=1024,
        title=N_("Embedding width"),
        description=N_("Learned inputs per number. Empty: as its authors have them, 24 or 4."),
        json_schema_extra={"empty": N_("auto")},
    )

    outliers: OutliersField = "keep"

    def build(self, columns: int) -> tuple[nn.Module, int]:
        """(rows, `columns`) to (rows, `columns` · width)."""
        from engine.models.encoders.layers import SideBySide

        width = self.width or _PUBLISHED[self.form][1]
        return SideBySide(self._module(columns, width)), width

    def build_tokens(self, columns: int, width: int, *, bias: bool) -> nn.Module:
        """(rows, `columns`) to (rows, `columns`, `width`); the bias is always there."""
        del bias
        return self._module(columns, width)

    def _module(self, columns: int, width: int) -> nn.Module:
        from engine.models.encoders.evening import evened
        from engine.models.encoders.waves import DenseWaveEmbedding, WaveEmbedding

        published = _PUBLISHED[self.form]
        frequencies = self.frequencies or published[0]
        deviation = self.deviation or published[2]
        if self.form == "dense":
            dense = DenseWaveEmbedding(columns, frequencies, deviation, width)
            return evened(self.outliers, columns, dense)
        lite = self.form == "lite"
        waves = WaveEmbedding(columns, frequencies, deviation, width, lite=lite)
        return evened(self.outliers, columns, waves)
