"""Categories as what their rows have as target."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from engine.messages import N_
from engine.recipe.column_families import Encoding


class TargetEncoding(Encoding):
    """The mean of the target over the level's training rows, drawn towards that of all rows.

    Micci-Barreca, SIGKDD Explorations 3, 2001, as scikit-learn's TargetEncoder: one number, or one per
    class where there are more than two. Training rows are encoded by the training rows of the other
    folds, so that no row's own target is among its inputs; all other rows by all training rows.
    """

    title: ClassVar[str] = N_("Target mean")
    summary: ClassVar[str] = N_(
        "The mean target of the level's rows, fitted out of fold. For very many levels."
    )
    order: ClassVar[int] = 50
    makes_codes: ClassVar[bool] = False

    kind: Literal["target"] = "target"
    folds: int = Field(
        default=5,
        ge=2,
        le=50,
        title=N_("Folds"),
        description=N_(
            "Into so many parts the training rows are dealt to encode each by the others."
        ),
    )
    smoothing: float | None = Field(
        default=None,
        ge=0.0,
        le=1_000_000.0,
        title=N_("Smoothing"),
        description=N_(
            "So many rows of the overall mean are added to each level. Empty: by how much levels differ."
        ),
        json_schema_extra={"empty": N_("auto")},
    )
    seed: int = Field(default=0, ge=0, le=2**31 - 1, title=N_("Seed"))
