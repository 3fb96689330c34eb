"""The runs on the charts, by hue; a click on one puts it in focus."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from gui import theme
from gui.i18n import listed, tr
from gui.widgets.text import label

CHIP = 10
GAP = 6
SPACING = 14


@dataclass(frozen=True, slots=True)
class LegendEntry:
    """One run on the charts."""

    run: str
    title: str
    name: str
    colour: QColor
    focused: bool


class Legend(QWidget):
    """A row of runs; names are shortened and the last runs counted (“+2”) where room is scarce."""

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(tr("Runs on the charts"))
        self._entries: tuple[LegendEntry, ...] = ()
        self._chips: list[LegendChip] = []
        self._more = label("", "caption", "muted")
        self._more.setParent(self)

    @property
    def chips(self) -> tuple[LegendChip, ...]:
        """The buttons, in the order of the runs."""
        return tuple(self._chips)

    def set_entries(self, entries: Sequence[LegendEntry]) -> None:
        """Show these runs."""
        if tuple(entries) == self._entries:
            return
        self._entries = tuple(entries)
        while len(self._chips) > len(entries):
            chip = self._chips.pop()
            chip.setParent(None)
            chip.deleteLater()
        while len(self._chips) < len(entries):
            chip = LegendChip(self)
            chip.clicked.connect(lambda _=False, chip=chip: self.chosen.emit(chip.entry.run))
            self._chips.append(chip)
        for chip, entry in zip(self._chips, entries, strict=True):
            chip.set_entry(entry)
        self._arrange()

    def sizeHint(self) -> QSize:
        width = sum(chip.sizeHint().width() + SPACING for chip in self._chips)
        return QSize(width, 22)

    def minimumSizeHint(self) -> QSize:
        return QSize(60, 22)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        room = self.width()
        least = [chip.minimumSizeHint().width() + SPACING for chip in self._chips]
        fit = len(least)
        while fit > 1 and sum(least[:fit]) + (28 if fit < len(least) else 0) > room:
            fit -= 1
        spare = max(0, room - sum(least[:fit]) - (28 if fit < len(least) else 0))
        wishes = [chip.sizeHint().width() + SPACING for chip in self._chips]
        x = 0
        for place, chip in enumerate(self._chips):
            chip.setVisible(place < fit)
            if place < fit:
                extra = min(wishes[place] - least[place], spare)
                spare -= extra
                chip.setGeometry(x, 0, least[place] + extra - SPACING, self.height())
                x += least[place] + extra
        hidden = len(self._chips) - fit
        self._more.setVisible(hidden > 0)
        if hidden:
            self._more.setText(tr("+{count}", count=hidden))
            self._more.setToolTip(listed(entry.title for entry in self._entries[fit:]))
            self._more.setGeometry(x, 0, 28, self.height())


class LegendChip(QAbstractButton):
    """A hue, a run and its name."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCheckable(True)
        self.entry = LegendEntry("", "", "", QColor(), focused=False)
        self.show()

    def set_entry(self, entry: LegendEntry) -> None:
        """Stand for this run."""
        self.entry = entry
        self.setChecked(entry.focused)
        said = " ".join((entry.title, entry.name))
        self.setToolTip(said)
        self.setAccessibleName(tr("{run}, in focus", run=said) if entry.focused else said)
        self.updateGeometry()
        self.update()

    def nextCheckState(self) -> None:
        """The session decides which run is in focus."""

    def sizeHint(self) -> QSize:
        name = self._metrics("small", 400).horizontalAdvance(self.entry.name)
        return QSize(self.minimumSizeHint().width() + (round(name) + GAP if name else 0), 22)

    def minimumSizeHint(self) -> QSize:
        title = self._metrics("small", 600).horizontalAdvance(self.entry.title)
        return QSize(CHIP + GAP + round(title) + 4, 22)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.entry.colour)
        painter.drawRoundedRect(QRectF(1, (self.height() - CHIP) / 2, CHIP, CHIP), 2, 2)
        middle = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.setFont(theme.font("small", 600 if self.entry.focused else 500))
        painter.setPen(theme.colour("text"))
        left = CHIP + GAP
        width = painter.fontMetrics().horizontalAdvance(self.entry.title) + 2
        painter.drawText(QRectF(left, 0, width, self.height()), middle, self.entry.title)
        left += width + GAP - 2
        painter.setFont(theme.font("small"))
        painter.setPen(theme.colour("text2" if self.underMouse() else "muted"))
        room = self.width() - left
        if room > 20:
            name = painter.fontMetrics().elidedText(
                self.entry.name, Qt.TextElideMode.ElideRight, round(room)
            )
            painter.drawText(QRectF(left, 0, room, self.height()), middle, name)
        if self.hasFocus():
            painter.setPen(QPen(theme.colour("accent"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(-2, 1, -1, -1), 5, 5)

    def _metrics(self, style: theme.TextStyle, weight: int) -> QFontMetricsF:
        return QFontMetricsF(theme.font(style, weight))
