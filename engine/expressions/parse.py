"""From a text to an `Expression`, or to an error that names the place in the text."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pyarrow as pa

from engine.errors import ExpressionInvalid
from engine.expressions.check import Checker
from engine.expressions.functions import FUNCTIONS
from engine.expressions.kernels import Values
from engine.expressions.parts import Refused
from engine.expressions.rewrite import Rewritten, invalid, rewrite
from engine.expressions.value_types import ValueType
from engine.messages import message


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
    try:
        part = Checker(rewritten, columns).check(tree.body)
    except Refused as refused:
        raise invalid(text, refused.place, refused.problem, refused.advice) from None
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
