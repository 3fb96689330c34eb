"""Notices: results and errors that appear at the lower right and ask for nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Literal, TypeAlias

from PySide6.QtCore import (
    QEasingCurve,
    QEvent,
    QObject,
    QPoint,
    QPropertyAnimation,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QEnterEvent, QFont
from PySide6.QtWidgets import (
    QFrame,
    QGraphicsDropShadowEffect,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from engine.errors import TrainyardError
from engine.messages import Message
from gui import theme
from gui.i18n import render, sentences, tr
from gui.icons import icon, pixmap

NoticeTone: TypeAlias = Literal["ok", "info", "warn", "err"]
Action: TypeAlias = tuple[str, Callable[[], None]]
"""A label and what happens on a click."""

_ICONS: dict[NoticeTone, str] = {"ok": "check", "info": "info", "warn": "warn", "err": "error"}
_STACK = 3
_SECONDS = 6
_WIDTH = 332
_BESIDE = 80
"""Px up to which an action stands beside the text; a longer one stands below it."""


class Notices(QObject):
    """The stack of notices over a window; up to three are shown, the newest lowest."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._host = parent
        self._shown: list[Notice] = []
        self._clear_of: Callable[[], tuple[int, int]] = lambda: (0, 0)
        parent.installEventFilter(self)

    def keep_clear_of(self, margins: Callable[[], tuple[int, int]]) -> None:
        """Ask `margins` for the px at the right and below that notices must leave free."""
        self._clear_of = margins

    def show(
        self,
        title: str,
        detail: str = "",
        tone: NoticeTone = "ok",
        action: Action | None = None,
        *,
        stays: bool = False,
        field: QWidget | None = None,
    ) -> Notice:
        """Show a notice for six seconds; errors, and what `stays`, until it is closed.

        A `field` to fill in stands below the text and keeps the notice there too.
        """
        stays = stays or tone == "err" or field is not None
        notice = Notice(self._host, title, detail, tone, action, stays=stays, field=field)
        notice.closed.connect(lambda: self._remove(notice))
        self._shown.append(notice)
        for old in self._shown[:-_STACK]:
            old.close_notice()
        notice.show()
        self.place(arriving=notice)
        event = QAccessibleAnnouncementEvent(self._host, f"{title} {detail}".strip())
        QAccessible.updateAccessibility(event)
        return notice

    def show_error(self, error: TrainyardError, action: Action | None = None) -> Notice:
        """Show what was found and what to do about it; where files lie is told by the tooltip."""
        found, *advice = error.messages()
        detail = sentences(render(line) for line in advice)
        notice = self.show(render(_with_names(found)), detail, "err", action)
        if _with_names(found) != found:
            notice.setToolTip(render(found))
        return notice

    def clear(self) -> None:
        """Close all notices."""
        for notice in list(self._shown):
            notice.close_notice()

    def shown(self) -> tuple[Notice, ...]:
        """The notices on screen, oldest first."""
        return tuple(self._shown)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._host and event.type() == QEvent.Type.Resize:
            self.place()
        return False

    def _remove(self, notice: Notice) -> None:
        if notice in self._shown:
            self._shown.remove(notice)
            self.place()

    def place(self, arriving: Notice | None = None) -> None:
        """Move the notices to where they belong now."""
        right, below = self._clear_of()
        x = self._host.width() - right - 16
        y = self._host.height() - below - 16
        for notice in reversed(self._shown):
            notice.resize(_WIDTH, notice.layout().totalHeightForWidth(_WIDTH))
            target = QPoint(x - notice.width(), y - notice.height())
            notice.go_to(target, arriving=notice is arriving)
            notice.raise_()
            y -= notice.height() + 8


def _with_names(message: Message) -> Message:
    """The message with files called by their names alone: there is no room for where they lie."""
    facts = {
        key: Path(fact).name if isinstance(fact, str) and Path(fact).is_absolute() else fact
        for key, fact in message.facts.items()
    }
    return replace(message, facts=facts)


class Notice(QFrame):
    """One notice."""

    closed = Signal()

    def __init__(
        self,
        host: QWidget,
        title: str,
        detail: str,
        tone: NoticeTone,
        action: Action | None,
        *,
        stays: bool,
        field: QWidget | None = None,
    ) -> None:
        super().__init__(host)
        self.setObjectName("notice")
        self.setStyleSheet(
            f"#notice {{ background: {theme.colour('raised').name()}; border-radius: 6px;"
            f" border: 1px solid {theme.colour('line2').name()} }}"
        )
        self.setAccessibleName(f"{title} {detail}".strip())
        shadow = QGraphicsDropShadowEffect(self)
        shadow.setBlurRadius(20)
        shadow.setOffset(0, 6)
        shadow.setColor(theme.colour("shadow"))
        self.setGraphicsEffect(shadow)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(13, 9, 9, 10)
        layout.setSpacing(9)
        top = Qt.AlignmentFlag.AlignTop
        mark = QLabel()
        mark.setFixedSize(16, 20)
        mark.setPixmap(pixmap(_ICONS[tone], theme.colour(tone), 16, self.devicePixelRatioF()))
        layout.addWidget(mark, 0, top)
        lines = QVBoxLayout()
        lines.setSpacing(2)
        lines.addWidget(_line(title, theme.font("body", 500), "text"))
        if detail:
            lines.addWidget(_line(detail, theme.font("small"), "text2"))
        if field is not None:
            lines.addSpacing(4)
            lines.addWidget(field)
        layout.addLayout(lines, 1)
        if action is not None:
            act = QPushButton(action[0])
            act.setProperty("link", True)
            act.clicked.connect(action[1])
            act.clicked.connect(self.close_notice)
            if theme.text_width(action[0], "body", 500) > _BESIDE:
                lines.addWidget(act, 0, Qt.AlignmentFlag.AlignLeft)
            else:
                layout.addWidget(act, 0, top)
        close = QToolButton()
        close.setIcon(icon("x", "text2"))
        close.setFixedSize(22, 22)
        close.setAccessibleName(tr("Close"))
        close.setToolTip(tr("Close"))
        close.clicked.connect(self.close_notice)
        layout.addWidget(close, 0, top)
        self._slide = QPropertyAnimation(self, b"pos", self)
        self._slide.setDuration(180)
        self._slide.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._timer = QTimer(self, interval=_SECONDS * 1000, singleShot=True)
        self._timer.timeout.connect(self.close_notice)
        self._stays = stays
        if not self._stays:
            self._timer.start()

    def go_to(self, target: QPoint, *, arriving: bool) -> None:
        """Move to `target`; a notice that arrives slides up to it."""
        self._slide.stop()
        if arriving:
            self._slide.setStartValue(target + QPoint(0, 12))
            self._slide.setEndValue(target)
            self._slide.start()
        else:
            self.move(target)

    def close_notice(self) -> None:
        """Take the notice away."""
        self._timer.stop()
        self.hide()
        self.closed.emit()
        self.deleteLater()

    def enterEvent(self, event: QEnterEvent) -> None:
        self._timer.stop()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        if not self._stays:
            self._timer.start()
        super().leaveEvent(event)


def _line(text: str, font: QFont, tone: str) -> QLabel:
    result = QLabel(text)
    result.setTextFormat(Qt.TextFormat.PlainText)
    result.setFont(font)
    result.setProperty("tone", tone)
    result.setWordWrap(True)
    result.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return result
