"""A list of columns with a bar for how strongly each goes with the target."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from gui import theme
from gui.i18n import tr
from gui.models.ranking_model import RELATION, RankingModel
from gui.models.relation_words import INFORMATION, bits_text, signed_text

if TYPE_CHECKING:
    from engine.data.relations.relations import Relation

_ROW = 24
_FIGURE = 62
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class RankingList(QListView):
    """Relations to one column; `chosen` names the column clicked or entered."""

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(tr("Columns by their relation to the target"))
        self.ranking = RankingModel(self)
        self.bars = _BarDelegate(self)
        self.setModel(self.ranking)
        self.setItemDelegate(self.bars)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        self.clicked.connect(lambda index: self._choose(index.row()))

    def show_ranking(self, ranking: Sequence[Relation], other: str, measure: str) -> None:
        """Show the relations to `other`; mutual information where `measure` says so."""
        self.bars.by_information = measure == INFORMATION
        if self.bars.by_information:
            ranking = sorted(ranking, key=lambda found: -_known(found.share))
        self.ranking.set_ranking(ranking, other)
        self.setAccessibleName(tr("Columns by their relation to {column}", column=other))

    def mark(self, name: str) -> None:
        """Show a column as chosen, without telling anybody."""
        row = self.ranking.row_of(name)
        if row >= 0:
            self.setCurrentIndex(self.ranking.index(row, 0))
        else:
            self.clearSelection()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._choose(self.currentIndex().row())
            return
        super().keyPressEvent(event)

    def _choose(self, row: int) -> None:
        if row >= 0:
            self.chosen.emit(self.ranking.relation(row).name)


class _BarDelegate(QStyledItemDelegate):
    """Name, bar and figure."""

    by_information = False

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return QSize(160, round(_ROW * theme.text_scale()))

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        relation: Relation = index.data(RELATION)
        rect: QRect = option.rect
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, theme.colour("selected"))
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, theme.colour("hover"))
        painter.setFont(theme.font("small"))
        figure = round(_FIGURE * theme.text_scale())
        name = round((rect.width() - figure) * 0.46)
        painter.setPen(theme.colour("text"))
        metrics = painter.fontMetrics()
        text = metrics.elidedText(relation.name, Qt.TextElideMode.ElideRight, name - 18)
        painter.drawText(rect.adjusted(12, 0, 0, 0), _LEFT, text)
        value = relation.bits if self.by_information else relation.value
        painter.setPen(theme.colour("text2"))
        shown = bits_text(value) if self.by_information else signed_text(value)
        painter.drawText(rect.adjusted(0, 0, -12, 0), _RIGHT, shown)
        strength = _known(relation.share) if self.by_information else relation.strength
        room = rect.width() - name - figure - 16
        track = QRect(rect.left() + name, rect.center().y() - 3, room, 7)
        painter.fillRect(track, theme.colour("sunken"))
        if strength > 0:
            track.setWidth(max(1, round(room * strength)))
            painter.fillRect(track, theme.colour("s4"))


def _known(value: float) -> float:
    return 0.0 if math.isnan(value) else value
