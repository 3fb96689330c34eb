"""The header of the table: name, kind, small histogram, missing share and range of each column.

A click on the name sorts, one on a bar or on what is missing filters, one anywhere chooses the column;
sections are dragged to other places by the same press.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QHelpEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QHeaderView, QStyle, QWidget

from engine.schema import Role
from gui import theme
from gui.icons import paint_icon
from gui.models.column_facts import ColumnFacts
from gui.widgets.painters import paint_histogram

if TYPE_CHECKING:
    from collections.abc import Mapping

HEIGHT = 96
PADDING = 8
TARGET_MARK = 20
"""Space that the target's mark takes beside the name."""
SORT_MARK = 24
_NAME_ENDS, _BARS_END = 38, 69
"""Px from the top at normal text size."""
_KIND_ICON = 13
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_COMB_STEP = 5
_WIDEST_NAME = 180


class Zone(Enum):
    """A part of a section that a click means something else in."""

    NAME = "name"
    BARS = "bars"
    MISSING = "missing"
    REST = "rest"


class ColumnHeader(QHeaderView):
    """Draws `ColumnFacts`; the chosen column is tinted and has a bar on top."""

    sortAsked = Signal(int, bool)  # noqa: N815 - Qt's naming
    """A column, and whether beside the sorts in force."""
    barClicked = Signal(int, int)  # noqa: N815
    """A column and one of its bars."""
    missingClicked = Signal(int)  # noqa: N815
    barHint = Signal(int, int)  # noqa: N815
    """What a click on this bar would do has to be said in the tooltip."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._facts: tuple[ColumnFacts, ...] = ()
        self._chosen = -1
        self._sorts: Mapping[int, tuple[bool, int]] = {}
        self._frozen: tuple[int, ...] = ()
        self._hovered: tuple[int, int] = (-1, -1)
        self._pressed: tuple[int, QPoint] | None = None
        self.setSectionsClickable(True)
        self.setSectionsMovable(True)
        self.setHighlightSections(False)
        self.setMinimumSectionSize(44)
        self.setDefaultSectionSize(90)
        self.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.setMouseTracking(True)

    def set_facts(self, facts: tuple[ColumnFacts, ...]) -> None:
        """What to draw, one entry for each section."""
        self._facts = facts
        self.viewport().update()

    def set_chosen(self, column: int) -> None:
        """Tint a column; −1 for none."""
        if column != self._chosen:
            self._chosen = column
            self.viewport().update()

    def set_sorts(self, sorts: Mapping[int, tuple[bool, int]]) -> None:
        """The columns sorted by: whether descending, and their place among several (0: the only one)."""
        self._sorts = sorts
        self.viewport().update()

    def set_frozen(self, columns: tuple[int, ...]) -> None:
        """The columns that stay at the left edge, from left to right."""
        self._frozen = columns
        self.viewport().update()

    @property
    def frozen(self) -> tuple[int, ...]:
        """The columns that stay at the left edge, from left to right."""
        return self._frozen

    def zone_at(self, section: int, position: QPoint) -> Zone:
        """What a click there, in the coordinates of the viewport, is meant for."""
        scale = theme.text_scale()
        y = position.y() / scale
        facts = self._facts[section] if 0 <= section < len(self._facts) else None
        if y < _NAME_ENDS:
            return Zone.NAME
        if facts is None:
            return Zone.REST
        if y < _BARS_END and facts.bars and not facts.unique and not facts.is_identifier:
            return Zone.BARS
        if y >= _BARS_END and facts.missing:
            return Zone.MISSING
        return Zone.REST

    def bar_at(self, section: int, position: QPoint) -> int:
        """The bar of a section at a place of the viewport; −1 for none."""
        inner = self.section_rect(section).adjusted(PADDING - 1, 0, -PADDING, 0)
        bars = len(self._facts[section].bars) if 0 <= section < len(self._facts) else 0
        x = position.x() - inner.left()
        if not bars or not 0 <= x < inner.width():
            return -1
        return min(bars - 1, x * bars // inner.width())

    def count_of(self, section: int, bar: int) -> int:
        """How many rows a bar stands for."""
        bars = self._facts[section].bars if 0 <= section < len(self._facts) else ()
        return bars[bar] if 0 <= bar < len(bars) else 0

    def section_rect(self, section: int) -> QRect:
        """Where a section is drawn, frozen ones at the left."""
        left = self.sectionViewportPosition(section)
        if section in self._frozen:
            at = self._frozen.index(section)
            left = max(left, sum(self.sectionSize(each) for each in self._frozen[:at]))
        return QRect(left, 0, self.sectionSize(section), self.height())

    def section_at(self, position: QPoint) -> int:
        """The section drawn at a place of the viewport; −1 for none."""
        left = 0
        for section in self._frozen:
            if left <= position.x() < left + self.sectionSize(section):
                return section
            left += self.sectionSize(section)
        return self.logicalIndexAt(position)

    def width_of(self, facts: ColumnFacts) -> int:
        """The width at which nothing in the header of a column is cut off."""
        name = self.width_of_name(facts) - 2 * PADDING
        kind = _KIND_ICON + 4 + theme.text_width(facts.word, "caption")
        foot = theme.text_width(facts.range, "caption")
        if facts.missing:
            foot += theme.text_width(facts.missing, "caption") + (8 if facts.range else 0)
            if len(facts.bars) > 3 or facts.unique:
                foot = theme.text_width(facts.missing, "caption")  # the range gives way
        unique = theme.text_width(facts.unique, "caption")
        return round(max(name, kind, foot, unique)) + 2 * PADDING + 1

    def width_of_name(self, facts: ColumnFacts) -> int:
        """The width that the name of a column and the target's mark take, up to a bound."""
        name = min(theme.text_width(facts.name, "small", 600), _WIDEST_NAME)
        mark = TARGET_MARK if facts.role is Role.TARGET else 0
        mark += SORT_MARK if facts.position in self._sorts else 0
        return round(name) + mark + 2 * PADDING + 1

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), round(HEIGHT * theme.text_scale()))

    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:  # noqa: N803
        if not rect.isValid() or logicalIndex >= len(self._facts):
            return
        facts = self._facts[logicalIndex]
        chosen = logicalIndex == self._chosen
        painter.save()
        painter.fillRect(rect, theme.colour("selected" if chosen else "surface"))
        painter.fillRect(rect.right(), rect.top(), 1, rect.height(), theme.colour("line"))
        painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, theme.colour("line2"))
        if chosen:
            painter.fillRect(rect.left(), rect.top(), rect.width(), 2, theme.colour("accent"))
        inner = rect.adjusted(PADDING - 1, 0, -PADDING, 0)
        painter.setClipRect(rect.adjusted(0, 0, -1, 0))
        self._paint_name(painter, inner, facts)
        self._paint_kind(painter, inner, facts)
        self._paint_distribution(painter, inner, facts)
        self._paint_missing(painter, inner, facts)
        painter.restore()

    def _paint_sort(self, painter: QPainter, line: QRect, descending: bool, place: int) -> int:
        """An arrow at the right, with its number among several; the room that they take."""
        colour = theme.colour("accent")
        width = 12
        if place:
            painter.setFont(theme.font("caption", 600))
            painter.setPen(colour)
            painter.drawText(line, _RIGHT, str(place))
            width += round(theme.text_width(str(place), "caption", 600))
        box = QRectF(line.right() + 1 - width, line.top() + (line.height() - 12) / 2, 12, 12)
        paint_icon(painter, box, "down" if descending else "up", colour)
        return width + 4

    def _paint_hovered_bar(
        self, painter: QPainter, box: QRect, facts: ColumnFacts, gap: float
    ) -> None:
        bars = [0] * len(facts.bars)
        bar = self._hovered[1]
        if 0 <= bar < len(bars) and facts.bars[bar]:
            bars[bar] = facts.bars[bar]
            whole = max(facts.bars)
            height = box.height() * bars[bar] / whole
            only = QRectF(box).adjusted(0, box.height() - max(1.0, height), 0, 0)
            paint_histogram(painter, only, bars, theme.colour("accent"), gap)

    # The mouse ----------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        position = event.position().toPoint()
        section = self.section_at(position)
        self._pressed = None
        if event.button() is Qt.MouseButton.LeftButton and not self._on_edge(position):
            self._pressed = (section, position)
            adds_sort = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
            if adds_sort and self.zone_at(section, position) is Zone.NAME:
                return  # Qt would select all columns up to this one
        super().mousePressEvent(self._moved_under(event))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(self._moved_under(event))
        position = event.position().toPoint()
        section = self.section_at(position)
        hovered = (-1, -1)
        in_bars = section >= 0 and self.zone_at(section, position) is Zone.BARS
        if not event.buttons() and in_bars and not self._on_edge(position):
            hovered = (section, self.bar_at(section, position))
        if hovered != self._hovered:
            self._hovered = hovered
            self.viewport().update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(self._moved_under(event))
        pressed, self._pressed = self._pressed, None
        position = event.position().toPoint()
        if pressed is None or event.button() is not Qt.MouseButton.LeftButton:
            return
        section, start = pressed
        stayed = (position - start).manhattanLength() < QApplication.startDragDistance()
        if section < 0 or not stayed:
            return
        zone = self.zone_at(section, position)
        if zone is Zone.NAME:
            more = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self.sortAsked.emit(section, more)
        elif zone is Zone.BARS:
            bar = self.bar_at(section, position)
            if bar >= 0 and self._facts[section].bars[bar]:
                self.barClicked.emit(section, bar)
        elif zone is Zone.MISSING:
            self.missingClicked.emit(section)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._hovered = (-1, -1)
        self.viewport().update()

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            section = self.section_at(event.pos())
            if section >= 0 and self.zone_at(section, event.pos()) is Zone.BARS:
                self.barHint.emit(section, self.bar_at(section, event.pos()))
                return True
        return super().viewportEvent(event)

    def _on_edge(self, position: QPoint) -> bool:
        """Whether a press there would change a width."""
        grip = self.style().pixelMetric(QStyle.PixelMetric.PM_HeaderGripMargin, None, self)
        section = self.section_at(position)
        if section < 0:
            return True
        rect = self.section_rect(section)
        is_first = self.visualIndex(section) == 0
        left = position.x() - rect.left()
        return (left < grip and not is_first) or rect.right() - position.x() < grip

    def _moved_under(self, event: QMouseEvent) -> QMouseEvent:
        """The event at the place where Qt has the section that is drawn there."""
        position = event.position().toPoint()
        section = self.section_at(position)
        if section not in self._frozen:
            return event
        shift = self.section_rect(section).left() - self.sectionViewportPosition(section)
        if not shift:
            return event
        local = event.position()
        local.setX(local.x() - shift)
        return QMouseEvent(
            event.type(),
            local,
            event.globalPosition(),
            event.button(),
            event.buttons(),
            event.modifiers(),
            event.pointingDevice(),
        )

    # Painting -----------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._frozen or not self.offset():
            return
        painter = QPainter(self.viewport())
        for section in self._frozen:
            self.paintSection(painter, self.section_rect(section), section)
        last = self.section_rect(self._frozen[-1])
        painter.fillRect(last.right(), 0, 2, self.height(), theme.colour("line2"))
        painter.end()

    def _line(self, inner: QRect, top: float, height: float) -> QRect:
        scale = theme.text_scale()
        return QRect(
            inner.left(), inner.top() + round(top * scale), inner.width(), round(height * scale)
        )

    def _paint_name(self, painter: QPainter, inner: QRect, facts: ColumnFacts) -> None:
        line = self._line(inner, 6, 17)
        is_target = facts.role is Role.TARGET
        room = line.width() - (TARGET_MARK if is_target else 0)
        sort = self._sorts.get(facts.position)
        if sort is not None:
            room -= self._paint_sort(painter, line, *sort)
        token = "muted" if facts.role is Role.IGNORE else "text"
        width = _draw(
            painter, line, facts.name, theme.font("small", 600), theme.colour(token), room
        )
        if is_target:
            mark = QRectF(line.left() + width + 6, line.top() + 2, 14, 14)
            paint_icon(painter, mark, "target", theme.colour("accent"))

    def _paint_kind(self, painter: QPainter, inner: QRect, facts: ColumnFacts) -> None:
        line = self._line(inner, 22, 15)
        colour = theme.colour("muted")
        box = QRectF(line.left(), line.top() + (line.height() - _KIND_ICON) / 2, 13, 13)
        paint_icon(painter, box, facts.icon, colour)
        _draw(painter, line.adjusted(_KIND_ICON + 4, 0, 0, 0), facts.word, _caption(), colour)

    def _paint_distribution(self, painter: QPainter, inner: QRect, facts: ColumnFacts) -> None:
        box = self._line(inner, 41, 26)
        if facts.unique:
            _draw(
                painter, self._line(inner, 52, 15), facts.unique, _caption(), theme.colour("muted")
            )
        elif facts.is_identifier:
            for x in range(box.left(), box.right(), _COMB_STEP):
                width = min(_COMB_STEP - 1, box.right() + 1 - x)
                painter.fillRect(x, box.top(), width, box.height(), theme.colour("sunken"))
        elif facts.bars:
            gap = 3.0 if len(facts.bars) <= 4 else 1.0
            paint_histogram(painter, QRectF(box), facts.bars, theme.colour("s3"), gap)
            if self._hovered[0] == facts.position:
                self._paint_hovered_bar(painter, box, facts, gap)

    def _paint_missing(self, painter: QPainter, inner: QRect, facts: ColumnFacts) -> None:
        bar = QRectF(self._line(inner, 71, 4))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("sunken"))
        painter.drawRoundedRect(bar, 2, 2)
        line = self._line(inner, 75, 15)
        room = line.width()
        if facts.missing:
            filled = QRectF(bar)
            filled.setWidth(max(1.0, bar.width() * facts.missing_share))
            painter.setBrush(theme.colour("warnfill"))
            radius = min(2.0, filled.width() / 2)
            painter.drawRoundedRect(filled, radius, radius)
            painter.setFont(_caption())
            painter.setPen(theme.colour("warn"))
            painter.drawText(line, _RIGHT, facts.missing)
            room -= round(theme.text_width(facts.missing, "caption")) + 6
        if theme.text_width(facts.range, "caption") <= room or not facts.missing:
            _draw(painter, line, facts.range, _caption(), theme.colour("muted"), room)


def _caption() -> QFont:
    return theme.font("caption")


def _draw(
    painter: QPainter,
    line: QRect,
    text: str,
    font: QFont,
    colour: QColor,
    room: int | None = None,
) -> int:
    """Draw one line of text, cut off where it is too long; the width that it took."""
    painter.setFont(font)
    painter.setPen(colour)
    room = line.width() if room is None else room
    metrics = painter.fontMetrics()
    if metrics.horizontalAdvance(text) > room:
        text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, max(room, 0))
    painter.drawText(line, _LEFT, text)
    return metrics.horizontalAdvance(text)
