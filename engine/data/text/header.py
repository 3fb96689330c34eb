"""Whether the first rows of a table name its columns, and which names result."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from engine.data.cells.shapes import date_formats, is_missing_token, is_number
from engine.data.text.detection import Detected, chosen, found
from engine.messages import message

_LOOKED_AT = 200
_COMPARED = 50
_FIRST_ROWS = 20
_MOST_ROWS = 5
"""Rows that a header takes at most."""
_SIGNS = "€$£¥%- "
_LINE_END = re.compile(r"[ \t]*[\r\n]+[ \t]*")
_ROWS_A_HEADER = 20
"""Rows on average between a header and its next copy; a mere row comes again more often."""


def has_header(records: list[list[str]], given: bool | None) -> tuple[bool, Detected]:
    """Whether the first record names the columns, and why that is thought."""
    if given is not None:
        return given, chosen("header", message("Header: chosen."))
    first = [cell.strip() for cell in records[0]]
    rest = records[1:_LOOKED_AT]
    filled = [cell for cell in first if cell]
    values = [cell for cell in filled if is_value(cell)]
    if not filled:
        told = message("Header: the first line is blank, so it names nothing.")
        return bool(rest), found("header", told, 0.6)
    if values:
        if _counts_up(first) or (
            _years(values) and (len(values) < len(filled) or (not first[0] and _in_steps(values)))
        ):
            told = message("Header: the first line counts the columns.")
            return True, found("header", told, 0.8)
        if header_rows(records) > 1:
            told = message("Header: a line of names stands between the first one and values.")
            return True, found("header", told, 0.85)
        told = message(
            "No header: {count} of {all} cells of the first line are values.",
            count=len(values),
            all=len(filled),
        )
        return False, found("header", told, 0.6 + 0.4 * len(values) / len(filled))
    again = _words_again(first, rest)
    below = values_below(first, rest)
    if rest and again * 2 >= len(first) and not below:
        told = message(
            "No header: {count} of {all} words of the first line come again below.",
            count=again,
            all=len(filled),
        )
        return False, found("header", told, 0.4 + 0.5 * again / len(filled))
    new = 1 - again / len(filled)
    told = message(
        "Header: the first line holds names; {share}% of them come never again below.",
        share=round(100 * new),
    )
    return True, found("header", told, 0.98 if below else 0.8 * new)


def header_rows(records: list[list[str]]) -> int:
    """How many records the header takes: further ones hold words where values stand below."""
    width = table_width(None, records)
    rows = records[:_COMPARED]
    same = next((i for i, row in enumerate(rows) if len(row) != width), len(rows))
    return max(_full_rows(rows, same, width), _grouped_rows(rows[:same], width))


def _full_rows(rows: list[list[str]], same: int, width: int) -> int:
    """Lines of a header that all name most of the columns with values below."""
    for count in range(min(_MOST_ROWS, same), 1, -1):
        body = [row for row in rows[count:] if len(row) == width]
        places = [p for p in range(width) if _holds_values([row[p] for row in body])]
        least = 2 if width > 2 else 1
        if len(places) >= least and len(body) >= 2 and all(
            _names_above(row, places) for row in rows[1:count]
        ):  # fmt: skip
            return count
    return 1


def _grouped_rows(rows: list[list[str]], width: int) -> int:
    """Lines of a header whose first one names groups of columns and leaves the rest to the others.

    The others fill what the first line left blank, above values; no value stands in them there.
    """
    most = min(_MOST_ROWS, len(rows) - 1)
    if most < 2:
        return 1
    blank = [place for place in range(width) if not rows[0][place].strip()]
    if not any(row[place].strip() for row in rows[1:most] for place in blank):
        return 1  # as most tables; the rest takes its time where there are many columns
    for count in range(most, 1, -1):
        lower, body = rows[1:count], _first_block(rows[count:])
        places = [p for p in range(width) if _are_values([row[p] for row in body])]
        if len(places) < 2 or not any(map(str.strip, lower[-1])):
            continue
        gaps = sorted(set(places).intersection(blank))
        if all(_fills(row, gaps, places) for row in lower if any(map(str.strip, row))) and (
            _begins_values(body[0], places)
        ):
            return count
    return 1


def _first_block(rows: list[list[str]]) -> list[list[str]]:
    """The rows before the first blank one."""
    blank = next((i for i, row in enumerate(rows) if not any(map(str.strip, row))), len(rows))
    return rows[:blank]


def _are_values(cells: Sequence[str]) -> bool:
    filled = [cell.strip() for cell in cells if cell.strip()]
    return len(filled) > 1 and sum(map(_is_amount, filled)) >= 0.9 * len(filled)


def _is_amount(cell: str) -> bool:
    """Whether the text is a value, maybe with a sign of money or of percent."""
    return is_value(cell) or is_number(cell.strip(_SIGNS))


def _fills(row: list[str], gaps: Sequence[int], places: Sequence[int]) -> bool:
    """Whether words fill gaps of the names and no value stands above values, or years alone do."""
    filled = [cell.strip() for cell in row if cell.strip()]
    return any(row[place].strip() for place in gaps) and (
        (_years(filled) and _in_steps(filled))
        or not any(_is_amount(row[place].strip()) for place in places)
    )


def _begins_values(row: list[str], places: Sequence[int]) -> bool:
    """Whether values stand in most of the places where values stand below."""
    return 2 * sum(_is_amount(row[place].strip()) for place in places) >= len(places)


def _holds_values(cells: Sequence[str]) -> bool:
    filled = [cell.strip() for cell in cells if cell.strip()]
    return 2 * len(filled) >= len(cells) and sum(map(is_value, filled)) >= 0.9 * len(filled)


def _names_above(row: list[str], places: list[int]) -> bool:
    """Whether the row has words, and no value, where values stand below."""
    cells = [row[place].strip() for place in places]
    words = [cell for cell in cells if cell and not is_value(cell)]
    return 2 * len(words) > len(cells) and not any(map(is_value, cells))


def is_value(cell: str) -> bool:
    """Whether the text is a number, a date or a token for a missing one."""
    return is_number(cell) or is_missing_token(cell) or bool(date_formats(cell))


def _counts_up(cells: list[str]) -> bool:
    """Whether the cells are 0, 1, 2 … or 1, 2, 3 … (a blank one may stand before them)."""
    numbers = cells[1:] if cells and not cells[0] else cells
    if len(numbers) < 3 or not all(cell.isdecimal() for cell in numbers):
        return False
    start = int(numbers[0])
    return start in (0, 1) and all(int(n) == start + i for i, n in enumerate(numbers))


def _years(cells: list[str]) -> bool:
    return len(cells) >= 2 and all(cell.isdecimal() and 1800 <= int(cell) <= 2200 for cell in cells)


def _in_steps(years: list[str]) -> bool:
    """Whether each year is as far from the last one as the others are."""
    steps = {int(later) - int(earlier) for earlier, later in pairwise(years)}
    return len(steps) == 1 and (len(years) > 2 or steps <= {1, -1}) and 0 not in steps


def _words_again(first: list[str], rest: list[list[str]]) -> int:
    """How many words of the first line stand again in their own columns."""
    same = sum([cell.strip() for cell in row] == first for row in rest)
    if same <= max(1, len(rest) // _ROWS_A_HEADER):
        rest = [row for row in rest if [c.strip() for c in row] != first]  # the header once more
    hits = 0
    for position, cell in enumerate(first):
        below = {row[position].strip() for row in rest if len(row) > position}
        hits += bool(cell) and cell in below
    return hits


def values_below(first: list[str], rest: list[list[str]]) -> bool:
    """Whether some column is numbers or dates below a word in the first line."""
    for position in range(len(first)):
        below = [row[position].strip() for row in rest if len(row) > position]
        filled = [cell for cell in below if cell and not is_missing_token(cell)]
        values = sum(1 for cell in filled if is_number(cell) or date_formats(cell))
        if filled and values * 10 >= len(filled) * 9:
            return True
    return False


def table_width(header: list[str] | None, body: list[list[str]]) -> int:
    """Number of fields in a row: the usual one; the header's on a tie."""
    counts = Counter(len(row) for row in body)
    if header is not None:
        if not counts:
            return len(header)
        near = [len(row) for row in body[:_FIRST_ROWS]]  # further down another table may begin
        if 2 * counts[len(header)] >= sum(counts.values()) or 2 * near.count(len(header)) > len(
            near
        ):
            return len(header)
    if not counts:
        return 1
    most = max(counts.values())
    usual = [width for width, count in counts.items() if count == most]
    return len(header) if header is not None and len(header) in usual else max(usual)


