"""Scores of slices of the rows, the worst first; a line chooses its rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QItemSelection,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRectF,
    Signal,
)
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from gui import theme
from gui.i18n import tr, trn
from gui.models.figures import count_text, percent_text
from gui.widgets.badge import Badge
from gui.widgets.card import Card
from gui.widgets.results_numbers import figure, interval
from gui.widgets.results_table import ResultTable, TableColumn

if TYPE_CHECKING:
    from engine.evaluation.result import Evaluation, Slice

INTERVAL_COLUMN = 3
Index = QModelIndex | QPersistentModelIndex


class SlicesCard(Card):
    """The table; `chosen` carries the `Slice` whose line is chosen."""

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__(tr("Slices"), padding=4)
        self.badge = Badge("", "warn")
        self.badge.hide()
        self.header.insertWidget(2, self.badge)
        self.table = ResultTable(tr("Slices"))
        self._delegate = _IntervalDelegate(self.table)
        self.body.addWidget(self.table)
        self._slices: tuple[Slice, ...] = ()
        self.table.selectionModel().selectionChanged.connect(self._on_selected)

    def show_slices(self, answer: Evaluation, hue: QColor) -> None:
        """Fill the table."""
        self._slices = answer.slices
        classes = answer.task.is_classification
        two = any(each.selected is not None for each in answer.slices)
        columns = [
            TableColumn(tr("Slice")),
            TableColumn(tr("Rows"), figures=True),
            TableColumn(tr("Accuracy") if classes else tr("MAE"), figures=True),
            TableColumn(tr("95% interval")),
        ]
        if two:
            columns += [
                TableColumn(tr("Recall"), figures=True),
                TableColumn(tr("Selected"), figures=True),
            ]
        columns.append(TableColumn(tr("Loss"), figures=True))
        self.table.setItemDelegateForColumn(INTERVAL_COLUMN, self._delegate)
        whole = answer.metric("accuracy" if classes else "mae")
        self._delegate.show_slices(answer.slices, None if whole is None else whole.value, hue)
        self.table.set_rows(columns, [_cells(each, two) for each in answer.slices])
        worse = sum(each.is_worse for each in answer.slices)
        gap = answer.gaps[0] if answer.gaps else None
        self.badge.setVisible(worse > 0 or gap is not None)
        if gap is not None and gap.rate == "recall" and gap.gap >= 0.1:
            self.badge.set(
                tr(
                    "Recall gap {points} points by {column}",
                    points=f"{100 * gap.gap:.0f}",
                    column=gap.column,
                ),
                "warn",
            )
        elif worse:
            self.badge.set(
                trn("▲ {count} is worse than the rest", "▲ {count} are worse than the rest", worse),
                "warn",
            )
        else:
            self.badge.hide()

    def clear_choice(self) -> None:
        """No line is chosen any more."""
        self.table.clearSelection()

    def _on_selected(self, _now: QItemSelection, _before: QItemSelection) -> None:
        rows = self.table.selectionModel().selectedRows()
        if rows and rows[0].row() < len(self._slices):
            self.chosen.emit(self._slices[rows[0].row()])


def slice_text(of: Slice) -> str:
    """What its rows have in common."""
    return " · ".join(f"{c} {v}" for c, v in zip(of.columns, of.values, strict=True))


def _marked(of: Slice) -> str:
    """The same with a mark where its rows are worse than the others beyond chance."""
    return f"▲ {slice_text(of)}" if of.is_worse else slice_text(of)


def _cells(of: Slice, two: bool) -> list[str]:
    cells = [_marked(of), count_text(of.rows), figure(of.score), interval(of.low, of.high)]
    if two:
        cells += [figure(of.recall), "—" if of.selected is None else percent_text(of.selected)]
    return [*cells, figure(of.loss)]


class _IntervalDelegate(QStyledItemDelegate):
    """The interval as a whisker on one axis for all lines, with the score of all rows dotted."""

    def __init__(self, parent: ResultTable) -> None:
        super().__init__(parent)
        self._slices: Sequence[Slice] = ()
        self._whole: float | None = None
        self._hue = QColor()
        self._range = (0.0, 1.0)

    def show_slices(self, slices: Sequence[Slice], whole: float | None, hue: QColor) -> None:
        """Paint other slices from now on."""
        self._slices, self._whole, self._hue = slices, whole, hue
        ends = [end for each in slices for end in (each.low, each.high)]
        low, high = min(ends, default=0.0), max(ends, default=1.0)
        room = (high - low) * 0.05 or 1.0
        self._range = low - room, high + room

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        self.initStyleOption(option, index)
        option.text = ""
        style = option.widget.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, option.widget)
        if index.row() >= len(self._slices):
            return
        each = self._slices[index.row()]
        room = QRectF(option.rect).adjusted(10, 0, -10, -1)
        middle = room.center().y()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._whole is not None:
            dotted = QPen(theme.colour("ctl"), 1)
            dotted.setDashPattern([1.5, 2.5])
            painter.setPen(dotted)
            x = self._x(self._whole, room)
            painter.drawLine(QPointF(x, room.top()), QPointF(x, room.bottom() + 1))
        painter.setPen(QPen(self._hue, 1.4))
        painter.drawLine(
            QPointF(self._x(each.low, room), middle), QPointF(self._x(each.high, room), middle)
        )
        painter.setBrush(self._hue)
        painter.drawEllipse(QPointF(self._x(each.score, room), middle), 3, 3)
        painter.setPen(QPen(theme.colour("line"), 1))
        painter.drawLine(option.rect.bottomLeft(), option.rect.bottomRight())
        painter.restore()

    def _x(self, value: float, room: QRectF) -> float:
        low, high = self._range
        return room.left() + (value - low) / (high - low) * room.width()
