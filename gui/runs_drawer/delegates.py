"""Paints the cells of the table of runs that are more than a text."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

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
from PySide6.QtGui import QColor, QFont, QKeyEvent, QPainter, QPen, QPixmap, QPolygonF
from PySide6.QtWidgets import QLineEdit, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from gui import theme
from gui.i18n import tr
from gui.icons import paint_icon
from gui.models.run_words import NOTHING, status_look
from gui.runs_drawer.model import HUE_ROLE, ROW_ROLE, RUN_ROLE
from gui.runs_drawer.rows import Row
from gui.widgets.painters import paint_bar, paint_sparkline

if TYPE_CHECKING:
    from engine.store.summary import RunSummary

Index: TypeAlias = QModelIndex | QPersistentModelIndex
CHECK_SIZE = 14
STAR = 14
CHEVRON = 12
"""Room before the number of a head."""
INDENT = 20
"""How far a member is set in."""
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
PADDING = 8
BAR = QSize(76, 6)
SPARKLINE = QSize(92, 22)


class CellDelegate(QStyledItemDelegate):
    """A cell with the row's background, no focus frame, and text cut off with an ellipsis."""

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        super().initStyleOption(option, index)
        option.state &= ~QStyle.StateFlag.State_HasFocus

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        area = self.paint_background(painter, option, index)
        colour = index.data(Qt.ItemDataRole.ForegroundRole) or theme.colour("text")
        font = index.data(Qt.ItemDataRole.FontRole) or theme.font("small")
        align = index.data(Qt.ItemDataRole.TextAlignmentRole) or int(LEFT)
        _text(painter, area, index.data() or "", colour, font, align)

    def paint_background(
        self, painter: QPainter, option: QStyleOptionViewItem, index: Index
    ) -> QRectF:
        """Draw an empty cell; returns the space inside its padding."""
        cell = QStyleOptionViewItem(option)
        self.initStyleOption(cell, index)
        cell.text = ""
        cell.features &= ~QStyleOptionViewItem.ViewItemFeature.HasCheckIndicator
        style = cell.widget.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, cell, painter, cell.widget)
        rect = option.rect
        painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, theme.colour("line"))
        return QRectF(option.rect).adjusted(PADDING, 0, -PADDING, 0)


class _Toggle(CellDelegate):
    """A cell that a click anywhere in it or Space switches on and off."""

    def editorEvent(
        self,
        event: QEvent,
        model: QAbstractItemModel,
        option: QStyleOptionViewItem,
        index: Index,
    ) -> bool:
        if event.type() == QEvent.Type.KeyPress:
            key = event.key() if isinstance(event, QKeyEvent) else 0
            if key not in (Qt.Key.Key_Space, Qt.Key.Key_Select):
                return False
        elif event.type() != QEvent.Type.MouseButtonRelease:
            return event.type() == QEvent.Type.MouseButtonDblClick
        is_on = Qt.CheckState(index.data(Qt.ItemDataRole.CheckStateRole)) == Qt.CheckState.Checked
        state = Qt.CheckState.Unchecked if is_on else Qt.CheckState.Checked
        return model.setData(index, state, Qt.ItemDataRole.CheckStateRole)


class OverlayCheckDelegate(_Toggle):
    """A checkbox filled with the hue in which the run is drawn."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        area = self.paint_background(painter, option, index)
        box = QRectF(0, 0, CHECK_SIZE, CHECK_SIZE)
        box.moveCenter(QPointF(area.center().x() + 1, area.center().y()))
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        slot = index.data(HUE_ROLE)
        if slot is None:
            painter.setPen(QPen(theme.colour("ctl"), 1))
            painter.setBrush(theme.colour("surface"))
            painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
        else:
            hue = theme.run_colour(slot)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(hue)
            painter.drawRoundedRect(box, 3, 3)
            # Whichever of black and white stands out: the hues of the dark theme are light.
            dark_mark = hue.lightnessF() > 0.55
            tick = QPen(theme.colour("window") if dark_mark else QColor("white"), 1.8)
            tick.setCapStyle(Qt.PenCapStyle.RoundCap)
            tick.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
            painter.setPen(tick)
            corner = box.topLeft()
            painter.drawPolyline(
                [corner + QPointF(3.6, 7.4), corner + QPointF(6, 9.8), corner + QPointF(10.4, 4.6)]
            )
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.colour("accent"), 2))
            painter.drawRoundedRect(box.adjusted(-2, -2, 2, 2), 5, 5)
        painter.restore()


class StarDelegate(_Toggle):
    """A star: filled for a favourite, an outline under the pointer."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        area = self.paint_background(painter, option, index)
        run: RunSummary = index.data(RUN_ROLE)
        focused = bool(option.state & QStyle.StateFlag.State_HasFocus)
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        if not run.favourite and not focused and not hovered:
            return
        box = QRectF(0, 0, STAR, STAR)
        box.moveCenter(area.center())
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ink = theme.colour("text2" if run.favourite else "muted")
        painter.setPen(QPen(ink, 1.1))
        painter.setBrush(ink if run.favourite else Qt.BrushStyle.NoBrush)
        painter.drawPolygon(_star(box))
        if focused:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.colour("accent"), 2))
            painter.drawRoundedRect(box.adjusted(-3, -3, 3, 3), 4, 4)
        painter.restore()


