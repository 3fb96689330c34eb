"""Lines above a table that are no part of it: titles, remarks, blank lines of delimiters."""

from __future__ import annotations

import re
from collections import Counter
from typing import NamedTuple

from engine.data.text.header import is_value, table_width

_MOST_RECORDS = 60
"""Records that stand above a table at most."""
_SMALLEST_TABLE = 5
"""Records of one width that are a table, if they stand above another."""
_ROWS_BELOW = 2
"""So many records as wide as the table have to follow a preamble of another width."""


_STATED = re.compile(r'("?)sep=([,;\t|: ])\1\s*?(?:\r\n|\r|\n)', re.IGNORECASE)


class Stated(NamedTuple):
    """What the first line of a file says about the others."""

    delimiter: str
    end: int
    """Characters of the line with its end."""


def stated_delimiter(text: str) -> Stated | None:
    """The delimiter that a line like `sep=;` names, as spreadsheets write and read it."""
    match = _STATED.match(text)
    return Stated(match[2], match.end()) if match else None


def preamble_records(records: list[list[str]]) -> int:
    """How many of the first records stand above the table."""
    width = _usual_width(records)
    if width < 2:
        return 0
    start = 0
    for place, record in enumerate(records[:_MOST_RECORDS]):
        if len(record) == width and not _is_title(record, records[place + 1 :], width):
            break
        start = place + 1
    else:
        return 0
    if start and len(records[start - 1]) != width and _is_damaged_header(records, start, width):
        start -= 1
    table = records[start : start + _MOST_RECORDS]
    if _is_table(records[:start], len(table)):
        return 0
    even = sum(len(record) == width for record in table)
    enough = even >= _ROWS_BELOW and 2 * even > len(table)
    return start if enough and any(map(str.strip, table[0])) else 0


def _is_table(above: list[list[str]], below: int) -> bool:
    """Whether the records above are a table by themselves, and no small one beside what follows."""
    widths = Counter(len(record) for record in above if len(record) > 1)
    most = max(widths.values(), default=0)
    return most >= _SMALLEST_TABLE and 2 * most >= max(below, len(above))


def _usual_width(records: list[list[str]]) -> int:
    """The width that most records have, those of one field counting little."""
    wide = [record for record in records if len(record) > 1]
    if 10 * len(wide) < len(records):
        return 1
    return table_width(None, wide[: _MOST_RECORDS + _ROWS_BELOW])


def _is_title(record: list[str], below: list[list[str]], width: int) -> bool:
    """Whether a record as wide as the table holds one text at most, and fuller ones follow.

    In a table of two columns a blank line has to be next.
    """
    filled = sum(1 for cell in record if cell.strip())
    if filled == 1 and width == 2 and below and not any(map(str.strip, below[0])):
        return bool(record[0].strip()) and any(all(map(str.strip, row)) for row in below)
    if filled > 1 or width < 3:
        return filled == 0 and bool(below)
    fuller = next((row for row in below if sum(1 for c in row if c.strip()) > 1), None)
    return fuller is not None and sum(1 for cell in fuller if cell.strip()) >= max(2, filled + 2)


def _is_damaged_header(records: list[list[str]], start: int, width: int) -> bool:
    """Whether the record above the first one of the right width is the header all the same.

    It has to be nearly as wide, or as wide with another delimiter, and no header may follow.
    """
    above, first = records[start - 1], records[start]
    if any(is_value(cell.strip()) for cell in above if cell.strip()):
        return False
    follows = not any(is_value(cell.strip()) for cell in first if cell.strip())
    if follows and _has_values(records[start + 1 :], width):
        return False
    filled = sum(1 for cell in above if cell.strip())
    if 2 * filled > width:
        return True
    return len(above) == 1 and divided(above[0], width) is not None


def divided(text: str, width: int) -> list[str] | None:
    """The fields of a line in which another delimiter divides as many as there are columns."""
    for delimiter in (",", ";", "\t", "|", " "):
        fields = text.split(delimiter)
        if len(fields) == width and all(field.strip() for field in fields):
            return [field.strip().strip("\"'") for field in fields]
    return None


def _has_values(rows: list[list[str]], width: int) -> bool:
    """Whether some column of these rows is values throughout."""
    same = [row for row in rows[:50] if len(row) == width]
    return len(same) >= _ROWS_BELOW and any(
        all(is_value(row[place].strip()) for row in same if row[place].strip())
        and any(row[place].strip() for row in same)
        for place in range(width)
    )
