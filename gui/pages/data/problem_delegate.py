"""How a problem is drawn in the list: icon, title, count, what it means, where it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from gui import theme
from gui.i18n import render, tr
from gui.icons import paint_icon
from gui.models.figures import count_text
from gui.models.problem_list import (
    DISMISSED,
    FIRST_DISMISSED,
    PROBLEM,
    severity_icon,
    severity_tone,
    where,
)

if TYPE_CHECKING:
    from engine.data.problems import Problem

_ICON_LEFT = 15
_TEXT_LEFT = 40
_RIGHT_PADDING = 14
_TOP = 10
_BOTTOM = 11
_WRAP = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap
_LINE = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_BADGE_HEIGHT = 18
_BADGE_GAP = 8
_TITLE_LINES = 4
_HEADING = 30
"""Px of the line above the problems that are none."""


class ProblemDelegate(QStyledItemDelegate):
    """Draws items of a `ProblemListModel`; heights follow the texts."""

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        view = option.widget
        width = view.viewport().width() if isinstance(view, QListView) else 276
        problem = index.data(PROBLEM)
        badge = 0 if index.data(DISMISSED) else _badge_width(problem)
        height = _TOP + _title_height(render(problem.title), width - badge)
        height += 2 + _detail_height(render(problem.detail), width)
        if where(problem):
            height += 2 + QFontMetrics(theme.font("caption")).height()
        if index.data(FIRST_DISMISSED):
            height += theme.grown(_HEADING)
        return QSize(width, height + _BOTTOM)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        rect: QRect = option.rect
        problem = index.data(PROBLEM)
        dismissed = bool(index.data(DISMISSED))
        if index.data(FIRST_DISMISSED):
            rect = self._paint_heading(painter, rect)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        painter.save()
        fill = "selected" if selected else "hover" if hovered else "surface"
        painter.fillRect(rect, theme.colour(fill))
        painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, theme.colour("line"))
        tone = theme.colour("muted" if dismissed else severity_tone(problem))
        icon = QRectF(rect.left() + _ICON_LEFT, rect.top() + _TOP + 1, 16, 16)
        paint_icon(painter, icon, severity_icon(problem), tone)
        room = rect.width() - _TEXT_LEFT - _RIGHT_PADDING
        badge = 0 if dismissed else _badge_width(problem)
        title = render(problem.title)
        height = _title_height(title, rect.width() - badge)
        line = QRect(rect.left() + _TEXT_LEFT, rect.top() + _TOP, room, height)
        if badge:
            self._paint_count(painter, line, badge - _BADGE_GAP, problem)
        painter.setFont(theme.font("body", 500))
        painter.setPen(theme.colour("text2" if dismissed else "text"))
        place = line.adjusted(0, 0, -badge, 0)
        painter.drawText(place, _title_flags(title, painter.fontMetrics(), place.width()), title)
        detail = render(problem.detail)
        line.moveTop(line.bottom() + 3)
        line.setHeight(_detail_height(detail, rect.width()))
        painter.setFont(theme.font("small"))
        painter.setPen(theme.colour("text2"))
        painter.drawText(line, _WRAP, detail)
        painter.setFont(theme.font("caption"))
        painter.setPen(theme.colour("muted"))
        line.moveTop(line.bottom() + 3)
        line.setHeight(painter.fontMetrics().height())
        painter.drawText(line, _LINE, where(problem))
        if selected and option.state & QStyle.StateFlag.State_HasFocus:
            painter.fillRect(rect.left(), rect.top(), 3, rect.height(), theme.colour("accent"))
        painter.restore()

    def _paint_heading(self, painter: QPainter, rect: QRect) -> QRect:
        """Draw what stands above the problems that are none; the room that is left below."""
        height = theme.grown(_HEADING)
        heading = QRect(rect.left() + _ICON_LEFT, rect.top(), rect.width() - _ICON_LEFT, height)
        painter.save()
        painter.setFont(theme.font("caption", 500))
        painter.setPen(theme.colour("muted"))
        painter.drawText(heading.adjusted(0, 6, 0, 0), _LINE, tr("Not problems here"))
        painter.fillRect(
            rect.left(), rect.top() + height - 1, rect.width(), 1, theme.colour("line")
        )
        painter.restore()
        return rect.adjusted(0, height, 0, 0)

    def _paint_count(self, painter: QPainter, line: QRect, width: int, problem: Problem) -> None:
        """Draw the count at the right end of the first line of the title."""
        is_error = problem.severity == "error"
        box = QRectF(line.right() + 1 - width, line.top(), width, _BADGE_HEIGHT)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("errbg" if is_error else "warnbg"))
        painter.drawRoundedRect(box, 3, 3)
        painter.setFont(theme.font("caption", 500))
        painter.setPen(theme.colour("err" if is_error else "warn"))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, count_text(problem.count))


def _badge_width(problem: Problem) -> int:
    """Px of the count beside the title and of the gap before it; 0: none is shown."""
    if problem.severity == "info" or problem.count < 1:
        return 0
    text = count_text(problem.count)
    return max(19, round(theme.text_width(text, "caption", 500)) + 12) + _BADGE_GAP


def _title_height(text: str, width: int) -> int:
    """Px of the title, which goes over several lines where one is too short for it."""
    room = QRect(0, 0, width - _TEXT_LEFT - _RIGHT_PADDING, 10_000)
    metrics = QFontMetrics(theme.font("body", 500))
    flags = _title_flags(text, metrics, room.width())
    lines = round(metrics.boundingRect(room, flags, text).height() / metrics.height())
    return max(18, min(_TITLE_LINES, lines) * metrics.lineSpacing())


def _title_flags(text: str, metrics: QFontMetrics, width: int) -> int:
    """Lines end between words, unless the name of a column is too long for a line."""
    is_longer = any(metrics.horizontalAdvance(word) > width for word in text.split())
    return _WRAP | (Qt.TextFlag.TextWrapAnywhere if is_longer else 0)


def _detail_height(text: str, width: int) -> int:
    room = QRect(0, 0, width - _TEXT_LEFT - _RIGHT_PADDING, 10_000)
    return QFontMetrics(theme.font("small")).boundingRect(room, _WRAP, text).height()
