"""A network made by hand, layer by layer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field

from engine.messages import N_
from engine.models.layer_places import PLACE, Place, layer_flaws, places
from engine.models.layers.activation import ActivationLayer
from engine.models.layers.linear import LinearLayer
from engine.models.layers.residual_end import ResidualEnd
from engine.recipe.families import Encoded, Flaw, Trunk
from engine.recipe.layer_family import Layer
from engine.recipe.parts import OneOf

if TYPE_CHECKING:
    from torch import nn

    from engine.models.blocks.stack import Stack

MOST_LAYERS = 1000


def _usual_layers() -> tuple[Layer, ...]:
    return (
        LinearLayer(width=256),
        ActivationLayer(),
        LinearLayer(width=256),
        ActivationLayer(),
    )


class Custom(Trunk):
    """The layers of a list, one after another; a linear head follows."""

    title: ClassVar[str] = N_("Custom")
    summary: ClassVar[str] = N_("Your own layers, in your own order.")
    order: ClassVar[int] = 900
    glyph: ClassVar[str] = "M3 3h10M3 8h16M3 13h6M17 2l2 2M15 6l5-5"

    kind: Literal["custom"] = "custom"
    layers: tuple[Annotated[Layer, OneOf(Layer)], ...] = Field(
        default_factory=_usual_layers,
        max_length=MOST_LAYERS,
        title=N_("Layers"),
        description=N_("From the encoded columns to the head."),
    )

    @property
    def smallest_batch(self) -> int:
        """The most that any layer asks for."""
        return max((layer.smallest_batch for layer in self.layers), default=1)

    def flaws(self) -> tuple[Flaw, ...]:
        """Brackets without their other half, empty blocks, shortcuts that do not fit, no layers."""
        return tuple(
            Flaw(
                f"layers.{flaw.index}" if self.layers else "layers",
                flaw.problem,
                flaw.fix_label,
                self.model_copy(update={"layers": flaw.fixed}),
            )
            for flaw in layer_flaws(self.layers)
        )

    def build(self, encoded: Encoded) -> tuple[nn.Module, int]:
        """(rows, width) to (rows, width of the last layer)."""
        walked = places(self.layers)
        return _stack(walked, encoded.width), walked[-1].went.at(encoded.width)


def _stack(walked: tuple[Place, ...], inputs: int) -> Stack:
    """The modules of some layers, blocks among them as modules of their own."""
    from torch import nn

    from engine.models.blocks.stack import ShortcutBlock, Stack

    stack = Stack()
    index = 0
    while index < len(walked):
        place = walked[index]
        first = place.index
        if place.layer.bracket == "opens" and place.partner is not None:
            length = place.partner - first
            end = walked[index + length]
            assert isinstance(end.layer, ResidualEnd)
            body = _stack(walked[index + 1 : index + length], inputs)
            came, went = end.beside.at(inputs), end.came.at(inputs)
            shortcut = nn.Linear(came, went, bias=False) if came != went else None
            block: nn.Module = ShortcutBlock(body, shortcut, end.layer.stochastic_depth)
            index += length
        else:
            block = place.layer.build(place.came.at(inputs), place.beside.at(inputs))
        setattr(block, PLACE, first)
        stack.append(block)
        index += 1
    return stack
