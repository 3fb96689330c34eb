"""How a section of the table's header is drawn, and how much room it takes.

Each section is drawn once and kept as a picture: the header is drawn anew whenever something happens to
one of its sections, and whenever the table below it gets other rows.
"""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPixmap

from engine.schema import Role
from gui import theme
from gui.icons import paint_icon
from gui.models.column_facts import ColumnFacts
from gui.widgets.painters import paint_histogram

PADDING = 8
_TARGET_MARK = 20
"""Space that the target's mark takes beside the name."""
_SORT_MARK = 24
_KIND_ICON = 13
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_COMB_STEP = 5
_WIDEST_NAME = 180
_PICTURES_KEPT = 128
"""More than fit into a window; of all columns of a wide table they would take much memory."""


class Marks(NamedTuple):
    """What distinguishes a section from others."""

    is_chosen: bool
    sort: tuple[bool, int] | None
    """Whether descending, and the place among several sorts (0: the only one)."""
    bar: int
    """The bar under the pointer; −1 for none."""


class _Kept(NamedTuple):
    facts: ColumnFacts
    shape: tuple[Marks, int, int, float]
    picture: QPixmap


def width_of(facts: ColumnFacts, *, is_sorted: bool) -> int:
    """The width at which nothing in the header of a column is cut off."""
    name = width_of_name(facts, is_sorted=is_sorted) - 2 * PADDING
    kind = _KIND_ICON + 4 + theme.text_width(facts.word, "caption")
    foot = theme.text_width(facts.range, "caption")
    if facts.missing:
        foot += theme.text_width(facts.missing, "caption") + (8 if facts.range else 0)
        if len(facts.bars) > 3 or facts.unique:
            foot = theme.text_width(facts.missing, "caption")  # the range gives way
    unique = theme.text_width(facts.unique, "caption")
    return round(max(name, kind, foot, unique)) + 2 * PADDING + 1


def width_of_name(facts: ColumnFacts, *, is_sorted: bool) -> int:
    """The width that the name of a column and its marks take, up to a bound."""
    name = min(theme.text_width(facts.name, "small", 600), _WIDEST_NAME)
    mark = _TARGET_MARK if facts.role is Role.TARGET else 0
    mark += _SORT_MARK if is_sorted else 0
    return round(name) + mark + 2 * PADDING + 1


class SectionPainter:
    """Draws `ColumnFacts`; the chosen column is tinted and has a bar on top."""

    def __init__(self) -> None:
        self._kept: dict[int, _Kept] = {}

    def paint(self, painter: QPainter, rect: QRect, facts: ColumnFacts, marks: Marks) -> None:
        """Draw a section into a rectangle."""
        ratio = painter.device().devicePixelRatio()
        shape = (marks, rect.width(), rect.height(), ratio)
        kept = self._kept.get(facts.position)
        if kept is None or kept.facts is not facts or kept.shape != shape:
            kept = self._kept[facts.position] = _Kept(facts, shape, self._picture(facts, shape))
            if len(self._kept) > _PICTURES_KEPT:
                del self._kept[next(iter(self._kept))]
        painter.drawPixmap(rect.topLeft(), kept.picture)

    def _picture(self, facts: ColumnFacts, shape: tuple[Marks, int, int, float]) -> QPixmap:
        marks, width, height, ratio = shape
        picture = QPixmap(round(width * ratio), round(height * ratio))
        picture.setDevicePixelRatio(ratio)
        painter = QPainter(picture)
        self._draw(painter, QRect(0, 0, width, height), facts, marks)
        painter.end()
        return picture

    def _draw(self, painter: QPainter, rect: QRect, facts: ColumnFacts, marks: Marks) -> None:
        painter.fillRect(rect, theme.colour("selected" if marks.is_chosen else "surface"))
        painter.fillRect(rect.right(), rect.top(), 1, rect.height(), theme.colour("line"))
        painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, theme.colour("line2"))
        if marks.is_chosen:
            painter.fillRect(rect.left(), rect.top(), rect.width(), 2, theme.colour("accent"))
        inner = rect.adjusted(PADDING - 1, 0, -PADDING, 0)
        painter.setClipRect(rect.adjusted(0, 0, -1, 0))
        self._paint_name(painter, inner, facts, marks)
        self._paint_kind(painter, inner, facts)
        self._paint_distribution(painter, inner, facts, marks.bar)
        self._paint_missing(painter, inner, facts)

    def _paint_sort(self, painter: QPainter, line: QRect, descending: bool, place: int) -> int:
        """An arrow at the right, with its number among several; the room that they take."""
        colour = theme.colour("accent")
        width = 12
        if place:
            painter.setFont(theme.font("caption", 600))
            painter.setPen(colour)
            painter.drawText(line, _RIGHT, str(place))
            width += round(theme.text_width(str(place), "caption", 600))
        box = QRectF(line.right() + 1 - width, line.top() + (line.height() - 12) / 2, 12, 12)
        paint_icon(painter, box, "down" if descending else "up", colour)
        return width + 4

    def _paint_hovered_bar(
        self, painter: QPainter, box: QRect, facts: ColumnFacts, bar: int, gap: float
    ) -> None:
        bars = [0] * len(facts.bars)
        if bar < len(bars) and facts.bars[bar]:
            bars[bar] = facts.bars[bar]
            whole = max(facts.bars)
            height = box.height() * bars[bar] / whole
            only = QRectF(box).adjusted(0, box.height() - max(1.0, height), 0, 0)
            paint_histogram(painter, only, bars, theme.colour("accent"), gap)

    @staticmethod
    def _line(inner: QRect, top: float, height: float) -> QRect:
        scale = theme.text_scale()
        return QRect(
            inner.left(), inner.top() + round(top * scale), inner.width(), round(height * scale)
        )

    def _paint_name(
        self, painter: QPainter, inner: QRect, facts: ColumnFacts, marks: Marks
    ) -> None:
        line = self._line(inner, 6, 17)
        is_target = facts.role is Role.TARGET
        room = line.width() - (_TARGET_MARK if is_target else 0)
        sort = marks.sort
        if sort is not None:
            room -= self._paint_sort(painter, line, *sort)
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

    def _paint_distribution(
        self, painter: QPainter, inner: QRect, facts: ColumnFacts, bar: int
    ) -> None:
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
            if bar >= 0:
                self._paint_hovered_bar(painter, box, facts, bar, gap)

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
