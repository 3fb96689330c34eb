"""What a recipe says of a column: its kind, its role, what is done to its values."""

from __future__ import annotations

from typing import Annotated, Any, TypeAlias

from pydantic import Field, model_validator

from engine.messages import N_
from engine.recipe.column_families import (
    Clip,
    DateInputs,
    Encoding,
    Fill,
    RareLevels,
    Scaling,
)
from engine.recipe.hiding import Hiding
from engine.recipe.parts import AUTO, Frozen, OneOf
from engine.recipe.target import TargetSpec
from engine.schema import Kind, Role

_AUTOMATIC: dict[str, Any] = {"empty": N_("auto")}
_FLAG = "+flag"
_FLAGGED_BEFORE = ("own_level", "most_frequent", "drop_row")


class ColumnSpec(Frozen):
    """One column. Named by `name`, or by `position` (from 0; −1 is the last) where names are unknown.

    What is None is chosen automatically: `engine.data.preparing.column_steps` says what and why. A step
    that is not for the column's kind counts as None too.
    """

    name: str | None = None
    position: int | None = None
    kind: Kind | None = None
    """`None`: as inferred."""
    role: Role | None = None
    """`None`: as inferred."""
    missing: Annotated[Fill | None, OneOf(Fill, auto=True)] = Field(
        default=None, title=N_("If missing"), json_schema_extra=_AUTOMATIC
    )
    flag: bool | None = Field(
        default=None,
        title=N_("Missing flag"),
        description=N_(
            "A second input that tells which rows had no value. Auto: if training rows lack any."
        ),
    )
    clip: Annotated[Clip | None, OneOf(Clip, auto=True)] = Field(
        default=None, title=N_("Clip outliers"), json_schema_extra=_AUTOMATIC
    )
    scale: Annotated[Scaling | None, OneOf(Scaling, auto=True)] = Field(
        default=None, title=N_("Scale"), json_schema_extra=_AUTOMATIC
    )
    encode: Annotated[Encoding | None, OneOf(Encoding, auto=True)] = Field(
        default=None, title=N_("Encode"), json_schema_extra=_AUTOMATIC
    )
    rare: Annotated[RareLevels | None, OneOf(RareLevels, auto=True)] = Field(
        default=None, title=N_("Rare levels"), json_schema_extra=_AUTOMATIC
    )
    dates: Annotated[DateInputs | None, OneOf(DateInputs, auto=True)] = Field(
        default=None, title=N_("Date as"), json_schema_extra=_AUTOMATIC
    )
    hide: Annotated[Hiding, OneOf(Hiding)] | None = Field(
        default=None,
        title=N_("Hide values"),
        description=N_("Values are hidden before anything else is done with them."),
        json_schema_extra={"empty": N_("as they are")},
    )
    outcome: TargetSpec | None = Field(
        default=None,
        title=N_("Target"),
        description=N_(
            "What is done to this target where several are predicted. Empty: what the recipe says of all."
        ),
        json_schema_extra={"empty": N_("as all targets")},
    )

    @model_validator(mode="before")
    @classmethod
    def _short_forms(cls, data: Any) -> Any:
        """`"missing": "median+flag"`, and `"median"` alone, which is without a flag; `"flag": "auto"`."""
        if not isinstance(data, dict):
            return data
        data = dict(data)
        if data.get("flag") == AUTO:
            data["flag"] = None
        missing = data.get("missing")
        if isinstance(missing, str) and missing != AUTO:
            data["missing"] = missing.removesuffix(_FLAG)
            is_date = data.get("kind") == Kind.DATE
            flagged = missing.endswith(_FLAG) or missing in _FLAGGED_BEFORE or is_date
            if not flagged:
                data.setdefault("flag", False)
        return data


Steps: TypeAlias = tuple[str, ...]
STEPS: Steps = ("missing", "clip", "scale", "encode", "rare", "dates")
"""The fields of a column that hold a step each."""
