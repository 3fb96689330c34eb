"""What a cell that does not fit its column may have meant: values to choose from, the likeliest first."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import NamedTuple, TypeAlias

import pyarrow as pa

from engine.data.cells.cell_types import CellKind, CellType, cast_cells
from engine.data.cells.dates import date_formats
from engine.data.cells.moments import read_dates
from engine.data.cells.notations import with_unit
from engine.data.cells.yes_no import NO, YES
from engine.messages import Message, message

_MOST_CHANGES = 3
"""Things that may be wrong with one cell at once: a letter for a digit, a mark, a unit."""
_MOST_GUESSES = 12
"""Guesses that fit no better and are gone on from."""
_LOOK_ALIKES = str.maketrans(
    {"O": "0", "o": "0", "Q": "0", "〇": "0", "l": "1", "I": "1", "|": "1", "S": "5", "B": "8"}
)
_WORDS = {
    word: str(number)
    for words in (
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
        ],
        ["零", "一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二"],
    )
    for number, word in enumerate(words)
}
_NUMBER_IN_TEXT = re.compile(r"[+-]?\d+(?:[.,]\d+)*")
_RANGE = re.compile(r"(\d+(?:\.\d+)?) *(?:-|–|—|to|~|至|到|\.\.) *(\d+(?:\.\d+)?)")


class Proposal(NamedTuple):
    """A text to be read instead of the one that stands in the cell."""

    value: str
    """In the notation of the column; empty: no value."""
    label: Message


_Guess: TypeAlias = Callable[[str, CellType], Iterator[Proposal]]


def cell_proposals(text: str, cell_type: CellType) -> tuple[Proposal, ...]:
    """Values that `text` may have meant, the likeliest first and "no value" last.

    Every value but the empty one fits the type. A column of texts has no cells that do not fit.

    Args:
        text: A cell that does not fit.
        cell_type: How the column is read: `Table.cell_type(name)`, or `values.type_as(...)` where
            a column of texts is used as numbers or dates.
    """
    if cell_type.kind is CellKind.TEXT:
        return ()
    bare = text.strip()
    found, fitting = _guessed([bare], cell_type)
    for changes in range(2, _MOST_CHANGES + 1):
        if fitting or not found:
            break
        found, fitting = _guessed(found, cell_type)
        fitting = [
            Proposal(value, message("{value}: after {count} changes", value=value, count=changes))
            for value, _ in fitting
        ]
    kept = [proposal for proposal in fitting if proposal.value != bare]
    return (*kept, Proposal("", message("No value")))


def _guessed(texts: Iterable[str], cell_type: CellType) -> tuple[list[str], list[Proposal]]:
    """What the texts may have meant: all guesses, and those among them that fit the type."""
    found: dict[str, Proposal] = {}
    for text in texts:
        for guess in _GUESSES.get(cell_type.kind, ()):
            for proposal in guess(text, cell_type):
                found.setdefault(proposal.value, proposal)
    values, unfit = cast_cells(pa.array(list(found), pa.string()), cell_type)
    fitting = [
        proposal
        for proposal, value, bad in zip(found.values(), values, unfit, strict=True)
        if value.is_valid and not bad
    ]
    return list(found)[:_MOST_GUESSES], fitting


def _look_alikes(text: str, cell_type: CellType) -> Iterator[Proposal]:
    wide = unicodedata.normalize("NFKC", text)
    if wide != text:
        yield Proposal(wide, message("{value}: ordinary instead of wide characters", value=wide))
    if not any(c.isdigit() for c in wide):
        return
    changed = {c for c in wide if ord(c) in _LOOK_ALIKES}
    if changed:
        value = wide.translate(_LOOK_ALIKES)
        label = message("{value}: letters that look like digits", value=value)
        if changed <= {"O", "o"}:
            label = message("{value}: the letter O stands for a zero", value=value)
        yield Proposal(value, label)
        number, blank, unit = wide.partition(" ")
        if blank:
            value = f"{number.translate(_LOOK_ALIKES)} {unit}"
            yield Proposal(value, message("{value}: letters that look like digits", value=value))


def _other_marks(text: str, cell_type: CellType) -> Iterator[Proposal]:
    """The same digits with the marks of this column."""
    mark = cell_type.decimal
    other = "," if mark == "." else "."
    if text.count(other) == 1 and mark not in text:
        value = text.replace(other, mark)
        words = (
            message("{value}: the comma is a decimal point", value=value)
            if mark == "."
            else message("{value}: the point is a decimal comma", value=value)
        )
        yield Proposal(value, words)
    groups = re.sub(rf"(?<=\d)[ \u00a0\u202f'’_{re.escape(other)}](?=\d{{3}})", "", text)
    if groups != text:
        yield Proposal(groups, message("{value}: without marks between groups", value=groups))
    if other in text and mark in text and text.rfind(other) > text.rfind(mark):
        value = text.replace(mark, "").replace(other, mark)
        yield Proposal(value, message("{value}: comma and point changed places", value=value))
    doubled = re.sub(r"([.,+-])\1+", r"\1", text)
    if doubled != text:
        yield Proposal(doubled, message("{value}: without the doubled sign", value=doubled))


def _without_unit(text: str, cell_type: CellType) -> Iterator[Proposal]:
    valued = with_unit(text)
    if valued is not None:
        unit = valued.prefix or valued.suffix
        yield Proposal(
            valued.number, message("{value}: without “{unit}”", value=valued.number, unit=unit)
        )


def _in_words(text: str, cell_type: CellType) -> Iterator[Proposal]:
    value = _WORDS.get(text.casefold())
    if value is not None:
        yield Proposal(value, message("{value}: the number as a word", value=value))


def _range(text: str, cell_type: CellType) -> Iterator[Proposal]:
    match = _RANGE.fullmatch(text)
    if match is not None and float(match[1]) < float(match[2]):
        middle = (float(match[1]) + float(match[2])) / 2
        value = f"{middle:.12g}".replace(".", cell_type.decimal)
        yield Proposal(value, message("{value}: the middle of the range", value=value))


def _number_inside(text: str, cell_type: CellType) -> Iterator[Proposal]:
    """The only number in a text like “abt 16” or “16 (est.)”."""
    if _RANGE.fullmatch(text):
        return
    numbers: list[str] = _NUMBER_IN_TEXT.findall(text)
    if len(numbers) == 1:
        value = numbers[0]
        yield Proposal(value, message("{value}: the number in the text", value=value))


def _other_dates(text: str, cell_type: CellType) -> Iterator[Proposal]:
    """The date that the text is in another notation."""
    readable = unicodedata.normalize("NFKC", text)
    for form in date_formats(readable):
        moment = read_dates(pa.array([readable]), form)[0].as_py()
        if moment is not None:
            value = _written(moment, cell_type.date_format)
            yield Proposal(value, message("{value}: the same date, written otherwise", value=value))


def _last_day(text: str, cell_type: CellType) -> Iterator[Proposal]:
    """The last day of the month for a day that the month does not have."""
    for day in ("29", "30", "31"):
        for last in ("30", "29", "28"):
            if last < day:
                value = re.sub(rf"(?<!\d){day}(?!\d)", last, text, count=1)
                if value != text:
                    yield Proposal(
                        value, message("{value}: the last day of the month", value=value)
                    )


def _near_words(text: str, cell_type: CellType) -> Iterator[Proposal]:
    """Yes or no for a word that is spelled nearly like one."""
    words = sorted((YES | NO) - {"1", "0"})
    for word in difflib.get_close_matches(text.casefold(), words, n=1, cutoff=0.7):
        value = cell_type.yes if word in YES else cell_type.no
        yield Proposal(value, message("{value}: spelled nearly so", value=value))


def _written(moment: datetime, form: str) -> str:
    if "%" in form:
        return moment.strftime(form)
    has_time = (moment.hour, moment.minute, moment.second) != (0, 0, 0)
    return moment.isoformat(" ") if has_time else moment.date().isoformat()


_OF_NUMBERS: tuple[_Guess, ...] = (
    _look_alikes, _other_marks, _without_unit, _in_words, _range, _number_inside,
)  # fmt: skip
_GUESSES: dict[CellKind, tuple[_Guess, ...]] = {
    CellKind.INTEGER: _OF_NUMBERS,
    CellKind.NUMBER: _OF_NUMBERS,
    CellKind.DATE: (_look_alikes, _other_dates, _last_day),
    CellKind.BOOLEAN: (_near_words,),
}
