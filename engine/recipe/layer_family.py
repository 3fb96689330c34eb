"""The family of layers that a network made by hand is a list of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

from engine.recipe.parts import Part

if TYPE_CHECKING:
    from torch import nn


@dataclass(frozen=True, slots=True)
class Width:
    """How many values go from layer to layer: `inputs` times those that the encoders give, plus `units`.

    A recipe is checked before its table is known, and then nobody knows how many inputs there are.
    """

    inputs: int = 0
    units: int = 0

    def __add__(self, other: Width) -> Width:
        return Width(self.inputs + other.inputs, self.units + other.units)

    def at(self, inputs: int) -> int:
        """The width of a network with so many inputs."""
        return self.inputs * inputs + self.units

    @property
    def is_known(self) -> bool:
        """Whether it is the same for every table."""
        return self.inputs == 0


INPUTS = Width(inputs=1)
"""What the encoders give."""


class Layer(Part):
    """One line of a network made by hand.

    `came` is the width that the layer gets; `beside` that of what reaches it past the layers before it:
    the shortcut at the end of a residual block, else the inputs.
    """

    family_package: ClassVar[str] = "engine.models.layers"
    main: ClassVar[str] = ""
    """The field that is shown, and edited, in the layer's own line; empty: it has none."""
    bracket: ClassVar[Literal["", "opens", "closes"]] = ""
    """Whether a residual block begins or ends here."""

    @property
    def smallest_batch(self) -> int:
        """Rows that a training batch must have at least."""
        return 1

    def after(self, came: Width, beside: Width) -> Width:
        """The width that the layer gives."""
        del beside
        return came

    def parameters(self, came: int, beside: int) -> int:
        """How many it has."""
        del came, beside
        return 0

    def flops(self, came: int, beside: int) -> int:
        """Additions and multiplications of its products of matrices, for one row."""
        del came, beside
        return 0

    def build(self, came: int, beside: int) -> nn.Module:
        """The layer's module, from (rows, `came`) to (rows, `after`).

        A bracket is none by itself: `engine.models.blocks.stack` puts its block together.
        """
        raise NotImplementedError
