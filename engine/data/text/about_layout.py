"""What is told of parts of a layout: the lines below the table, names without fields."""

from __future__ import annotations

from engine.data.text.detection import Detected, chosen, found
from engine.data.text.footer import Footer
from engine.messages import message, message_n
from engine.recipe.reading import Reading

_NAMES_TOLD = 10


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
