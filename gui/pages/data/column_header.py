"""The header of the table: name, kind, small histogram, missing share and range of each column."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter
from PySide6.QtWidgets import QHeaderView, QWidget

from engine.schema import Role
from gui import theme
from gui.icons import paint_icon
from gui.models.column_facts import ColumnFacts
from gui.widgets.painters import paint_histogram

HEIGHT = 96
PADDING = 8
TARGET_MARK = 20
"""Space that the target's mark takes beside the name."""
_KIND_ICON = 13
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_COMB_STEP = 5
_WIDEST_NAME = 180


class ColumnHeader(QHeaderView):
    """Draws `ColumnFacts`; the chosen column is tinted and has a bar on top."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._facts: tuple[ColumnFacts, ...] = ()
        self._chosen = -1
        self.setSectionsClickable(True)
        self.setHighlightSections(False)
        self.setMinimumSectionSize(44)
        self.setDefaultSectionSize(90)
        self.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.setMouseTracking(True)

    def set_facts(self, facts: tuple[ColumnFacts, ...]) -> None:
        """What to draw, one entry for each section."""
        self._facts = facts
        self.viewport().update()

    def set_chosen(self, column: int) -> None:
        """Tint a column; −1 for none."""
        if column != self._chosen:
            self._chosen = column
            self.viewport().update()

    def width_of(self, facts: ColumnFacts) -> int:
        """The width at which nothing in the header of a column is cut off."""
        name = self.width_of_name(facts) - 2 * PADDING
        kind = _KIND_ICON + 4 + theme.text_width(facts.word, "caption")
        foot = theme.text_width(facts.range, "caption")
        if facts.missing:
            foot += theme.text_width(facts.missing, "caption") + (8 if facts.range else 0)
            if len(facts.bars) > 3 or facts.unique:
                foot = theme.text_width(facts.missing, "caption")  # the range gives way
        unique = theme.text_width(facts.unique, "caption")
        return round(max(name, kind, foot, unique)) + 2 * PADDING + 1

    def width_of_name(self, facts: ColumnFacts) -> int:
        """The width that the name of a column and the target's mark take, up to a bound."""
        name = min(theme.text_width(facts.name, "small", 600), _WIDEST_NAME)
        mark = TARGET_MARK if facts.role is Role.TARGET else 0
        return round(name) + mark + 2 * PADDING + 1

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), round(HEIGHT * theme.text_scale()))

    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:  # noqa: N803
        if not rect.isValid() or logicalIndex >= len(self._facts):
            return
        facts = self._facts[logicalIndex]
        chosen = logicalIndex == self._chosen
        painter.save()
        painter.fillRect(rect, theme.colour("selected" if chosen else "surface"))
        painter.fillRect(rect.right(), rect.top(), 1, rect.height(), theme.colour("line"))
        painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, theme.colour("line2"))
        if chosen:
            painter.fillRect(rect.left(), rect.top(), rect.width(), 2, theme.colour("accent"))
        inner = rect.adjusted(PADDING - 1, 0, -PADDING, 0)
        painter.setClipRect(rect.adjusted(0, 0, -1, 0))
        self._paint_name(painter, inner, facts)
        self._paint_kind(painter, inner, facts)
        self._paint_distribution(painter, inner, facts)
        self._paint_missing(painter, inner, facts)
        painter.restore()

    def _line(self, inner: QRect, top: float, height: float) -> QRect:
        scale = theme.text_scale()
        return QRect(
            inner.left(), inner.top() + round(top * scale), inner.width(), round(height * scale)
        )

    def _paint_name(self, painter: QPainter, inner: QRect, facts: ColumnFacts) -> None:
        line = self._line(inner, 6, 17)
        is_target = facts.role is Role.TARGET
        room = line.width() - (TARGET_MARK if is_target else 0)
        token = "muted" if facts.role is Role.IGNORE else "text"
        width = _draw(
            painter, line, facts.name, theme.font("small", 600), theme.colour(token), room
        )
        if is_target:
            mark = QRectF(line.left() + width + 6, line.top() + 2, 14, 14)
            paint_icon(painter, mark, "target", theme.colour("accent"))

    def _paint_kind(self, painter: QPainter, inner: QRect, facts: ColumnFacts) -> None:
        line = self._line(inner, 22, 15)
        colour = theme.colour("muted")
        box = QRectF(line.left(), line.top() + (line.height() - _KIND_ICON) / 2, 13, 13)
        paint_icon(painter, box, facts.icon, colour)
        _draw(painter, line.adjusted(_KIND_ICON + 4, 0, 0, 0), facts.word, _caption(), colour)

    def _paint_distribution(self, painter: QPainter, inner: QRect, facts: ColumnFacts) -> None:
        box = self._line(inner, 41, 26)
        if facts.unique:
            _draw(
                painter, self._line(inner, 52, 15), facts.unique, _caption(), theme.colour("muted")
            )
        elif facts.is_identifier:
            for x in range(box.left(), box.right(), _COMB_STEP):
                width = min(_COMB_STEP - 1, box.right() + 1 - x)
                painter.fillRect(x, box.top(), width, box.height(), theme.colour("sunken"))
        elif facts.bars:
            gap = 3.0 if len(facts.bars) <= 4 else 1.0
            paint_histogram(painter, QRectF(box), facts.bars, theme.colour("s3"), gap)

    def _paint_missing(self, painter: QPainter, inner: QRect, facts: ColumnFacts) -> None:
        bar = QRectF(self._line(inner, 71, 4))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("sunken"))
        painter.drawRoundedRect(bar, 2, 2)
        line = self._line(inner, 75, 15)
        room = line.width()
        if facts.missing:
            filled = QRectF(bar)
            filled.setWidth(max(1.0, bar.width() * facts.missing_share))
            painter.setBrush(theme.colour("warnfill"))
            radius = min(2.0, filled.width() / 2)
            painter.drawRoundedRect(filled, radius, radius)
            painter.setFont(_caption())
            painter.setPen(theme.colour("warn"))
            painter.drawText(line, _RIGHT, facts.missing)
            room -= round(theme.text_width(facts.missing, "caption")) + 6
        if theme.text_width(facts.range, "caption") <= room or not facts.missing:
            _draw(painter, line, facts.range, _caption(), theme.colour("muted"), room)


def _caption() -> QFont:
    return theme.font("caption")


def _draw(
    painter: QPainter,
    line: QRect,
    text: str,
    font: QFont,
    colour: QColor,
    room: int | None = None,
) -> int:
    """Draw one line of text, cut off where it is too long; the width that it took."""
    painter.setFont(font)
    painter.setPen(colour)
    room = line.width() if room is None else room
    metrics = painter.fontMetrics()
    if metrics.horizontalAdvance(text) > room:
        text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, max(room, 0))
    painter.drawText(line, _LEFT, text)
    return metrics.horizontalAdvance(text)
