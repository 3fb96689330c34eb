"""The import panel: every property of the reading, the lines of the file, and the rows that result."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QSplitter, QWidget

from engine.data.reading_preview import ReadingPreview
from engine.errors import TrainyardError
from engine.recipe.reading import Reading
from gui.i18n import render, sentences, tr, trn
from gui.jobs import ThreadJob
from gui.pages.page import Page, PageHeader
from gui.pages.reading.first_rows import FirstRows
from gui.pages.reading.form import ReadingForm
from gui.pages.reading.raw_view import RawView
from gui.pages.reading.reasons import reasons
from gui.step_by_step import StepByStep
from gui.widgets.buttons import button
from gui.widgets.card import Card
from gui.widgets.layout import column, row, rule
from gui.widgets.note import Note

if TYPE_CHECKING:
    from gui.notices import Notices
    from gui.session import Session

_TYPING_MS = 120
"""After the last change, so that a number that is being typed is tried out once."""


class ReadingPage(Page):
    """Tries readings out on the beginning of a file; nothing changes until one is used."""

    name = "reading"
    closed = Signal()
    """The person is done with it; whoever showed it takes it away."""

    def __init__(self, session: Session, notices: Notices) -> None:
        super().__init__(session, notices)
        self._path = Path()
        self._job: ThreadJob | None = None
        self._timer = QTimer(self, singleShot=True, interval=_TYPING_MS)
        self._timer.timeout.connect(self._try_out)
        self._showing = StepByStep(self)
        self.preview: ReadingPreview | None = None
        """Of the reading that is set; None while it is being tried out."""
        self.form = ReadingForm()
        self.form.changed.connect(self._on_changed)
        self.raw = RawView()
        self.rows = FirstRows()
        self.error = Note("", "err")
        self.error.hide()
        self._lay_out()

    def _lay_out(self) -> None:
        header = PageHeader(tr("How the file is read"))
        self._header = header
        self.detected = button(tr("Back to detected"), icon="undo")
        self.detected.clicked.connect(self.form.back_to_detected)
        self.cancel = button(tr("Cancel"))
        self.cancel.clicked.connect(self.close_panel)
        self.use = button(tr("Use"), primary=True)
        self.use.clicked.connect(self._use)
        for each in (self.detected, self.cancel, self.use):
            header.right.addWidget(each)
        self._raw_card = Card(tr("As it stands in the file"), padding=0)
        self._raw_card.body.addWidget(self.raw)
        self._rows_card = Card(tr("As it would be read"), padding=0)
        self._rows_card.body.addWidget(self.rows)
        both = QSplitter(Qt.Orientation.Vertical)
        both.setHandleWidth(12)
        both.setStyleSheet("QSplitter::handle { background: transparent }")
        both.addWidget(self._raw_card)
        both.addWidget(self._rows_card)
        both.setChildrenCollapsible(False)
        both.setStretchFactor(0, 2)
        both.setStretchFactor(1, 3)
        right = QWidget()
        right.setLayout(column(self.error, spacing=12, margins=(16, 12, 16, 12)))
        right.layout().addWidget(both)  # type: ignore[union-attr]
        body = row(self.form, rule("column"), spacing=0)
        body.addWidget(right, 1)
        outer = column(header, spacing=0)
        outer.addLayout(body, 1)
        self.setLayout(outer)

    def show_file(self, path: Path, asked: Reading) -> None:
        """Begin with a file, open or not, and with what was asked for when it was read."""
        self._path = path
        self.preview = None
        self._header.set_caption(path.name)
        self._header.caption.setToolTip(str(path))
        self.error.hide()
        self.form.set_reading(asked)
        self.form.focus_first()
        self._try_out()

    @property
    def path(self) -> Path:
        """The file that is tried out."""
        return self._path

    def close_panel(self) -> None:
        """Leave everything as it is."""
        self._stop()
        self.closed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_panel()
        else:
            super().keyPressEvent(event)

    # Trying out ---------------------------------------------------------------------------------

    def _on_changed(self) -> None:
        self.preview = None
        self._showing.stop()
        self.use.setEnabled(False)
        self._timer.start()

    def _try_out(self) -> None:
        self._stop()
        path, reading = self._path, self.form.reading()

        def work(
            progress: Callable[[float], None], cancelled: Callable[[], bool]
        ) -> ReadingPreview:
            return self.session.preview_reading(path, reading, cancelled)

        job = ThreadJob(work, self)
        job.finished.connect(self._show)
        job.failed.connect(self._show_failure)
        for end in (job.finished, job.failed):
            end.connect(job.deleteLater)
        self._job = job.start()

    def _stop(self) -> None:
        self._timer.stop()
        self._showing.stop()
        if self._job is not None:
            self._job.cancel()
            self._job = None

    def _show(self, preview: ReadingPreview) -> None:
        self._job = None
        self._showing.begin(
            (
                lambda: self._show_found(preview),
                lambda: self._show_lines(preview),
                lambda: self._show_rows(preview),
            )
        )

    def _show_found(self, preview: ReadingPreview) -> None:
        self.form.show_found(preview.reading, reasons(preview), preview.format, preview.parts)

    def _show_lines(self, preview: ReadingPreview) -> None:
        self._raw_card.setVisible(bool(preview.lines))
        self.raw.show_preview(preview)

    def _show_rows(self, preview: ReadingPreview) -> None:
        self.preview = preview
        self.rows.show_preview(preview)
        self._rows_card.set_caption(_extent(preview))
        self._show_error(preview.error)

    def _show_failure(self, error: TrainyardError) -> None:
        self._job = None
        self._show_error(error)

    def _show_error(self, error: TrainyardError | None) -> None:
        if error is not None:
            found, *advice = error.messages()
            self.error.set(sentences(render(line) for line in advice), "err", title=render(found))
        self.error.setVisible(error is not None)
        self._rows_card.setVisible(error is None)
        self.use.setEnabled(error is None)
        self.use.setToolTip("" if error is None else tr("The file cannot be read in this way."))

    # Using --------------------------------------------------------------------------------------

    def _use(self) -> None:
        reading = self.form.reading()
        self.close_panel()
        self.session.open_as(self._path, reading, tr("Another way of reading"))


def _extent(preview: ReadingPreview) -> str:
    """How much is seen, and what is kept out of it."""
    rows = trn("{count} row", "{count} rows", len(preview.rows))
    shown = rows if preview.whole else tr("the first {rows}", rows=rows)
    columns = trn("{count} column", "{count} columns", len(preview.names))
    parts = [shown, columns]
    if preview.repairs:
        parts.append(trn("{count} line set right", "{count} lines set right", len(preview.repairs)))
    if preview.rejects:
        parts.append(trn("{count} line kept out", "{count} lines kept out", len(preview.rejects)))
    return tr(", ").join(parts)
