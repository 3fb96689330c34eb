"""How another file matches what is prepared here: the whole in a sentence, then column by column."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QVBoxLayout, QWidget

from engine.data.preparing.match_report import FileMatch
from gui.i18n import render, sentences, tr, trn
from gui.models.match_model import MatchModel
from gui.theme import grown
from gui.widgets import Card, Note, button, row

_ROW = 26
_WIDTHS = (180, 90, 80, 110, 80, 90)


class MatchView(QWidget):
    """Shows a `FileMatch`; its rows can be written as this preparation makes them."""

    closed = Signal()
    writeWanted = Signal(object)  # noqa: N815 - Qt's naming
    """The path of the file whose rows are to be written."""

    def __init__(self) -> None:
        super().__init__()
        self._found: FileMatch | None = None
        self.model = MatchModel()
        self.note = Note("", "info")
        self.write = button(tr("Write its prepared rows…"), "export", small=True)
        self.write.clicked.connect(self._on_write)
        self.close_button = button(tr("Back to the columns"), small=True)
        self.close_button.clicked.connect(self.closed)
        self.table = QTableView()
        self.table.setModel(self.model)
        self.table.setAccessibleName(tr("Columns of the other file"))
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setShowGrid(False)
        self.table.setFrameShape(QTableView.Shape.NoFrame)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(grown(_ROW))
        header = self.table.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsClickable(False)
        header.setStretchLastSection(True)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        for place, width in enumerate(_WIDTHS):
            self.table.setColumnWidth(place, width)
        card = Card(padding=6)
        card.setAccessibleName(tr("Columns of the other file"))
        card.body.addWidget(self.table)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 12)
        layout.setSpacing(10)
        layout.addWidget(self.note)
        layout.addLayout(row(self.write, None, self.close_button))
        layout.addWidget(card, 1)

    @property
    def found(self) -> FileMatch | None:
        """What is shown."""
        return self._found

    def show_match(self, found: FileMatch | None) -> None:
        """Show a report; None: nothing."""
        self._found = found
        self.model.show_match(found)
        if found is None:
            return
        rows = trn("{count} row", "{count} rows", found.rows)
        title = tr("{name}, {rows}:", name=Path(found.path).name, rows=rows)
        texts = [render(found.summary()), *(render(remark) for remark in found.remarks)]
        clean = all(column.is_as_in_training for column in found.columns) and not found.remarks
        tone = "ok" if clean else "warn" if found.usable else "err"
        self.note.set(sentences(texts), tone, title=title)
        self.write.setEnabled(found.usable)

    def _on_write(self) -> None:
        if self._found is not None:
            self.writeWanted.emit(Path(self._found.path))
