"""What every page is: a widget with a name, a header and, perhaps, an inspector."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import QEvent, QObject, QTimer, SignalInstance
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from gui.widgets.text import label

if TYPE_CHECKING:
    from gui.notices import Notices
    from gui.session import Session

_BREATH_MS = 8
"""Between two pieces of work: long enough for the window to be painted meanwhile."""


class RefreshWhenShown(QObject):
    """Calls a function when one of the signals is emitted, but while its widget is hidden only once it is shown.

    So what happens in the window costs the views that somebody looks at. The first show calls it too.
    After a signal of `soon` it is called between two events, once for all signals that come until then:
    what a person looks at first is painted before. Where `then` names further functions, they follow
    one by one, with other events between them, so that none of them is kept waiting for all.
    """

    def __init__(
        self,
        widget: QWidget,
        refresh: Callable[[], None],
        *signals: SignalInstance,
        soon: Sequence[SignalInstance] = (),
        then: Sequence[Callable[[], None]] = (),
    ) -> None:
        super().__init__(widget)
        self._widget = widget
        self._steps = (refresh, *then)
        self._next = 0
        self._is_due = True
        self._waits = bool(soon)
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._take_step)
        widget.installEventFilter(self)
        for signal in signals:
            signal.connect(self._on_signal)
        for signal in soon:
            signal.connect(self._on_signal_soon)

    @property
    def is_due(self) -> bool:
        """Whether something has happened that is not shown yet."""
        return self._is_due

    def _on_signal(self) -> None:
        is_under_way, self._next = self._next > 0, 0
        self._is_due = True
        if is_under_way or not self._timer.isActive():
            self._timer.stop()
            self._catch_up()

    def _on_signal_soon(self) -> None:
        self._is_due, self._next = True, 0
        self._timer.start(0)

    def _catch_up(self) -> None:
        if self._is_due and self._widget.isVisible():
            self._is_due = False
            for step in self._steps:
                step()

    def _take_step(self) -> None:
        if not self._is_due or not self._widget.isVisible():
            self._next = 0
            return
        step = self._steps[self._next]
        self._next += 1
        if self._next < len(self._steps):
            self._timer.start(_BREATH_MS)
        else:
            self._is_due, self._next = False, 0
        step()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show and watched is self._widget:
            if self._waits:
                self._next = 0
                self._timer.start(0)
            else:
                self._catch_up()
        return False


class Page(QWidget):
    """Base of the pages. A page reads the session, listens to its signals and calls its methods."""

    name: ClassVar[str] = ""
    """The name that `Session.show_page` takes."""

    def __init__(self, session: Session, notices: Notices) -> None:
        super().__init__()
        self.session = session
        self.notices = notices

    def inspector(self) -> QWidget | None:
        """What the inspector shows beside this page (made once, kept by the page); None: nothing."""
        return None


class PageHeader(QFrame):
    """The line at the top of a page, 46 px: title and caption, then `.left`, and `.right` at the right."""

    def __init__(self, title: str, caption: str = "") -> None:
        super().__init__()
        self.setProperty("surface", True)
        self.setProperty("rule", "bottom")
        self.setFixedHeight(46)
        outer = QHBoxLayout(self)
        outer.setContentsMargins(16, 0, 16, 0)
        outer.setSpacing(10)
        self.title = label(title, "title")
        self.caption = label(caption, "body", "muted")
        outer.addWidget(self.title)
        outer.addWidget(self.caption)
        self.left = QHBoxLayout()
        self.left.setSpacing(10)
        self.right = QHBoxLayout()
        self.right.setSpacing(10)
        outer.addLayout(self.left)
        outer.addStretch(1)
        outer.addLayout(self.right)
        self.set_caption(caption)

    def set_title(self, title: str) -> None:
        """Show another title."""
        self.title.setText(title)

    def set_caption(self, caption: str) -> None:
        """Show another caption beside the title."""
        self.caption.setText(caption)
        self.caption.setVisible(bool(caption))
