"""What a recipe says of the split: which rows train, which validate, which test."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from engine.messages import N_
from engine.recipe.parts import Frozen


class SplitMethod(StrEnum):
    """How rows are dealt to the parts."""

    AUTO = "auto"
    STRATIFIED = "stratified"
    RANDOM = "random"


class Split(Frozen):
    """Which rows train, which validate, which test."""

    method: SplitMethod = Field(
        default=SplitMethod.AUTO,
        title=N_("Split"),
        description=N_("Stratified keeps the shares of the classes equal in every part."),
    )
    validation: float = Field(
        default=0.15,
        ge=0.0,
        le=0.8,
        title=N_("Validation"),
        description=N_("Share of rows that choose the best epoch."),
    )
    test: float = Field(
        default=0.15,
        ge=0.0,
        le=0.8,
        title=N_("Test"),
        description=N_("Share of rows kept aside until training is over."),
    )
    seed: int = Field(default=42, ge=0, le=2**31 - 1, title=N_("Seed"))
