"""A card: a framed surface with a title line and a body."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from gui.widgets.text import label


class Card(QFrame):
    """A framed surface. Add controls to `.header` (a row) and content to `.body` (a column).

    Without a title there is no header line, and `.header` is an empty row.
    """

    def __init__(self, title: str = "", caption: str = "", *, padding: int = 12) -> None:
        super().__init__()
        self.setProperty("card", True)
        self.setAccessibleName(title)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(1, 1, 1, 1)
        outer.setSpacing(0)
        self.header = QHBoxLayout()
        self.header.setSpacing(8)
        self.title = label(title, "section")
        self.caption = label(caption, "caption", "muted")
        # Hiding only: to show a widget without a parent makes it a window of its own.
        if not title:
            self.title.hide()
        if not caption:
            self.caption.hide()
        if title:
            self.title.setFixedHeight(34)
            self.header.setContentsMargins(12, 0, 12, 0)
            self.header.addWidget(self.title)
            self.header.addWidget(self.caption)
            self.header.addStretch(1)
        outer.addLayout(self.header)
        self.body = QVBoxLayout()
        self.body.setSpacing(8)
        self.body.setContentsMargins(padding, 0 if title else padding, padding, padding)
        outer.addLayout(self.body, 1)

    def set_caption(self, caption: str) -> None:
        """Show another caption beside the title."""
        self.caption.setText(caption)
        self.caption.setVisible(bool(caption))
