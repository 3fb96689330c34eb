"""One file in the list of predicted files: how far it is, what came of it, what can be done."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QVBoxLayout, QWidget

from engine.errors import Cancelled
from gui import theme
from gui.i18n import listed, render, tr, trn
from gui.icons import pixmap
from gui.pages.deploy.prediction import Prediction, State
from gui.widgets.buttons import button, icon_button
from gui.widgets.layout import column, row
from gui.widgets.progress import ProgressBar
from gui.widgets.text import ElidedLabel, label

LINES_NAMED = 8
_ICONS = {
    State.WAITING: ("clock", "muted"),
    State.RUNNING: ("file", "text2"),
    State.DONE: ("check", "ok"),
    State.FAILED: ("error", "err"),
}


class FileRow(QFrame):
    """A row that is chosen by a click or by the focus; Up and Down move on, Delete removes it."""

    chosen = Signal(object)
    file_wanted = Signal(object)
    folder_wanted = Signal(object)
    retried = Signal(object)
    removed = Signal(object)
    moved = Signal(object, int)
    """The prediction, and −1 or 1: the focus shall go to the row above or below."""

    def __init__(self, prediction: Prediction, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.prediction = prediction
        self._is_chosen = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._mark = QLabel()
        self._mark.setFixedSize(16, 18)
        self._name = ElidedLabel(prediction.source.name, weight=500)
        self._state = ElidedLabel("", "small", "muted")
        for line in (self._name, self._state):
            line.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._open = button(tr("Open"), small=True, tooltip=tr("Open the new file"))
        self._folder = icon_button("folder", tr("Open folder"))
        self._retry = button(tr("Try again"), small=True)
        self._remove = icon_button("x", tr("Remove"))
        self._bar = ProgressBar(tr("Progress"))
        self._reason = label("", "small", "err", wrap=True, selectable=True)
        self._warnings = QVBoxLayout()
        self._warnings.setSpacing(2)
        self._told: tuple[str, ...] = ()
        texts = column(self._name, self._state, spacing=1)
        head = row(self._mark, texts, self._open, self._folder, self._retry, self._remove)
        head.setStretchFactor(texts, 1)
        head.setAlignment(self._mark, Qt.AlignmentFlag.AlignTop)
        below = column(self._reason, self._warnings, spacing=2, margins=(24, 0, 4, 0))
        outer = column(head, self._bar, below, spacing=4)
        outer.setContentsMargins(12, 8, 8, 9)
        self.setLayout(outer)
        self._open.clicked.connect(lambda: self.file_wanted.emit(prediction))
        self._folder.clicked.connect(lambda: self.folder_wanted.emit(prediction))
        self._retry.clicked.connect(lambda: self.retried.emit(prediction))
        self._remove.clicked.connect(lambda: self.removed.emit(prediction))
        prediction.changed.connect(self._update)
        self._update()

    def set_chosen(self, chosen: bool) -> None:
        """Mark the row as the one whose rows are shown."""
        self._is_chosen = chosen
        self.update()

    def _update(self) -> None:
        state = self.prediction.state
        name, token = _ICONS[state]
        cancelled = isinstance(self.prediction.error, Cancelled)
        if cancelled:
            name, token = "stop", "muted"
        self._mark.setPixmap(pixmap(name, theme.colour(token), 16, self.devicePixelRatioF()))
        text = self._state_text()
        self._state.set_text(text)
        self._bar.setVisible(state is State.RUNNING)
        self._bar.set_share(self.prediction.done)
        self._open.setVisible(state is State.DONE)
        self._folder.setVisible(state is State.DONE)
        self._retry.setVisible(state is State.FAILED)
        busy = state in (State.WAITING, State.RUNNING)
        self._remove.setToolTip(tr("Cancel") if busy else tr("Remove from the list"))
        self._remove.setAccessibleName(self._remove.toolTip())
        error = self.prediction.error
        self._reason.setVisible(error is not None and not cancelled)
        if error is not None:
            self._reason.setText(render(error))
        self._tell(warning_lines(self.prediction))
        spoken = [self.prediction.source.name, text, *self._told]
        if error is not None and not cancelled:
            spoken.append(self._reason.text())
        self.setAccessibleName(listed(spoken))

    def _state_text(self) -> str:
        prediction = self.prediction
        if prediction.state is State.WAITING:
            return tr("Waiting")
        if prediction.state is State.RUNNING:
            return tr("{share}% done", share=round(100 * prediction.done))
        if prediction.report is not None and prediction.state is State.DONE:
            rows = trn("{count} row", "{count} rows", prediction.report.rows)
            return tr("{rows} in {file}", rows=rows, file=Path(prediction.report.destination).name)
        if isinstance(prediction.error, Cancelled):
            return tr("Cancelled, nothing was written")
        return tr("Not predicted")

    def _tell(self, lines: Sequence[str]) -> None:
        if tuple(lines) == self._told:
            return
        self._told = tuple(lines)
        while (item := self._warnings.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        for text in lines:
            self._warnings.addWidget(label(text, "small", "warn", wrap=True, selectable=True))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        self.chosen.emit(self.prediction)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.chosen.emit(self.prediction)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        if step is not None:
            self.moved.emit(self.prediction, step)
        elif event.key() == Qt.Key.Key_Delete:
            self.removed.emit(self.prediction)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self._is_chosen:
            painter.fillRect(self.rect(), theme.colour("selected"))
        painter.setPen(QPen(theme.colour("line"), 1))
        painter.drawLine(self.rect().bottomLeft(), self.rect().bottomRight())


def warning_lines(prediction: Prediction) -> tuple[str, ...]:
    """What a person should know about a predicted file, in sentences."""
    report = prediction.report
    if report is None or prediction.state is not State.DONE:
        return ()
    lines = [render(warning) for warning in report.warnings]
    if report.quarantined:
        named = listed(str(line) for line in report.quarantined_lines[:LINES_NAMED])
        if len(report.quarantined_lines) > LINES_NAMED:
            named = tr("{lines} and more", lines=named)
        lines.append(
            trn(
                "{count} line could not be read as a row and was left out: {lines}.",
                "{count} lines could not be read as rows and were left out: {lines}.",
                report.quarantined,
                lines=named,
            )
        )
    return tuple(lines)
