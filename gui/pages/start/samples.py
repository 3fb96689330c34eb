"""Cards of the bundled samples, each with a picture of its target."""

from __future__ import annotations

import csv
from collections import Counter
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QGridLayout, QSizePolicy, QWidget

from engine.schema import Task
from gui import theme
from gui.i18n import tr, trn
from gui.widgets.painters import paint_histogram

if TYPE_CHECKING:
    from engine.data.samples import Sample

CARD_HEIGHT, BINS, MOST_CLASSES = 66, 12, 20
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class SampleCards(QWidget):
    """Two columns of cards; `chosen` names the sample."""

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(8)
        self._cards: list[SampleCard] = []

    def set_samples(self, samples: tuple[Sample, ...]) -> None:
        """Show these."""
        for position, sample in enumerate(samples):
            card = SampleCard(sample)
            card.clicked.connect(lambda _=False, name=sample.name: self.chosen.emit(name))
            self._grid.addWidget(card, position // 2, position % 2)
            self._cards.append(card)
        QTimer.singleShot(0, self, self._sketch_next)

    def _sketch_next(self) -> None:
        """One picture per idle moment, so that the window never waits for them."""
        for card in self._cards:
            if card.sketch():
                QTimer.singleShot(0, self, self._sketch_next)
                return


class SampleCard(QAbstractButton):
    """Title, size and task of one sample beside a histogram of its target."""

    def __init__(self, sample: Sample) -> None:
        super().__init__()
        self._sample = sample
        self._counts: tuple[int, ...] | None = None
        size = tr("{rows} × {columns}", rows=sample.rows, columns=sample.columns)
        self._lines = (tr(sample.title), size, "")
        self.setAccessibleName(tr("Sample {title}, {size}", title=self._lines[0], size=size))
        self.setToolTip(tr(sample.summary))
        self.setFixedHeight(theme.grown(CARD_HEIGHT))
        self.setMinimumWidth(190)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def sizeHint(self) -> QSize:
        return QSize(220, self.height())

    def sketch(self) -> bool:
        """Count the target once; False when that was done before."""
        if self._counts is not None:
            return False
        self._counts = target_counts(self._sample)
        words = task_words(self._sample.task, len(self._counts))
        self._lines = (*self._lines[:2], words)
        self.update()
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.colour("line"), 1))
        fill = "sunken" if self.isDown() else "hover" if self.underMouse() else "surface"
        painter.setBrush(theme.colour(fill))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        picture = QRectF(13, (self.height() - 42) / 2, 68, 42)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("window"))
        painter.drawRoundedRect(picture, 4, 4)
        if self._counts:
            paint_histogram(
                painter, picture.adjusted(4, 6, -4, -6), self._counts, theme.colour("s3"), gap=2
            )
        left, width = 93.0, self.width() - 93 - 8
        scale = theme.text_scale()
        top = (self.height() - 50 * scale) / 2
        for text, style, weight, token, height in (
            (self._lines[0], "body", 500, "text", 19),
            (self._lines[1], "caption", 400, "muted", 15),
            (self._lines[2], "caption", 400, "text2", 15),
        ):
            painter.setFont(theme.font(style, weight))  # type: ignore[arg-type]
            painter.setPen(theme.colour(token))
            line = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, round(width))
            painter.drawText(QRectF(left, top, width, height * scale), _LEFT, line)
            top += height * scale


def task_words(task: Task, classes: int) -> str:
    """What a sample asks for."""
    if task is Task.REGRESSION:
        return tr("A number")
    return trn("{count} class", "{count} classes", classes)


def target_counts(sample: Sample) -> tuple[int, ...]:
    """Rows per class, or a histogram of a number, read from the sample's file."""
    with sample.path.open(newline="", encoding="utf-8-sig") as file:
        values = [row[sample.target] for row in csv.DictReader(file) if row.get(sample.target)]
    if sample.task.is_classification:
        return tuple(count for _, count in Counter(values).most_common(MOST_CLASSES))
    numbers = [float(value) for value in values]
    low, high = min(numbers), max(numbers)
    width = (high - low) / BINS or 1.0
    counts = Counter(min(BINS - 1, int((number - low) / width)) for number in numbers)
    return tuple(counts[place] for place in range(BINS))
