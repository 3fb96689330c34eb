"""What the network's picture is drawn with: boxes, lines, headings and the panel of layers."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QKeyEvent,
    QPainter,
    QPainterPath,
    QPen,
)
from PySide6.QtWidgets import (
    QGraphicsItem,
    QGraphicsObject,
    QGraphicsSceneHoverEvent,
    QGraphicsSceneMouseEvent,
    QStyleOptionGraphicsItem,
    QWidget,
)

from gui.icons import paint_icon
from gui.pages.model.graph_layout import RETURN, Box, Edge, Heading, Inside, Look, Node, Skip
from gui.theme import colour, font

_ICONS = {Look.NUMBER: "num", Look.CATEGORY: "cat"}
_CENTRE = Qt.AlignmentFlag.AlignCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


def rect(box: Box) -> QRectF:
    """The box as Qt wants it."""
    return QRectF(box.x, box.y, box.width, box.height)


class NodeItem(QGraphicsObject):
    """A box of the picture; one that stands for a block can be selected by click, Enter or Space."""

    chosen = Signal(int)

    def __init__(self, node: Node, selected: bool) -> None:
        super().__init__()
        self.node = node
        self._selected = selected
        self._hovered = False
        self.setZValue(1)
        tooltip = "\n".join((node.title, *node.lines))
        self.setToolTip(tooltip)
        if node.block is not None:
            self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemIsFocusable)
            self.setAcceptHoverEvents(True)
            self.setCursor(Qt.CursorShape.PointingHandCursor)

    def boundingRect(self) -> QRectF:
        return rect(self.node.box).adjusted(-3, -3, 3, 3)

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        area = rect(self.node.box)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        focused = self.hasFocus()
        strong = self._selected or focused
        edge = colour("accent") if strong else colour("line2")
        fill = colour("selected" if self._selected else "hover" if self._hovered else "surface")
        painter.setPen(QPen(edge, 2 if strong else 1))
        painter.setBrush(fill)
        painter.drawRoundedRect(area, 4, 4)
        match self.node.look:
            case Look.NUMBER | Look.CATEGORY | Look.MORE:
                self._paint_column(painter, area)
            case Look.CONCAT:
                painter.save()
                painter.translate(area.center())
                painter.rotate(-90)
                painter.setPen(colour("text"))
                painter.setFont(font("small", 600))
                turned = QRectF(-area.height() / 2, -area.width() / 2, area.height(), area.width())
                painter.drawText(turned, _CENTRE, self.node.title)
                painter.restore()
            case _:
                self._paint_texts(painter, area)

    def _paint_column(self, painter: QPainter, area: QRectF) -> None:
        icon = _ICONS.get(self.node.look)
        inside = area.adjusted(8, 0, -8, 0)
        if icon is not None:
            mark = QRectF(area.x() + 6, area.center().y() - 6.5, 13, 13)
            paint_icon(painter, mark, icon, colour("text2"))
            inside.setLeft(area.x() + 24)
        painter.setFont(font("small"))
        note = self.node.lines[0] if self.node.lines else ""
        painter.setPen(colour("muted"))
        painter.drawText(inside, _RIGHT, note)
        room = inside.width() - painter.fontMetrics().horizontalAdvance(note) - (6 if note else 0)
        painter.setPen(colour("text" if icon else "muted"))
        title = painter.fontMetrics().elidedText(
            self.node.title, Qt.TextElideMode.ElideRight, round(room)
        )
        painter.drawText(inside, _LEFT, title)

    def _paint_texts(self, painter: QPainter, area: QRectF) -> None:
        lines = self.node.lines
        line_height = 17.0
        top = area.center().y() - line_height * (1 + len(lines)) / 2
        painter.setPen(colour("text"))
        painter.setFont(font("small", 600))
        painter.drawText(QRectF(area.x(), top, area.width(), line_height), _CENTRE, self.node.title)
        painter.setPen(colour("text2"))
        painter.setFont(font("caption"))
        for place, line in enumerate(lines, start=1):
            where = QRectF(area.x() + 4, top + place * line_height, area.width() - 8, line_height)
            shown = painter.fontMetrics().elidedText(
                line, Qt.TextElideMode.ElideRight, round(where.width())
            )
            painter.drawText(where, _CENTRE, shown)

    def mousePressEvent(self, event: QGraphicsSceneMouseEvent) -> None:
        if self.node.block is None or event.button() != Qt.MouseButton.LeftButton:
            event.ignore()

    def mouseReleaseEvent(self, event: QGraphicsSceneMouseEvent) -> None:
        if self.node.block is not None and rect(self.node.box).contains(event.pos()):
            self.chosen.emit(self.node.block)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.chosen.emit(self.node.block if self.node.block is not None else -1)
        else:
            event.ignore()

    def hoverEnterEvent(self, event: QGraphicsSceneHoverEvent) -> None:
        self._hovered = True
        self.update()

    def hoverLeaveEvent(self, event: QGraphicsSceneHoverEvent) -> None:
        self._hovered = False
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.update()


class EdgeItem(QGraphicsItem):
    """A curved line with an arrow head and, in the middle, the width of what flows along it."""

    def __init__(self, edge: Edge) -> None:
        super().__init__()
        self._edge = edge
        self._path = _path(edge)

    def boundingRect(self) -> QRectF:
        return self._path.boundingRect().adjusted(-30, -22, 30, 22)

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colour("axis"), 1.2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(self._path)
        end = QPointF(*self._edge.end)
        if self._edge.arrow:
            painter.drawPolyline([end + QPointF(-6, -4), end, end + QPointF(-6, 4)])
        if not self._edge.text:
            return
        painter.setFont(font("caption"))
        size = painter.fontMetrics().size(0, self._edge.text)
        middle = self._path.pointAtPercent(0.5)
        flat = self._edge.below is None and abs(self._edge.start[1] - self._edge.end[1]) < 8
        where = QRectF(0, 0, size.width() + 6, size.height())
        where.moveCenter(middle + QPointF(0, -10 if flat else 0))
        if not flat:
            painter.fillRect(where, colour("window"))
        painter.setPen(colour("text2"))
        painter.drawText(where, _CENTRE, self._edge.text)


class HeadingItem(QGraphicsItem):
    """A word above a part of the picture."""

    def __init__(self, heading: Heading) -> None:
        super().__init__()
        self._heading = heading

    def boundingRect(self) -> QRectF:
        return QRectF(self._heading.x, -2, 160, 22)

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        painter.setFont(font("caption", 600))
        painter.setPen(colour("text2"))
        painter.drawText(self.boundingRect(), _LEFT, self._heading.text)


class SkipItem(QGraphicsItem):
    """A path around layers, from a dot to the plus where both are added."""

    def __init__(self, skip: Skip) -> None:
        super().__init__()
        self.skip = skip

    def boundingRect(self) -> QRectF:
        start, end = QPointF(*self.skip.start), QPointF(*self.skip.end)
        return QRectF(start, QPointF(end.x(), self.skip.below)).adjusted(-10, -10, 10, 10)

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        start, end, below = QPointF(*self.skip.start), QPointF(*self.skip.end), self.skip.below
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colour("accent"), 1.4))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        path = QPainterPath(start)
        r = 6.0
        path.lineTo(start.x(), below - r)
        path.quadTo(start.x(), below, start.x() + r, below)
        path.lineTo(end.x() - r, below)
        path.quadTo(end.x(), below, end.x(), below - r)
        path.lineTo(end)
        painter.drawPath(path)
        painter.drawLine(start, start + QPointF(14, 0))
        painter.setBrush(colour("accent"))
        painter.drawEllipse(start, 2.2, 2.2)
        painter.setBrush(colour("surface"))
        painter.drawEllipse(end, 7, 7)
        painter.drawLine(end - QPointF(3.5, 0), end + QPointF(3.5, 0))
        painter.drawLine(end - QPointF(0, 3.5), end + QPointF(0, 3.5))


class InsidePanel(QGraphicsItem):
    """The panel under the picture in which the selected block is opened."""

    def __init__(self, inside: Inside) -> None:
        super().__init__()
        self._inside = inside
        for node in inside.nodes:
            NodeItem(node, selected=False).setParentItem(self)
        for edge in inside.edges:
            EdgeItem(edge).setParentItem(self)
        if inside.skip is not None:
            SkipItem(inside.skip).setParentItem(self)

    def boundingRect(self) -> QRectF:
        return rect(self._inside.box).united(rect(self._inside.of)).adjusted(-2, -2, 2, 2)

    def shape(self) -> QPainterPath:
        path = QPainterPath()
        path.addRect(rect(self._inside.box))
        return path

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area, of = rect(self._inside.box), rect(self._inside.of)
        dashed = QPen(colour("axis"), 1, Qt.PenStyle.CustomDashLine)
        dashed.setDashPattern([3, 3])
        painter.setPen(dashed)
        painter.drawLine(of.bottomLeft(), area.topLeft() + QPointF(4, 0))
        painter.drawLine(of.bottomRight(), area.topRight() - QPointF(4, 0))
        painter.setPen(QPen(colour("line2"), 1))
        painter.setBrush(colour("surface"))
        painter.drawRoundedRect(area, 6, 6)
        head = QRectF(area.x() + 12, area.y() + 6, area.width() - 24, 24)
        painter.setPen(colour("text"))
        painter.setFont(font("small", 600))
        painter.drawText(head, _LEFT, self._inside.title)
        painter.setPen(colour("text2"))
        painter.setFont(font("caption"))
        painter.drawText(head, _RIGHT, self._inside.caption)


def _path(edge: Edge) -> QPainterPath:
    """From box to box; a line that goes back to the left runs between the two lines of boxes."""
    start, end = QPointF(*edge.start), QPointF(*edge.end)
    path = QPainterPath(start)
    if edge.below is None:
        bend = max(14.0, (end.x() - start.x()) / 2)
        path.cubicTo(QPointF(start.x() + bend, start.y()), QPointF(end.x() - bend, end.y()), end)
        return path
    out, back, r = start.x() + RETURN, end.x() - RETURN, 8.0
    path.lineTo(out - r, start.y())
    path.quadTo(out, start.y(), out, start.y() + r)
    path.lineTo(out, edge.below - r)
    path.quadTo(out, edge.below, out - r, edge.below)
    path.lineTo(back + r, edge.below)
    path.quadTo(back, edge.below, back, edge.below + r)
    path.lineTo(back, end.y() - r)
    path.quadTo(back, end.y(), back + r, end.y())
    path.lineTo(end)
    return path


def dots(painter: QPainter, area: QRectF, pitch: float, ink: QColor) -> None:
    """A grid of dots over `area`."""
    painter.setPen(QPen(ink, 1.2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    left = area.left() - area.left() % pitch
    top = area.top() - area.top() % pitch
    columns = range(int(area.width() / pitch) + 2)
    lines = range(int(area.height() / pitch) + 2)
    painter.drawPoints([QPointF(left + c * pitch, top + r * pitch) for r in lines for c in columns])
