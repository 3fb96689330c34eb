"""What a single cell looks like: the patterns behind dialect, header and column types."""

from __future__ import annotations

import re
from datetime import datetime
from functools import lru_cache

INTEGER = re.compile(r"[+-]?\d+")
DOTTED = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?")
COMMAED = re.compile(r"[+-]?(\d+,?\d*|,\d+)([eE][+-]?\d{1,3})?")
GROUPED_BY_COMMA = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d*)?")
GROUPED_BY_DOT = re.compile(r"[+-]?\d{1,3}(\.\d{3})+(,\d*)?")
LEADING_ZERO = re.compile(r"[+-]?0\d+")

ISO = "iso"
ISO_ZONED = "iso-zoned"
EPOCH_SECONDS = "epoch-s"
EPOCH_MILLISECONDS = "epoch-ms"
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?)?")
_MAYBE_DATE = re.compile(
    r"\d{1,4}[-/.年]\d{1,2}[-/.月]\d{1,4}|\d{1,2}[ -][A-Za-z]{3,9}[ -]\d{4}|[A-Za-z]{3,9} \d{1,2}, \d{4}"
)
_ZONE = re.compile(r"(Z|[+-]\d{2}:?\d{2})$")
_DAYS = (
    "%d/%m/%Y", "%m/%d/%Y", "%Y/%m/%d", "%d.%m.%Y", "%d-%m-%Y", "%m-%d-%Y", "%Y.%m.%d",
    "%Y年%m月%d日", "%d %b %Y", "%d-%b-%Y", "%b %d, %Y", "%d %B %Y", "%B %d, %Y", "%d/%m/%y", "%m/%d/%y",
)  # fmt: skip
_TIMES = ("", " %H:%M", " %H:%M:%S")
DATE_FORMATS = tuple(day + time for time in _TIMES for day in _DAYS)

# Texts that stand for "no value". The first group means nothing else in any column; the second does
# so among numbers and dates, and among words only if the same file uses it there (NA is Namibia too).
ALWAYS_MISSING = (
    "?", "N/A", "n/a", "#N/A", "#NA", "<NA>", "NaN", "nan", "NAN", "NULL", "null", "Null", "(null)",
    "n.a.", "N.A.", "#VALUE!", "#DIV/0!", "#REF!", "NaT",
)  # fmt: skip
AMONG_VALUES_MISSING = (
    "NA", "na", "-", "--", "---", "—", ".", "None", "none", "NONE", "nil",
    "missing", "Missing", "MISSING", "unknown", "Unknown",
)  # fmt: skip
MISSING = ALWAYS_MISSING + AMONG_VALUES_MISSING
_MISSING = frozenset(MISSING)


def is_missing_token(text: str) -> bool:
    """Whether the text is one of those that stand for "no value"."""
    return text in _MISSING


def is_number(text: str) -> bool:
    """Whether the text is a number in any of the known notations."""
    return bool(
        DOTTED.fullmatch(text)
        or COMMAED.fullmatch(text)
        or GROUPED_BY_COMMA.fullmatch(text)
        or GROUPED_BY_DOT.fullmatch(text)
    )


@lru_cache(maxsize=20_000)
def date_formats(text: str) -> tuple[str, ...]:
    """Every known format that the text is a date in; several where day and month may be swapped."""
    if not 6 <= len(text) <= 40:
        return ()
    if _ISO.fullmatch(text):
        return (ISO,) if _parses_iso(text) else ()
    bare = _ZONE.sub("", text)
    if bare != text and _ISO.fullmatch(bare) and len(bare) > 10:
        return (ISO_ZONED,) if _parses_iso(bare) else ()
    if not _MAYBE_DATE.match(text):
        return ()
    return tuple(form for form in DATE_FORMATS if parse_date(text, form) is not None)


def parse_date(text: str, form: str) -> datetime | None:
    """The moment, or nothing when the text does not fit the strptime format."""
    try:
        return datetime.strptime(text, form)  # noqa: DTZ007 - tables hold local times
    except ValueError:
        return None


def _parses_iso(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True
