"""The columns of a table as rows of figures, with their distribution drawn small."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from engine.schema import Role
from gui import theme
from gui.i18n import tr
from gui.icons import paint_icon
from gui.models.profile_cards import CARD, ProfileCard
from gui.models.profile_figures import ProfileFiguresModel
from gui.widgets.painters import paint_histogram

_ROW = 28
_NAME_WIDTH = 190
_SHAPE_WIDTH = 96
_FIGURE_WIDTH = 92
_MARK = 4


class ProfileTable(QTableView):
    """One row per column. A click on a heading asks for another order."""

    sortAsked = Signal(int)  # noqa: N815 - Qt's naming
    """A figure (−1: the name), to sort by or to turn the order round."""
    menuAsked = Signal(str, object)  # noqa: N815
    """A menu for a column is wanted at a point of the screen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.figures = ProfileFiguresModel(self)
        self.setModel(self.figures)
        self.setAccessibleName(tr("Figures of the columns"))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setFont(theme.font("small"))
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.setItemDelegateForColumn(0, _NameDelegate(self))
        self.setItemDelegateForColumn(1, _ShapeDelegate(self))
        scale = theme.text_scale()
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(round(_ROW * scale))
        head = self.horizontalHeader()
        head.setAccessibleName(tr("Figures"))
        head.setSectionsClickable(True)
        head.setHighlightSections(False)
        head.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        head.setDefaultSectionSize(round(_FIGURE_WIDTH * scale))
        head.setTextElideMode(Qt.TextElideMode.ElideRight)
        head.setSortIndicatorShown(True)
        head.sectionClicked.connect(self._on_section)
        self.setColumnWidth(0, round(_NAME_WIDTH * scale))
        self.setColumnWidth(1, round(_SHAPE_WIDTH * scale))

    def show_order(self, sort: int | None, *, descending: bool) -> None:
        """Mark the heading that the rows are sorted by."""
        section = -1 if sort is None else 0 if sort < 0 else sort + self.figures.FIRST
        order = Qt.SortOrder.DescendingOrder if descending else Qt.SortOrder.AscendingOrder
        self.horizontalHeader().setSortIndicator(section, order)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        row = self.currentIndex().row()
        if event.reason() == QContextMenuEvent.Reason.Mouse:
            row = self.rowAt(event.pos().y())
        if row >= 0:
            self.menuAsked.emit(self.figures.card(row).facts.name, event.globalPos())

    def _on_section(self, section: int) -> None:
        if section != 1:
            self.sortAsked.emit(-1 if section == 0 else section - self.figures.FIRST)


class _NameDelegate(QStyledItemDelegate):
    """The kind's icon, the name, and a mark for the target."""

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        card: ProfileCard = index.data(CARD)
        rect = option.rect
        _paint_ground(painter, option)
        icon = QRectF(rect.left() + 10, rect.center().y() - 7, 15, 15)
        paint_icon(painter, icon, card.facts.icon, theme.colour("text2"))
        is_target = card.facts.role is Role.TARGET
        painter.setFont(theme.font("small", 500))
        tone = "muted" if card.facts.role is Role.IGNORE else "text"
        painter.setPen(theme.colour(tone))
        room = rect.adjusted(32, 0, -24 if is_target else -6, 0)
        name = painter.fontMetrics().elidedText(
            card.facts.name, Qt.TextElideMode.ElideRight, room.width()
        )
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, name)
        if is_target:
            mark = QRectF(rect.right() - 20, rect.center().y() - 6, 13, 13)
            paint_icon(painter, mark, "target", theme.colour("accent"))


class _ShapeDelegate(QStyledItemDelegate):
    """A histogram, and below it the share of missing values."""

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        card: ProfileCard = index.data(CARD)
        _paint_ground(painter, option)
        area = QRectF(option.rect).adjusted(8, 4, -8, -7)
        bars = card.facts.bars
        if not bars and card.figures is not None:
            bars = card.figures.length_histogram
        paint_histogram(painter, area, bars, theme.colour("s3"))
        if card.facts.missing:
            width = max(1, round(area.width() * card.facts.missing_share))
            bottom = option.rect.bottom() - _MARK
            painter.fillRect(round(area.left()), bottom, width, 2, theme.colour("warnfill"))


def _paint_ground(painter: QPainter, option: QStyleOptionViewItem) -> None:
    if option.state & QStyle.StateFlag.State_Selected:
        painter.fillRect(option.rect, theme.colour("selected"))
