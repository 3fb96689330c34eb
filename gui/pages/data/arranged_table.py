"""A table whose columns are moved, hidden, and frozen at the left edge.

Frozen columns are the first ones that are shown. They are no view of their own: where the table is
scrolled sideways, they are drawn over what lies under them, and places on the screen are told apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from PySide6.QtCore import (
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSignalBlocker,
    Qt,
    Signal,
)
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QTableView, QWidget

from gui import theme
from gui.models.table_model import TableModel
from gui.pages.data.cells import CellPainter, Place, Rows
from gui.pages.data.column_header import ColumnHeader


class ArrangedTable(QTableView):
    """The columns of a `TableModel` in an order of a person's own."""

    layoutEdited = Signal()  # noqa: N815 - Qt's naming
    """A person moved, hid, froze or widened a column."""

    def __init__(self, model: TableModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._cells = CellPainter(model)
        self._frozen = 0
        """How many of the columns shown stay at the left edge."""
        self._ground = theme.colour("surface")
        self.header = ColumnHeader(self)
        self.setHorizontalHeader(self.header)
        # A style sheet makes the viewport transparent to Qt, so that each step would draw every cell anew.
        # As `paintEvent` fills it, the rows that stay in sight are moved instead.
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.header.sectionMoved.connect(self._on_moved)

    def paintEvent(self, event: QPaintEvent) -> None:
        area = event.rect()
        painter = QPainter(self.viewport())
        painter.setClipRegion(event.region())
        painter.fillRect(area, self._ground)
        rows = self._rows_in(area)
        if rows.stop > rows.first:
            selection = self.selectionModel().selection()
            frozen = self._frozen_places() if self.horizontalScrollBar().value() else []
            edge = sum(place.width for place in frozen)
            painter.save()
            painter.setClipRect(area.adjusted(max(0, edge - area.left()), 0, 0, 0))
            self._cells.paint(painter, self._places_in(area, edge), rows, selection)
            painter.restore()
            if frozen and area.left() <= edge + 1:
                self._cells.paint(painter, frozen, rows, selection)
                painter.fillRect(edge - 1, area.top(), 2, area.height(), theme.colour("line2"))
        painter.end()

    def _rows_in(self, area: QRect) -> Rows:
        """The rows of which something is in an area."""
        first, last = self.rowAt(max(area.top(), 0)), self.rowAt(area.bottom())
        if first < 0:
            return Rows(0, 0, 0, 1)
        stop = (last if last >= 0 else self._model.rowCount() - 1) + 1
        return Rows(first, stop, self.rowViewportPosition(first), self.rowHeight(first))

    def _places_in(self, area: QRect, edge: int) -> Iterator[Place]:
        """The columns of which something is in an area, right of the frozen ones."""
        header = self.header
        start = header.visualIndexAt(max(area.left(), edge))
        for at in range(start, header.count()) if start >= 0 else ():
            column = header.logicalIndex(at)
            width = header.sectionSize(column)
            if not width:
                continue  # hidden
            left = header.sectionViewportPosition(column)
            if left > area.right():
                return
            yield Place(column, left, width)

    def _frozen_places(self) -> list[Place]:
        rects = ((column, self.header.section_rect(column)) for column in self.header.frozen)
        return [Place(column, rect.left(), rect.width()) for column, rect in rects]

    # Order, hidden and frozen columns ------------------------------------------------------------

    def shown_columns(self) -> list[int]:
        """The columns that are not hidden, from left to right."""
        header = self.header
        columns = (header.logicalIndex(at) for at in range(header.count()))
        return [column for column in columns if not header.isSectionHidden(column)]

    def all_columns(self) -> list[int]:
        """All columns from left to right, hidden ones too."""
        return [self.header.logicalIndex(at) for at in range(self.header.count())]

    def frozen_columns(self) -> tuple[int, ...]:
        """The columns that stay at the left edge, from left to right."""
        return self.header.frozen

    def freeze(self, count: int) -> None:
        """Keep the first `count` of the columns shown at the left edge."""
        self._frozen = count
        self._refresh_frozen()
        self.layoutEdited.emit()

    def freeze_column(self, column: int) -> None:
        """Let a column stay at the left edge, after those that do already."""
        frozen = self.header.frozen
        if column in frozen:
            return
        self._frozen = len(frozen) + 1
        self._move(column, len(frozen))
        self._refresh_frozen()
        self.layoutEdited.emit()

    def thaw_column(self, column: int) -> None:
        """Let a column scroll with the others again."""
        frozen = self.header.frozen
        if column not in frozen:
            return
        self._frozen = len(frozen) - 1
        self._move(column, self._frozen)
        self._refresh_frozen()
        self.layoutEdited.emit()

    def hide_columns(self, columns: Iterable[int], hidden: bool = True) -> None:
        """Hide columns, or show them again."""
        was_drawn = self.updatesEnabled()
        self.setUpdatesEnabled(False)
        frozen = set(self.header.frozen)
        for column in columns:
            self.setColumnHidden(column, hidden)
            if hidden and column in frozen:
                self._frozen -= 1
        self.setUpdatesEnabled(was_drawn)
        self._refresh_frozen()
        self.layoutEdited.emit()

    def arrange_columns(self, order: Sequence[int], hidden: Iterable[int], frozen: int) -> None:
        """Put columns in an order; those that it leaves out follow as in the file."""
        named = set(order)
        wanted = [*order, *(c for c in range(self._model.columnCount()) if c not in named)]
        hide = set(hidden)
        header = self.header
        was_drawn = self.updatesEnabled()
        self.setUpdatesEnabled(False)
        with QSignalBlocker(header):
            for place, column in enumerate(wanted):
                if header.visualIndex(column) != place:
                    header.moveSection(header.visualIndex(column), place)
        for column in wanted:
            if self.isColumnHidden(column) != (column in hide):
                self.setColumnHidden(column, column in hide)
        self._frozen = frozen
        self.setUpdatesEnabled(was_drawn)
        # With the header's signals blocked, Qt has not laid the columns out anew.
        self.updateGeometries()
        self._refresh_frozen()

    @property
    def is_rearranged(self) -> bool:
        """Whether columns stand in another order than in the file."""
        header = self.header
        return header.sectionsMoved() and any(
            header.visualIndex(column) != column for column in range(header.count())
        )

    def move_column(self, column: int, shown_place: int) -> None:
        """Put a column at a place among those shown."""
        self._move(column, shown_place)
        self._on_moved()

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all columns in file order."""
        return self._model.names

    def _move(self, column: int, shown_place: int) -> None:
        shown = self.shown_columns()
        header = self.header
        if 0 <= shown_place < len(shown):
            with QSignalBlocker(header):
                header.moveSection(
                    header.visualIndex(column), header.visualIndex(shown[shown_place])
                )
            self.updateGeometries()

    def _on_moved(self) -> None:
        self._refresh_frozen()
        self.viewport().update()
        self.layoutEdited.emit()

    def _refresh_frozen(self) -> None:
        self._frozen = max(0, self._frozen)
        self.header.set_frozen(tuple(self.shown_columns()[: self._frozen]) if self._frozen else ())
        self.viewport().update()

    def _frozen_width(self) -> int:
        return sum(self.columnWidth(column) for column in self.header.frozen)

    def _in_free_area(self, index: QModelIndex) -> bool:
        area = self.viewport().rect()
        if index.column() not in self.header.frozen:
            area.setLeft(self._frozen_width())
        return area.contains(self.visualRect(index))

    def _reveal_column(self, column: int) -> None:
        """Scroll sideways only: choosing a column keeps the rows where they are."""
        if column in self.header.frozen:
            return
        bar = self.horizontalScrollBar()
        edge = self._frozen_width()
        left = self.columnViewportPosition(column)
        right = left + self.columnWidth(column)
        if left < edge:
            bar.setValue(bar.value() + left - edge)
        elif right > self.viewport().width():
            bar.setValue(bar.value() + min(left - edge, right - self.viewport().width()))

    # Where cells are: frozen ones stand apart ----------------------------------------------------

    def indexAt(self, position: QPoint) -> QModelIndex:
        return super().indexAt(self._moved_under(position))

    def visualRect(self, index: QModelIndex | QPersistentModelIndex) -> QRect:
        rect = super().visualRect(index)
        if index.column() in self.header.frozen:
            rect.moveLeft(self.header.section_rect(index.column()).left())
        return rect

    def scrollTo(
        self,
        index: QModelIndex | QPersistentModelIndex,
        hint: QTableView.ScrollHint = QTableView.ScrollHint.EnsureVisible,
    ) -> None:
        if not self.header.frozen:
            super().scrollTo(index, hint)
            return
        sideways = self.horizontalScrollBar().value()
        super().scrollTo(index, hint)
        self.horizontalScrollBar().setValue(sideways)
        self._reveal_column(index.column())

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        super().scrollContentsBy(dx, dy)
        if dx and self.header.frozen:
            # Qt moved the picture of the frozen columns along with the others.
            self.viewport().update(0, 0, self._frozen_width() + abs(dx), self.viewport().height())
            self.header.viewport().update()

    def _moved_under(self, position: QPoint) -> QPoint:
        column = self.header.section_at(position)
        if column not in self.header.frozen:
            return position
        shift = self.header.section_rect(column).left() - self.columnViewportPosition(column)
        return QPoint(position.x() - shift, position.y())
