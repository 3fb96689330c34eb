"""What operators make of checked pieces: sums, comparisons, membership. All raise `Refused`."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from engine.expressions import kernels
from engine.expressions.kernels import Values
from engine.expressions.parts import (
    Part,
    Refused,
    are_whole,
    literal,
    matched,
    refuse,
    require_same_type,
    wanted,
)
from engine.expressions.value_types import ValueType
from engine.messages import message

_NUMBER, _TEXT, _DATE, _TRUTH = ValueType

_SUMS: dict[type[ast.operator], Callable[[Values, Values, bool], Values]] = {
    ast.Add: kernels.add,
    ast.Sub: kernels.subtract,
    ast.Mult: kernels.multiply,
    ast.Div: kernels.divide,
    ast.FloorDiv: kernels.floor_divide,
    ast.Mod: kernels.remainder,
    ast.Pow: kernels.power,
}
_NEVER_WHOLE = (ast.Div, ast.Pow)
_COMPARISONS: dict[type[ast.cmpop], Callable[[Values, Values], Values]] = {
    ast.Eq: pc.equal,
    ast.NotEq: pc.not_equal,
    ast.Lt: pc.less,
    ast.LtE: pc.less_equal,
    ast.Gt: pc.greater,
    ast.GtE: pc.greater_equal,
}


def unary(operator: ast.unaryop, part: Part, place: int) -> Part:
    """`not`, or a sign."""
    if isinstance(operator, ast.Not):
        wanted(part, _TRUTH)
        return Part(_TRUTH, lambda batch: pc.invert(part.run(batch)), part.place)
    if not isinstance(operator, ast.USub | ast.UAdd):
        raise Refused(place, message("This is not part of the language of conditions."))
    wanted(part, _NUMBER)
    if isinstance(operator, ast.UAdd):
        return part
    if part.constant is not None:
        stored = pa.int64() if part.whole else pa.float64()
        return literal(place, _NUMBER, -part.constant, stored, whole=part.whole)
    return Part(_NUMBER, lambda batch: pc.negate(part.run(batch)), part.place, part.whole)


def binary(operator: ast.operator, one: Part, other: Part, place: int) -> Part:
    """A sum of numbers, days between or after dates, texts behind each other."""
    compute = _SUMS.get(type(operator))
    if compute is None:
        raise Refused(place, message("This is not part of the language of conditions."))
    types = (one.type, other.type)
    if types == (_DATE, _DATE) and isinstance(operator, ast.Sub):
        return Part(
            _NUMBER, lambda batch: kernels.days_between(one.run(batch), other.run(batch)), place
        )
    if types == (_DATE, _NUMBER) and isinstance(operator, ast.Add | ast.Sub):
        sign = 1 if isinstance(operator, ast.Add) else -1
        return Part(
            _DATE,
            lambda batch: kernels.days_later(one.run(batch), other.run(batch), sign),
            place,
        )
    if types == (_TEXT, _TEXT) and isinstance(operator, ast.Add):
        return Part(
            _TEXT,
            lambda batch: pc.binary_join_element_wise(one.run(batch), other.run(batch), ""),
            place,
        )
    wanted(one, _NUMBER)
    wanted(other, _NUMBER)
    never_whole = isinstance(operator, _NEVER_WHOLE)

    def run(batch: pa.RecordBatch) -> Values:
        left, right = one.run(batch), other.run(batch)
        return compute(left, right, not never_whole and are_whole(left, right))

    return Part(_NUMBER, run, place)


def compared(operator: ast.cmpop, left: Part, right: Part) -> Part:
    """`==`, `<` and their like between pieces of one type."""
    left, right = matched(left, right), matched(right, left)
    require_same_type(left, right)
    if left.type is _TRUTH and not isinstance(operator, ast.Eq | ast.NotEq):
        refuse(left, message("True and false have no order."))
    test = _COMPARISONS[type(operator)]
    return Part(_TRUTH, lambda batch: test(left.run(batch), right.run(batch)), left.place)


def is_missing(operator: ast.Is | ast.IsNot, part: Part) -> Part:
    """Whether there is a value, or none."""
    test = pc.is_valid if isinstance(operator, ast.IsNot) else pc.is_null
    return Part(_TRUTH, lambda batch: test(part.run(batch)), part.place)


def is_among(operator: ast.In | ast.NotIn, left: Part, members: Sequence[Part]) -> Part:
    """Whether a value is one of those listed; of a missing one it is not known."""
    for member in members:
        if member.constant is None:
            refuse(member, message("A list may hold values only, no columns."))
        require_same_type(left, member)
    stored = _stored(left.type, all(member.whole for member in members))
    known = pa.array([member.constant for member in members], stored)
    turned = isinstance(operator, ast.NotIn)

    def run(batch: pa.RecordBatch) -> Values:
        found = left.run(batch)
        among = known
        if found.type != known.type:
            found, among = kernels.as_float(found), kernels.as_float(known)
        hit = pc.is_in(found, among)
        hit = pc.invert(hit) if turned else hit
        return pc.if_else(pc.is_valid(found), hit, pa.scalar(None, pa.bool_()))

    return Part(_TRUTH, run, left.place)


def _stored(kind: ValueType, whole: bool) -> pa.DataType:
    if kind is _NUMBER:
        return pa.int64() if whole else pa.float64()
    return {_TEXT: pa.string(), _DATE: pa.timestamp("us"), _TRUTH: pa.bool_()}[kind]
