"""The functions that an expression may call: one entry each, with its types and what it does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from engine.expressions import kernels
from engine.expressions.kernels import Values
from engine.expressions.value_types import ValueType
from engine.messages import N_

NUMBER, TEXT, DATE, TRUTH = ValueType.NUMBER, ValueType.TEXT, ValueType.DATE, ValueType.TRUTH


@dataclass(frozen=True, slots=True)
class Argument:
    """What a function takes at one place."""

    types: tuple[ValueType, ...]
    """Any of these; with several, all arguments of the call have to be of the same."""
    constant: bool = False
    """Only a value written into the expression will do, no column."""
    optional: bool = False
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class Function:
    """One function."""

    name: str
    example: str
    summary: str
    arguments: tuple[Argument, ...]
    gives: ValueType | None
    """`None`: the type of its last argument."""
    compute: Callable[[Sequence[Values], Sequence[Any], bool], Values]
    """From the values, the constants among them, and whether all numbers are whole ones."""
    whole: bool | None = False
    """Whether numbers come out whole; `None`: if all that go in are."""

    @property
    def fewest(self) -> int:
        """Arguments that it needs."""
        return sum(not argument.optional for argument in self.arguments)

    @property
    def most(self) -> int | None:
        """Arguments that it takes at most; `None` without a bound."""
        return None if self.arguments[-1].repeated else len(self.arguments)

    def argument(self, at: int) -> Argument:
        """What it takes at that place."""
        return self.arguments[min(at, len(self.arguments) - 1)]


_NUMBER, _TEXT, _DATE, _TRUTH = (Argument((kind,)) for kind in (NUMBER, TEXT, DATE, TRUTH))
_WORDS = Argument((TEXT,), constant=True)
_ANY = Argument((NUMBER, TEXT, DATE, TRUTH))
_SEVERAL = Argument((NUMBER, TEXT, DATE), repeated=True)


def _on(function: Callable[[Values], Values]) -> Callable[..., Values]:
    return lambda values, constants, whole: function(values[0])


def _on_float(function: Callable[[Values], Values]) -> Callable[..., Values]:
    return lambda values, constants, whole: kernels.finite(function(kernels.as_float(values[0])))


def _date_part(function: Callable[[Values], Values]) -> Callable[..., Values]:
    return lambda values, constants, whole: pc.cast(function(values[0]), pa.int64())


def _search(function: Callable[..., Values]) -> Callable[..., Values]:
    return lambda values, constants, whole: function(values[0], constants[1])


def _extreme(function: Callable[..., Values]) -> Callable[..., Values]:
    def compute(values: Sequence[Values], constants: Sequence[Any], whole: bool) -> Values:
        if values[0].type in (pa.int64(), pa.float64()) and not whole:
            values = [kernels.as_float(each) for each in values]
        return function(*values, skip_nulls=True)

    return compute


def _rounded(values: Sequence[Values], constants: Sequence[Any], whole: bool) -> Values:
    digits = int(constants[1]) if len(constants) > 1 else 0
    turned = kernels.rounded(values[0], max(-300, min(300, digits)), values[0].type == pa.int64())
    return kernels.to_whole(turned) if len(constants) == 1 else turned


def _alike(values: Sequence[Values], whole: bool) -> list[Values]:
    if values[0].type in (pa.int64(), pa.float64()) and not whole:
        return [kernels.as_float(each) for each in values]
    return list(values)


def _chosen(values: Sequence[Values], constants: Sequence[Any], whole: bool) -> Values:
    one, other = _alike(values[1:], whole)
    sure = pc.coalesce(values[0], pa.scalar(False))
    chosen = pc.if_else(sure, one, other)
    return pc.if_else(pc.is_valid(values[0]), chosen, pa.scalar(None, chosen.type))


def _first_known(values: Sequence[Values], constants: Sequence[Any], whole: bool) -> Values:
    return pc.coalesce(*_alike(values, whole))


def _as_text(values: Sequence[Values], constants: Sequence[Any], whole: bool) -> Values:
    return pc.cast(values[0], pa.string())


_ALL = (
    Function("abs", "abs(x)", N_("Size without the sign"), (_NUMBER,), NUMBER, _on(pc.abs), None),
    Function(
        "round", "round(x, 2)", N_("Rounded, with digits after the point"),
        (_NUMBER, Argument((NUMBER,), constant=True, optional=True)), NUMBER, _rounded, None,
    ),
    Function("floor", "floor(x)", N_("Rounded down"), (_NUMBER,), NUMBER,
             _on(lambda x: kernels.to_whole(pc.floor(kernels.as_float(x)))), True),
    Function("ceil", "ceil(x)", N_("Rounded up"), (_NUMBER,), NUMBER,
             _on(lambda x: kernels.to_whole(pc.ceil(kernels.as_float(x)))), True),
    Function("sqrt", "sqrt(x)", N_("Square root"), (_NUMBER,), NUMBER, _on_float(pc.sqrt)),
    Function("log", "log(x)", N_("Natural logarithm"), (_NUMBER,), NUMBER, _on_float(pc.ln)),
    Function("log10", "log10(x)", N_("Logarithm to base 10"), (_NUMBER,), NUMBER,
             _on_float(pc.log10)),
    Function("exp", "exp(x)", N_("e to the power of x"), (_NUMBER,), NUMBER, _on_float(pc.exp)),
    Function("min", "min(a, b)", N_("The smallest of several in a row"), (_SEVERAL,), None,
             _extreme(pc.min_element_wise), None),
    Function("max", "max(a, b)", N_("The largest of several in a row"), (_SEVERAL,), None,
             _extreme(pc.max_element_wise), None),
    Function("contains", 'contains(name, "Mrs")', N_("Whether a text holds another"),
             (_TEXT, _WORDS), TRUTH, _search(pc.match_substring)),
    Function("starts_with", 'starts_with(name, "Mc")', N_("Whether a text begins with another"),
             (_TEXT, _WORDS), TRUTH, _search(pc.starts_with)),
    Function("ends_with", 'ends_with(name, "son")', N_("Whether a text ends with another"),
             (_TEXT, _WORDS), TRUTH, _search(pc.ends_with)),
    Function("matches", 'matches(code, "^[A-Z][0-9]+$")', N_("Whether a text matches a pattern"),
             (_TEXT, _WORDS), TRUTH, _search(pc.match_substring_regex)),
    Function("lower", "lower(name)", N_("In small letters"), (_TEXT,), TEXT, _on(pc.utf8_lower)),
    Function("upper", "upper(name)", N_("In capitals"), (_TEXT,), TEXT, _on(pc.utf8_upper)),
    Function("trim", "trim(name)", N_("Without blanks at its ends"), (_TEXT,), TEXT,
             _on(pc.utf8_trim_whitespace)),
    Function("length", "length(name)", N_("Number of characters"), (_TEXT,), NUMBER,
             _on(lambda x: pc.cast(pc.utf8_length(x), pa.int64())), True),
    Function("number", "number(code)", N_("A text as a number; missing where it is none"),
             (_TEXT,), NUMBER, _on(kernels.to_number)),
    Function("text", "text(year)", N_("As a text"), (_ANY,), TEXT, _as_text),
    Function("year", "year(date)", N_("Year of a date"), (_DATE,), NUMBER, _date_part(pc.year),
             True),
    Function("quarter", "quarter(date)", N_("Quarter, 1 to 4"), (_DATE,), NUMBER,
             _date_part(pc.quarter), True),
    Function("month", "month(date)", N_("Month, 1 to 12"), (_DATE,), NUMBER,
             _date_part(pc.month), True),
    Function("week", "week(date)", N_("Week of the year"), (_DATE,), NUMBER,
             _date_part(pc.iso_week), True),
    Function("day", "day(date)", N_("Day of the month"), (_DATE,), NUMBER, _date_part(pc.day),
             True),
    Function("weekday", "weekday(date)", N_("1 for Monday to 7 for Sunday"), (_DATE,), NUMBER,
             _date_part(kernels.weekday), True),
    Function("hour", "hour(date)", N_("Hour, 0 to 23"), (_DATE,), NUMBER, _date_part(pc.hour),
             True),
    Function("minute", "minute(date)", N_("Minute, 0 to 59"), (_DATE,), NUMBER,
             _date_part(pc.minute), True),
    Function("date", 'date("2026-03-01")', N_("A day or a moment"),
             (Argument((DATE,), constant=True),), DATE, _on(lambda x: x)),
    Function("if_else", 'if_else(age < 18, "child", "adult")', N_("One of two values"),
             (_TRUTH, _ANY, _ANY), None, _chosen, None),
    Function("first_known", "first_known(a, b)", N_("The first value that is not missing"),
             (Argument((NUMBER, TEXT, DATE, TRUTH), repeated=True),), None, _first_known, None),
)  # fmt: skip
FUNCTIONS = {function.name: function for function in _ALL}
