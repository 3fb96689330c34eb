"""Building blocks of the inspectors beside the result pages: a head line, sections, pairs of facts."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from gui.icons import icon as make_icon
from gui.widgets.layout import rule
from gui.widgets.text import ElidedLabel, label

PADDING = 14


class InspectorPanel(QWidget):
    """A head line of 46 px and, below it, sections."""

    def __init__(self, title: str, caption: str = "") -> None:
        super().__init__()
        self.setProperty("surface", True)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        head = QFrame()
        head.setFixedHeight(46)
        head.setProperty("surface", True)
        head.setProperty("rule", "bottom")
        line = QHBoxLayout(head)
        line.setContentsMargins(PADDING, 0, PADDING, 0)
        line.setSpacing(8)
        self._icon = label("")
        self._icon.hide()
        self._title = ElidedLabel(title, "body", weight=600)
        self._caption = ElidedLabel(caption, "small", "muted")
        line.addWidget(self._icon)
        line.addWidget(self._title)
        line.addWidget(self._caption)
        line.addStretch(1)
        self._column.addWidget(head)
        self._column.addStretch(1)

    def set_title(self, title: str, caption: str = "", icon: str = "") -> None:
        """Show another head line."""
        self._title.set_text(title)
        self._caption.set_text(caption)
        self._icon.setVisible(bool(icon))
        if icon:
            self._icon.setPixmap(make_icon(icon, "text").pixmap(16, 16))

    def add(self, section: QWidget) -> None:
        """Put another section below the others."""
        self._column.insertWidget(self._column.count() - 1, section)


class Section(QWidget):
    """A heading (where there is one), what is below it in `.body`, and a dividing line."""

    def __init__(self, title: str = "", caption: str = "", *, divided: bool = True) -> None:
        super().__init__()
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        self.body = QVBoxLayout()
        self.body.setContentsMargins(PADDING, 12, PADDING, 12)
        self.body.setSpacing(6)
        outer.addLayout(self.body)
        if divided:
            outer.addWidget(rule())
        self._caption = label(caption, "caption", "muted")
        if title:
            head = QHBoxLayout()
            head.setSpacing(8)
            head.addWidget(label(title, "section"))
            head.addStretch(1)
            head.addWidget(self._caption)
            self.body.addLayout(head)

    def set_caption(self, caption: str) -> None:
        """Show another caption at the right of the heading."""
        self._caption.setText(caption)


Fact = tuple[str, str]
"""What it is, and its value."""


class Facts(QWidget):
    """Pairs of a name and a value, the values at the right; long values are elided."""

    def __init__(self) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(1, 1)
        self._shown: tuple[Fact, ...] = ()

    def set(self, facts: Sequence[Fact]) -> None:
        """Show other facts; those without a value are left out."""
        wanted = tuple(fact for fact in facts if fact[1])
        if wanted == self._shown:
            return
        self._shown = wanted
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        for row, (name, value) in enumerate(wanted):
            self._grid.addWidget(label(name, "small", "text2"), row, 0)
            shown = ElidedLabel(value, "small", mode=Qt.TextElideMode.ElideMiddle)
            shown.setAccessibleName(f"{name}: {value}")
            self._grid.addWidget(shown, row, 1, Qt.AlignmentFlag.AlignRight)

    def facts(self) -> tuple[Fact, ...]:
        """What is shown."""
        return self._shown
