"""Where a residual block ends."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from engine.messages import N_
from engine.recipe.layer_family import Layer


class ResidualEnd(Layer):
    """x + layers(x), where x is what came in at the start of the block.

    The projection is that of He et al., “Deep residual learning for image recognition”, CVPR 2016,
    section 3.2, equation 2: x W + layers(x).
    """

    title: ClassVar[str] = N_("Residual end")
    summary: ClassVar[str] = N_("Adds what came in at the residual start.")
    order: ClassVar[int] = 60
    main: ClassVar[str] = "projection"
    bracket: ClassVar[Literal["", "opens", "closes"]] = "closes"

    kind: Literal["residual_end"] = "residual_end"
    projection: bool = Field(
        default=False,
        title=N_("Projection"),
        description=N_(
            "A linear layer on the shortcut, where its width is another than that of the layers."
        ),
    )
    stochastic_depth: float = Field(
        default=0.0,
        ge=0.0,
        le=0.9,
        title=N_("Stochastic depth"),
        description=N_("Share of rows that skip the block at random in training."),
    )

    def parameters(self, came: int, beside: int) -> int:
        """Those of the projection, if one is needed."""
        return came * beside if self.projection and came != beside else 0

    def flops(self, came: int, beside: int) -> int:
        """Those of the projection."""
        return 2 * self.parameters(came, beside)
