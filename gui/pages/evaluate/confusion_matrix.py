"""The confusion matrix as a painted grid: up to 100 classes, mouse and keyboard."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QFont,
    QFontMetricsF,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from gui import theme
from gui.i18n import tr
from gui.models.figures import count_text, percent_text
from gui.widgets import heat

LABEL_SHARE = 0.24
"""Row labels take at most this share of the width."""
UPRIGHT = 64
"""Column labels that run upwards take at most this many px."""
MANY = 4
"""Above this many classes mistakes are small shares: a square root keeps them visible."""

Mode: TypeAlias = Literal["row", "column", "count"]
Cell = tuple[int, int]
"""Actual and predicted class, as indices."""


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where things lie in the widget, in pixels."""

    grid: QRectF
    cell: float
    height: float
    gap: float
    label_width: float
    title: float
    upright: bool
    """Column labels run upwards because they are wider than the cells."""

    def cell_rect(self, actual: int, predicted: int) -> QRectF:
        """The rectangle of one cell, gap left out."""
        return QRectF(
            self.grid.left() + predicted * self.cell,
            self.grid.top() + actual * self.height,
            self.cell - self.gap,
            self.height - self.gap,
        )


class ConfusionMatrix(QWidget):
    """Rows are actual classes, columns predicted ones; a cell can be selected.

    Arrow keys move, Space or Enter selects and unselects, Escape clears. `selected` carries
    (actual, predicted), or None when the selection is cleared.
    """

    selected = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._classes: tuple[str, ...] = ()
        self._counts: tuple[tuple[int, ...], ...] = ()
        self._totals: tuple[int, ...] = ()
        self._peak = 1
        self._mode: Mode = "row"
        self._column_totals: tuple[int, ...] = ()
        self._current: Cell = (0, 0)
        self._selection: Cell | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMouseTracking(True)
        self.setAccessibleName(tr("Confusion matrix"))

    # Values ------------------------------------------------------------------------------------

    def set_matrix(self, classes: Sequence[str], counts: Sequence[Sequence[int]]) -> None:
        """Show other counts, `counts[actual][predicted]`; the selection is cleared."""
        self._classes = tuple(classes)
        self._current, self._selection = (0, 0), None
        self.set_counts(counts)
        self.updateGeometry()

    def set_counts(self, counts: Sequence[Sequence[int]]) -> None:
        """Show other counts of the same classes; the selection stays."""
        self._counts = tuple(tuple(row) for row in counts)
        self._totals = tuple(sum(row) for row in self._counts)
        self._column_totals = tuple(sum(column) for column in zip(*self._counts, strict=True))
        self._peak = max((max(row, default=0) for row in self._counts), default=0) or 1
        self._tell_current()
        self.update()

    def counts(self) -> tuple[tuple[int, ...], ...]:
        """What is shown."""
        return self._counts

    def set_mode(self, mode: Mode) -> None:
        """Colour and label by the share of the row or of the column, or by the count."""
        self._mode = mode
        self.update()

    def selection(self) -> Cell | None:
        """The selected cell, if one is."""
        return self._selection

    def select(self, cell: Cell | None) -> None:
        """Select a cell, or clear with None; tells nobody when nothing changes."""
        if cell is not None:
            self._current = cell
            self._tell_current()
        if cell != self._selection:
            self._selection = cell
            self.selected.emit(cell)
        self.update()

    def share(self, cell: Cell) -> float:
        """The cell's share of the rows of its actual class or, by columns, of its predicted one."""
        of_columns = self._mode == "column"
        total = self._column_totals[cell[1]] if of_columns else self._totals[cell[0]]
        return self._counts[cell[0]][cell[1]] / total if total else 0.0

    def describe(self, cell: Cell) -> str:
        """The cell in words, for tooltips and screen readers."""
        actual, predicted = cell
        if self._mode == "column":
            return tr(
                "Actual {actual}, predicted {predicted}: {rows} rows, {share} of predicted {predicted}",
                actual=self._classes[actual],
                predicted=self._classes[predicted],
                rows=self._counts[actual][predicted],
                share=percent_text(self.share(cell)),
            )
        return tr(
            "Actual {actual}, predicted {predicted}: {rows} rows, {share} of actual {actual}",
            actual=self._classes[actual],
            predicted=self._classes[predicted],
            rows=self._counts[actual][predicted],
            share=percent_text(self.share(cell)),
        )

    # Geometry ----------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        return QSize(320, 260)

    def minimumSizeHint(self) -> QSize:
        return QSize(220, 200)

    def _layout(self) -> _Layout:
        n = max(len(self._classes), 1)
        metrics = QFontMetricsF(theme.font("caption"))
        widest = max((metrics.horizontalAdvance(name) for name in self._classes), default=0.0)
        title = metrics.height() + 2
        label_width = min(widest + 10, self.width() * LABEL_SHARE)
        left = title + label_width
        upright = n > MANY and widest + 4 > (self.width() - left) / n
        top = (min(widest, UPRIGHT) if upright else metrics.height()) + 6
        room_x = self.width() - left - 2
        room_y = self.height() - top - title - 2
        cell = max(room_x / n, 1.0)
        height = max(room_y / n, 1.0)
        if n > 1:  # near-square cells read best; two classes may be wider, as in a table
            cell = min(cell, height * (1.5 if n <= MANY else 1.25))
            height = min(height, cell * 1.1)
        left += max(0.0, (room_x - cell * n) / 2)
        gap = 2.0 if cell >= 14 else (1.0 if cell >= 6 else 0.0)
        grid = QRectF(left, top, cell * n, height * n)
        return _Layout(grid, cell, height, gap, label_width, title, upright)

    def _cell_at(self, position: QPointF) -> Cell | None:
        layout = self._layout()
        if not self._classes or not layout.grid.contains(position):
            return None
        last = len(self._classes) - 1
        actual = int((position.y() - layout.grid.top()) / layout.height)
        predicted = int((position.x() - layout.grid.left()) / layout.cell)
        return min(actual, last), min(predicted, last)

    def cell_centre(self, cell: Cell) -> QPointF:
        """The middle of a cell in widget coordinates."""
        return self._layout().cell_rect(*cell).center()

    # Painting ----------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._classes:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        layout = self._layout()
        self._paint_cells(painter, layout)
        self._paint_labels(painter, layout)
        if self._selection is not None:
            rect = layout.cell_rect(*self._selection).adjusted(-1, -1, 1, 1)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.colour("text"), 2))
            painter.drawRoundedRect(rect, 3, 3)
        if self.hasFocus():
            rect = layout.cell_rect(*self._current).adjusted(-2.5, -2.5, 2.5, 2.5)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.colour("accent"), 2))
            painter.drawRoundedRect(rect, 4, 4)

    def _strength(self, cell: Cell) -> float:
        share = (
            self._counts[cell[0]][cell[1]] / self._peak
            if self._mode == "count"
            else self.share(cell)
        )
        return share if len(self._classes) <= MANY else share**0.5

    def _paint_cells(self, painter: QPainter, layout: _Layout) -> None:
        fonts = self._cell_fonts(layout)
        painter.setPen(Qt.PenStyle.NoPen)
        radius = 3.0 if layout.cell >= 24 else 0.0
        for actual in range(len(self._classes)):
            for predicted in range(len(self._classes)):
                rect = layout.cell_rect(actual, predicted)
                colour = heat.fill(self._strength((actual, predicted)))
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(colour)
                painter.drawRoundedRect(rect, radius, radius)
                if fonts:
                    painter.setPen(heat.ink(colour))
                    self._paint_figures(painter, rect, (actual, predicted), fonts)

    def _cell_fonts(self, layout: _Layout) -> tuple[QFont, ...]:
        """Fonts of the figures that fit a cell: main and second line, main only, or none."""
        widest = count_text(self._peak) if self._mode == "count" else "100"
        if layout.cell >= 64 and layout.height >= 44:
            large = QFont(theme.font("title"))
            return large, theme.font("caption")
        for pixels in (12, 11, 10, 9):
            font = QFont(theme.font("small"))
            font.setPixelSize(pixels)
            metrics = QFontMetricsF(font)
            if metrics.horizontalAdvance(widest) + 4 <= layout.cell and pixels + 4 <= layout.height:
                return (font,)
        return ()

    def _paint_figures(
        self, painter: QPainter, rect: QRectF, cell: Cell, fonts: tuple[QFont, ...]
    ) -> None:
        rows = self._counts[cell[0]][cell[1]]
        if len(fonts) == 2:
            middle = rect.center().y()
            painter.setFont(fonts[0])
            upper = QRectF(rect.left(), middle - 19, rect.width(), 20)
            painter.drawText(upper, Qt.AlignmentFlag.AlignCenter, self._main(cell))
            painter.setFont(fonts[1])
            lower = QRectF(rect.left(), middle + 3, rect.width(), 15)
            painter.drawText(lower, Qt.AlignmentFlag.AlignCenter, self._second(cell))
        elif rows:  # zeros stay blank in a dense grid
            painter.setFont(fonts[0])
            is_count = self._mode == "count"
            text = count_text(rows) if is_count else f"{100 * self.share(cell):.0f}"
            painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, text)

    def _main(self, cell: Cell) -> str:
        is_count = self._mode == "count"
        return count_text(self._rows(cell)) if is_count else percent_text(self.share(cell))

    def _second(self, cell: Cell) -> str:
        is_count = self._mode == "count"
        return percent_text(self.share(cell)) if is_count else count_text(self._rows(cell))

    def _rows(self, cell: Cell) -> int:
        return self._counts[cell[0]][cell[1]]

    def _paint_labels(self, painter: QPainter, layout: _Layout) -> None:
        painter.setFont(theme.font("caption"))
        painter.setPen(theme.colour("text2"))
        self._paint_row_labels(painter, layout)
        self._paint_column_labels(painter, layout)
        painter.setPen(theme.colour("muted"))
        grid = layout.grid
        below = QRectF(grid.left(), grid.bottom() + 3, grid.width(), layout.title)
        painter.drawText(below, Qt.AlignmentFlag.AlignCenter, tr("Predicted"))
        side = QPointF(grid.left() - layout.label_width - layout.title / 2, grid.center().y())
        self._paint_upwards(
            painter, side, grid.height(), tr("Actual"), Qt.AlignmentFlag.AlignHCenter
        )

    def _paint_row_labels(self, painter: QPainter, layout: _Layout) -> None:
        metrics = QFontMetricsF(painter.font())
        every = max(1, math.ceil(metrics.height() / layout.height))
        for index in range(0, len(self._classes), every):
            middle = layout.cell_rect(index, 0).center().y()
            width = layout.label_width - 8
            rect = QRectF(
                layout.grid.left() - layout.label_width,
                middle - metrics.height() / 2,
                width,
                metrics.height(),
            )
            text = metrics.elidedText(self._classes[index], Qt.TextElideMode.ElideRight, width)
            painter.drawText(
                rect, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text
            )

    def _paint_column_labels(self, painter: QPainter, layout: _Layout) -> None:
        metrics = QFontMetricsF(painter.font())
        step = metrics.height() if layout.upright else 0.0
        every = max(1, math.ceil(step / layout.cell))
        bottom = layout.grid.top() - 4
        for index in range(0, len(self._classes), every):
            middle = layout.cell_rect(0, index).center().x()
            width = bottom if layout.upright else layout.cell - 4
            text = metrics.elidedText(self._classes[index], Qt.TextElideMode.ElideRight, width)
            if layout.upright:
                at = QPointF(middle, bottom - width / 2)
                self._paint_upwards(painter, at, width, text, Qt.AlignmentFlag.AlignLeft)
            else:
                rect = QRectF(middle - layout.cell / 2, 0, layout.cell, bottom)
                painter.drawText(
                    rect, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom, text
                )

    @staticmethod
    def _paint_upwards(
        painter: QPainter, centre: QPointF, length: float, text: str, align: Qt.AlignmentFlag
    ) -> None:
        painter.save()
        painter.translate(centre)
        painter.rotate(-90)
        rect = QRectF(-length / 2, -8, length, 16)
        painter.drawText(rect, align | Qt.AlignmentFlag.AlignVCenter, text)
        painter.restore()

    # Events ------------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        overrides = event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent)
        if overrides and event.key() == Qt.Key.Key_Space:  # else the window pauses the run
            event.accept()
            return True
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            cell = self._cell_at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), self.describe(cell) if cell else "", self)
            return True
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            cell = self._cell_at(event.position())
            self.select(None if cell == self._selection else cell)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        inside = self._cell_at(event.position()) is not None
        self.setCursor(Qt.CursorShape.PointingHandCursor if inside else Qt.CursorShape.ArrowCursor)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._classes:
            super().keyPressEvent(event)
            return
        moves = {
            Qt.Key.Key_Left: (0, -1),
            Qt.Key.Key_Right: (0, 1),
            Qt.Key.Key_Up: (-1, 0),
            Qt.Key.Key_Down: (1, 0),
        }
        key = Qt.Key(event.key())
        last = len(self._classes) - 1
        if key in moves:
            down, right = moves[key]
            actual, predicted = self._current
            self._current = (
                min(max(actual + down, 0), last),
                min(max(predicted + right, 0), last),
            )
            self._tell_current()
            self.update()
        elif key in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.select(None if self._current == self._selection else self._current)
        elif key == Qt.Key.Key_Escape and self._selection is not None:
            self.select(None)
        else:
            super().keyPressEvent(event)

    def _tell_current(self) -> None:
        if not self._classes:
            return
        self.setAccessibleDescription(self.describe(self._current))
        QAccessible.updateAccessibility(
            QAccessibleEvent(self, QAccessible.Event.DescriptionChanged)
        )
