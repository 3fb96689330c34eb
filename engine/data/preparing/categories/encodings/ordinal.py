"""Categories as their place in an order."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from engine.messages import N_
from engine.recipe.column_families import Encoding


class OrdinalEncoding(Encoding):
    """The place of the level among the others, with mean 0 and deviation 1 over the training rows.

    What has no place, an unknown or a missing level, is 0, which is the mean.
    """

    title: ClassVar[str] = N_("Ordinal")
    summary: ClassVar[str] = N_(
        "One number: the place of the level in an order that means something."
    )
    order: ClassVar[int] = 30
    makes_codes: ClassVar[bool] = False

    kind: Literal["ordinal"] = "ordinal"
    levels: tuple[str, ...] = Field(
        default=(),
        title=N_("Levels in order"),
        description=N_(
            "Empty: by value where all are numbers, else by text. Others follow at the end."
        ),
    )
