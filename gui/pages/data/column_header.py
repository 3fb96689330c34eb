"""The header of the table: name, kind, small histogram, missing share and range of each column.

A click on the name sorts, one on a bar or on what is missing filters, one anywhere chooses the column;
sections are dragged to other places by the same press.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QHelpEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QHeaderView, QStyle, QWidget

from gui import theme
from gui.models.column_facts import ColumnFacts
from gui.pages.data.section_painter import (
    PADDING,
    Marks,
    SectionPainter,
    width_of,
    width_of_name,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

HEIGHT = 96
_NAME_ENDS, _BARS_END = 38, 69
"""Px from the top at normal text size."""


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
        self._sections = SectionPainter()
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
        return width_of(facts, is_sorted=facts.position in self._sorts)

    def width_of_name(self, facts: ColumnFacts) -> int:
        """The width that the name of a column and its marks take, up to a bound."""
        return width_of_name(facts, is_sorted=facts.position in self._sorts)

    def sizeHint(self) -> QSize:
        # Qt would ask ten thousand sections for a width that nobody needs.
        return QSize(self.defaultSectionSize(), round(HEIGHT * theme.text_scale()))

    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:  # noqa: N803
        if rect.isValid() and logicalIndex < len(self._facts):
            is_chosen = logicalIndex == self._chosen
            bar = self._hovered[1] if self._hovered[0] == logicalIndex else -1
            marks = Marks(is_chosen, self._sorts.get(logicalIndex), bar)
            self._sections.paint(painter, rect, self._facts[logicalIndex], marks)

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
