"""What a recipe says of a column: its kind, its role, what is done to its values."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from engine.messages import N_
from engine.recipe.hiding import Hiding
from engine.recipe.parts import Frozen, OneOf
from engine.schema import Kind, Role


class Missing(StrEnum):
    """What stands in for a value that is missing."""

    AUTO = "auto"
    MEDIAN = "median"
    MEDIAN_FLAG = "median+flag"
    MEAN = "mean"
    ZERO = "zero"
    OWN_LEVEL = "own_level"
    MOST_FREQUENT = "most_frequent"
    DROP_ROW = "drop_row"


class Scale(StrEnum):
    """How numbers are brought to a common size."""

    AUTO = "auto"
    NONE = "none"
    STANDARD = "standard"
    ROBUST = "robust"
    MINMAX = "minmax"
    QUANTILE = "quantile"


class ColumnSpec(Frozen):
    """One column. Named by `name`, or by `position` (from 0; −1 is the last) where names are unknown."""

    name: str | None = None
    position: int | None = None
    kind: Kind | None = None
    """`None`: as inferred."""
    role: Role | None = None
    """`None`: as inferred."""
    missing: Missing = Missing.AUTO
    scale: Scale = Scale.AUTO
    hide: Annotated[Hiding, OneOf(Hiding)] | None = Field(
        default=None,
        title=N_("Hide values"),
        description=N_("Values are hidden before anything else is done with them."),
        json_schema_extra={"empty": N_("as they are")},
    )
