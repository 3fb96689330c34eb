"""Fields that several optimizers have, with their bounds and help."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from pydantic import Field

from engine.messages import N_

LearningRate: TypeAlias = Annotated[
    float,
    Field(
        gt=0,
        le=10,
        title=N_("Learning rate"),
        description=N_("Size of a step. Too large diverges, too small crawls."),
        json_schema_extra={"log": True},
    ),
]

WeightDecay: TypeAlias = Annotated[
    float,
    Field(
        ge=0,
        le=10,
        title=N_("Weight decay"),
        description=N_("Pulls the weights towards zero, against overfitting."),
    ),
]

Momentum: TypeAlias = Annotated[
    float,
    Field(
        ge=0,
        lt=1,
        title=N_("Momentum"),
        description=N_("Share of the last step carried into the next one."),
    ),
]
