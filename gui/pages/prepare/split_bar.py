"""The bar of the three parts, with two handles to drag."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from engine.data.preparing.plan import part_sizes
from engine.recipe.split import Split
from gui.i18n import tr, trn
from gui.pages.prepare.split_words import BelowPart
from gui.theme import colour, font, grown

BAR_HEIGHT = 32
HANDLE_SIZE = QSize(9, 38)
SMALLEST_TRAIN = 10
LARGEST_PART = 80


@dataclass(frozen=True, slots=True)
class Shares:
    """Percent of the rows for validation and test; the rest trains."""

    validation: int
    test: int

    @property
    def train(self) -> int:
        """Percent of the rows that train."""
        return 100 - self.validation - self.test

    def rows(self, total: int) -> tuple[int, int, int]:
        """Rows of train, validation and test; the smaller parts are rounded up, as in the split."""
        return part_sizes(Split(validation=self.validation / 100, test=self.test / 100), total)

    def with_first(self, train: int) -> Shares:
        """The border between train and validation moved; the test part keeps its size."""
        low = max(SMALLEST_TRAIN, 100 - self.test - LARGEST_PART)
        train = min(max(train, low), 100 - self.test)
        return Shares(100 - self.test - train, self.test)

    def with_second(self, before_test: int) -> Shares:
        """The border between validation and test moved; the train part keeps its size."""
        low = max(self.train, 100 - LARGEST_PART)
        high = min(100, self.train + LARGEST_PART)
        before_test = min(max(before_test, low), high)
        return Shares(before_test - self.train, 100 - before_test)


class SplitHandle(QWidget):
    """One border between two parts: dragged, or moved by arrow keys one percent at a time."""

    moved = Signal(int)
    """Percent of the rows before the border, while it is dragged."""
    released = Signal()
    """The border stays where it is."""

    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._percent = 0
        self._drag_offset: float | None = None
        self.setFixedSize(HANDLE_SIZE)
        self.setCursor(Qt.CursorShape.SplitHCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setAccessibleName(name)
        self.setToolTip(tr("Drag, or move it with the arrow keys"))

    @property
    def percent(self) -> int:
        """Percent of the rows before the border."""
        return self._percent

    def set_percent(self, percent: int) -> None:
        """Show the border there."""
        self._percent = percent
        self.setAccessibleDescription(tr("{percent}% of the rows lie before it", percent=percent))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._drag_offset = event.position().x() - self.width() / 2

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._drag_offset is not None:
            bar = self.parentWidget()
            x = self.mapTo(bar, event.position()).x() - self._drag_offset
            self.moved.emit(round(100 * x / max(1, bar.width())))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._drag_offset is not None:
            self._drag_offset = None
            self.released.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Down: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Up: 1,
            Qt.Key.Key_PageDown: -5,
            Qt.Key.Key_PageUp: 5,
        }.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        self.moved.emit(self._percent + step)
        self.released.emit()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        active = self.hasFocus() or self.underMouse() or self._drag_offset is not None
        edge = colour("accent") if self.hasFocus() else colour("ctl")
        painter.setPen(QPen(edge, 2 if self.hasFocus() else 1))
        painter.setBrush(colour("hover" if active else "surface"))
        inset = 1.0 if self.hasFocus() else 0.5
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(inset, inset, -inset, -inset), 3, 3)
        painter.setPen(QPen(colour("ctl"), 1))
        middle = self.width() / 2
        for x in (middle - 1, middle + 1):
            painter.drawLine(QPointF(x, self.height() / 2 - 6), QPointF(x, self.height() / 2 + 6))


class SplitBar(QWidget):
    """Train, validation and test as one bar; under each part its rows."""

    changed = Signal(object)
    """`Shares` after a drag has ended or a key was pressed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shares = Shares(15, 15)
        self._settled = self._shares
        self._rows = 0
        self._figures: tuple[BelowPart, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(HANDLE_SIZE.height() + 4 + self._line_height())
        self.setMinimumWidth(320)
        self.setAccessibleName(tr("Split"))
        self.first = SplitHandle(tr("Border between train and validation"), self)
        self.second = SplitHandle(tr("Border between validation and test"), self)
        self.first.moved.connect(lambda at: self._move(self._shares.with_first(at)))
        self.second.moved.connect(lambda at: self._move(self._shares.with_second(at)))
        self.first.released.connect(self._settle)
        self.second.released.connect(self._settle)

    @property
    def shares(self) -> Shares:
        """What is shown."""
        return self._shares

    def set_shares(self, shares: Shares, rows: int) -> None:
        """Show other shares of that many rows without announcing it."""
        self._rows = rows
        self._settled = shares
        self._move(shares)

    def set_figures(self, figures: tuple[BelowPart, ...]) -> None:
        """What was counted in each part; nothing: rows follow from the shares."""
        if figures != self._figures:
            self._figures = figures
            self.update()

    def set_movable(self, movable: bool) -> None:
        """Whether the borders can be moved: not where the data say what lies where."""
        for handle in (self.first, self.second):
            handle.setVisible(movable)

    @staticmethod
    def _line_height() -> int:
        return grown(18)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_handles()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        top = (HANDLE_SIZE.height() - BAR_HEIGHT) / 2
        left = 0.0
        clip = QRectF(0, top, self.width(), BAR_HEIGHT)
        names = (tr("Train"), tr("Validation"), tr("Test"))
        fills = (colour("s4"), colour("s2"), colour("sunken"))
        inks = tuple(_ink_on(fill) for fill in fills)
        parts = (self._shares.train, self._shares.validation, self._shares.test)
        # What was counted holds for the shares that are in force, not for those under the mouse.
        counted = self._figures if self._shares == self._settled else ()
        below = counted or tuple(BelowPart(rows) for rows in self._shares.rows(self._rows))
        for index, percent in enumerate(parts):
            width = self.width() * percent / 100
            area = QRectF(left, top, width, BAR_HEIGHT)
            self._paint_part(painter, clip, area, fills[index])
            self._paint_inside(painter, area, names[index], f"{percent}%", inks[index])
            self._paint_below(painter, area, below[index], first=index == 0)
            left += width

    def _paint_part(self, painter: QPainter, clip: QRectF, area: QRectF, fill: QColor) -> None:
        painter.save()
        painter.setClipRect(area)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(fill)
        painter.drawRoundedRect(clip, 4, 4)
        painter.restore()

    def _paint_inside(
        self, painter: QPainter, area: QRectF, name: str, share: str, ink: QColor
    ) -> None:
        inside = area.adjusted(12, 0, -12, 0)
        painter.setFont(font("body", 500))
        metrics = painter.fontMetrics()
        name_width, share_width = metrics.horizontalAdvance(name), metrics.horizontalAdvance(share)
        painter.setPen(ink)
        middle = Qt.AlignmentFlag.AlignVCenter
        if inside.width() >= name_width + share_width + 8:
            painter.drawText(inside, middle | Qt.AlignmentFlag.AlignLeft, name)
            painter.setFont(font("body"))
            painter.drawText(inside, middle | Qt.AlignmentFlag.AlignRight, share)
        elif area.width() >= share_width + 4:
            painter.setFont(font("small"))
            painter.drawText(area, middle | Qt.AlignmentFlag.AlignHCenter, share)

    def _paint_below(
        self, painter: QPainter, area: QRectF, part: BelowPart, *, first: bool
    ) -> None:
        below = QRectF(area.left(), HANDLE_SIZE.height() + 2, area.width(), self._line_height())
        painter.setFont(font("small"))
        painter.setPen(colour("muted"))
        side = Qt.AlignmentFlag.AlignLeft if first else Qt.AlignmentFlag.AlignHCenter
        measure = painter.fontMetrics().horizontalAdvance
        for text in words_below(part):
            if measure(text) <= area.width() - 8:
                painter.drawText(below, Qt.AlignmentFlag.AlignVCenter | side, text)
                return

    def _move(self, shares: Shares) -> None:
        self._shares = shares
        self.first.set_percent(shares.train)
        self.second.set_percent(100 - shares.test)
        self.setAccessibleDescription(
            tr(
                "Train {train}%, validation {validation}%, test {test}%",
                train=shares.train,
                validation=shares.validation,
                test=shares.test,
            )
        )
        self._place_handles()
        self.update()

    def _settle(self) -> None:
        if self._shares != self._settled:
            self._settled = self._shares
            self.changed.emit(self._shares)

    def _place_handles(self) -> None:
        for handle in (self.first, self.second):
            x = round(self.width() * handle.percent / 100 - handle.width() / 2)
            handle.move(min(max(x, 0), self.width() - handle.width()), 0)
        overlapping = self.second.x() - self.first.x() < self.first.width()
        if overlapping and self._shares.validation == 0:
            self.second.move(min(self.first.x() + self.first.width(), self.width() - 9), 0)
            if self.second.x() - self.first.x() < self.first.width():
                self.first.move(self.second.x() - self.first.width(), 0)


def words_below(part: BelowPart) -> list[str]:
    """What can stand below a part, the longest first."""
    rows = trn("{count} row", "{count} rows", part.rows)
    longer = [tr("{rows}, {more}", rows=rows, more=more) for more in (part.target, part.figure)]
    known = longer if part.target else []
    return [*known, rows]


def _ink_on(fill: QColor) -> QColor:
    """White or ink, whichever can be read better on `fill`."""
    bright = 0.299 * fill.redF() + 0.587 * fill.greenF() + 0.114 * fill.blueF()
    return QColor("#FFFFFF") if bright < 0.5 else QColor("#182123")
