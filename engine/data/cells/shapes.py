"""What a single cell looks like: the patterns behind dialect, header and column types."""

from __future__ import annotations

import re

from engine.data.cells.dates import date_formats as date_formats

INTEGER = re.compile(r"[+-]?[0-9]+")
DOTTED = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")
COMMAED = re.compile(r"[+-]?([0-9]+,?[0-9]*|,[0-9]+)([eE][+-]?[0-9]{1,3})?")
GROUPED_BY_COMMA = re.compile(
    r"[+-]?([0-9]{1,3}(,[0-9]{3})+|[0-9]{1,2}(,[0-9]{2})+,[0-9]{3})(\.[0-9]*)?"
)  # 1,23,456 in India
GROUPED_BY_DOT = re.compile(r"[+-]?[0-9]{1,3}(\.[0-9]{3})+(,[0-9]*)?")
_IN_NUMBERS = re.compile(r"[-+0-9.,eE]+")
"""All that the notations of numbers have in them."""
LEADING_ZERO = re.compile(r"[+-]?0[0-9]+")

# Texts that stand for "no value". The first group means nothing else in any column; the second does
# so among numbers and dates, and among words only if the same file uses it there (NA is Namibia too).
ALWAYS_MISSING = (
    "?", "??", "N/A", "n/a", "#N/A", "#NA", "<NA>", "NaN", "nan", "NAN", "-nan", "-NaN", "NULL", "null",
    "Null", "(null)", "[null]", "<null>", "\\N", "n.a.", "N.A.", "#VALUE!", "#DIV/0!", "#REF!", "#NUM!",
    "#NAME?", "1.#QNAN", "-1.#IND", "NaT", "(blank)", "(empty)", "缺失", "缺失值",
)  # fmt: skip
AMONG_VALUES_MISSING = (
    "NA", "na", "-", "--", "---", "–", "—", ".", "..", "...", "*", "/", "None", "none", "NONE", "nil", "Nil",
    "NIL", "missing", "Missing", "MISSING", "unknown", "Unknown", "UNKNOWN", "n.d.", "N.D.", "k.A.",
    "not available", "Not available", "Not Available", "not applicable", "Not applicable",
    "无", "空", "暂无", "未知", "不详",
)  # fmt: skip
MISSING = ALWAYS_MISSING + AMONG_VALUES_MISSING
_MISSING = frozenset(MISSING)


_SIGN_OR_UNIT = re.compile(r"^[€$£¥₹]\s?|\s?(?:[%‰€$£¥₹]|[^\W\d_]{1,4})$")


def without_unit(text: str) -> str:
    """The text without a currency sign before it, or a sign or a short unit after it."""
    return _SIGN_OR_UNIT.sub("", text)


def is_missing_token(text: str) -> bool:
    """Whether the text is one of those that stand for "no value"."""
    return text in _MISSING


def is_number(text: str) -> bool:
    """Whether the text is a number in any of the known notations."""
    if DOTTED.fullmatch(text) is not None:  # most numbers of most files
        return True
    return _IN_NUMBERS.fullmatch(text) is not None and bool(
        COMMAED.fullmatch(text)
        or GROUPED_BY_COMMA.fullmatch(text)
        or GROUPED_BY_DOT.fullmatch(text)
    )
