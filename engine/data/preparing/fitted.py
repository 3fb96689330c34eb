"""What was learned from the training rows of one column, and how it turns cells into inputs.

Each kind of column has a class, a readable record (JSON) of its fit. All of them have `name`,
`cell_type`, `inputs` (names of the number inputs), `codes` (number of codes, 0 without), `drops_rows`
and `write`.
"""

from __future__ import annotations

from typing import Annotated, TypeAlias

from pydantic import Field

from engine.data.cells.cell_types import CellKind
from engine.data.preparing.categories.fitted_category import FittedCategory
from engine.data.preparing.dates.fitted_date import FittedDate
from engine.data.preparing.numbers.fitted_number import FittedNumber
from engine.data.preparing.reads import Read
from engine.messages import Fact, Message, message_n
from engine.recipe.families import CategoryEncoder

FittedColumn: TypeAlias = Annotated[
    FittedNumber | FittedCategory | FittedDate, Field(discriminator="kind")
]


def encoder_of(column: FittedColumn) -> CategoryEncoder | None:
    """How the network takes the column's codes; None: as its recipe says."""
    if isinstance(column, FittedCategory) and column.encode is not None:
        return column.encode.encoder
    return None


_MANY = 0.05
"""From this share on, values far outside are less likely to be outliers than of another unit."""


def warnings_of(column: FittedColumn, read: Read) -> list[Message]:
    """What a person should know about cells that were not as in training: one sentence for each matter."""
    name = column.name
    found: list[Message] = []
    if read.misfits and column.cell_type.kind is not CellKind.DATE:
        found.append(
            message_n(
                "“{column}”: {count} cell is not a number and counts as missing.",
                "“{column}”: {count} cells are not numbers and count as missing.",
                read.misfits,
                column=name,
            )
        )
    elif read.misfits:
        found.append(
            message_n(
                "“{column}”: {count} cell is not a date and counts as missing.",
                "“{column}”: {count} cells are not dates and count as missing.",
                read.misfits,
                column=name,
            )
        )
    if read.unseen:
        found.append(_of_unseen(column, read))
    if read.far and isinstance(column, FittedNumber):
        found.append(_of_far(column, read))
    return found


def _of_unseen(column: FittedColumn, read: Read) -> Message:
    if isinstance(column, FittedCategory) and column.merged and column.takes_unknown:
        return message_n(
            "“{column}”: {count} cell has a value that training rows did not have; it counts as rare.",
            "“{column}”: {count} cells have values that training rows did not have; they count as rare.",
            read.unseen,
            column=column.name,
        )
    return message_n(
        "“{column}”: {count} cell has a value that training rows did not have; it counts as unknown.",
        "“{column}”: {count} cells have values that training rows did not have; they count as unknown.",
        read.unseen,
        column=column.name,
    )


def _of_far(column: FittedNumber, read: Read) -> Message:
    assert column.low is not None
    assert column.high is not None
    return far_values(column.name, read.far, read.known, column.low, column.high)


def far_values(column: str, count: int, known: int, low: float, high: float) -> Message:
    """That `count` of `known` values lie far outside the range of the training rows."""
    facts: dict[str, Fact] = {"column": column, "all": known, "low": low, "high": high}
    if count >= _MANY * known:
        return message_n(
            "“{column}”: {count} of {all} values lies far outside what training rows had ({low} to {high}); another unit?",
            "“{column}”: {count} of {all} values lie far outside what training rows had ({low} to {high}); another unit?",
            count,
            **facts,
        )
    return message_n(
        "“{column}”: {count} of {all} values lies far outside what training rows had ({low} to {high}).",
        "“{column}”: {count} of {all} values lie far outside what training rows had ({low} to {high}).",
        count,
        **facts,
    )
