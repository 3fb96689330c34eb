"""The types of a table's columns: from a sample, from the whole file, and from what a person decides."""

from __future__ import annotations

import itertools
import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from engine.data.cells.cell_types import INTEGER as WHOLE_NUMBER
from engine.data.cells.cell_types import NUMBER, CellKind, CellType
from engine.data.cells.dates import COMPACT, EPOCHS, date_shape, is_day_first, swapped_order
from engine.data.cells.evidence import Evidence
from engine.data.cells.shapes import ALWAYS_MISSING, AMONG_VALUES_MISSING, INTEGER, MISSING
from engine.recipe.reading import ColumnReading, DateOrder
from engine.schema import Kind

_CODE = re.compile("[A-Z]{2}")
_MANY_CODES = 5
_NAMED_LIKE_TIME = re.compile(
    r"time|date|epoch|(^|[_\W])(ts|at|day|created|updated|modified|seen|when)($|[_\W])|(?-i:[a-z]At)$|时间|日期",
    re.I,
)
_WHOLE = "^[+-]?(0|[1-9][0-9]{0,17})$"
_DOTTED = "^[+-]?[0-9]+\\.[0-9]+$"
_ROWS = 20_000
"""Rows that a plan is made from; more would take longer and tell hardly more."""
_LOOKED_AT = 10_000
"""Cells that tell the notation of a column of texts."""
_LONGEST = 20
_EARLIEST = 10**8  # 1973, in seconds since 1970
_LATEST = 4 * 10**9  # 2096


def plan_columns(
    rows: Iterable[tuple[str, ...]],
    width: int,
    decimal: str,
    names: Sequence[str] = (),
    asked: Sequence[ColumnReading] = (),
    thousands: str | None = None,
) -> list[CellType]:
    """The types of all columns as far as these rows, the columns' names and a person tell.

    Args:
        rows: Some of the rows.
        width: Number of columns.
        decimal: The file's decimal mark.
        names: Those of the columns, where they are known.
        asked: What a person decided about columns.
        thousands: What a person says to stand between thousands.
    """
    sample = list(rows)
    sample = sample[:: math.ceil(len(sample) / _ROWS)] if len(sample) > _ROWS else sample
    columns = list(zip(*sample, strict=True)) or [()] * width
    wishes = {column.name: column for column in asked}
    by_place = [wishes.get(name) for name in names] or [None] * width
    plain = _plain_numbers(columns) if decimal == "." and thousands is None else [None] * width
    types: list[CellType] = []
    tokens: list[Mapping[str, int]] = []
    codes: set[int] = set()
    for place, (cells, wish) in enumerate(zip(columns, by_place, strict=True)):
        cell_type = plain[place]
        if cell_type is None or wish is not None:
            counts = Counter(cells)
            found = _evidence(counts, wish)
            cell_type = found.decide(decimal, thousands)
            tokens.append(found.tokens)
            if cell_type.kind is CellKind.TEXT and looks_like_codes(counts):
                codes.add(place)
        else:
            tokens.append({})
        if names:
            cell_type = as_moments(cell_type, names[place], cells)
        types.append(as_asked(cell_type, wish))
    used = tokens_in_use(types, tokens)
    return [
        cell_type
        if wish is not None and wish.missing is not None
        else with_file_tokens(cell_type, used, codes=place in codes)
        for place, (cell_type, wish) in enumerate(zip(types, by_place, strict=True))
    ]


def _plain_numbers(columns: Sequence[Sequence[str]]) -> list[CellType | None]:
    """The types of the columns that hold nothing but ordinary numbers; None for all others.

    All are looked at in one go. There is but one answer for them, so nothing else need be counted.
    """
    rows = len(columns[0]) if columns else 0
    if not rows:
        return [None] * len(columns)
    cells = pa.array(list(itertools.chain.from_iterable(columns)), pa.string())
    empty, whole, dotted = (
        found.to_numpy(zero_copy_only=False).reshape(-1, rows)
        for found in (
            pc.equal(pc.binary_length(cells), 0),
            pc.match_substring_regex(cells, _WHOLE),
            pc.match_substring_regex(cells, _DOTTED),
        )
    )
    numbers = (empty | whole | dotted).all(axis=1) & ~empty.all(axis=1)
    kinds = zip(numbers.tolist(), dotted.any(axis=1).tolist(), strict=True)
    return [(NUMBER if pointed else WHOLE_NUMBER) if number else None for number, pointed in kinds]


def _evidence(cells: Mapping[str, int], wish: ColumnReading | None) -> Evidence:
    """The evidence of cells with what a person decided about them."""
    if wish is None:
        return Evidence.of(cells)
    fixes = {fix.found: fix.value for fix in wish.fixes}
    fixed: Counter[str] = Counter()
    for text, count in cells.items():
        fixed[fixes.get(text.strip(), text)] += count
    return Evidence.of(fixed, MISSING if wish.missing is None else wish.missing)


