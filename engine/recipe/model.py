"""What a recipe says of the network: encoders and trunk."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from engine.messages import N_
from engine.recipe.families import CategoryEncoder, NumberEncoder, Trunk
from engine.recipe.parts import Frozen, OneOf

_AUTOMATIC: dict[str, Any] = {"empty": N_("auto")}


class ModelSpec(Frozen):
    """The network: encoders, trunk, head. The head follows from the task.

    What is None is chosen from the table: `engine.recipe.auto` says how and why. A field that a recipe
    leaves out is not: it has the value that it had before there was a choice.
    """

    trunk: Annotated[Trunk | None, OneOf(Trunk, auto=True)] = Field(
        default_factory=lambda: Trunk.default("mlp"),
        title=N_("Trunk"),
        json_schema_extra=_AUTOMATIC,
    )
    numbers: Annotated[NumberEncoder | None, OneOf(NumberEncoder, auto=True)] = Field(
        default_factory=lambda: NumberEncoder.default("plain"),
        title=N_("Numbers"),
        json_schema_extra=_AUTOMATIC,
    )
    categories: Annotated[CategoryEncoder | None, OneOf(CategoryEncoder, auto=True)] = Field(
        default_factory=lambda: CategoryEncoder.default("embedding"),
        title=N_("Categories"),
        json_schema_extra=_AUTOMATIC,
    )
    members: tuple[ModelSpec, ...] = Field(
        default=(),
        max_length=16,
        title=N_("Members"),
        description=N_(
            "Networks whose mean is the model, instead of the one above. Auto fills it in."
        ),
    )
