"""A list of layers walked through: the width at each place, the blocks, and what cannot work. No torch."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from engine.messages import Message, message
from engine.models.layers.linear import LinearLayer
from engine.models.layers.residual_end import ResidualEnd
from engine.recipe.layer_family import INPUTS, Layer, Width

Layers: TypeAlias = tuple[Layer, ...]

PLACE = "place_in_list"
"""The attribute of a module that holds the place of the layer that it was built from."""


@dataclass(frozen=True, slots=True)
class Place:
    """A layer where it stands."""

    index: int
    layer: Layer
    depth: int
    """Residual blocks around it; of a bracket, around its block."""
    came: Width
    went: Width
    beside: Width
    """What reaches it past the layers before: the shortcut at the end of a block, else the inputs."""
    partner: int | None = None
    """Index of the other bracket of its block."""

    def parameters(self, inputs: int) -> int:
        """How many the layer has in a network of so many inputs."""
        return self.layer.parameters(self.came.at(inputs), self.beside.at(inputs))

    def flops(self, inputs: int) -> int:
        """Its additions and multiplications for one row."""
        return self.layer.flops(self.came.at(inputs), self.beside.at(inputs))


@dataclass(frozen=True, slots=True)
class LayerFlaw:
    """Why a list of layers cannot be built, and one in which this is mended."""

    index: int
    """Of the layer at which it is told; 0 for an empty list."""
    problem: Message
    fix_label: Message
    fixed: Layers


@lru_cache(maxsize=8)  # asked by the checks, the lines and the forms, for each list anew
def places(layers: Layers) -> tuple[Place, ...]:
    """Each layer with its widths; a bracket without its other half is passed through."""
    found: list[Place] = []
    open_blocks: list[int] = []
    came = INPUTS
    for index, layer in enumerate(layers):
        beside, partner = INPUTS, None
        if layer.bracket == "closes" and open_blocks:
            partner = open_blocks.pop()
            beside = found[partner].came
            found[partner] = _with_partner(found[partner], index)
        went = layer.after(came, beside)
        found.append(Place(index, layer, len(open_blocks), came, went, beside, partner))
        if layer.bracket == "opens":
            open_blocks.append(index)
        came = went
    return tuple(found)


def _with_partner(place: Place, partner: int) -> Place:
    return Place(
        place.index, place.layer, place.depth, place.came, place.went, place.beside, partner
    )


@lru_cache(maxsize=8)
def layer_flaws(layers: Layers) -> tuple[LayerFlaw, ...]:
    """Everything that cannot work, from the first layer to the last."""
    if not layers:
        one = message("Add a linear layer of {units} units.", units=LinearLayer().width)
        return (LayerFlaw(0, message("There are no layers."), one, (LinearLayer(),)),)
    walked = places(layers)
    flaws = (_flaw_at(place, layers, walked) for place in walked)
    return tuple(flaw for flaw in flaws if flaw is not None)


def _flaw_at(place: Place, layers: Layers, walked: Sequence[Place]) -> LayerFlaw | None:
    for rule in _RULES:
        flaw = rule(place, layers, walked)
        if flaw is not None:
            return flaw
    return None


def _end_has_a_start(place: Place, layers: Layers, walked: Sequence[Place]) -> LayerFlaw | None:
    if place.layer.bracket != "closes" or place.partner is not None:
        return None
    return LayerFlaw(
        place.index,
        message("Layer {number}, a residual end, has no start before it.", number=place.index + 1),
        message("Remove it."),
        without(layers, [place.index]),
    )


def _start_has_an_end(place: Place, layers: Layers, walked: Sequence[Place]) -> LayerFlaw | None:
    if place.layer.bracket != "opens" or place.partner is not None:
        return None
    last = walked[-1]
    if last.index == place.index:
        problem = message(
            "Layer {number}, a residual start, has no layers after it.", number=place.index + 1
        )
        return LayerFlaw(
            place.index, problem, message("Remove it."), without(layers, [place.index])
        )
    end = ResidualEnd(projection=last.went != place.came)
    return LayerFlaw(
        place.index,
        message("Layer {number}, a residual start, has no end after it.", number=place.index + 1),
        message("Add the end as the last layer."),
        (*layers, end),
    )


def _block_is_not_empty(place: Place, layers: Layers, walked: Sequence[Place]) -> LayerFlaw | None:
    if place.layer.bracket != "opens" or place.partner != place.index + 1:
        return None
    return LayerFlaw(
        place.index,
        message(
            "There are no layers between layer {number}, a residual start, and its end.",
            number=place.index + 1,
        ),
        message("Remove both."),
        without(layers, [place.index, place.index + 1]),
    )


def _shortcut_fits(place: Place, layers: Layers, walked: Sequence[Place]) -> LayerFlaw | None:
    layer = place.layer
    if not isinstance(layer, ResidualEnd) or place.partner is None or layer.projection:
        return None
    if place.beside == place.came:
        return None
    facts = {"number": place.index + 1, "start": place.partner + 1}
    if place.beside.is_known and place.came.is_known:
        problem = message(
            "Layer {number} adds what came in at layer {start}, which is {beside} wide, to what the layers between give, which is {came} wide.",
            **facts,
            beside=place.beside.units,
            came=place.came.units,
        )
    else:
        problem = message(
            "Layer {number} adds what came in at layer {start} to what the layers between give: whether both are as wide depends on the number of inputs.",
            **facts,
        )
    projected = layer.model_copy(update={"projection": True})
    return LayerFlaw(
        place.index,
        problem,
        message("Add a projection."),
        (*layers[: place.index], projected, *layers[place.index + 1 :]),
    )


_RULES: tuple[Callable[[Place, Layers, Sequence[Place]], LayerFlaw | None], ...] = (
    _end_has_a_start,
    _start_has_an_end,
    _block_is_not_empty,
    _shortcut_fits,
)


def without(layers: Layers, indices: Iterable[int]) -> Layers:
    """The layers but those."""
    gone = frozenset(indices)
    return tuple(layer for index, layer in enumerate(layers) if index not in gone)
