"""What the columns of a table are: kind, role, character, and why, from all rows."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from engine.data.cells.cell_facts import CellFacts
from engine.data.cells.cell_types import CellKind, CellType
from engine.data.cells.dates import COMPACT, EPOCHS, ISO_WEEK, QUARTER, is_day_first, swapped_order
from engine.data.columns.column_counts import all_differ, distinct_values, most_common
from engine.data.columns.completion import complete as complete
from engine.data.columns.completion import task_of as task_of
from engine.data.columns.images import count_files, holds_image_paths, pixel_blocks
from engine.data.columns.target_guess import suggest_target as suggest_target
from engine.data.table import Table
from engine.messages import Message, message
from engine.schema import Character, Column, ImageBlock, Kind, Reason, Role, Schema

FEW_LEVELS = 20
_ROWS_OF_A_LEVEL = 10
"""A text column is a category with so few levels, or with so many rows for each of them."""
_MANY_LEVELS = 100
"""Levels from which on a category is called one of many."""
_REPEATED = 0.5
"""Share of different texts up to which they are names that come again rather than free text."""
_WORDS_OF_A_NAME = 4
_NEARLY_ALL = 0.99
_IDENTIFIER_ROWS = 10
_GLANCED_AT = 100
_NAMED_LIKE_KEY = re.compile(
    r"(^|[_\W\s])(id|ids|key|uuid|guid|index|idx|row|nr|no|number|serial)$|[a-z](Id|ID|Key|Number|Index)$|编号|序号",
)


@dataclass(frozen=True, slots=True)
class _Facts:
    name: str
    rows: int
    missing: int
    distinct: int
    values: pa.ChunkedArray
    cell_type: CellType
    cells: CellFacts

    @property
    def filled(self) -> int:
        return self.rows - self.missing


def infer_schema(table: Table) -> Schema:
    """Kind, role and reason of every column, from all rows."""
    columns = [_column(table, name) for name in table.names]
    stored = [name for name in table.names if _is_number(table.column(name).type)]
    images = tuple(pixel_blocks(table, stored))
    if images:
        pixels = {name: block for block in images for name in block.columns}
        columns = [_as_pixel(c, pixels[c.name]) if c.name in pixels else c for c in columns]
    if not any(c.role is Role.FEATURE for c in columns[:-1]) and not _is_feature(columns[-1:]):
        columns = [_used_after_all(column) for column in columns]
    return Schema(columns=tuple(columns), rows=table.rows, images=images)


def _is_number(stored: pa.DataType) -> bool:
    return bool(pa.types.is_integer(stored) or pa.types.is_floating(stored))


def _is_feature(columns: list[Column]) -> bool:
    return len(columns) > 1 and any(c.role is Role.FEATURE for c in columns)


def _used_after_all(column: Column) -> Column:
    """A counting column is better than none to learn from, unless it is named like a key."""
    if column.kind is not Kind.NUMBER or _NAMED_LIKE_KEY.search(column.name):
        return column
    reason = _reason(message("It counts the rows, but it is the only column to learn from."))
    return column.model_copy(update={"role": Role.FEATURE, "reason": reason})


def _as_pixel(column: Column, block: ImageBlock) -> Column:
    why = message(
        "A pixel of the image “{image}”, {width} × {height}; used as a number.",
        image=block.name, width=block.width, height=block.height,
    )  # fmt: skip
    if column.is_constant:
        why = message(
            "A pixel of the image “{image}” that is the same in every row.", image=block.name
        )
    return column.model_copy(
        update={"kind": Kind.NUMBER, "character": Character.PIXEL, "reason": _reason(why)}
    )


def _column(table: Table, name: str) -> Column:
    values = table.column(name)
    facts = _Facts(
        name=name,
        rows=table.rows,
        missing=values.null_count,
        distinct=distinct_values(values),
        values=values,
        cell_type=table.cell_type(name),
        cells=table.cell_facts(name),
    )
    if name == table.file_column:
        why = message("It says which file a row came from; a new row has no such file.")
        return _made(facts, Kind.CATEGORY, why, Role.IGNORE)
    if facts.distinct <= 1:
        return _constant(facts)
    match facts.cell_type.kind:
        case CellKind.BOOLEAN:
            column = _made(facts, Kind.CATEGORY, _told(facts, _of_booleans()))
        case CellKind.TEXT | CellKind.EMPTY:
            column = _of_texts(table, facts)
        case CellKind.DATE:
            column = _made(facts, Kind.DATE, _told(facts, _of_dates(facts)))
        case _:
            column = _of_numbers(facts)
    return _nearly_constant(facts, column) if column.character is None else column


def _constant(facts: _Facts) -> Column:
    is_number = facts.cell_type.kind in (CellKind.INTEGER, CellKind.NUMBER)
    whole = is_number and _all_whole(facts.values)
    kind = Kind.NUMBER if is_number and not whole else Kind.CATEGORY
    if facts.distinct == 0:
        why = message("No row has a value.")
    else:
        value = str(facts.values.drop_null()[0].as_py())
        why = message("“{value}” in every row that has a value.", value=value)
    return _made(facts, kind, why, Role.IGNORE, integer=whole, character=Character.CONSTANT)


def _nearly_constant(facts: _Facts, column: Column) -> Column:
    """The column, told that hardly any row differs where that is so."""
    if facts.filled < _IDENTIFIER_ROWS or facts.distinct > facts.filled // 20:
        return column
    value, share = most_common(facts.values)
    if share < _NEARLY_ALL:
        return column
    why = message(
        "“{value}” in {percent}% of the rows that have a value.",
        value=str(value), percent=round(100 * share, 2),
    )  # fmt: skip
    return column.model_copy(update={"character": Character.NEAR_CONSTANT, "reason": _reason(why)})


# Texts -------------------------------------------------------------------------------------------


def _of_booleans() -> Message:
    return message("Words that say yes or no, so they stand for two classes.")


def _of_texts(table: Table, facts: _Facts) -> Column:
    if holds_image_paths(facts.values):
        return _image_files(table, facts)
    differ = facts.distinct == facts.filled > 1
    few = facts.distinct <= max(FEW_LEVELS, facts.filled / _ROWS_OF_A_LEVEL)
    if few and not differ:
        return _category(facts)
    if facts.distinct >= _NEARLY_ALL * facts.filled and _one_word(facts.values):
        why = message("Different in every row, so it names rows and tells nothing about new ones.")
        return _made(facts, Kind.TEXT, why, Role.IGNORE, character=Character.IDENTIFIER)
    if facts.distinct <= _REPEATED * facts.filled and _are_names(facts.values):
        why = message(
            "{levels} different values in {rows} rows: too many for the rows there are.",
            levels=facts.distinct, rows=facts.filled,
        )  # fmt: skip
        return _made(facts, Kind.CATEGORY, why, Role.IGNORE, character=Character.MANY_LEVELS)
    why = message(
        "{levels} different texts in {rows} rows. Free text is not used for training.",
        levels=facts.distinct,
        rows=facts.filled,
    )
    return _made(facts, Kind.TEXT, why, Role.IGNORE, character=Character.FREE_TEXT)


def _category(facts: _Facts) -> Column:
    if _are_digits(facts.values):
        why = message(
            "{levels} different codes: digits with leading zeros, or too many for a number.",
            levels=facts.distinct,
        )
    else:
        why = message(
            "{levels} different values in {rows} rows.", levels=facts.distinct, rows=facts.filled
        )
    many = facts.distinct > _MANY_LEVELS
    return _made(facts, Kind.CATEGORY, why, character=Character.MANY_LEVELS if many else None)


def _image_files(table: Table, facts: _Facts) -> Column:
    found, looked = count_files(table, facts.values)
    why = message(
        "Paths of image files; {found} of {looked} exist beside the table.",
        found=found, looked=looked,
    )  # fmt: skip
    if looked < facts.filled:
        why = message(
            "Paths of image files; {found} of the {looked} looked for exist beside the table.",
            found=found, looked=looked,
        )  # fmt: skip
    return _made(facts, Kind.IMAGE, why, Role.IGNORE, character=Character.IMAGE_FILES)


def _one_word(values: pa.ChunkedArray) -> bool:
    """Whether the texts look like keys: hardly any has a space in it."""
    head = values.slice(0, 10_000).drop_null()
    spaced = pc.sum(pc.match_substring(head, " ")).as_py() or 0
    return len(head) > 0 and spaced < 0.1 * len(head)


def _are_names(values: pa.ChunkedArray) -> bool:
    """Whether the texts are short: on average less than a handful of words."""
    head = values.slice(0, 10_000).drop_null()
    spaces = pc.mean(pc.count_substring(head, " ")).as_py() or 0.0
    return bool(spaces < _WORDS_OF_A_NAME - 1)


def _are_digits(values: pa.ChunkedArray) -> bool:
    head = values.slice(0, 10_000).drop_null()
    return bool(pc.all(pc.match_substring_regex(head, r"^\d+$")).as_py())


# Numbers and dates -------------------------------------------------------------------------------

_EPOCH_REASONS = {
    "s": message("Moments in seconds since 1970."),
    "ms": message("Moments in milliseconds since 1970."),
    "us": message("Moments in microseconds since 1970."),
    "ns": message("Moments in nanoseconds since 1970."),
}


def _of_dates(facts: _Facts) -> Message:
    form = facts.cell_type.date_format
    if facts.cells.ambiguous_dates:
        if is_day_first(form):
            return message("Dates read with the day first; no cell tells day from month.")
        return message("Dates read with the month first; no cell tells day from month.")
    if form in EPOCHS:
        return _EPOCH_REASONS[EPOCHS[form]]
    if form == COMPACT:
        return message("Eight digits that are all dates, like 20210305.")
    if form == ISO_WEEK:
        return message("Weeks; each is read as its Monday, unless the day is given.")
    if form == QUARTER:
        return message("Quarters; each is read as its first day.")
    if swapped_order(form) is None:
        return message("All values are dates.")
    if is_day_first(form):
        return message("Dates with the day first.")
    return message("Dates with the month first.")


def _of_numbers(facts: _Facts) -> Column:
    whole = _all_whole(facts.values)
    if whole and facts.distinct <= 2:
        why = message("Two whole numbers only, so they stand for two classes.")
        return _made(facts, Kind.CATEGORY, _told(facts, why), integer=True)
    if whole and facts.filled == facts.rows >= _IDENTIFIER_ROWS and _near(facts):
        counts = _counts_rows(facts.values)
        if counts or (
            _NAMED_LIKE_KEY.search(facts.name) and all_differ(facts.values, facts.distinct)
        ):
            why = (
                message("It counts the rows: each number is the one before plus one.")
                if counts
                else message("A different whole number in every row, and named like a key.")
            )
            return _made(
                facts, Kind.NUMBER, why, Role.IGNORE, integer=True, character=Character.IDENTIFIER
            )
    return _made(facts, Kind.NUMBER, _told(facts, _notation(facts, whole=whole)), integer=whole)


def _near(facts: _Facts) -> bool:
    """Whether the numbers may all differ, as far as an estimate can tell."""
    return facts.distinct >= 0.9 * facts.rows


def _notation(facts: _Facts, *, whole: bool) -> Message:
    cell_type = facts.cell_type
    unit = cell_type.suffix or cell_type.prefix
    if unit == "%":
        return message("Percentages; 12% is read as 12.")
    if unit:
        return message("Numbers with “{unit}”, which is left out.", unit=unit)
    if whole:
        return message("All values are whole numbers.")
    if cell_type.decimal == ",":
        return message("All values are numbers with a decimal comma.")
    return message("All values are numbers.")


def _told(facts: _Facts, why: Message) -> Message:
    """The reason, or how many cells do not fit where there are some."""
    count = facts.cells.misfits
    if not count:
        return why
    if facts.cell_type.kind is CellKind.DATE:
        return message("Dates, but for cells that do not fit: {count}.", count=count)
    if facts.cell_type.kind is CellKind.BOOLEAN:
        return message("Yes or no, but for cells that do not fit: {count}.", count=count)
    return message("Numbers, but for cells that do not fit: {count}.", count=count)


def _all_whole(values: pa.ChunkedArray) -> bool:
    if pa.types.is_integer(values.type):
        return True
    for looked_at in (values.slice(0, _GLANCED_AT), values):  # the first few numbers tell mostly
        for chunk in looked_at.chunks:
            numbers = chunk.drop_null().to_numpy(zero_copy_only=False)
            if not np.array_equal(np.floor(numbers), numbers):
                return False
    return True


def _counts_rows(values: pa.ChunkedArray) -> bool:
    expected: int | None = None
    for chunk in values.chunks:
        numbers = chunk.to_numpy(zero_copy_only=False)
        if not len(numbers):
            continue
        if expected is None:
            expected = int(numbers[0])
            if expected not in (0, 1):
                return False
        if int(numbers[0]) != expected or not np.all(np.diff(numbers) == 1):
            return False
        expected = int(numbers[-1]) + 1
    return True


def _made(
    facts: _Facts,
    kind: Kind,
    why: Message,
    role: Role = Role.FEATURE,
    *,
    integer: bool = False,
    character: Character | None = None,
) -> Column:
    return Column(
        name=facts.name,
        kind=kind,
        role=role,
        reason=_reason(why),
        integer=integer,
        distinct=facts.distinct,
        missing=facts.missing,
        is_identifier=character is Character.IDENTIFIER,
        is_constant=character is Character.CONSTANT,
        character=character,
    )


def _reason(why: Message) -> Reason:
    return Reason(template=why.template, facts=dict(why.facts))