def joined_names(rows: list[list[str]]) -> list[str]:
    """One name a column from all rows of the header, the upper ones first.

    A label over several columns is carried to the right, to the next label in its row or above.
    """
    width = max(map(len, rows), default=0)
    own = [[cell.strip() for cell in row] + [""] * (width - len(row)) for row in rows]
    carried = [
        row if level == len(own) - 1 else _carried(row, own[:level], own[level + 1 :])
        for level, row in enumerate(own)
    ]
    return [" ".join(filter(None, parts)) for parts in zip(*carried, strict=True)]


def _carried(row: list[str], above: list[list[str]], below: list[list[str]]) -> list[str]:
    if row[0] and not any(row[1:]):
        return row  # a title, or the name of the first column alone
    carried = list(row)
    for place in range(1, len(row)):
        named_below = any(lower[place] for lower in below)
        if not row[place] and named_below and not any(upper[place] for upper in above):
            carried[place] = carried[place - 1]
    return carried


def raw_names(header: list[str], width: int, body: list[list[str]]) -> tuple[list[str], int]:
    """The header's names for `width` fields, and how many blank fields at the end to leave out."""
    names = [name.strip() for name in header]
    rows = [row for row in body if len(row) == width]
    if len(names) > width and sum(map(bool, names)) == width:
        names = [name for name in names if name]  # a delimiter too many between them
    blank_end = 0
    while blank_end < width - 1:
        position = width - 1 - blank_end
        named = position < len(names) and names[position]
        # A line end has to have been quoted: it stands in a field and is no end of the line.
        if named or not rows or any(row[position].strip(" \t") for row in rows) or not header:
            break
        blank_end += 1
    if len(names) == width - 1 and any(row[-1].strip() for row in rows):
        names.insert(0, "")  # row names without a heading, as R writes them
    names = names[:width] + [""] * (width - len(names))
    return names[: width - blank_end], blank_end


def unique_names(
    raw: list[str], *, header: bool
) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
    """Names that are not blank and differ, and those that had to change with what they became.

    A line end within a name becomes a blank: names are to be typed in expressions, and shown.
    """
    raw = [_LINE_END.sub(" ", name) for name in raw]
    taken = {name for name in raw if name}
    used: set[str] = set()
    names: list[str] = []
    renamed: list[tuple[str, str]] = []
    for position, name in enumerate(raw):
        new = name or f"column {position + 1}"
        number = 2
        while new in used or (new != name and new in taken):
            new = f"{name or f'column {position + 1}'} ({number})"
            number += 1
        used.add(new)
        names.append(new)
        if header and new != name:
            renamed.append((name, new))
    return tuple(names), tuple(renamed)
