"""A grid of painted cards, one per column; a click on a bar, a value or the missing share narrows the rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QWidget

from gui import theme
from gui.i18n import tr
from gui.models.filter_words import bin_filter
from gui.models.profile_cards import CARD, ProfileCard
from gui.pages.data.card_delegate import CardPlaces

if TYPE_CHECKING:
    from engine.data.rows.filters import Filter

_GAP = 12


class CardGrid(QListView):
    """As many cards in a row as fit, all of one size."""

    filterAsked = Signal(object)  # noqa: N815 - Qt's naming
    """A `Filter` for what was clicked."""
    menuAsked = Signal(str, object)  # noqa: N815
    """A menu for a column is wanted at a point of the screen."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("Columns"))
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setFlow(QListView.Flow.LeftToRight)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMovement(QListView.Movement.Static)
        self.setUniformItemSizes(True)
        self.setSpacing(_GAP)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setMouseTracking(True)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setStyleSheet(f"QListView {{ background: {theme.colour('window').name()} }}")
        self.setViewportMargins(4, 0, 0, 0)

    def card_size(self, least: int, height: int) -> QSize:
        """Cards share the width evenly."""
        room = self.viewport().width() - _GAP - 1
        beside = max(1, room // (least + _GAP))
        return QSize(room // beside - _GAP, height)

    def places(self, index: QModelIndex) -> CardPlaces:
        """Where the parts of a card lie in the viewport."""
        return CardPlaces.of(self.visualRect(index), index.data(CARD))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        wanted = self._filter_at(event.position().toPoint())
        shape = Qt.CursorShape.PointingHandCursor if wanted else Qt.CursorShape.ArrowCursor
        self.viewport().setCursor(shape)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if event.button() == Qt.MouseButton.LeftButton:
            wanted = self._filter_at(event.position().toPoint())
            if wanted is not None:
                self.filterAsked.emit(wanted)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        index, place = self.currentIndex(), event.globalPos()
        if event.reason() == QContextMenuEvent.Reason.Mouse:
            index = self.indexAt(event.pos())
        elif index.isValid():
            place = self.viewport().mapToGlobal(self.visualRect(index).center())
        if index.isValid():
            self.menuAsked.emit(index.data(CARD).facts.name, place)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Tab leaves the grid instead of walking through thousands of cards.
        if event.key() in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
            event.ignore()
            return
        super().keyPressEvent(event)

    def _filter_at(self, place: QPoint) -> Filter | None:
        from engine.data.rows.filters import LevelsFilter, MissingFilter

        index = self.indexAt(place)
        if not index.isValid():
            return None
        card: ProfileCard = index.data(CARD)
        places = self.places(index)
        name = card.facts.name
        bar = places.bar_at(place, card)
        if bar is not None and card.figures is not None and card.figures.histogram:
            return bin_filter(card.figures, bar)
        value = places.value_at(place, card)
        if value is not None:
            return LevelsFilter(column=name, values=(value,))
        if card.facts.missing and places.missing.contains(place):
            return MissingFilter(column=name)
        return None
