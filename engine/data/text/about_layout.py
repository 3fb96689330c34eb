"""What is told of parts of a layout: lines and tables below the table, names without fields."""

from __future__ import annotations

from collections.abc import Sequence

from engine.data.text.detection import Detected, chosen, found
from engine.data.text.footer import Footer
from engine.data.text.records import count_lines
from engine.messages import message, message_n
from engine.recipe.reading import Reading

_NAMES_TOLD = 10
_LEAST_ROWS = 2
"""Rows above and below that make two tables of what a title divides."""


def about_footer(footer: Footer, reading: Reading) -> list[Detected]:
    """How many lines stand below the table, if any do."""
    if reading.footer_lines is not None:
        return [chosen("footer_lines", message("Lines below the table: chosen."))]
    if not footer.lines:
        return []
    told = message_n(
        "{count} line below the table: delimiters alone, and notes.",
        "{count} lines below the table: delimiters alone, and notes.",
        footer.lines,
    )
    return [found("footer_lines", told, 0.85)]


def about_tables_below(
    records: Sequence[list[str]], ends: Sequence[int], text: str
) -> list[Detected]:
    """The first line that is a title below blank rows and above fuller ones, if there is one.

    `ends` are the places in the text where the records end.
    """
    for place in range(_LEAST_ROWS, len(records) - _LEAST_ROWS):
        if any(map(str.strip, records[place - 1])):  # mostly: the first cell says so
            continue
        below = map(_filled, records[place + 1 : place + 1 + 2 * _LEAST_ROWS])
        rows = [count for count in below if count][:_LEAST_ROWS]
        is_title = _filled(records[place]) == 1 and len(records[place]) > 1
        if is_title and len(rows) == _LEAST_ROWS and min(rows) > 1:
            record = text[ends[place - 1] : ends[place]]
            line = count_lines(text[: ends[place] - len(record.lstrip("\r\n"))]) + 1
            told = message(
                "Another table may begin in line {line}: a title stands there below a blank row. "
                "Leave out the lines below the table to keep the first one alone.",
                line=line,
            )
            return [found("footer_lines", told, 0.5)]
    return []


def _filled(record: list[str]) -> int:
    return sum(1 for cell in record if cell.strip())


def about_names_left_over(header: list[str], names: list[str], width: int) -> list[Detected]:
    """Names that no field of the rows is for, unless a blank one made up for them."""
    left = [name.strip() for name in header[width:] if name.strip() and name.strip() not in names]
    if not left:
        return []
    told = message_n(
        "The header has {count} name more than the rows have fields; it was left out: {names}",
        "The header has {count} names more than the rows have fields; they were left out: {names}",
        len(left),
        names=", ".join(left[:_NAMES_TOLD]),
    )
    return [found("header", told, 0.5)]
