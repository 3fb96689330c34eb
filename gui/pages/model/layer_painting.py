"""How the lines of the layer editor are painted: all cells of all lines in one go.

A delegate, which Qt would call for each cell with all that the model says of it, takes ten times as long.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from gui.pages.model.layer_lines import KIND, SETTING, alignment
from gui.theme import colour, font

if TYPE_CHECKING:
    from engine.models.layer_places import Place
    from gui.pages.model.layer_table import LayerTable

INDENT = 14
_PADDING = 8


def paint_lines(painter: QPainter, table: LayerTable) -> None:
    """Paint the lines that are seen; notes are widgets and paint themselves."""
    rows = _rows_seen(table)
    width = table.viewport().width()
    chosen = set(table.chosen())
    for row in rows:
        if table.lines.layer_at(row) in chosen:
            top, height = table.rowViewportPosition(row), table.rowHeight(row)
            painter.fillRect(0, top, width, height, colour("selected"))
    for column in range(table.lines.columnCount()):
        left = table.columnViewportPosition(column)
        if left < width:
            _paint_column(painter, table, rows, column)


def _rows_seen(table: LayerTable) -> list[int]:
    first = table.rowAt(0)
    last = table.rowAt(table.viewport().height() - 1)
    if first < 0:
        return []
    last = table.lines.rowCount() - 1 if last < 0 else last
    return [row for row in range(first, last + 1) if table.lines.note_at(row) is None]


def _paint_column(painter: QPainter, table: LayerTable, rows: Sequence[int], column: int) -> None:
    left, width = table.columnViewportPosition(column), table.columnWidth(column)
    painter.setFont(font("small", 500 if column == KIND else 400))
    metrics = painter.fontMetrics()
    ink = colour("text" if column in (KIND, SETTING) else "text2")
    err = colour("err")
    for row in rows:
        place = table.lines.layer_at(row)
        area = QRectF(left, table.rowViewportPosition(row), width, table.rowHeight(row))
        inside = area.adjusted(_PADDING, 0, -_PADDING, 0)
        if column == KIND:
            moved = _paint_brackets(painter, area, table.lines.places[place])
            inside.setLeft(inside.left() + moved)
        text = table.lines.cell(place, column)
        if metrics.horizontalAdvance(text) > inside.width():
            room = round(inside.width())
            text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)
        painter.setPen(err if column == SETTING and table.lines.is_refused(place) else ink)
        painter.drawText(inside, alignment(column), text)


def _paint_brackets(painter: QPainter, area: QRectF, place: Place) -> float:
    """A line for each residual block around a layer; how far that moves the text to the right."""
    bracket = bool(place.layer.bracket) and place.partner is not None
    levels = place.depth + bracket
    if not levels:
        return 0.0
    painter.setPen(QPen(colour("accent"), 1.4))
    for depth in range(levels):
        x = round(area.left()) + 7 + INDENT * depth
        top, bottom = area.top(), area.bottom() + 1
        if bracket and depth == place.depth:
            middle = area.center().y()
            top, bottom = (middle, bottom) if place.layer.bracket == "opens" else (top, middle)
            painter.drawLine(x, round(middle), x + 6, round(middle))
        painter.drawLine(x, round(top), x, round(bottom))
    return float(INDENT * levels)
