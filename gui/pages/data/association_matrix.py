"""A heat map of how strongly columns go together, painted; mouse and keyboard choose a pair."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QFontMetricsF,
    QHelpEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from gui import theme
from gui.i18n import tr
from gui.models.relation_words import signed_text
from gui.widgets import heat

_LABEL_SHARE = 0.26
_UPRIGHT = 84.0
_WRITTEN = 34.0
"""Cells from this size on have their figure in them."""
_NAMED = 11.0
"""Cells from this size on have a name at every row; smaller ones at some."""
_LARGEST = 56.0
_MOVES = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}

Cell = tuple[int, int]
"""Row and column, in the order drawn."""


@dataclass(frozen=True, slots=True)
class _Layout:
    grid: QRectF
    cell: float


class AssociationMatrix(QWidget):
    """Rows and columns are the same columns of a table; the diagonal is left out.

    Arrow keys move; a click, Space or Enter chooses a pair and emits `chosen` with the two positions
    in the matrix that was given, whatever the order drawn.
    """

    chosen = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._names: tuple[str, ...] = ()
        self._values = np.empty((0, 0))
        self._order: tuple[int, ...] = ()
        self._describe: Callable[[int, int], str] = lambda row, column: ""
        self._marked: str | None = None
        self._current: Cell = (0, 0)
        self._hovered: Cell | None = None
        self._selected: tuple[int, int] | None = None
        self._picture: QImage | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMouseTracking(True)
        self.setAccessibleName(tr("Relations of columns"))

    # Values ------------------------------------------------------------------------------------

    def set_matrix(
        self,
        names: Sequence[str],
        values: np.ndarray,
        order: Sequence[int],
        describe: Callable[[int, int], str],
    ) -> None:
        """Show these values (−1 to 1, NaN: none); `describe` words a pair of positions."""
        if tuple(names) != self._names:
            self._selected = None
            self._current = (0, min(1, max(0, len(names) - 1)))
        self._names = tuple(names)
        self._values = values
        self._order = tuple(order)
        self._describe = describe
        self._picture = None
        self._hovered = None
        self._tell_current()
        self.update()

    def mark(self, name: str | None) -> None:
        """Point out a column at the edge: the target."""
        self._marked = name
        self.update()

    def select(self, row: int, column: int) -> None:
        """Show a pair of positions as chosen, without telling anybody."""
        self._selected = (row, column)
        if row in self._order and column in self._order:
            self._current = (self._order.index(row), self._order.index(column))
        self.update()

    def selection(self) -> tuple[int, int] | None:
        """The pair chosen."""
        return self._selected

    # Geometry ----------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        return QSize(420, 380)

    def minimumSizeHint(self) -> QSize:
        return QSize(240, 200)

    def _layout(self) -> _Layout:
        size = max(1, len(self._order))
        metrics = QFontMetricsF(theme.font("caption"))
        widest = max((metrics.horizontalAdvance(name) for name in self._names), default=0.0)
        left = min(widest + 8, self.width() * _LABEL_SHARE)
        top = min(widest + 16, _UPRIGHT * theme.text_scale())
        cell = min((self.width() - left - 4) / size, (self.height() - top - 4) / size)
        cell = max(0.5, min(cell, _LARGEST * theme.text_scale()))
        return _Layout(QRectF(left, top, cell * size, cell * size), cell)

    def cell_centre(self, row: int, column: int) -> QPointF:
        """The middle of the cell of two positions, in widget coordinates."""
        layout = self._layout()
        at = QPointF(self._order.index(column) + 0.5, self._order.index(row) + 0.5)
        return layout.grid.topLeft() + at * layout.cell

    def _cell_at(self, position: QPointF) -> Cell | None:
        layout = self._layout()
        if not self._order or not layout.grid.contains(position):
            return None
        last = len(self._order) - 1
        row = int((position.y() - layout.grid.top()) / layout.cell)
        column = int((position.x() - layout.grid.left()) / layout.cell)
        return min(row, last), min(column, last)

    def _cell_rect(self, layout: _Layout, cell: Cell) -> QRectF:
        return QRectF(
            layout.grid.left() + cell[1] * layout.cell,
            layout.grid.top() + cell[0] * layout.cell,
            layout.cell,
            layout.cell,
        )

    def _positions(self, cell: Cell) -> tuple[int, int]:
        return self._order[cell[0]], self._order[cell[1]]

    # Painting ----------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._order:
            return
        painter = QPainter(self)
        layout = self._layout()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, on=False)
        painter.drawImage(layout.grid, self._cells_picture())
        if layout.cell >= 10:
            self._paint_gaps(painter, layout)
        if layout.cell >= _WRITTEN * theme.text_scale():
            self._paint_figures(painter, layout)
        self._paint_names(painter, layout)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self._selected is not None and set(self._selected) <= set(self._order):
            row, column = self._selected
            chosen = (self._order.index(row), self._order.index(column))
            painter.setPen(QPen(theme.colour("text"), 2))
            painter.drawRect(self._cell_rect(layout, chosen))
        if self._hovered is not None:
            painter.setPen(QPen(theme.colour("text2"), 1))
            painter.drawRect(self._cell_rect(layout, self._hovered))
        if self.hasFocus():
            painter.setPen(QPen(theme.colour("accent"), 2))
            around = self._cell_rect(layout, self._current).adjusted(-1.5, -1.5, 1.5, 1.5)
            painter.drawRect(around)

    def _cells_picture(self) -> QImage:
        """One pixel per cell; drawn enlarged."""
        if self._picture is None:
            size = len(self._order)
            steps = np.array([heat.fill(step / 255).rgb() for step in range(256)], dtype=np.uint32)
            nothing = np.uint32(theme.colour("window").rgb())
            order = np.asarray(self._order, dtype=np.intp)
            strength = np.abs(self._values[np.ix_(order, order)])
            known = ~np.isnan(strength)
            shown = np.clip(np.where(known, strength, 0.0) * 255, 0, 255).astype(np.intp)
            pixels = np.where(known, steps[shown], nothing)
            np.fill_diagonal(pixels, nothing)
            pixels = np.ascontiguousarray(pixels.astype(np.uint32))
            image = QImage(pixels.data, size, size, size * 4, QImage.Format.Format_RGB32)
            self._picture = image.copy()  # Qt does not own the memory of the array
        return self._picture

    def _paint_gaps(self, painter: QPainter, layout: _Layout) -> None:
        painter.setPen(QPen(theme.colour("surface"), 1))
        grid = layout.grid
        for at in range(len(self._order) + 1):
            x, y = grid.left() + at * layout.cell, grid.top() + at * layout.cell
            painter.drawLine(QPointF(x, grid.top()), QPointF(x, grid.bottom()))
            painter.drawLine(QPointF(grid.left(), y), QPointF(grid.right(), y))

    def _paint_figures(self, painter: QPainter, layout: _Layout) -> None:
        painter.setFont(theme.font("caption"))
        for row in range(len(self._order)):
            for column in range(len(self._order)):
                one, other = self._positions((row, column))
                value = float(self._values[one, other])
                if one == other or np.isnan(value):
                    continue
                painter.setPen(heat.ink(heat.fill(abs(value))))
                rect = self._cell_rect(layout, (row, column))
                painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, signed_text(value, 2))

    def _paint_names(self, painter: QPainter, layout: _Layout) -> None:
        painter.setFont(theme.font("caption"))
        metrics = QFontMetricsF(painter.font())
        every = max(1, int(np.ceil(_NAMED * theme.text_scale() / layout.cell)))
        pointed = self._hovered or (self._current if self.hasFocus() else (-1, -1))
        grid = layout.grid
        for at, position in enumerate(self._order):
            name = self._names[position]
            is_pointed = at in pointed
            if at % every and not is_pointed and name != self._marked:
                continue
            tone = "accent" if name == self._marked else "text" if is_pointed else "muted"
            painter.setPen(theme.colour(tone))
            middle = (at + 0.5) * layout.cell
            if at % every == 0 or at == pointed[0] or name == self._marked:
                room = QRectF(0, grid.top() + middle - 9, grid.left() - 6, 18)
                text = metrics.elidedText(name, Qt.TextElideMode.ElideRight, room.width())
                painter.drawText(
                    room, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text
                )
            if at % every == 0 or at == pointed[1] or name == self._marked:
                painter.save()
                painter.translate(grid.left() + middle, grid.top() - 5)
                painter.rotate(-90)
                room = QRectF(0, -9, grid.top() - 6, 18)
                text = metrics.elidedText(name, Qt.TextElideMode.ElideRight, room.width())
                painter.drawText(
                    room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text
                )
                painter.restore()

    # Hands -------------------------------------------------------------------------------------

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover(self._cell_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        self._hover(None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        cell = self._cell_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and cell is not None:
            self._current = cell
            self._choose(cell)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        last = len(self._order) - 1
        move = _MOVES.get(Qt.Key(event.key()))
        if last < 0:
            super().keyPressEvent(event)
        elif move is not None:
            row = min(last, max(0, self._current[0] + move[0]))
            self._current = (row, min(last, max(0, self._current[1] + move[1])))
            self._tell_current()
            self.update()
        elif event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._choose(self._current)
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            cell = self._cell_at(QPointF(event.pos()))
            text = "" if cell is None else self._said(cell)
            QToolTip.showText(event.globalPos(), text, self)
            return True
        return super().event(event)

    def _hover(self, cell: Cell | None) -> None:
        if cell != self._hovered:
            self._hovered = cell
            self.update()

    def _choose(self, cell: Cell) -> None:
        row, column = self._positions(cell)
        if row != column:
            self._selected = (row, column)
            self.update()
            self.chosen.emit(row, column)

    def _said(self, cell: Cell) -> str:
        row, column = self._positions(cell)
        return "" if row == column else self._describe(row, column)

    def _tell_current(self) -> None:
        said = self._said(self._current) if self._order else ""
        self.setAccessibleDescription(said)
        event = QAccessibleEvent(self, QAccessible.Event.DescriptionChanged)
        QAccessible.updateAccessibility(event)
