"""Columns that say the same twice, each with a button that leaves one of them out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from gui.i18n import tr, trn
from gui.models.relation_words import twins_detail, twins_title
from gui.widgets.buttons import button
from gui.widgets.layout import column, row, rule
from gui.widgets.text import ElidedLabel, label

if TYPE_CHECKING:
    from engine.data.relations.twins import Twins

_SHOWN = 40


class TwinsList(QScrollArea):
    """Pairs of columns of which one is enough."""

    ignoring = Signal(str)
    """A column is to be ignored."""
    using = Signal(str)
    """A column is to be used again."""
    chosen = Signal(str, str)
    """A pair to be drawn."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(tr("Columns that say the same"))
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self._content = QWidget()
        self._content.setProperty("surface", True)
        self._content.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._lines = QVBoxLayout(self._content)
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._lines.setSpacing(0)
        self.setWidget(self._content)
        self.buttons: dict[str, QWidget] = {}
        """The button of each column that could be left out."""

    def show_twins(
        self, twins: Sequence[Twins], ignored: frozenset[str], target: str | None
    ) -> None:
        """Show these; `ignored` are columns that are left out already, `target` is never offered."""
        self.buttons.clear()
        while (item := self._lines.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for at, each in enumerate(twins[:_SHOWN]):
            if at:
                self._lines.addWidget(rule())
            spare = each.kept if each.other == target else each.other
            self._lines.addWidget(self._line(each, spare, spare in ignored))
        if len(twins) > _SHOWN:
            more = trn("{count} more pair", "{count} more pairs", len(twins) - _SHOWN)
            self._lines.addWidget(label(more, "small", "muted"))
        self._lines.addStretch(1)

    def _line(self, twins: Twins, spare: str, is_ignored: bool) -> QWidget:
        line = QWidget()
        title = ElidedLabel(twins_title(twins), "small", weight=500)
        detail = label(twins_detail(twins), "caption", "muted", wrap=True)
        act = button(tr("Use again") if is_ignored else tr("Ignore this column"), small=True)
        act.setAccessibleName(
            tr("Use {column} again", column=spare)
            if is_ignored
            else tr("Ignore {column}", column=spare)
        )
        signal = self.using if is_ignored else self.ignoring
        act.clicked.connect(lambda: signal.emit(spare))
        show = button(tr("Plot"), small=True)
        show.setAccessibleName(tr("Plot {one} and {other}", one=twins.kept, other=twins.other))
        show.clicked.connect(lambda: self.chosen.emit(twins.kept, twins.other))
        self.buttons[spare] = act
        line.setLayout(
            column(
                title, detail, row(act, show, None, spacing=6), spacing=4, margins=(12, 8, 12, 10)
            )
        )
        return line
