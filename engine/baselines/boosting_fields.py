"""Fields that boosted trees of every library have, with their bounds and help."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from pydantic import Field

from engine.messages import N_

Trees: TypeAlias = Annotated[
    int,
    Field(
        ge=1,
        le=100_000,
        title=N_("Trees"),
        description=N_("Rounds at most; validation rows may end it before."),
    ),
]

LearningRate: TypeAlias = Annotated[float, Field(gt=0.0, le=1.0, title=N_("Learning rate"))]

Patience: TypeAlias = Annotated[
    int,
    Field(
        ge=1,
        le=10_000,
        title=N_("Patience"),
        description=N_("Rounds without a gain before it stops."),
    ),
]
