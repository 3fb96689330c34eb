"""Paints the column grid: check boxes, names with icons, cells that drop down, small histograms."""

from __future__ import annotations

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from engine.recipe.parts import AUTO
from engine.schema import Role
from gui.i18n import tr
from gui.icons import paint_icon
from gui.pages.prepare.column_model import ColumnModel, Line, Part
from gui.pages.prepare.previews import Previews
from gui.theme import colour, font
from gui.widgets.painters import paint_histogram

Index = QModelIndex | QPersistentModelIndex
ROW_HEIGHT = 33
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class ColumnDelegate(QStyledItemDelegate):
    """One delegate for all cells; what a cell looks like follows from its `Part`."""

    def __init__(self, previews: Previews, parent: QWidget) -> None:
        super().__init__(parent)
        self._previews = previews

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(80, ROW_HEIGHT)

    def editorEvent(
        self,
        event: QEvent,
        model: QAbstractItemModel,
        option: QStyleOptionViewItem,
        index: Index,
    ) -> bool:
        return False  # the grid acts on a click anywhere in the cell

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        assert isinstance(model, ColumnModel)
        line = model.lines[index.row()]
        part = Part(index.column())
        area = QRectF(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(area, colour("selected"))
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(area, colour("hover"))
        if index.row() + 1 < model.rowCount():
            painter.setPen(QPen(colour("line"), 1))
            painter.drawLine(
                area.bottomLeft() + QPointF(0, -0.5), area.bottomRight() + QPointF(1, -0.5)
            )
        match part:
            case Part.USE:
                self._paint_check(painter, area, line)
            case Part.NAME:
                self._paint_name(painter, area, line)
            case Part.ROLE if line.role is Role.TARGET:
                self._paint_target(painter, area)
            case Part.ROLE | Part.MISSING | Part.SCALE:
                self._paint_choice(painter, area, line, part)
            case Part.PREVIEW:
                self._paint_preview(painter, area, line)
            case _:
                tone = "text2" if line.used and part is Part.INPUTS else "muted"
                side = _RIGHT if part is Part.INPUTS else _LEFT
                self._paint_text(painter, area.adjusted(8, 0, -12, 0), line.text(part), tone, side)
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(colour("accent"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(area.adjusted(1.5, 1.5, -1.5, -2.5), 4, 4)
        painter.restore()

    def _paint_check(self, painter: QPainter, area: QRectF, line: Line) -> None:
        if line.role is Role.TARGET:
            return
        box = QRectF(0, 0, 14, 14)
        box.moveCenter(QPointF(area.center().x() + 2, area.center().y()))
        box.translate(-(box.x() % 1), -(box.y() % 1))
        usable = line.can_be_used
        filled = line.used and usable
        painter.setPen(QPen(colour("accent" if filled else "ctl" if usable else "line2"), 1))
        painter.setBrush(colour("accent" if filled else "surface" if usable else "window"))
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
        if filled:
            paint_icon(painter, box.adjusted(1, 1, -1, -1), "check", colour("onaccent"))

    def _paint_name(self, painter: QPainter, area: QRectF, line: Line) -> None:
        active = line.used or line.role is Role.TARGET
        ink = "text" if active else "muted"
        mark = QRectF(area.x() + 8, area.center().y() - 7, 14, 14)
        paint_icon(painter, mark, line.facts.icon, colour("text2" if active else "muted"))
        where = area.adjusted(28, 0, -6, 0)
        painter.setFont(font("small", 500))
        if line.is_derived:
            word = tr("derived")
            name = painter.fontMetrics().horizontalAdvance(line.column.name)
            width = painter.fontMetrics().horizontalAdvance(word)
            if name + width + 12 <= where.width():
                self._write(painter, where, word, "muted", _RIGHT)
        self._write(painter, where, line.column.name, ink, _LEFT)

    def _paint_target(self, painter: QPainter, area: QRectF) -> None:
        mark = QRectF(area.x() + 16, area.center().y() - 7, 14, 14)
        paint_icon(painter, mark, "target", colour("accentText"))
        painter.setFont(font("small", 600))
        self._write(painter, area.adjusted(34, 0, -4, 0), tr("Target"), "accentText", _LEFT)

    def _paint_choice(self, painter: QPainter, area: QRectF, line: Line, part: Part) -> None:
        text = line.text(part)
        framed = bool(line.choices(part)) and text != "—"
        if not framed:
            known = text not in ("—",) and line.used
            inside = area.adjusted(8 + 8 * known, 0, -8, 0)
            self._paint_text(painter, inside, text, "text2" if known else "muted", _LEFT)
            return
        attention = part is line.undecided_part
        box = area.adjusted(6.5, 4.5, -6.5, -5.5)
        painter.setPen(QPen(colour("warnfill" if attention else "line2"), 1))
        painter.setBrush(colour("surface"))
        painter.drawRoundedRect(box, 4, 4)
        paint_icon(
            painter, QRectF(box.right() - 19, box.center().y() - 6, 12, 12), "down", colour("text2")
        )
        inside = box.adjusted(9, 0, -22, 0)
        if attention and part is Part.MISSING:
            text = tr("{share} missing", share=line.facts.missing)
        painter.setFont(font("small"))
        is_auto = line.value(part) == AUTO
        tone = "warn" if attention else "text" if line.used else "text2"
        if is_auto and not attention:
            word = tr("auto")
            width = painter.fontMetrics().horizontalAdvance(word)
            taken = painter.fontMetrics().horizontalAdvance(text)
            if taken + width + 8 <= inside.width():
                self._write(painter, inside, word, "muted", _RIGHT)
        self._write(painter, inside, text, tone, _LEFT)

    def _paint_preview(self, painter: QPainter, area: QRectF, line: Line) -> None:
        text = line.text(Part.PREVIEW)
        if line.is_personal:
            mark = QRectF(area.x() + 8, area.center().y() - 7, 14, 14)
            paint_icon(painter, mark, "shield", colour("warn"))
            self._paint_text(painter, area.adjusted(28, 0, -4, 0), text, "warn", _LEFT)
            return
        if text:
            self._paint_text(painter, area.adjusted(8, 0, -8, 0), text, "muted", _LEFT)
            return
        height = 18.0
        top = float(round(area.center().y() - height / 2))
        before = QRectF(area.x() + 8, top, 52, height)
        preview = self._previews.of(line.column.name) if line.used else None
        bars = line.facts.bars
        if not bars and preview is not None and preview.before is not None:
            bars = _coarse(preview.before.counts)
        paint_histogram(painter, before, bars, colour("c0"))
        if preview is None or preview.after is None:
            return
        mark = QRectF(before.right() + 5, area.center().y() - 6, 12, 12)
        paint_icon(painter, mark, "right", colour("muted"))
        after = QRectF(mark.right() + 6, top, 52, height)
        paint_histogram(painter, after, _coarse(preview.after.counts), colour("s4"))

    def _paint_text(
        self, painter: QPainter, area: QRectF, text: str, tone: str, side: Qt.AlignmentFlag
    ) -> None:
        painter.setFont(font("small"))
        self._write(painter, area, text, tone, side)

    def _write(
        self, painter: QPainter, area: QRectF, text: str, tone: str, side: Qt.AlignmentFlag
    ) -> None:
        painter.setPen(QColor(colour(tone)))
        shown = painter.fontMetrics().elidedText(
            text, Qt.TextElideMode.ElideRight, round(area.width())
        )
        painter.drawText(area, side, shown)


def _coarse(counts: tuple[int, ...]) -> tuple[int, ...]:
    """Half as many bars, which is what a small picture can show."""
    if len(counts) < 16:
        return counts
    return tuple(sum(counts[place : place + 2]) for place in range(0, len(counts), 2))
