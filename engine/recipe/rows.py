"""What a recipe does to rows before they are split, and the columns that it adds to them."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from pydantic import Field, field_validator, model_validator

from engine.messages import N_
from engine.recipe.parts import Frozen


class DuplicatePolicy(StrEnum):
    """What becomes of rows that are alike."""

    KEEP = "keep"
    """All are used; copies may come to lie in several parts."""
    DROP = "drop"
    """One of them is used."""
    TOGETHER = "together"
    """All are used, in the same part."""


class KeptCopy(StrEnum):
    """Which of several equal rows is used, in the order of the file."""

    FIRST = "first"
    LAST = "last"


class Duplicates(Frozen):
    """Rows that are alike: in all columns, or in some. A plain policy may stand for the whole."""

    policy: DuplicatePolicy = Field(
        default=DuplicatePolicy.KEEP,
        title=N_("Duplicates"),
        description=N_("Copies of a training row in the test part flatter the result."),
    )
    columns: tuple[str, ...] = Field(
        default=(),
        title=N_("Alike in"),
        description=N_("Rows with the same values in these columns are alike. Empty: in all."),
    )
    keep: KeptCopy = Field(
        default=KeptCopy.FIRST,
        title=N_("Keep"),
        description=N_("Which of the rows that are alike is used, when the others are dropped."),
    )

    @model_validator(mode="before")
    @classmethod
    def _a_policy_stands_for_the_whole(cls, data: Any) -> Any:
        return {"policy": data} if isinstance(data, str) else data


class RowRules(Frozen):
    """Which rows of the table are used."""

    where: str | None = Field(
        default=None,
        title=N_("Use rows where"),
        description=N_("A condition over the columns, such as: Age >= 18 and Fare > 0"),
    )
    duplicates: Duplicates = Field(default_factory=Duplicates)

    @field_validator("where")
    @classmethod
    def _nothing_is_no_condition(cls, where: str | None) -> str | None:
        return where if where is None or where.strip() else None


class DerivedColumn(Frozen):
    """A column computed from others of the same row, like any other column from then on."""

    name: str = Field(min_length=1, title=N_("Name"))
    expression: str = Field(
        title=N_("Expression"),
        description=N_("A formula over the columns, such as: log(Fare + 1) or SibSp + Parch > 0"),
    )
