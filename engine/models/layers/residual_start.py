"""Where a residual block begins."""

from __future__ import annotations

from typing import ClassVar, Literal

from engine.messages import N_
from engine.recipe.layer_family import Layer


class ResidualStart(Layer):
    """What comes in here is added again where the block ends. Blocks may stand inside each other."""

    title: ClassVar[str] = N_("Residual start")
    summary: ClassVar[str] = N_("Begins a path around the layers up to the residual end.")
    order: ClassVar[int] = 50
    bracket: ClassVar[Literal["", "opens", "closes"]] = "opens"

    kind: Literal["residual_start"] = "residual_start"
