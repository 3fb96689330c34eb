"""How the cells of the table are drawn: column by column in one go.

This runs for every step of scrolling. Qt's own way asks ten things about every cell and gives each to a
delegate; here colours and fonts are looked up once per theme (the page is built anew when it changes),
and nothing is asked of Qt that is known already.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from PySide6.QtCore import QItemSelection, QModelIndex, QPersistentModelIndex, QRect, Qt
from PySide6.QtGui import QColor, QFont, QPainter

from engine.recipe.rows import CellCorrection
from gui import theme
from gui.i18n import tr
from gui.models.cell_tints import CellTints, ColourBy
from gui.models.corrected_cells import before_and_after
from gui.models.table_model import TableModel
from gui.widgets.cell_texts import CellTexts

PADDING = 8
BETWEEN_BOTH = 6
"""Between what stands in the file and what it is read as, in px."""
_LEAST_STRUCK = 14
"""In less room a text that is struck out cannot be read."""
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)


class Place(NamedTuple):
    """Where a column stands, in px from the left edge of what is seen."""

    column: int
    left: int
    width: int


class Rows(NamedTuple):
    """Rows that are drawn; all are equally high."""

    first: int
    stop: int
    top: int
    """Where the first one begins, in px from the upper edge of what is seen."""
    height: int


class CellPainter:
    """Draws cells of a `TableModel`."""

    def __init__(self, model: TableModel) -> None:
        self.chosen_column = -1
        """The tinted column."""
        self.shows_selection = False
        """Whether several cells are selected, so that they have to be told from the others."""
        self.current: QModelIndex | QPersistentModelIndex = QModelIndex()
        """The cell that has the keyboard; invalid where the view does not."""
        self.tints = CellTints(model)
        self._model = model
        self._texts = CellTexts(theme.font("small"))
        self._gaps = CellTexts(theme.font("caption"))
        self._missing = tr("missing")
        self._ground = theme.colour("surface")
        self._text = theme.colour("text")
        self._muted = theme.colour("muted")
        self._tint = theme.colour("selected")
        self._line = theme.colour("line")
        self._accent = theme.colour("accent")
        self._wash = QColor(self._accent)
        self._wash.setAlphaF(0.16)

    def paint(
        self, painter: QPainter, columns: Iterable[Place], rows: Rows, selection: QItemSelection
    ) -> None:
        """Draw the cells of these columns and rows, with the lines at their right and lower edges."""
        if rows.stop <= rows.first:
            return
        columns = list(columns)
        for place in columns:
            self._paint_ground(painter, place, rows)
        if self.shows_selection:
            self._paint_selection(painter, columns, rows, selection)
        gaps: list[tuple[Place, int]] = []
        painter.setFont(self._texts.font)
        painter.setPen(self._text)
        for place in columns:
            gaps += ((place, row) for row in self._paint_texts(painter, place, rows))
        if gaps:
            painter.setFont(self._gaps.font)
            painter.setPen(self._muted)
            for place, row in gaps:
                inner = self._inner(place, rows, row)
                painter.drawText(
                    inner, self._side(place), self._gaps.fitted(self._missing, inner.width())
                )
        self._paint_lines(painter, columns, rows)
        self._paint_current(painter, columns, rows)

    def _side(self, place: Place) -> int:
        return _RIGHT if self._model.is_right_aligned(place.column) else _LEFT

    @staticmethod
    def _inner(place: Place, rows: Rows, row: int) -> QRect:
        """Where the text of a cell stands."""
        top = rows.top + (row - rows.first) * rows.height
        return QRect(place.left + PADDING - 1, top, place.width - 2 * PADDING, rows.height - 1)

    def _paint_ground(self, painter: QPainter, place: Place, rows: Rows) -> None:
        column, left, width = place
        is_chosen = column == self.chosen_column
        height = (rows.stop - rows.first) * rows.height
        painter.fillRect(left, rows.top, width, height, self._tint if is_chosen else self._ground)
        if self.tints.by is ColourBy.NOTHING:
            return
        top = rows.top
        for row in range(rows.first, rows.stop):
            colour = self.tints.at(row, column)
            if colour is not None:
                painter.fillRect(left, top, width - 1, rows.height - 1, colour)
            top += rows.height

    def _paint_selection(
        self, painter: QPainter, columns: list[Place], rows: Rows, selection: QItemSelection
    ) -> None:
        for block in selection:
            first = max(block.top(), rows.first)
            stop = min(block.bottom() + 1, rows.stop)
            if first >= stop:
                continue
            top = rows.top + (first - rows.first) * rows.height
            for column, left, width in columns:
                if block.left() <= column <= block.right():
                    height = (stop - first) * rows.height
                    painter.fillRect(left, top, width, height, self._wash)

    def _paint_texts(self, painter: QPainter, place: Place, rows: Rows) -> list[int]:
        """The texts of a column; the rows in which there is none."""
        gaps = []
        inner = self._inner(place, rows, rows.first)
        may_be_corrected = bool(self._model.corrections_of(place.column))
        room, side, height = inner.width(), self._side(place), rows.height
        fitted, draw = self._texts.fitted, painter.drawText
        for row, text in enumerate(
            self._model.texts(place.column, rows.first, rows.stop), rows.first
        ):
            correction = self._model.correction(row, place.column) if may_be_corrected else None
            if correction is not None:
                self._paint_correction(painter, inner, side, correction)
            elif text is None:
                gaps.append(row)
            else:
                draw(inner, side, fitted(text, room))
            inner.translate(0, height)
        return gaps

    def _paint_correction(
        self, painter: QPainter, inner: QRect, side: int, correction: CellCorrection
    ) -> None:
        """What stands in the file, struck out, then what it is read as; of both the second in little room."""
        before, after = before_and_after(correction)
        painter.save()
        after = self._texts.fitted(after, inner.width())
        wide = painter.fontMetrics().horizontalAdvance(after)
        room = inner.width() - wide - BETWEEN_BOTH
        painter.setPen(self._accent)
        if room < _LEAST_STRUCK:
            painter.drawText(inner, side, after)
        else:
            before = self._texts.fitted(before, room)
            struck = painter.fontMetrics().horizontalAdvance(before)
            start = (
                inner.right() + 1 - struck - BETWEEN_BOTH - wide if side == _RIGHT else inner.left()
            )
            new = QRect(start + struck + BETWEEN_BOTH, inner.top(), wide + 1, inner.height())
            painter.drawText(new, _LEFT, after)
            font = QFont(painter.font())
            font.setStrikeOut(True)
            painter.setFont(font)
            painter.setPen(self._muted)
            painter.drawText(QRect(start, inner.top(), struck + 1, inner.height()), _LEFT, before)
        painter.restore()

    def _paint_lines(self, painter: QPainter, columns: list[Place], rows: Rows) -> None:
        height = (rows.stop - rows.first) * rows.height
        for _, left, width in columns:
            painter.fillRect(left + width - 1, rows.top, 1, height, self._line)
        left = min((place.left for place in columns), default=0)
        right = max((place.left + place.width for place in columns), default=0)
        for at in range(1, rows.stop - rows.first + 1):
            painter.fillRect(left, rows.top + at * rows.height - 1, right - left, 1, self._line)

    def _paint_current(self, painter: QPainter, columns: list[Place], rows: Rows) -> None:
        row, column = self.current.row(), self.current.column()
        if not rows.first <= row < rows.stop:
            return
        for place in columns:
            if place.column == column:
                top = rows.top + (row - rows.first) * rows.height
                painter.setPen(self._accent)
                painter.drawRect(place.left, top, place.width - 2, rows.height - 2)
