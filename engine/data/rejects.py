"""What did not fit: rows kept out of the table, and cells read as missing."""

from __future__ import annotations

from dataclasses import dataclass

from engine.messages import Message, message, message_n


@dataclass(frozen=True, slots=True)
class Reject:
    """A row that could not be read; it is in quarantine, not lost."""

    line: int
    """Line of the file in which it begins, counted from 1."""
    text: str
    """As it stands in the file, without the line end."""
    reason: Message
    file: str = ""
    """Which of several files it stands in."""


@dataclass(frozen=True, slots=True)
class Repair:
    """A row of the table that does not read as it stands in the file."""

    line: int
    """Line of the file in which it begins, counted from 1."""
    text: str
    """As it stands in the file, without the line end."""
    became: tuple[str, ...]
    """The cells that it became, one per column."""
    reason: Message
    """What was done."""
    file: str = ""
    """Which of several files it stands in."""
    row: int = 0
    """Row of the table, from 0."""
    by_hand: bool = False
    """Whether a person wrote it anew (`Reading.fixes`), rather than the reader."""


@dataclass(frozen=True, slots=True)
class Misfit:
    """A cell that does not fit the type of its column and was read as missing."""

    row: int
    """Row of the table, from 0."""
    line: int | None
    """Line of the file in which the row begins, counted from 1."""
    column: str
    text: str
    in_lines: bool = True
    """Whether `line` counts lines; of a sheet or a database it counts rows."""


def wrong_width(found: int, expected: int) -> Message:
    """Why a row with another number of fields is rejected."""
    return message_n(
        "{found} field, {expected} expected",
        "{found} fields, {expected} expected",
        found,
        found=found,
        expected=expected,
    )


def sort_of(reason: Message) -> str:
    """What tells reasons apart, whatever their figures: tables read by earlier versions have only the plural."""
    return reason.plural or reason.template


def open_quote() -> Message:
    """Why a row is rejected in which a quote begins and does not end."""
    return message("A quote is opened and not closed")


def quote_within() -> Message:
    """Why a row is rejected, unless such rows are to be set right, whose quotes are out of place."""
    return message("Text stands between a quote and the next delimiter")


def header_again() -> Message:
    """Why a row is rejected in which the names of the columns stand once more."""
    return message("The header stands here once more")


def below() -> Message:
    """Why a line is rejected that stands below the table, as a person says or as it seems."""
    return message("Below the table")


def below_table(reason: Message) -> Message:
    """The reason against a row that stands below the last one of the table."""
    if sort_of(reason) != sort_of(wrong_width(0, 0)):
        return reason
    return other_table(*_widths(reason))


def other_table(found: int, expected: int) -> Message:
    """Why a row of a footer or of another table is rejected."""
    return message_n(
        "Below the table: {found} field, {expected} expected",
        "Below the table: {found} fields, {expected} expected",
        found,
        found=found,
        expected=expected,
    )


def as_corrected(reason: Message) -> Message:
    """The reason against a row that a person wrote anew, but not so that it fits."""
    if sort_of(reason) == sort_of(open_quote()):
        return message("As corrected: a quote is opened and not closed")
    found, expected = _widths(reason)
    return message_n(
        "As corrected: {found} field, {expected} expected",
        "As corrected: {found} fields, {expected} expected",
        found,
        found=found,
        expected=expected,
    )


def _widths(reason: Message) -> tuple[int, int]:
    """The fields found and those expected, of a reason that has both."""
    found, expected = reason.facts["found"], reason.facts["expected"]
    assert isinstance(found, int)
    assert isinstance(expected, int)
    return found, expected


def corrected() -> Message:
    """What was done to a row that a person wrote anew."""
    return message("Corrected by hand")


def loose_quotes() -> Message:
    """What was done to a row whose quotes stand where no writer puts them."""
    return message("Quotes out of place were left out")
