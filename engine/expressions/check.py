"""Goes through Python's syntax tree: every node checked against a whitelist, every type known beforehand."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from typing import Any, NoReturn

import pyarrow as pa
import pyarrow.compute as pc

from engine.expressions import calls, operations
from engine.expressions.functions import FUNCTIONS
from engine.expressions.kernels import Values
from engine.expressions.parts import Part, Refused, joined, literal, matched, wanted
from engine.expressions.rewrite import MISSING, Rewritten
from engine.expressions.value_types import ValueType, plain_values
from engine.messages import Message, message

DEEPEST = 150
"""Steps within steps; a sum of so many terms is one of them."""
_LARGEST = 2**63 - 1


class Checker:
    """Checks the nodes of one expression."""

    def __init__(self, rewritten: Rewritten, columns: Mapping[str, ValueType]) -> None:
        self._rewritten = rewritten
        self._columns = columns
        self._depth = 0

    def check(self, node: ast.AST) -> Part:
        """The piece at `node`. Raises `Refused` for all that is not on the list."""
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

    def _refuse(self, node: ast.AST, problem: Message, advice: Message | None = None) -> NoReturn:
        raise Refused(self._place(node), problem, advice)

    def _name(self, node: ast.Name) -> Part:
        place = self._place(node)
        text = self._rewritten.text_of(node.id)
        if text is not None:
            return literal(place, ValueType.TEXT, text, pa.string())
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

        return Part(self._columns[column], run, place)

    def _constant(self, node: ast.Constant) -> Part:
        value, place = node.value, self._place(node)
        if isinstance(value, bool):
            return literal(place, ValueType.TRUTH, value, pa.bool_())
        if isinstance(value, int):
            if value > _LARGEST:
                self._refuse(node, message("This number is too large."))
            return literal(place, ValueType.NUMBER, value, pa.int64(), whole=True)
        if not isinstance(value, float) or value in (float("inf"), float("-inf")):
            self._refuse(node, message("This number is too large."))
        return literal(place, ValueType.NUMBER, value, pa.float64())

    def _all_or_any(self, node: ast.BoolOp) -> Part:
        join = pc.and_kleene if isinstance(node.op, ast.And) else pc.or_kleene
        parts = [wanted(self.check(value), ValueType.TRUTH) for value in node.values]
        return joined(parts, join, self._place(node))

    def _unary(self, node: ast.UnaryOp) -> Part:
        return operations.unary(node.op, self.check(node.operand), self._place(node))

    def _binary(self, node: ast.BinOp) -> Part:
        one, other = self.check(node.left), self.check(node.right)
        return operations.binary(node.op, one, other, self._place(node))

    def _compare(self, node: ast.Compare) -> Part:
        parts = []
        left = self.check(node.left)
        for operator, right_node in zip(node.ops, node.comparators, strict=True):
            if isinstance(operator, ast.Is | ast.IsNot):
                parts.append(self._is_missing(operator, left, right_node))
                continue
            if isinstance(operator, ast.In | ast.NotIn):
                parts.append(self._is_among(operator, left, right_node))
                continue
            right = self.check(right_node)
            parts.append(operations.compared(operator, left, right))
            left = right
        return joined(parts, pc.and_kleene, self._place(node))

    def _is_missing(self, operator: ast.Is | ast.IsNot, left: Part, right: ast.expr) -> Part:
        if not (isinstance(right, ast.Name) and right.id == MISSING):
            self._refuse(
                right,
                message("After “is” only “missing” or “not missing” can follow."),
                message("Use == to compare with a value."),
            )
        return operations.is_missing(operator, left)

    def _is_among(self, operator: ast.In | ast.NotIn, left: Part, right: ast.expr) -> Part:
        entries = right.elts if isinstance(right, ast.List | ast.Tuple) else [right]
        members = [matched(self.check(entry), left) for entry in entries]
        if not members:
            self._refuse(right, message("The list is empty."))
        return operations.is_among(operator, left, members)

    def _call(self, node: ast.Call) -> Part:
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        function = FUNCTIONS.get(name)
        if function is None:
            self._refuse(node, message("Only functions can be followed by a bracket."))
        if node.keywords:
            self._refuse(node, message("Functions take values, not names of them."))
        place = self._place(node)
        calls.require_count(function, len(node.args), place)
        return calls.called(function, [self.check(argument) for argument in node.args], place)


_HANDLERS: dict[type[ast.AST], Callable[[Checker, Any], Part]] = {
    ast.Name: Checker._name,
    ast.Constant: Checker._constant,
    ast.BoolOp: Checker._all_or_any,
    ast.UnaryOp: Checker._unary,
    ast.BinOp: Checker._binary,
    ast.Compare: Checker._compare,
    ast.Call: Checker._call,
}
