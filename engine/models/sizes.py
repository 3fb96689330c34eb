"""How large networks come out, many at a time."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict

from engine.data.preparing.inputs import Inputs
from engine.errors import RecipeInvalid
from engine.models.memory import on_meta
from engine.recipe.model import ModelSpec
from engine.schema import Task


class Sizes(BaseModel):
    """Numbers of parameters, in the order of the models asked about."""

    model_config = ConfigDict(frozen=True)

    parameters: tuple[int | None, ...]
    """None: the settings do not go together."""


def sizes(models: Sequence[ModelSpec], inputs: Inputs) -> Sizes:
    """How many parameters each network would have. None of them is built in memory."""
    return Sizes(parameters=tuple(_parameters(model, inputs) for model in models))


def _parameters(model: ModelSpec, inputs: Inputs) -> int | None:
    task = Task.MULTICLASS if inputs.outputs > 1 else Task.BINARY
    try:
        network = on_meta(model, inputs, task)
    except RecipeInvalid:
        return None
    return sum(parameter.numel() for parameter in network.parameters())
