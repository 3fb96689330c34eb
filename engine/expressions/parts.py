"""Pieces of an expression whose type is known, and what pieces may stand beside each other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NoReturn

import pyarrow as pa

from engine.expressions.kernels import Values
from engine.expressions.value_types import ValueType
from engine.messages import Message, message


@dataclass(frozen=True, slots=True)
class Part:
    """A checked piece of an expression."""

    type: ValueType
    run: Callable[[pa.RecordBatch], Values]
    place: int
    """Of its first character in the text, from 0."""
    whole: bool = False
    constant: Any = None
    """The value, if it is written in the text."""


class Refused(Exception):
    """Something at a place of the text cannot stand there."""

    def __init__(self, place: int, problem: Message, advice: Message | None = None) -> None:
        super().__init__(problem.template)
        self.place, self.problem, self.advice = place, problem, advice


def refuse(part: Part, problem: Message, advice: Message | None = None) -> NoReturn:
    """Say what is wrong with a piece. Raises `Refused`."""
    raise Refused(part.place, problem, advice)


def literal(
    place: int, kind: ValueType, value: Any, stored: pa.DataType, *, whole: bool = False
) -> Part:
    """A value that is written in the text."""
    scalar = pa.scalar(value, stored)
    return Part(kind, lambda batch: scalar, place, whole, value)


def wanted(part: Part, kind: ValueType) -> Part:
    """The same piece. Raises `Refused` if it is of another type."""
    if part.type is not kind:
        refuse(part, part.type.found, kind.needed)
    return part


def as_date(part: Part) -> Part:
    """A date that is written as text. Raises `Refused` if it is none."""
    if not isinstance(part.constant, str):
        refuse(part, part.type.found, ValueType.DATE.needed)
    try:
        moment = datetime.fromisoformat(part.constant.strip())
    except ValueError:
        refuse(
            part,
            message("“{found}” is not a date.", found=part.constant),
            message("Write dates like 2026-03-01 or 2026-03-01 18:30."),
        )
    if moment.tzinfo is not None:
        moment = moment.astimezone(UTC).replace(tzinfo=None)
    scalar = pa.scalar(moment, pa.timestamp("us"))
    return Part(ValueType.DATE, lambda batch: scalar, part.place, constant=moment)


def matched(part: Part, other: Part) -> Part:
    """The same piece; a text beside a date becomes one. Raises `Refused` if it cannot."""
    if other.type is ValueType.DATE and part.type is ValueType.TEXT:
        return as_date(part)
    return part


def require_same_type(left: Part, right: Part) -> None:
    """Raises `Refused` at the value that does not fit the other piece, or at the second piece."""
    if left.type is right.type:
        return
    place, (one, other) = right, (left.type, right.type)
    if right.constant is None and left.constant is not None:
        place, (one, other) = left, (right.type, left.type)
    advice = one.needed
    if one is ValueType.TEXT and other is ValueType.NUMBER and place.constant is not None:
        advice = message('Put the value in quotes: "{value}".', value=str(place.constant))
    elif one is ValueType.NUMBER and other is ValueType.TEXT and place.constant is not None:
        advice = message("Write the number without quotes.")
    refuse(place, other.found, advice)


def joined(parts: Sequence[Part], join: Callable[[Values, Values], Values], place: int) -> Part:
    """Conditions in a row, joined by `and` or `or`; a single one is itself."""

    def run(batch: pa.RecordBatch) -> Values:
        outcome = parts[0].run(batch)
        for part in parts[1:]:
            outcome = join(outcome, part.run(batch))
        return outcome

    return parts[0] if len(parts) == 1 else Part(ValueType.TRUTH, run, place)


def are_whole(*values: Values) -> bool:
    """Whether all are whole numbers."""
    return all(each.type == pa.int64() for each in values)
