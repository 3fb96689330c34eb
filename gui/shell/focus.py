"""Keyboard focus: a ring around the control that has it, and who may use Space first."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QFocusFrame,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)

from gui import theme

_FIELDS = (QLineEdit, QAbstractSpinBox, QComboBox, QTextEdit, QPlainTextEdit)
_SELF_SHOWN = (*_FIELDS, QAbstractItemView)
"""They show the focus themselves: by an edge, by the current row."""
_BY_KEYBOARD = Qt.WidgetAttribute.WA_KeyboardFocusChange
"""Qt sets it on a window when Tab moves the focus, and takes it away when the mouse does."""


class Focus(QObject):
    """Follows the focus inside one window."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._ring = _Ring(window)
        self._guarded: QWidget | None = None
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._on_focus)

    @property
    def ring(self) -> QFocusFrame:
        """The ring; visible while the keyboard, not the mouse, has led to a control."""
        return self._ring

    def go_to_next(self, panes: Sequence[QWidget]) -> None:
        """Move the focus to the first control of the pane after the one that has it."""
        shown = [pane for pane in panes if pane.isVisible()]
        now = self._window.focusWidget()
        holds = (i for i, p in enumerate(shown) if now and (p is now or p.isAncestorOf(now)))
        here = next(holds, -1)
        for step in range(1, len(shown) + 1):
            pane = shown[(here + step) % len(shown)]
            for widget in (pane, *pane.findChildren(QWidget)):
                takes_tab = widget.focusPolicy() & Qt.FocusPolicy.TabFocus
                if takes_tab and widget.isVisible() and widget.isEnabled():
                    self._window.setAttribute(_BY_KEYBOARD)
                    widget.setFocus(Qt.FocusReason.TabFocusReason)
                    return

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # Space is a shortcut of the window (pause, resume). A control that uses Space itself says so
        # here; Qt then sends it the key instead of the shortcut.
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and event.key() == Qt.Key.Key_Space  # type: ignore[attr-defined]
            and _uses_space(watched)
        ):
            event.accept()
            return True
        return False

    def _on_focus(self, old: QWidget | None, now: QWidget | None) -> None:
        if self._guarded is not None:
            self._guarded.removeEventFilter(self)
            self._guarded = None
        self._ring.setWidget(None)  # type: ignore[arg-type]
        if now is None or now.window() is not self._window:
            return
        self._guarded = now
        now.installEventFilter(self)
        now.destroyed.connect(self._forget)
        if self._window.testAttribute(_BY_KEYBOARD) and not isinstance(now, _SELF_SHOWN):
            self._ring.setWidget(now)

    def _forget(self) -> None:
        self._guarded = None


class _Ring(QFocusFrame):
    """2 px of accent around a control, 1 px away from it."""

    def paintEvent(self, event: QPaintEvent) -> None:
        widget = self.widget()
        if widget is None:
            return
        inner = QRect(widget.mapTo(widget.window(), widget.rect().topLeft()), widget.size())
        own = self.mapTo(widget.window(), self.rect().topLeft())
        ring = QRectF(inner.translated(-own)).adjusted(-2, -2, 2, 2)
        ring = ring.intersected(QRectF(self.rect()).adjusted(1, 1, -1, -1))
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.colour("accent"), 2))
        painter.drawRoundedRect(ring, 6, 6)


def _uses_space(widget: QObject) -> bool:
    if isinstance(widget, QAbstractItemView):
        flags = widget.currentIndex().flags()
        return bool(flags & Qt.ItemFlag.ItemIsUserCheckable)
    return isinstance(widget, (QAbstractButton, *_FIELDS))