def as_asked(cell_type: CellType, wish: ColumnReading | None) -> CellType:
    """The type with what a person decided about its column."""
    if wish is None:
        return cell_type
    changed: dict[str, object] = {"fixes": tuple((fix.found, fix.value) for fix in wish.fixes)}
    if wish.missing is not None:
        changed["missing"] = wish.missing
    other = swapped(cell_type)
    if other is not None and wish.dates is not None:
        day_first = is_day_first(cell_type.date_format)
        if day_first != (wish.dates is DateOrder.DAY_FIRST):
            changed["date_format"] = other.date_format
    return cell_type.model_copy(update=changed)


def typed_as_asked(
    types: Sequence[CellType], names: Sequence[str], asked: Sequence[ColumnReading]
) -> list[CellType]:
    """The types of columns that come typed, with what a person decided about them."""
    wishes = {column.name: column for column in asked}
    return [
        as_asked(cell_type, wishes.get(name)) for cell_type, name in zip(types, names, strict=True)
    ]


def as_moments(cell_type: CellType, name: str, cells: Iterable[str]) -> CellType:
    """Dates instead of integers, where the name speaks of time and all are moments of our age."""
    if cell_type.kind is not CellKind.INTEGER or not _NAMED_LIKE_TIME.search(name):
        return cell_type
    texts = [cell.strip() for cell in cells]
    texts = [text for text in texts if INTEGER.fullmatch(text)]
    moments = [int(text) for text in texts if len(text) <= _LONGEST]
    form = None
    for place, epoch in enumerate(EPOCHS):
        unit = 1000**place
        if moments and all(_EARLIEST * unit <= moment < _LATEST * unit for moment in moments):
            form = epoch
    if moments and all(_is_compact_date(text) for text in texts):
        form = COMPACT
    if form is None:
        return cell_type
    return cell_type.model_copy(update={"kind": CellKind.DATE, "date_format": form})


def _is_compact_date(text: str) -> bool:
    """Whether eight digits are a day of our age: 20210305."""
    if len(text) != 8 or not "1900" <= text[:4] <= "2099":
        return False
    return bool(date_shape(f"{text[:4]}-{text[4:6]}-{text[6:]}").days)


def forced_type(
    values: pa.Array | pa.ChunkedArray, kind: Kind, decimal: str, stored: CellType
) -> CellType:
    """How a column of texts is read as numbers or dates because a person wants it so.

    Args:
        values: The texts; some from all over them tell the notation.
        kind: `NUMBER` or `DATE`.
        decimal: The file's decimal mark.
        stored: How the texts themselves were read.
    """
    step = max(1, len(values) // _LOOKED_AT)
    if step > 1:
        values = values.take(pa.array(np.arange(0, len(values), step)))
    counts = values.drop_null().value_counts()
    seen = zip(counts.field(0).to_pylist(), counts.field(1).to_pylist(), strict=True)
    evidence = Evidence.of(dict(seen))
    if kind is Kind.DATE:
        wanted = CellType(kind=CellKind.DATE, date_format=evidence.date_format)
    else:
        wanted = evidence.as_number(decimal)
    missing = (*MISSING, *(text for text in stored.missing if text not in MISSING))
    return wanted.model_copy(update={"missing": missing, "fixes": stored.fixes})


def tokens_in_use(types: Iterable[CellType], tokens: Iterable[Mapping[str, int]]) -> set[str]:
    """The doubtful missing tokens (NA, - …) that stand among numbers and dates of this file."""
    seen: set[str] = set()
    for cell_type, found in zip(types, tokens, strict=True):
        if cell_type.kind in (CellKind.INTEGER, CellKind.NUMBER, CellKind.DATE):
            seen.update(found)
    return seen & set(AMONG_VALUES_MISSING)


def with_file_tokens(cell_type: CellType, used: set[str], *, codes: bool = False) -> CellType:
    """A text column reads the file's own tokens as missing too.

    `codes` says that the column holds codes of two capital letters, among which NA is one.
    """
    if cell_type.kind is not CellKind.TEXT:
        return cell_type
    own = sorted(used - {"NA"} if codes else used)
    return cell_type.model_copy(update={"missing": (*ALWAYS_MISSING, *own)})


def looks_like_codes(texts: Iterable[str]) -> bool:
    """Whether the texts are codes of two capital letters, like those of countries and states."""
    filled = {text.strip() for text in texts} - {"", "NA"}
    return len(filled) >= _MANY_CODES and all(_CODE.fullmatch(text) for text in filled)


def swapped(cell_type: CellType) -> CellType | None:
    """The date type with day and month the other way round, where both are written as numbers."""
    if cell_type.kind is not CellKind.DATE:
        return None
    other = swapped_order(cell_type.date_format)
    return None if other is None else cell_type.model_copy(update={"date_format": other})
