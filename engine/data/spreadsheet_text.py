"""Text that a spreadsheet would run as a formula, made harmless (OWASP, “CSV injection”)."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\0")
_BEGINS = "^[=+\\-@\t\r\n\\x00]"
_NUMBER = r"^[+-]?([0-9]+([.,][0-9]*)?|[.,][0-9]+)([eE][+-]?[0-9]+)?$"


def harmless(text: str) -> str:
    """The text; with an apostrophe before it if a spreadsheet would take it for a formula.

    Numbers stay as they are.
    """
    return f"'{text}" if text.startswith(_FORMULA) and not _is_number(text) else text


def harmless_cells(cells: pa.Array) -> pa.Array:
    """The same for a whole column of text, all at once."""
    suspect = pc.match_substring_regex(cells, _BEGINS)
    if not pc.any(suspect).as_py():
        return cells
    suspect = pc.and_not(suspect, pc.match_substring_regex(cells, _NUMBER))
    return pc.if_else(suspect, pc.binary_join_element_wise("'", cells, ""), cells)


def _is_number(text: str) -> bool:
    try:
        float(text.replace(",", "."))
    except ValueError:
        return False
    return True
