"""Paints lines to be set right: the line as read with the bad part marked, below it as it would be fixed."""

from __future__ import annotations

from PySide6.QtCore import QAbstractItemModel, QEvent, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QLineEdit, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from gui.i18n import tr
from gui.icons import paint_icon
from gui.models.fix_line import FixLine
from gui.models.fix_lines import FixLinesModel, Part
from gui.models.table_model import Index
from gui.theme import colour, font, grown
from gui.widgets.differences import Difference, between

LINE_HEIGHT, CELL_HEIGHT = 58, 36
_PADDING = 8
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_NEWLINES = str.maketrans({"\n": "␊", "\r": "␍", "\t": "⇥"})
_BACK = str.maketrans({"␊": "\n", "␍": "\r", "⇥": "\t"})
_LONGEST = 4000


class FixDelegate(QStyledItemDelegate):
    """One delegate for all cells of a `FixLinesModel`."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(80, grown(LINE_HEIGHT))

    # Painting -----------------------------------------------------------------------------------

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        assert isinstance(model, FixLinesModel)
        line, part = model.line(index.row()), Part(index.column())
        area = QRectF(option.rect)
        painter.save()
        painter.setClipRect(area)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(area, colour("selected"))
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(area, colour("hover"))
        if index.row() + 1 < model.rowCount():
            painter.fillRect(
                QRectF(area.left(), area.bottom() - 1, area.width(), 1), colour("line")
            )
        inner = area.adjusted(_PADDING, 0, -_PADDING, 0)
        match part:
            case Part.CHECK:
                if model.can_fix:
                    _paint_check(painter, area, line)
            case Part.LINE:
                painter.setFont(font("mono"))
                _write(painter, inner, index.data(), "text2", _RIGHT)
            case Part.TEXT if line.is_cell:
                _paint_cell(painter, inner, line)
            case Part.TEXT:
                _paint_line(painter, inner, line)
            case Part.WHY:
                painter.setFont(font("small"))
                tone = "err" if line.objection else "text2"
                _write(painter, inner, line.why, tone, _LEFT)
            case Part.FIX:
                if model.can_fix:
                    _paint_choice(painter, area, line)
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(colour("accent"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(area.adjusted(1.5, 1.5, -1.5, -2.5), 4, 4)
        painter.restore()

    # Editing ------------------------------------------------------------------------------------

    def editorEvent(
        self,
        event: QEvent,
        model: QAbstractItemModel,
        option: QStyleOptionViewItem,
        index: Index,
    ) -> bool:
        return False  # the table acts on clicks

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        editor = QLineEdit(parent)
        editor.setFont(font("mono"))
        editor.setAccessibleName(tr("The line as it should read"))
        return editor

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        model = index.model()
        assert isinstance(editor, QLineEdit)
        assert isinstance(model, FixLinesModel)
        line = model.line(index.row())
        editor.setText((line.choice or line.found).translate(_NEWLINES))
        editor.selectAll()

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        assert isinstance(editor, QLineEdit)
        assert isinstance(model, FixLinesModel)
        model.write(index.row(), editor.text().translate(_BACK))

    def updateEditorGeometry(
        self, editor: QWidget, option: QStyleOptionViewItem, index: Index
    ) -> None:
        rect: QRect = option.rect
        height = grown(28)
        editor.setGeometry(
            rect.left() + 2, rect.center().y() - height // 2, rect.width() - 4, height
        )


def _paint_check(painter: QPainter, area: QRectF, line: FixLine) -> None:
    box = QRectF(0, 0, 14, 14)
    box.moveCenter(QPointF(area.center().x() + 2, area.center().y()))
    box.translate(-(box.x() % 1), -(box.y() % 1))
    painter.setPen(QPen(colour("accent" if line.checked else "ctl"), 1))
    painter.setBrush(colour("accent" if line.checked else "surface"))
    painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
    if line.checked:
        paint_icon(painter, box.adjusted(1, 1, -1, -1), "check", colour("onaccent"))


def _paint_line(painter: QPainter, area: QRectF, line: FixLine) -> None:
    found = line.found[:_LONGEST].translate(_NEWLINES)
    painter.setFont(font("mono"))
    if not line.choice or line.choice == line.found:
        _paint_marked(painter, area, Difference("", "", found), "text", mark=False)
        return
    fixed = line.choice[:_LONGEST].translate(_NEWLINES)
    before, after = between(found, fixed)
    half = area.height() / 2
    upper = QRectF(area.left(), area.top() + 5, area.width(), half - 6)
    lower = QRectF(area.left(), area.top() + half, area.width(), half - 6)
    _paint_marked(painter, upper, before, "text", mark=True)
    _paint_marked(painter, lower, after, "ok" if not line.objection else "err", mark=False)


def _paint_marked(
    painter: QPainter, area: QRectF, text: Difference, tone: str, *, mark: bool
) -> None:
    """One line of text; so much of its beginning is left away that the marked part is in sight."""
    metrics = painter.fontMetrics()
    before, ending = text.before, text.after
    room = area.width()
    if metrics.horizontalAdvance(before + text.changed) > room:
        keep = max(8, round(0.3 * room / max(1, metrics.horizontalAdvance("0"))))
        if len(before) > keep:
            before = "…" + before[-keep:]
    x = area.left()
    for piece, is_marked in ((before, False), (text.changed, mark), (ending, False)):
        if not piece or x >= area.right():
            continue
        shown = metrics.elidedText(piece, Qt.TextElideMode.ElideRight, round(area.right() - x))
        width = metrics.horizontalAdvance(shown)
        place = QRectF(x, area.top(), width + 1, area.height())
        if is_marked:
            box = QRectF(
                x - 1, area.center().y() - metrics.height() / 2, width + 2, metrics.height()
            )
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour("warnbg"))
            painter.drawRoundedRect(box, 3, 3)
        painter.setPen(QColor(colour("warn" if is_marked else tone)))
        painter.drawText(place, _LEFT, shown)
        x += width


def _paint_cell(painter: QPainter, area: QRectF, line: FixLine) -> None:
    painter.setFont(font("body", 500))
    metrics = painter.fontMetrics()
    name = metrics.elidedText(line.column, Qt.TextElideMode.ElideRight, round(area.width() * 0.4))
    painter.setPen(colour("text"))
    painter.drawText(area, _LEFT, name)
    left = area.left() + metrics.horizontalAdvance(name) + 10
    painter.setFont(font("mono"))
    metrics = painter.fontMetrics()
    times = f"× {line.count:,}" if line.count > 1 else ""
    room = area.right() - left - 12 - (metrics.horizontalAdvance(times) + 10 if times else 0)
    text = metrics.elidedText(
        f"“{line.found[:_LONGEST].translate(_NEWLINES)}”", Qt.TextElideMode.ElideRight, round(room)
    )
    width = metrics.horizontalAdvance(text) + 12
    box = QRectF(left, area.center().y() - metrics.height() / 2 - 2, width, metrics.height() + 4)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour("warnbg"))
    painter.drawRoundedRect(box, 3, 3)
    painter.setPen(colour("warn"))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
    if times:
        painter.setFont(font("small"))
        painter.setPen(colour("muted"))
        painter.drawText(area.adjusted(box.right() - area.left() + 10, 0, 0, 0), _LEFT, times)


def _paint_choice(painter: QPainter, area: QRectF, line: FixLine) -> None:
    height = min(area.height() - 8, grown(26))
    box = QRectF(area.left() + 6.5, 0, area.width() - 18, height)
    box.moveTop(round(area.center().y() - height / 2) - 0.5)
    painter.setPen(QPen(colour("err" if line.objection else "line2"), 1))
    painter.setBrush(colour("surface"))
    painter.drawRoundedRect(box, 4, 4)
    arrow = QRectF(box.right() - 19, box.center().y() - 6, 12, 12)
    paint_icon(painter, arrow, "down", colour("text2"))
    painter.setFont(font("small"))
    tone = "muted" if line.options is None and not line.touched else "text"
    _write(painter, box.adjusted(9, 0, -22, 0), line.fix_text, tone, _LEFT)


def _write(painter: QPainter, area: QRectF, text: str, tone: str, side: Qt.AlignmentFlag) -> None:
    painter.setPen(QColor(colour(tone)))
    shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, round(area.width()))
    painter.drawText(area, side, shown)
