"""Where the pages' inspectors are shown: docked at the right, or sliding over a narrow window."""

from __future__ import annotations

from PySide6.QtCore import QEasingCurve, QPoint, QPropertyAnimation, Qt
from PySide6.QtWidgets import (
    QDockWidget,
    QFrame,
    QMainWindow,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from gui import theme
from gui.i18n import tr

WIDTH, MINIMUM, MAXIMUM = 288, 260, 420


class InspectorDock(QDockWidget):
    """The dock; it has no title line and cannot float."""

    def __init__(self, window: QMainWindow) -> None:
        super().__init__(tr("Inspector"), window)
        self.setObjectName("inspector")
        self.setAccessibleName(tr("Inspector"))
        self.setFeatures(QDockWidget.DockWidgetFeature.NoDockWidgetFeatures)
        self.setTitleBarWidget(QWidget())
        self._window = window
        self._shelf = _Shelf()
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setProperty("surface", True)
        self._scroll.setAccessibleName(tr("Inspector"))
        self._scroll.setWidget(self._shelf)
        self._scroll.setMinimumWidth(theme.grown(MINIMUM))
        self._scroll.setMaximumWidth(theme.grown(MAXIMUM))
        self.setWidget(self._scroll)
        self._over = _SlideOver(window)
        self._narrow = False
        self._wanted = True
        self._content: QWidget | None = None

    def adopt(self, content: QWidget | None) -> None:
        """Take a page's inspector in, so that it lives and ends with this window."""
        if content is not None:
            self._shelf.take(content)

    def show_content(self, content: QWidget | None) -> None:
        """Show a page's inspector; None shows nothing."""
        self._content = content
        if content is not None:
            self._shelf.show_only(content)
            self._scroll.verticalScrollBar().setValue(0)
        if self._narrow:
            self._wanted = False
        self._arrange()

    def set_narrow(self, narrow: bool, wanted: bool) -> None:
        """Whether the window leaves no room beside the page; `wanted` is the choice for a wide one."""
        if narrow != self._narrow:
            self._narrow = narrow
            self._wanted = wanted and not narrow
            self._arrange()
        elif narrow:
            self._over.place()

    def toggle(self) -> bool:
        """Show or hide; returns whether it is shown now."""
        self._wanted = not self._wanted
        self._arrange()
        return self._wanted

    def set_wanted(self, wanted: bool) -> None:
        """Show or hide."""
        self._wanted = wanted
        self._arrange()

    @property
    def has_content(self) -> bool:
        """Whether the page in front has an inspector."""
        return self._content is not None

    @property
    def is_shown(self) -> bool:
        """Whether there is something to show and a person wants to see it."""
        return self._wanted and self._content is not None

    @property
    def covers(self) -> int:
        """Px of the window's right side that the inspector takes."""
        if self._over.isVisible():
            return self._over.width()
        return self.width() if self.isVisible() else 0

    def _arrange(self) -> None:
        if self._narrow:
            self.hide()
            self._over.host(self._scroll)
            self._over.slide(self.is_shown)
        else:
            self._over.hide()
            if self.widget() is not self._scroll or self._scroll.parentWidget() is self._over:
                self.setWidget(self._scroll)
            self._scroll.show()
            was_shown = self.isVisible()
            self.setVisible(self.is_shown)
            if self.is_shown and not was_shown:  # Qt gives it the least width when it comes back
                width = theme.grown(WIDTH)
                self._window.resizeDocks([self], [width], Qt.Orientation.Horizontal)


class _Shelf(QFrame):
    """The inspectors met so far, one of them visible: a stack that is as high as that one only."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("surface", True)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._shown: QWidget | None = None

    def take(self, content: QWidget) -> None:
        if self._column.indexOf(content) < 0:
            content.hide()
            self._column.addWidget(content)
            for widget in (content, *content.findChildren(QWidget)):
                widget.ensurePolished()  # not when it is shown for the first time: that would wait

    def show_only(self, content: QWidget) -> None:
        if content is self._shown:
            return
        if self._shown is not None:
            self._shown.hide()
        self.take(content)
        content.show()
        self._shown = content


class _SlideOver(QFrame):
    """A panel over the right side of the window's pages."""

    def __init__(self, window: QMainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.setObjectName("slide_over")
        self.setStyleSheet(
            f"#slide_over {{ background: {theme.colour('surface').name()};"
            f" border-left: 1px solid {theme.colour('line2').name()} }}"
        )
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(1, 0, 0, 0)
        self._motion = QPropertyAnimation(self, b"pos", self)
        self._motion.setDuration(180)
        self._motion.setEasingCurve(QEasingCurve.Type.OutCubic)
        self.hide()

    def host(self, content: QWidget) -> None:
        if content.parentWidget() is not self:
            self._layout.addWidget(content)
            content.show()

    def slide(self, shown: bool) -> None:
        if not shown:
            self.hide()
            return
        self.place()
        end = self.pos()
        self.show()
        self.raise_()
        self._motion.stop()
        self._motion.setStartValue(end + QPoint(self.width() // 3, 0))
        self._motion.setEndValue(end)
        self._motion.start()

    def place(self) -> None:
        central = self._window.centralWidget()
        if central is None:
            return
        area, width = central.geometry(), theme.grown(WIDTH)
        self.setGeometry(area.right() + 1 - width, area.top(), width, area.height())
