"""What is done to a list of layers: put in, taken out, moved, copied as text. No Qt in here."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pydantic import ValidationError

from engine.messages import Message, message
from engine.models.layer_places import Layers, without
from engine.models.layers.residual_end import ResidualEnd
from engine.models.layers.residual_start import ResidualStart
from engine.models.trunks.custom import MOST_LAYERS, Custom
from engine.recipe.layer_family import Layer
from engine.recipe.refusals import refusal
from gui.i18n import render


@dataclass(frozen=True, slots=True)
class Moved:
    """The layers afterwards, and which of them are chosen then."""

    layers: Layers
    chosen: tuple[int, ...]


class NoLayers(ValueError):
    """A text that holds no layers."""

    def __init__(self, problem: Message) -> None:
        super().__init__(str(problem))
        self.problem = problem


def inserted(layers: Layers, before: int, new: Sequence[Layer]) -> Moved:
    """With `new` ones before that place; those are chosen."""
    return Moved(
        (*layers[:before], *new, *layers[before:]), tuple(range(before, before + len(new)))
    )


def removed(layers: Layers, chosen: Iterable[int]) -> Moved:
    """Without the chosen ones; the one that follows them is chosen."""
    gone = sorted(set(chosen))
    left = without(layers, gone)
    after = min(gone[0], len(left) - 1) if gone else -1
    return Moved(left, (after,) if after >= 0 else ())


def duplicated(layers: Layers, chosen: Iterable[int]) -> Moved:
    """With copies of the chosen ones after the last of them; the copies are chosen."""
    places = sorted(set(chosen))
    return inserted(layers, places[-1] + 1, [layers[place] for place in places])


def moved(layers: Layers, chosen: Iterable[int], step: int) -> Moved:
    """With each of the chosen ones a place earlier (-1) or later (1), as far as there is room."""
    order = list(range(len(layers)))
    marked = set(chosen)
    for place in sorted(marked, reverse=step > 0):
        at = order.index(place)
        to = at + step
        if 0 <= to < len(order) and order[to] not in marked:
            order[at], order[to] = order[to], order[at]
    return Moved(
        tuple(layers[place] for place in order),
        tuple(at for at, place in enumerate(order) if place in marked),
    )


def dropped(layers: Layers, chosen: Iterable[int], before: int) -> Moved:
    """With the chosen ones together, before what stood at that place."""
    places = sorted(set(chosen))
    left = without(layers, places)
    at = before - sum(place < before for place in places)
    return inserted(left, at, [layers[place] for place in places])


def surrounded(layers: Layers, chosen: Iterable[int]) -> Moved:
    """With a residual block around the chosen ones, and all that stands between them."""
    places = sorted(set(chosen))
    first, last = places[0], places[-1] + 1
    inside = layers[first:last]
    block = (ResidualStart(), *inside, ResidualEnd(projection=True))
    return Moved((*layers[:first], *block, *layers[last:]), tuple(range(first, first + len(block))))


def replaced(layers: Layers, place: int, layer: Layer) -> Moved:
    """With another layer at that place."""
    return Moved((*layers[:place], layer, *layers[place + 1 :]), (place,))


def as_text(layers: Sequence[Layer]) -> str:
    """Layers as JSON, to be pasted here or into a recipe."""
    return json.dumps([layer.model_dump(mode="json") for layer in layers], indent=2)


def from_text(text: str) -> Layers:
    """The layers in a JSON text: a list of them, one alone, or a custom trunk.

    Raises `NoLayers` with the reason.
    """
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        raise NoLayers(message("The clipboard holds no layers.")) from None
    if isinstance(data, dict):
        data = data.get("layers", [data])
    if not isinstance(data, list) or not data:
        raise NoLayers(message("The clipboard holds no layers."))
    if len(data) > MOST_LAYERS:
        raise NoLayers(message("At most {count} layers can be pasted.", count=MOST_LAYERS))
    try:
        return Custom.model_validate({"layers": data}).layers
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        problem = message(
            "The clipboard holds no layers: {where}: {problem}.",
            where=where,
            problem=render(refusal(error)),
        )
        raise NoLayers(problem) from None
