"""Texts of one font in the cells of a table: whether they fit, and how they are cut off."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontMetricsF

_LONGEST_DRAWN = 400
_LETTERS_KEPT = 4096


class CellTexts:
    """Knows the widths of letters, so that of nearly all texts nothing has to be asked of Qt."""

    def __init__(self, font: QFont) -> None:
        self.font = font
        self._metrics = QFontMetricsF(font)
        self._widths = _Widths(self._metrics)

    def fitted(self, text: str, room: float) -> str:
        """The text in one line, cut off where it is wider than `room` px."""
        if len(text) > _LONGEST_DRAWN:
            text = text[:_LONGEST_DRAWN]
        # The letters side by side are as wide as the text, or wider where some are drawn into one.
        if sum(map(self._widths.__getitem__, text)) > room:
            text = text.replace("\n", " ")
            return self._metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)
        return text.replace("\n", " ") if "\n" in text else text


class _Widths(dict[str, float]):
    """The width of each letter, asked for once."""

    def __init__(self, metrics: QFontMetricsF) -> None:
        super().__init__()
        self._metrics = metrics

    def __missing__(self, letter: str) -> float:
        width = self._metrics.horizontalAdvance(letter)
        if len(self) < _LETTERS_KEPT:
            self[letter] = width
        return width
