"""What a recipe does to rows before they are split, and the columns that it adds to them."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from pydantic import Field, field_validator, model_validator

from engine.messages import N_, message
from engine.recipe.parts import Frozen
from engine.recipe.refusals import Refused


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


class CellCorrection(Frozen):
    """One cell as it should have been; the file itself is never changed.

    It holds only where the cell still reads `found`, so that another table is not mended by mistake.
    """

    row: int = Field(ge=0)
    """Of the table, from 0."""
    found: str | None
    """What stands there; None: no value."""
    value: str
    """What it is read as; empty: no value."""


class ColumnCorrections(Frozen):
    """The cells of one column that were set right by a person, such as wrong labels."""

    name: str = Field(min_length=1)
    cells: tuple[CellCorrection, ...] = ()

    @model_validator(mode="after")
    def _each_row_once(self) -> ColumnCorrections:
        rows = [cell.row for cell in self.cells]
        if len(set(rows)) < len(rows):
            raise Refused(message("a row of “{name}” is corrected twice", name=self.name))
        return self


class RowRules(Frozen):
    """Which rows of the table are used, and which of their cells are read as something else."""

    where: str | None = Field(
        default=None,
        title=N_("Use rows where"),
        description=N_("A condition over the columns, such as: Age >= 18 and Fare > 0"),
    )
    duplicates: Duplicates = Field(default_factory=Duplicates)
    corrections: tuple[ColumnCorrections, ...] = Field(default=(), title=N_("Corrected cells"))
    """Rows are dealt to the parts as if nothing had been corrected, so that runs before and after it are
    scored on the same rows."""

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


def with_corrections(rules: RowRules, column: str, cells: Iterable[CellCorrection]) -> RowRules:
    """A copy in which these cells of a column are corrected too; a later correction of a row replaces it.

    A correction that changes nothing is left out, so that the cell stays as it is.
    """
    of_column = next((each for each in rules.corrections if each.name == column), None)
    known = {cell.row: cell for cell in of_column.cells} if of_column is not None else {}
    for cell in cells:
        known.pop(cell.row, None)
        if cell.value != (cell.found or ""):
            known[cell.row] = cell
    changed = ColumnCorrections(name=column, cells=tuple(known[row] for row in sorted(known)))
    others = [each for each in rules.corrections if each.name != column]
    kept = (*others, changed) if known else tuple(others)
    return rules.model_copy(update={"corrections": kept})
