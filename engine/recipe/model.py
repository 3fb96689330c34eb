"""What a recipe says of the network: encoders and trunk."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from engine.messages import N_
from engine.recipe.families import CategoryEncoder, NumberEncoder, Trunk
from engine.recipe.parts import Frozen, OneOf


class ModelSpec(Frozen):
    """The network: encoders, trunk, head. The head follows from the task."""

    trunk: Annotated[Trunk, OneOf(Trunk)] = Field(
        default_factory=lambda: Trunk.default("mlp"), title=N_("Trunk")
    )
    numbers: Annotated[NumberEncoder, OneOf(NumberEncoder)] = Field(
        default_factory=lambda: NumberEncoder.default("plain"), title=N_("Numbers")
    )
    categories: Annotated[CategoryEncoder, OneOf(CategoryEncoder)] = Field(
        default_factory=lambda: CategoryEncoder.default("embedding"), title=N_("Categories")
    )
