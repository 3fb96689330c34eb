"""How the card of a column is drawn: name and kind, distribution, missing share, statistics."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from engine.schema import Kind, Role
from gui import theme
from gui.i18n import tr
from gui.icons import paint_icon
from gui.models.figures import compact_text, count_text, date_text
from gui.models.profile_cards import CARD, ProfileCard
from gui.models.statistics import Pairs, statistics
from gui.widgets.painters import paint_histogram

WIDTH = 252
HEIGHT = 239
_PADDING = 12
_CHART = 64
_STATISTIC = 17
_VALUE_ROW = 18
_VALUES = 7
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_CENTRE = Qt.AlignmentFlag.AlignCenter


@dataclass(frozen=True, slots=True)
class CardPlaces:
    """Where the parts of a card lie; a part that it has not is empty."""

    head: QRect
    chart: QRect
    bounds: QRect
    values: QRect
    missing: QRect
    statistics: QRect

    @classmethod
    def of(cls, rect: QRect, card: ProfileCard) -> CardPlaces:
        """The places within the rectangle of a card."""
        scale = theme.text_scale()
        inner = rect.adjusted(_PADDING, 8, -_PADDING, -10)

        def line(top: float, height: float) -> QRect:
            return QRect(
                inner.left(), inner.top() + round(top * scale), inner.width(), round(height * scale)
            )

        if has_values(card):
            values = line(26, _VALUES * _VALUE_ROW)
            return cls(line(0, 20), QRect(), QRect(), values, line(158, 16), line(180, 0))
        chart = line(26, _CHART)
        return cls(line(0, 20), chart, line(29 + _CHART, 15), QRect(), line(113, 16), line(135, 0))

    def bar_at(self, place: QPoint, card: ProfileCard) -> int | None:
        """The bar of the histogram at a point."""
        bars = len(card.facts.bars)
        if not bars or not self.chart.contains(place):
            return None
        return min(bars - 1, (place.x() - self.chart.left()) * bars // self.chart.width())

    def value_at(self, place: QPoint, card: ProfileCard) -> str | None:
        """The frequent value at a point."""
        if card.figures is None or not self.values.contains(place):
            return None
        at = (place.y() - self.values.top()) // (self.values.height() // _VALUES)
        shown = values_shown(card)
        return shown[at][0] if 0 <= at < len(shown) else None


def has_values(card: ProfileCard) -> bool:
    """Whether a card lists frequent values instead of a histogram."""
    figures = card.figures
    return figures is not None and not figures.histogram and bool(figures.top or card.facts.unique)


def values_shown(card: ProfileCard) -> tuple[tuple[str, int], ...]:
    """The frequent values that a card has room for."""
    if card.figures is None:
        return ()
    hidden = card.figures.distinct > _VALUES
    return card.figures.top[: _VALUES - 1 if hidden else _VALUES]


class CardDelegate(QStyledItemDelegate):
    """Draws items of a `ProfileCardsModel`."""

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        scale = theme.text_scale()
        grid = self.parent()
        return grid.card_size(round(WIDTH * scale), round(HEIGHT * scale))  # type: ignore[union-attr]

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        card: ProfileCard = index.data(CARD)
        rect: QRect = option.rect
        painter.save()
        self._paint_frame(painter, rect, option)
        places = CardPlaces.of(rect, card)
        self._paint_head(painter, places.head, card)
        if has_values(card):
            self._paint_values(painter, places.values, card)
        else:
            self._paint_chart(painter, places.chart, card)
            self._paint_bounds(painter, places.bounds, card)
        self._paint_missing(painter, places.missing, card)
        self._paint_statistics(painter, places.statistics, card, 2 if has_values(card) else 5)
        painter.restore()

    def _paint_frame(self, painter: QPainter, rect: QRect, option: QStyleOptionViewItem) -> None:
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        focused = chosen and bool(option.state & QStyle.StateFlag.State_HasFocus)
        edge = "accent" if chosen else "line2" if hovered else "line"
        width = 2.0 if focused else 1.0
        painter.setPen(QPen(theme.colour(edge), width))
        painter.setBrush(theme.colour("selected" if chosen else "surface"))
        half = width / 2
        painter.drawRoundedRect(QRectF(rect).adjusted(half, half, -half, -half), 6, 6)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)

    def _paint_head(self, painter: QPainter, line: QRect, card: ProfileCard) -> None:
        facts = card.facts
        muted = theme.colour("muted")
        paint_icon(
            painter, QRectF(line.left(), line.top() + 2, 16, 16), facts.icon, theme.colour("text2")
        )
        word = (
            facts.word if facts.role is not Role.IGNORE else tr("{kind}, ignored", kind=facts.word)
        )
        word_width = round(theme.text_width(word, "caption"))
        is_target = facts.role is Role.TARGET
        room = line.width() - 22 - word_width - 8 - (20 if is_target else 0)
        painter.setFont(theme.font("section"))
        painter.setPen(theme.colour("muted" if facts.role is Role.IGNORE else "text"))
        metrics = painter.fontMetrics()
        name = metrics.elidedText(facts.name, Qt.TextElideMode.ElideRight, room)
        painter.drawText(line.adjusted(22, 0, 0, 0), _LEFT, name)
        if is_target:
            x = line.left() + 22 + metrics.horizontalAdvance(name) + 5
            paint_icon(painter, QRectF(x, line.top() + 3, 14, 14), "target", theme.colour("accent"))
        painter.setFont(theme.font("caption"))
        painter.setPen(muted)
        painter.drawText(line, _RIGHT, word)

    def _paint_chart(self, painter: QPainter, box: QRect, card: ProfileCard) -> None:
        if card.facts.bars:
            paint_histogram(painter, QRectF(box), card.facts.bars, theme.colour("s3"))
            painter.fillRect(box.left(), box.bottom(), box.width(), 1, theme.colour("axis"))
        else:
            text = tr("Counting values") if card.figures is None else tr("No values")
            painter.setFont(theme.font("small"))
            painter.setPen(theme.colour("muted"))
            painter.drawText(box, _CENTRE, text)

    def _paint_values(self, painter: QPainter, box: QRect, card: ProfileCard) -> None:
        figures = card.figures
        assert figures is not None
        if not figures.top:
            painter.setFont(theme.font("small"))
            painter.setPen(theme.colour("muted"))
            shape = QRectF(box).adjusted(0, 0, 0, -2 * _VALUE_ROW * theme.text_scale())
            paint_histogram(painter, shape, figures.length_histogram, theme.colour("s2"))
            words = box.adjusted(0, round(shape.height()), 0, 0)
            painter.drawText(words, _CENTRE, f"{card.facts.unique}\n{card.facts.range}")
            return
        top = values_shown(card)
        hidden = figures.distinct > len(top)
        highest = top[0][1]
        height = box.height() // _VALUES
        painter.setFont(theme.font("caption"))
        metrics = painter.fontMetrics()
        count_width = metrics.horizontalAdvance(count_text(highest)) + 8
        widest = max(metrics.horizontalAdvance(text[:200]) for text, _ in top)
        label = min(widest + 2, round(box.width() * 0.46))
        room = box.width() - label - 8 - count_width
        line = QRect(box.left(), box.top(), box.width(), height)
        for text, count in top:
            shown = text.replace("\n", " ")[:200]
            painter.setPen(theme.colour("text2"))
            painter.drawText(
                line, _LEFT, metrics.elidedText(shown, Qt.TextElideMode.ElideRight, label)
            )
            painter.drawText(line, _RIGHT, count_text(count))
            bar = max(1, round(room * count / highest))
            left = line.left() + label + 8
            painter.fillRect(left, line.top() + 3, bar, height - 6, theme.colour("s3"))
            line.translate(0, height)
        if hidden:
            more = tr("{count} more", count=count_text(figures.distinct - len(top)))
            painter.setPen(theme.colour("muted"))
            painter.drawText(line, _LEFT, more)

    def _paint_bounds(self, painter: QPainter, line: QRect, card: ProfileCard) -> None:
        figures = card.figures
        painter.setFont(theme.font("caption"))
        painter.setPen(theme.colour("muted"))
        if figures is not None and len(figures.edges) > 1 and figures.histogram:
            low, high = figures.edges[0], figures.edges[-1]
            if card.facts.kind is Kind.DATE:
                ends = date_text(low, high - low), date_text(high, high - low)
            else:
                # The last bar of whole numbers that have a bar each stands for the number at its left.
                one_each = card.integer and figures.edges[1] - low == 1
                ends = compact_text(low), compact_text(high - 1 if one_each else high)
            painter.drawText(line, _LEFT, ends[0])
            painter.drawText(line, _RIGHT, ends[1])

    def _paint_missing(self, painter: QPainter, line: QRect, card: ProfileCard) -> None:
        facts = card.facts
        painter.setFont(theme.font("caption"))
        painter.setPen(theme.colour("warn" if facts.missing else "muted"))
        text = tr("{share} missing", share=facts.missing) if facts.missing else tr("None missing")
        painter.drawText(line, _LEFT, text)
        left = line.left() + round(theme.text_width(text, "caption")) + 10
        track = QRect(left, line.center().y() - 1, line.right() - left + 1, 4)
        painter.fillRect(track, theme.colour("sunken"))
        if facts.missing:
            filled = max(1, round(track.width() * facts.missing_share))
            painter.fillRect(track.left(), track.top(), filled, 4, theme.colour("warnfill"))

    def _paint_statistics(
        self, painter: QPainter, area: QRect, card: ProfileCard, most: int
    ) -> None:
        if card.figures is None:
            return
        left, right = statistics(card.figures, card.integer)
        half = (area.width() - 20) // 2
        for x, pairs in ((area.left(), left), (area.left() + half + 20, right)):
            self._paint_pairs(painter, QRect(x, area.top(), half, 0), pairs[:most])

    def _paint_pairs(self, painter: QPainter, area: QRect, pairs: Pairs) -> None:
        height = round(_STATISTIC * theme.text_scale())
        painter.setFont(theme.font("caption"))
        for row, (word, figure) in enumerate(pairs):
            line = QRect(area.left(), area.top() + row * height, area.width(), height)
            painter.setPen(theme.colour("muted"))
            painter.drawText(line, _LEFT, word)
            painter.setPen(theme.colour("text"))
            painter.drawText(line, _RIGHT, figure)
