"""Text that a spreadsheet would run as a formula, made harmless (OWASP, “CSV injection”)."""

from __future__ import annotations

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\0")


def harmless(text: str) -> str:
    """The text; with an apostrophe before it if a spreadsheet would take it for a formula.

    Numbers stay as they are.
    """
    return f"'{text}" if text.startswith(_FORMULA) and not _is_number(text) else text


def _is_number(text: str) -> bool:
    try:
        float(text.replace(",", "."))
    except ValueError:
        return False
    return True
