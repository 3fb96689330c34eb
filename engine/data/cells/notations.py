"""Numbers that are written with more than digits: units, currency signs, groups set apart by blanks."""

from __future__ import annotations

import re
from typing import NamedTuple

from engine.data.cells.shapes import is_number

GROUP_MARKS = " \u00a0\u202f'’"
_GROUPED = re.compile(r"[+-]?[0-9]{1,3}([ \u00a0\u202f'’])[0-9]{3}(\1[0-9]{3})*([.,][0-9]*)?")
_CODES = "USD|EUR|GBP|JPY|CNY|RMB|CHF|CAD|AUD|HKD|TWD|KRW|INR|RUB|BRL|MXN|SEK|NOK|DKK|PLN|CZK|SGD|ZAR|TRY"
_SIGNS = rf"[$€£¥₹₽₩₺₪₫฿₴₦元円원]|US\$|R\$|A\$|C\$|HK\$|NT\$|{_CODES}"
# Letters after digits are a unit only if they look like one: 10kg and 5 GHz, but not 10A7 or 1001ABC.
_LETTERS = (
    r"[mgshldtLWVAKJNCF]|[a-zµ][a-zA-Z]{1,3}|[KMGT]i?B|[KMG]W|[MG]?Hz|[MG]bps|Pa|Nm|[^\W\d_a-zA-Z]"
)
_BEFORE = re.compile(rf"([+-]?)({_SIGNS}) ?([+-]?[0-9.,].*)")
_AFTER = re.compile(
    rf"([+-]?[0-9.,].*?)[ \u00a0]?({_SIGNS}|zł|[%‰°]|°[CF]|(?:{_LETTERS})[²³23]?(?:/(?:{_LETTERS})[²³23]?)?)"
)


class WithUnit(NamedTuple):
    """A number and what stands beside it."""

    number: str
    prefix: str
    suffix: str


def with_unit(text: str) -> WithUnit | None:
    """The number in a text like $5.20, 12 % or 70kg, with its unit."""
    match = _BEFORE.fullmatch(text)
    if match is not None:
        number = match[1] + match[3]
        return WithUnit(number, match[2], "") if _is_number(number) else None
    match = _AFTER.fullmatch(text)
    if match is not None and match[1][-1] not in ".," and _is_number(match[1]):  # 7.pdf is a file
        return WithUnit(match[1], "", match[2])
    return None


def without_groups(text: str) -> tuple[str, str] | None:
    """The number in a text like 1 234 567,5 without the marks between groups, and the mark."""
    match = _GROUPED.fullmatch(text)
    return (text.replace(match[1], ""), match[1]) if match is not None else None


def _is_number(text: str) -> bool:
    return is_number(text) or _GROUPED.fullmatch(text) is not None
