"""How the cells of a column are read, in words; and the reading with something changed about it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from engine.recipe.reading import ColumnReading, DateOrder, Reading
from gui.i18n import tr

if TYPE_CHECKING:
    from engine.data.cells.cell_facts import CellFacts
    from engine.data.cells.cell_types import CellType

_CODES = {
    "%Y": "YYYY", "%y": "YY", "%m": "MM", "%d": "DD", "%b": "Mon", "%B": "Month",
    "%H": "hh", "%I": "hh", "%M": "mm", "%S": "ss", "%p": "AM",
}  # fmt: skip


def read_as(cell_type: CellType) -> str:
    """What the text of the cells is taken for: “Number with kg”, “DD/MM/YYYY”."""
    match cell_type.kind.value:
        case "integer":
            return tr("Whole number")
        case "number":
            return _number(cell_type)
        case "date":
            return _date(cell_type.date_format)
        case "boolean":
            return tr("{yes} or {no}", yes=cell_type.yes, no=cell_type.no)
        case "empty":
            return tr("Nothing")
        case _:
            return tr("Text")


def _number(cell_type: CellType) -> str:
    unit = cell_type.prefix or cell_type.suffix
    if unit:
        return tr("Number with {unit}", unit=unit)
    if cell_type.decimal == ",":
        return tr("Number with decimal comma")
    return tr("Number")


def _date(form: str) -> str:
    match form:
        case "iso":
            return "YYYY-MM-DD"
        case "iso-zoned":
            return tr("YYYY-MM-DD with time zone")
        case "iso-week":
            return tr("Week of a year")
        case "quarter":
            return tr("Quarter of a year")
        case "epoch-s":
            return tr("Seconds since 1970")
        case "epoch-ms":
            return tr("Milliseconds since 1970")
        case "epoch-us":
            return tr("Microseconds since 1970")
        case "epoch-ns":
            return tr("Nanoseconds since 1970")
        case _:
            return re.sub(r"%\w", lambda match: _CODES.get(match[0], match[0]), form)


def missing_texts(wish: ColumnReading, facts: CellFacts) -> dict[str, int]:
    """The texts that mean no value in the column, with the number of cells that say so."""
    if wish.missing is None:
        return dict(facts.tokens)
    return {text: facts.tokens.get(text, 0) for text in wish.missing}


def kept_texts(wish: ColumnReading, facts: CellFacts) -> dict[str, int]:
    """The texts that mean no value elsewhere and are values here."""
    taken = missing_texts(wish, facts)
    return {text: count for text, count in facts.kept.items() if text not in taken}


def with_missing(reading: Reading, name: str, facts: CellFacts, text: str) -> Reading:
    """The reading in which that text means no value in the column."""
    wish = reading.column(name)
    texts = tuple(missing_texts(wish, facts))
    if text in texts:
        return reading
    return reading.with_column(wish.model_copy(update={"missing": (*texts, text)}))


def without_missing(reading: Reading, name: str, facts: CellFacts, text: str) -> Reading:
    """The reading in which that text is a value of the column."""
    wish = reading.column(name)
    texts = tuple(other for other in missing_texts(wish, facts) if other != text)
    return reading.with_column(wish.model_copy(update={"missing": texts}))


def without_fix(reading: Reading, name: str, found: str) -> Reading:
    """The reading in which that text of the column is no longer read as another."""
    wish = reading.column(name)
    fixes = tuple(fix for fix in wish.fixes if fix.found != found)
    return reading.with_column(wish.model_copy(update={"fixes": fixes}))


def with_dates(reading: Reading, name: str, order: DateOrder | None) -> Reading:
    """The reading in which the dates of the column have that order; `None`: as detected."""
    return reading.with_column(reading.column(name).model_copy(update={"dates": order}))


def with_detected_missing(reading: Reading, name: str) -> Reading:
    """The reading in which the column's texts for no value are detected again."""
    return reading.with_column(reading.column(name).model_copy(update={"missing": None}))
