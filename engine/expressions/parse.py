"""From a text to an `Expression`: every node checked against a whitelist, every type known beforehand."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NoReturn

import pyarrow as pa
import pyarrow.compute as pc

from engine.errors import ExpressionInvalid
from engine.expressions import kernels
from engine.expressions.functions import FUNCTIONS, Function
from engine.expressions.kernels import Values
from engine.expressions.rewrite import MISSING, Rewritten, invalid, rewrite
from engine.expressions.value_types import ValueType, plain_values
from engine.messages import Message, message

DEEPEST = 150
"""Steps within steps; a sum of so many terms is one of them."""
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
_LARGEST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Expression:
    """A condition or a formula, checked and ready to be computed on batches of rows."""

    text: str
    columns: tuple[str, ...]
    """The columns that it needs."""
    type: ValueType
    _run: Callable[[pa.RecordBatch], Values]

    def evaluate(self, batch: pa.RecordBatch) -> pa.Array:
        """One value for each row of a batch that has (at least) `columns`.

        Numbers are int64 or float64, dates timestamp[us]; what cannot be computed is missing.
        """
        try:
            values = self._run(batch)
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
            problem = message("This cannot be computed: {reason}.", reason=str(error).strip("."))
            raise invalid(self.text, 0, problem) from None
        if isinstance(values, pa.ChunkedArray):
            return values.combine_chunks()
        return values if isinstance(values, pa.Array) else pa.repeat(values, batch.num_rows)


def parse(text: str, columns: Mapping[str, ValueType]) -> Expression:
    """The expression in `text` over columns of these names and types.

    Raises `ExpressionInvalid`, which names the place in the text, what was found and what to do.
    """
    rewritten = rewrite(text, columns, FUNCTIONS)
    if not rewritten.source:
        raise invalid(text, 0, message("Nothing is written yet."))
    try:
        tree = ast.parse(rewritten.source.rstrip(), mode="eval")
    except SyntaxError as error:
        raise _syntax_error(text, rewritten, error) from None
    except (MemoryError, RecursionError, ValueError):
        raise invalid(text, 0, message("The expression is nested too deeply.")) from None
    part = _Checker(text, rewritten, columns).check(tree.body)
    return Expression(text, tuple(rewritten.columns), part.type, part.run)


def parse_condition(text: str, columns: Mapping[str, ValueType]) -> Expression:
    """An expression that is true or false in every row; raises `ExpressionInvalid`."""
    expression = parse(text, columns)
    if expression.type is not ValueType.TRUTH:
        raise invalid(text, 0, expression.type.found, ValueType.TRUTH.needed)
    return expression


def _syntax_error(text: str, rewritten: Rewritten, error: SyntaxError) -> ExpressionInvalid:
    offset = (error.offset or 0) - 1
    if offset < 0 or offset >= len(rewritten.source.rstrip()) or "EOF" in (error.msg or ""):
        return invalid(text, len(text.rstrip()), message("Something is missing at the end."))
    place = rewritten.place(offset)
    found = text[place:].split()[0][:20] if text[place:].split() else ""
    return invalid(
        text,
        place,
        message("“{found}” is not expected here.", found=found),
        message("Join conditions with “and” or “or”; put texts in quotes."),
    )


@dataclass(frozen=True, slots=True)
class _Part:
    """A checked piece of the expression."""

    type: ValueType
    run: Callable[[pa.RecordBatch], Values]
    place: int
    whole: bool = False
    constant: Any = None
    """The value, if it is written in the text."""


class _Checker:
    def __init__(self, text: str, rewritten: Rewritten, columns: Mapping[str, ValueType]) -> None:
        self._text = text
        self._rewritten = rewritten
        self._columns = columns
        self._depth = 0

    def check(self, node: ast.AST) -> _Part:
        """The piece at `node`; raises `ExpressionInvalid` for all that is not on the list."""
        self._depth += 1
        if self._depth > DEEPEST:
            self._refuse(node, message("The expression is nested too deeply."))
        handler = _HANDLERS.get(type(node))
        if handler is None:
            self._refuse(node, message("This is not part of the language of conditions."))
        part = handler(self, node)
        self._depth -= 1
        return part

    def _place(self, node: ast.AST) -> int:
        return self._rewritten.place(getattr(node, "col_offset", 0))

    def _refuse(
        self, where: ast.AST | _Part, problem: Message, advice: Message | None = None
    ) -> NoReturn:
        place = where.place if isinstance(where, _Part) else self._place(where)
        raise invalid(self._text, place, problem, advice)

    # Leaves -------------------------------------------------------------------------------------

    def _name(self, node: ast.Name) -> _Part:
        text = self._rewritten.text_of(node.id)
        if text is not None:
            return self._literal(node, ValueType.TEXT, text, pa.string())
        column = self._rewritten.column_of(node.id)
        if column is None:
            if node.id == MISSING:
                self._refuse(node, message("“missing” is only known after “is”."))
            self._refuse(
                node,
                message("“{name}” is a function.", name=node.id),
                message(
                    "Write it with what it works on: {example}", example=FUNCTIONS[node.id].example
                )
                if node.id in FUNCTIONS
                else None,
            )

        def run(batch: pa.RecordBatch) -> Values:
            return plain_values(batch.column(column))

        kind = self._columns[column]
        return _Part(kind, run, self._place(node), whole=False)

    def _constant(self, node: ast.Constant) -> _Part:
        value = node.value
        if isinstance(value, bool):
            return self._literal(node, ValueType.TRUTH, value, pa.bool_())
        if isinstance(value, int):
            if value > _LARGEST:
                self._refuse(node, message("This number is too large."))
            return self._literal(node, ValueType.NUMBER, value, pa.int64(), whole=True)
        if not isinstance(value, float) or value in (float("inf"), float("-inf")):
            self._refuse(node, message("This number is too large."))
        return self._literal(node, ValueType.NUMBER, value, pa.float64())

    def _literal(
        self,
        where: ast.AST,
        kind: ValueType,
        value: Any,
        stored: pa.DataType,
        *,
        whole: bool = False,
    ) -> _Part:
        scalar = pa.scalar(value, stored)
        return _Part(kind, lambda batch: scalar, self._place(where), whole, value)

    # Logic --------------------------------------------------------------------------------------

    def _all_or_any(self, node: ast.BoolOp) -> _Part:
        join = pc.and_kleene if isinstance(node.op, ast.And) else pc.or_kleene
        parts = [self._wanted(self.check(value), ValueType.TRUTH) for value in node.values]
        return self._joined(parts, join, self._place(node))

    def _joined(
        self, parts: list[_Part], join: Callable[[Values, Values], Values], place: int
    ) -> _Part:
        def run(batch: pa.RecordBatch) -> Values:
            outcome = parts[0].run(batch)
            for part in parts[1:]:
                outcome = join(outcome, part.run(batch))
            return outcome

        return parts[0] if len(parts) == 1 else _Part(ValueType.TRUTH, run, place)

    def _wanted(self, part: _Part, kind: ValueType) -> _Part:
        if part.type is not kind:
            self._refuse(part, part.type.found, kind.needed)
        return part

    def _unary(self, node: ast.UnaryOp) -> _Part:
        part = self.check(node.operand)
        if isinstance(node.op, ast.Not):
            self._wanted(part, ValueType.TRUTH)
            return _Part(ValueType.TRUTH, lambda batch: pc.invert(part.run(batch)), part.place)
        if not isinstance(node.op, ast.USub | ast.UAdd):
            self._refuse(node, message("This is not part of the language of conditions."))
        self._wanted(part, ValueType.NUMBER)
        if isinstance(node.op, ast.UAdd):
            return part
        if part.constant is not None:
            stored = pa.int64() if part.whole else pa.float64()
            return self._literal(node, ValueType.NUMBER, -part.constant, stored, whole=part.whole)
        return _Part(
            ValueType.NUMBER, lambda batch: pc.negate(part.run(batch)), part.place, part.whole
        )

    # Sums ---------------------------------------------------------------------------------------

    def _sum(self, node: ast.BinOp) -> _Part:
        one, other = self.check(node.left), self.check(node.right)
        compute = _SUMS.get(type(node.op))
        if compute is None:
            self._refuse(node, message("This is not part of the language of conditions."))
        place = self._place(node)
        types = (one.type, other.type)
        if types == (_DATE, _DATE) and isinstance(node.op, ast.Sub):
            return _Part(
                _NUMBER, lambda batch: kernels.days_between(one.run(batch), other.run(batch)), place
            )
        if types == (_DATE, _NUMBER) and isinstance(node.op, ast.Add | ast.Sub):
            sign = 1 if isinstance(node.op, ast.Add) else -1
            return _Part(
                _DATE,
                lambda batch: kernels.days_later(one.run(batch), other.run(batch), sign),
                place,
            )
        if types == (_TEXT, _TEXT) and isinstance(node.op, ast.Add):
            return _Part(
                _TEXT,
                lambda batch: pc.binary_join_element_wise(one.run(batch), other.run(batch), ""),
                place,
            )
        self._wanted(one, _NUMBER)
        self._wanted(other, _NUMBER)
        never_whole = isinstance(node.op, _NEVER_WHOLE)

        def run(batch: pa.RecordBatch) -> Values:
            left, right = one.run(batch), other.run(batch)
            return compute(left, right, not never_whole and _are_whole(left, right))

        return _Part(_NUMBER, run, place)

    # Comparisons --------------------------------------------------------------------------------

    def _compare(self, node: ast.Compare) -> _Part:
        parts = []
        left = self.check(node.left)
        for operator, right_node in zip(node.ops, node.comparators, strict=True):
            if isinstance(operator, ast.Is | ast.IsNot):
                parts.append(self._is_missing(left, operator, right_node))
                continue
            if isinstance(operator, ast.In | ast.NotIn):
                parts.append(self._is_in(left, operator, right_node))
                continue
            right = self.check(right_node)
            parts.append(self._pair(operator, left, right))
            left = right
        return self._joined(parts, pc.and_kleene, self._place(node))

    def _is_missing(self, left: _Part, operator: ast.cmpop, right: ast.expr) -> _Part:
        if not (isinstance(right, ast.Name) and right.id == MISSING):
            self._refuse(
                right,
                message("After “is” only “missing” or “not missing” can follow."),
                message("Use == to compare with a value."),
            )
        test = pc.is_valid if isinstance(operator, ast.IsNot) else pc.is_null
        return _Part(ValueType.TRUTH, lambda batch: test(left.run(batch)), left.place)

    def _is_in(self, left: _Part, operator: ast.cmpop, right: ast.expr) -> _Part:
        entries = right.elts if isinstance(right, ast.List | ast.Tuple) else [right]
        members = [self._matched(self.check(entry), left) for entry in entries]
        if not members:
            self._refuse(right, message("The list is empty."))
        for member in members:
            if member.constant is None:
                self._refuse(member, message("A list may hold values only, no columns."))
            self._same_type(left, member)
        values = [member.constant for member in members]
        stored = _stored(left.type, all(member.whole for member in members))
        known = pa.array(values, stored)
        turned = isinstance(operator, ast.NotIn)

        def run(batch: pa.RecordBatch) -> Values:
            found = left.run(batch)
            among = known
            if found.type != known.type:
                found, among = kernels.as_float(found), kernels.as_float(known)
            hit = pc.is_in(found, among)
            hit = pc.invert(hit) if turned else hit
            return pc.if_else(pc.is_valid(found), hit, pa.scalar(None, pa.bool_()))

        return _Part(ValueType.TRUTH, run, left.place)

    def _pair(self, operator: ast.cmpop, left: _Part, right: _Part) -> _Part:
        left, right = self._matched(left, right), self._matched(right, left)
        self._same_type(left, right)
        if left.type is ValueType.TRUTH and not isinstance(operator, ast.Eq | ast.NotEq):
            self._refuse(left, message("True and false have no order."))
        test = _COMPARISONS[type(operator)]
        return _Part(
            ValueType.TRUTH, lambda batch: test(left.run(batch), right.run(batch)), left.place
        )

    def _same_type(self, left: _Part, right: _Part) -> None:
        if left.type is right.type:
            return
        place, (one, other) = right, (left.type, right.type)
        if right.constant is None and left.constant is not None:
            place, (one, other) = left, (right.type, left.type)
        advice = one.needed
        if one is _TEXT and other is _NUMBER and place.constant is not None:
            advice = message('Put the value in quotes: "{value}".', value=str(place.constant))
        elif one is _NUMBER and other is _TEXT and place.constant is not None:
            advice = message("Write the number without quotes.")
        self._refuse(place, other.found, advice)

    def _matched(self, part: _Part, other: _Part) -> _Part:
        """A text beside a date is one, if it can be."""
        if other.type is ValueType.DATE and part.type is ValueType.TEXT:
            return self._as_date(part)
        return part

    def _as_date(self, part: _Part) -> _Part:
        if not isinstance(part.constant, str):
            self._refuse(part, part.type.found, ValueType.DATE.needed)
        try:
            moment = datetime.fromisoformat(part.constant.strip())
        except ValueError:
            self._refuse(
                part,
                message("“{found}” is not a date.", found=part.constant),
                message("Write dates like 2026-03-01 or 2026-03-01 18:30."),
            )
        if moment.tzinfo is not None:
            moment = moment.astimezone(UTC).replace(tzinfo=None)
        scalar = pa.scalar(moment, pa.timestamp("us"))
        return _Part(ValueType.DATE, lambda batch: scalar, part.place, constant=moment)

    # Calls --------------------------------------------------------------------------------------

    def _call(self, node: ast.Call) -> _Part:
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        function = FUNCTIONS.get(name)
        if function is None:
            self._refuse(node, message("Only functions can be followed by a bracket."))
        if node.keywords:
            self._refuse(node, message("Functions take values, not names of them."))
        given = len(node.args)
        if given < function.fewest or (function.most is not None and given > function.most):
            self._refuse(
                node,
                message("“{name}” does not take {count} values.", name=name, count=given),
                message("Write it like this: {example}", example=function.example),
            )
        parts = [self.check(argument) for argument in node.args]
        parts = self._fitted(function, parts)
        gives = function.gives or parts[-1].type
        constants = [part.constant for part in parts]
        self._try_pattern(function, parts)

        def run(batch: pa.RecordBatch) -> Values:
            values = [part.run(batch) for part in parts]
            counted = values[1:] if name == "if_else" else values
            return function.compute(values, constants, _are_whole(*counted))

        return _Part(gives, run, self._place(node))

    def _fitted(self, function: Function, parts: list[_Part]) -> list[_Part]:
        fitted: list[_Part] = []
        alike: ValueType | None = None
        any_date = any(part.type is ValueType.DATE for part in parts)
        for at, part in enumerate(parts):
            argument = function.argument(at)
            if argument.types == (ValueType.DATE,) or (
                any_date and len(argument.types) > 1 and isinstance(part.constant, str)
            ):
                part = self._as_date(part) if part.type is ValueType.TEXT else part
            wanted = argument.types if alike is None or len(argument.types) == 1 else (alike,)
            if part.type not in wanted:
                self._refuse(part, part.type.found, wanted[0].needed)
            if argument.constant and part.constant is None:
                self._refuse(
                    part,
                    message("“{name}” needs a fixed value here.", name=function.name),
                    message("Write it like this: {example}", example=function.example),
                )
            if len(argument.types) > 1:
                alike = part.type
            fitted.append(part)
        return fitted

    def _try_pattern(self, function: Function, parts: list[_Part]) -> None:
        if function.name != "matches":
            return
        try:
            pc.match_substring_regex(pa.array([""]), parts[1].constant)
        except pa.ArrowInvalid as error:
            reason = str(error).rpartition(": ")[2]
            self._refuse(parts[1], message("This pattern is not valid: {reason}.", reason=reason))


def _are_whole(*values: Values) -> bool:
    return all(each.type == pa.int64() for each in values)


def _stored(kind: ValueType, whole: bool) -> pa.DataType:
    if kind is ValueType.NUMBER:
        return pa.int64() if whole else pa.float64()
    return {_TEXT: pa.string(), _DATE: pa.timestamp("us"), _TRUTH: pa.bool_()}[kind]


_HANDLERS: dict[type[ast.AST], Callable[[_Checker, Any], _Part]] = {
    ast.Name: _Checker._name,
    ast.Constant: _Checker._constant,
    ast.BoolOp: _Checker._all_or_any,
    ast.UnaryOp: _Checker._unary,
    ast.BinOp: _Checker._sum,
    ast.Compare: _Checker._compare,
    ast.Call: _Checker._call,
}
