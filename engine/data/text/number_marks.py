"""Which marks stand before decimals and between thousands, told from the cells of a table."""

from __future__ import annotations

import re
from collections import Counter
from typing import Literal

from engine.data.cells.notations import without_groups
from engine.data.cells.shapes import (
    COMMAED,
    DOTTED,
    GROUPED_BY_COMMA,
    GROUPED_BY_DOT,
    INTEGER,
    without_unit,
)
from engine.data.text.detection import Detected, chosen, found
from engine.messages import message, message_n
from engine.recipe.reading import Reading, Thousands

_SEEN_FOR_DECIMAL = 500
_POINTED = re.compile(r"[+-]?[0-9]+\.[0-9]*")
_SHORTEST_GROUPED = len("1,000")


def find_thousands(rows: list[list[str]], decimal: str) -> Thousands:
    """The mark that stands between thousands in the most cells; columns may have others."""
    pattern = GROUPED_BY_COMMA if decimal == "." else GROUPED_BY_DOT
    marks: Counter[Thousands] = Counter()
    for row in rows[:: max(1, len(rows) // _SEEN_FOR_DECIMAL)]:
        for cell in row:
            text = cell.strip()
            if len(text) < _SHORTEST_GROUPED:
                continue
            if pattern.fullmatch(text):
                marks["," if decimal == "." else "."] += 1
            elif (grouped := without_groups(text)) is not None:
                marks[" " if grouped[1].isspace() else "'"] += 1
    return marks.most_common(1)[0][0] if marks else ""


def find_decimal(rows: list[list[str]], delimiter: str, reading: Reading) -> tuple[str, Detected]:
    """The comma where cells like 1,5 are met and ones like 1.5 hardly."""
    if reading.decimal is not None:
        told = message("Decimal mark “{mark}”: chosen.", mark=reading.decimal)
        return reading.decimal, chosen("decimal", told)
    if reading.thousands in (",", "."):
        mark: Literal[",", "."] = "." if reading.thousands == "," else ","
        told = message("Decimal mark “{mark}”: the other one stands between thousands.", mark=mark)
        return mark, found("decimal", told, 0.99)
    commas = dots = 0
    for row in rows[:: max(1, len(rows) // _SEEN_FOR_DECIMAL)]:
        for cell in row:
            if "," not in cell and "." not in cell:
                continue
            if _POINTED.fullmatch(cell):  # most numbers of most files
                dots += 1
                continue
            text = without_unit(cell.strip())
            if "," in text and COMMAED.fullmatch(text):
                commas += not (delimiter == "," and GROUPED_BY_COMMA.fullmatch(text))
            elif "." in text and DOTTED.fullmatch(text) and not INTEGER.fullmatch(text):
                dots += 1
    mark, count = (",", commas) if commas > dots else (".", dots)
    if not count:
        return ".", found("decimal", message("Decimal mark “.”: no number has one."), 0.7)
    told = message_n(
        "Decimal mark “{mark}”: {count} sampled number has it.",
        "Decimal mark “{mark}”: {count} sampled numbers have it.",
        count,
        mark=mark,
    )
    return mark, found("decimal", told, (count + 1) / (commas + dots + 1.5))
