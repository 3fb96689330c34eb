"""Rows that a person wrote anew, found again by line and text."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePath

from engine.recipe.reading import RowFix


class RowFixes:
    """The fixes for one file."""

    def __init__(self, fixes: Iterable[RowFix], file: PurePath) -> None:
        self._by_text: dict[str, dict[int, RowFix]] = {}
        for fix in fixes:
            if _is_for(fix, file):
                self._by_text.setdefault(fix.found, {})[fix.line] = fix

    def __bool__(self) -> bool:
        return bool(self._by_text)

    def knows(self, text: str) -> bool:
        """Whether there is a fix for such a record in some line."""
        return text in self._by_text

    def at(self, line: int, text: str) -> RowFix | None:
        """The fix for the record with this text that begins in this line."""
        return self._by_text.get(text, {}).get(line)

    def later_than(self, line: int, text: str) -> bool:
        """Whether a fix waits for the same text in a line further down."""
        return any(other > line for other in self._by_text.get(text, ()))


def _is_for(fix: RowFix, file: PurePath) -> bool:
    """Whether a fix is meant for this file; it names as much of the path as tells files apart."""
    named = PurePath(fix.file).parts
    return not named or file.parts[-len(named) :] == named
