"""Refusing what was chosen for the reading of a file but cannot be done."""

from __future__ import annotations

from engine.data.text.records import RUNS
from engine.errors import ReadingUnfit
from engine.messages import N_
from engine.recipe.reading import Reading

_SAME = {
    ("delimiter", "quote"): N_("Delimiter and quote are both “{value}”."),
    ("delimiter", "escape"): N_("Delimiter and escape are both “{value}”."),
    ("delimiter", "comment"): N_("Delimiter and mark of comments are both “{value}”."),
    ("quote", "comment"): N_("Quote and mark of comments are both “{value}”."),
    ("decimal", "thousands"): N_("Decimal mark and mark between thousands are both “{value}”."),
}


def refuse_contradictions(reading: Reading, path: str) -> None:
    """Raise `ReadingUnfit` for choices that do not go together, whatever the file holds."""
    for (one, other), sentence in _SAME.items():
        first, second = getattr(reading, one), getattr(reading, other)
        if first and second and first.strip(" ") == second.strip(" ") and first[:1] == second[:1]:
            raise ReadingUnfit(path, sentence, first)
    for value in (reading.delimiter, reading.quote, reading.escape, reading.comment):
        if value and ("\n" in value or "\r" in value):
            raise ReadingUnfit(path, N_("A line end can only end lines."), value)
        if value and "\0" in value:
            raise ReadingUnfit(path, N_("NUL characters are left out of every file."), value)
    delimiter = reading.delimiter
    if delimiter and len(delimiter) > 1 and delimiter != RUNS:
        raise ReadingUnfit(path, N_("“{value}” is more than one character."), delimiter)


def refuse_missing_lines(path: str, wanted: int, found: int, *, below: bool = False) -> None:
    """Raise `ReadingUnfit` if no line is left of a file with `found` lines."""
    if wanted < found:
        return
    sentence = (
        N_("{value} lines below the table are all the lines of the file, or more.")
        if below
        else N_(
            "{value} lines above the table are all the lines that the file begins with, or more."
        )
    )
    raise ReadingUnfit(path, sentence, str(wanted))
