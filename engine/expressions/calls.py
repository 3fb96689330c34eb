"""What a function makes of the checked pieces it is given. All raise `Refused`."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from engine.expressions.functions import Function
from engine.expressions.kernels import Values
from engine.expressions.parts import Part, Refused, are_whole, as_date, refuse
from engine.expressions.value_types import ValueType
from engine.messages import message


def require_count(function: Function, given: int, place: int) -> None:
    """Refuse a call with too few or too many values."""
    if given < function.fewest or (function.most is not None and given > function.most):
        raise Refused(
            place,
            message("“{name}” does not take {count} values.", name=function.name, count=given),
            message("Write it like this: {example}", example=function.example),
        )


def called(function: Function, parts: Sequence[Part], place: int) -> Part:
    """What the function gives for these pieces, as many as it takes."""
    parts = _fitted(function, parts)
    gives = function.gives or parts[-1].type
    constants = [part.constant for part in parts]
    if function.name == "matches":
        _try_pattern(parts[1])

    def run(batch: pa.RecordBatch) -> Values:
        values = [part.run(batch) for part in parts]
        counted = values[1:] if function.name == "if_else" else values
        return function.compute(values, constants, are_whole(*counted))

    return Part(gives, run, place)


def _fitted(function: Function, parts: Sequence[Part]) -> list[Part]:
    """The pieces, each of a type that the function takes there; texts beside dates become dates."""
    fitted: list[Part] = []
    alike: ValueType | None = None
    any_date = any(part.type is ValueType.DATE for part in parts)
    for at, part in enumerate(parts):
        argument = function.argument(at)
        if argument.types == (ValueType.DATE,) or (
            any_date and len(argument.types) > 1 and isinstance(part.constant, str)
        ):
            part = as_date(part) if part.type is ValueType.TEXT else part
        wanted = argument.types if alike is None or len(argument.types) == 1 else (alike,)
        if part.type not in wanted:
            refuse(part, part.type.found, wanted[0].needed)
        if argument.constant and part.constant is None:
            refuse(
                part,
                message("“{name}” needs a fixed value here.", name=function.name),
                message("Write it like this: {example}", example=function.example),
            )
        if len(argument.types) > 1:
            alike = part.type
        fitted.append(part)
    return fitted


def _try_pattern(part: Part) -> None:
    try:
        pc.match_substring_regex(pa.array([""]), part.constant)
    except pa.ArrowInvalid as error:
        reason = str(error).rpartition(": ")[2]
        refuse(part, message("This pattern is not valid: {reason}.", reason=reason))
