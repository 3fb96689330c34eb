"""Whether the first rows of a table name its columns, and which names result."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from engine.data.cells.shapes import date_formats, is_missing_token, is_number
from engine.data.text.detection import Detected, chosen, found
from engine.messages import message

_LOOKED_AT = 200
_COMPARED = 50
_FIRST_ROWS = 20
_MOST_ROWS = 5
"""Rows that a header takes at most."""


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
        if _counts_up(first) or (_years(values) and len(values) < len(filled)):
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
    for count in range(min(_MOST_ROWS, same), 1, -1):
        body = [row for row in rows[count:] if len(row) == width]
        places = [p for p in range(width) if _holds_values([row[p] for row in body])]
        least = 2 if width > 2 else 1
        if len(places) >= least and len(body) >= 2 and all(
            _names_above(row, places) for row in rows[1:count]
        ):  # fmt: skip
            return count
    return 1


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


def _words_again(first: list[str], rest: list[list[str]]) -> int:
    """How many words of the first line stand again in their own columns."""
    if rest and sum([c.strip() for c in row] == first for row in rest) == 1:
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

    Labels over several columns are carried to the right where the names below would be the same.
    """
    width = max(map(len, rows), default=0)
    padded = [[cell.strip() for cell in row] + [""] * (width - len(row)) for row in rows]
    last = [name for name in padded[-1] if name] if padded else []
    if len(set(last)) < len(last):
        for row in padded[:-1]:
            for place in range(1, width):
                row[place] = row[place] or row[place - 1]
    return [" ".join(filter(None, parts)) for parts in zip(*padded, strict=True)]


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
        if named or not rows or any(row[position].strip() for row in rows) or not header:
            break
        blank_end += 1
    if len(names) == width - 1 and not blank_end:
        names.insert(0, "")  # row names without a heading, as R writes them
    names = names[:width] + [""] * (width - len(names))
    return names[: width - blank_end], blank_end


def unique_names(
    raw: list[str], *, header: bool
) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
    """Names that are not blank and differ, and those that had to change with what they became."""
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