class RunDelegate(CellDelegate):
    """The run's number, with a chevron before a head and set in for its members."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        area = self.paint_background(painter, option, index)
        row: Row = index.data(ROW_ROLE)
        font = index.data(Qt.ItemDataRole.FontRole) or theme.font("small")
        if row.members:
            mark = QRectF(area.x() - 5, area.center().y() - 6, 12, 12)
            paint_icon(painter, mark, "down" if row.unfolded else "right", theme.colour("text2"))
        left = INDENT if row.inside else (CHEVRON if row.members else 0)
        _text(painter, area.adjusted(left, 0, 4, 0), index.data(), theme.colour("text"), font)


class StatusDelegate(CellDelegate):
    """The icon and the word of a status, in its colour."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        area = self.paint_background(painter, option, index)
        run: RunSummary = index.data(RUN_ROLE)
        look = status_look(run.status)
        colour = theme.colour(look.colour)
        mark = QRectF(area.x(), area.center().y() - 6.5, 14, 14)
        paint_icon(painter, mark, look.icon, colour)
        _text(painter, area.adjusted(20, 0, 4, 0), look.word, colour)


class EpochBarDelegate(CellDelegate):
    """A bar of the epochs done, and their number."""

    _COLOURS = {
        "running": "accent",
        "starting": "accent",
        "stopping": "accent",
        "paused": "warnfill",
        "failed": "err",
    }

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        area = self.paint_background(painter, option, index)
        run: RunSummary = index.data(RUN_ROLE)
        bar = QRectF(area.x(), area.center().y() - BAR.height() / 2, BAR.width(), BAR.height())
        share = run.epoch / run.epochs if run.epochs else 0.0
        paint_bar(painter, bar, share, theme.colour(self._COLOURS.get(run.status.value, "c0")))
        left = BAR.width() + 8
        _text(painter, area.adjusted(left, 0, PADDING, 0), index.data(), theme.colour("text2"))


class SparklineDelegate(CellDelegate):
    """The course of the validation loss, in the run's hue while it is drawn on the charts."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        area = self.paint_background(painter, option, index)
        run: RunSummary = index.data(RUN_ROLE)
        if len(run.sparkline) < 2:
            _text(painter, area, NOTHING, theme.colour("muted"))
            return
        slot = index.data(HUE_ROLE)
        hue = theme.colour("muted") if slot is None else theme.run_colour(slot)
        device = painter.device()
        ratio = device.devicePixelRatioF() if device is not None else 1.0
        picture = _sparkline(run.sparkline, hue.name(), ratio)
        painter.drawPixmap(QPointF(area.x(), area.center().y() - SPARKLINE.height() / 2), picture)


class NameDelegate(CellDelegate):
    """A text that can be changed in place; what a person is typing is not overwritten."""

    LONGEST = 120

    def createEditor(
        self, parent: QWidget, option: QStyleOptionViewItem, index: Index
    ) -> QLineEdit:
        """A line as high as the row."""
        editor = QLineEdit(parent)
        editor.setProperty("small", True)
        editor.setMaxLength(self.LONGEST)
        editor.setAccessibleName(
            index.model().headerData(index.column(), Qt.Orientation.Horizontal)
        )
        return editor

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        if isinstance(editor, QLineEdit) and not editor.isModified():
            name = index.data(Qt.ItemDataRole.EditRole)
            if editor.text() != name:
                editor.setText(name)

    def updateEditorGeometry(
        self, editor: QWidget, option: QStyleOptionViewItem, index: Index
    ) -> None:
        editor.setGeometry(option.rect.adjusted(0, 1, 0, -1))


class NoteDelegate(NameDelegate):
    """Tags as small labels, then what a person wrote and what the program has to say."""

    LONGEST = 4_000

    def createEditor(
        self, parent: QWidget, option: QStyleOptionViewItem, index: Index
    ) -> QLineEdit:
        editor = super().createEditor(parent, option, index)
        editor.setPlaceholderText(tr("A note; #words become tags"))
        return editor

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        area = self.paint_background(painter, option, index)
        run: RunSummary = index.data(RUN_ROLE)
        left = area.x()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme.font("caption"))
        metrics = painter.fontMetrics()
        for tag in run.tags:
            width = metrics.horizontalAdvance(tag) + 12
            if left + width > area.right():
                break
            chip = QRectF(left, area.center().y() - 8.5, width, 17)
            painter.setPen(QPen(theme.colour("line2"), 1))
            painter.setBrush(theme.colour("window"))
            painter.drawRoundedRect(chip.adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
            painter.setPen(theme.colour("text2"))
            painter.drawText(chip, int(Qt.AlignmentFlag.AlignCenter), tag)
            left += width + 5
        painter.restore()
        area.setLeft(left + (3 if run.tags else 0))
        if area.width() > 12:
            colour = index.data(Qt.ItemDataRole.ForegroundRole) or theme.colour("text")
            _text(painter, area, index.data() or "", colour)


@lru_cache(maxsize=2048)
def _sparkline(values: tuple[float, ...], hue: str, ratio: float) -> QPixmap:
    picture = QPixmap(SPARKLINE * ratio)
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    paint_sparkline(
        painter, QRectF(0, 0, SPARKLINE.width(), SPARKLINE.height()), values, QColor(hue)
    )
    painter.end()
    return picture


def _star(box: QRectF) -> QPolygonF:
    """Five points, the first one above."""
    centre, outer = box.center(), box.width() / 2
    points = []
    for place in range(10):
        radius = outer if place % 2 == 0 else outer * 0.42
        angle = math.pi * (place / 5 - 0.5)
        step = QPointF(math.cos(angle) * radius, math.sin(angle) * radius)
        points.append(centre + step)
    return QPolygonF(points)


def _text(
    painter: QPainter,
    area: QRectF,
    text: str,
    colour: QColor,
    font: QFont | None = None,
    align: int = int(LEFT),
) -> None:
    painter.save()
    painter.setFont(font or theme.font("small"))
    painter.setPen(colour)
    shown = painter.fontMetrics().elidedText(
        text, Qt.TextElideMode.ElideRight, max(round(area.width()), 8)
    )
    painter.drawText(area, align, shown)
    painter.restore()
