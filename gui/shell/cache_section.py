"""The cache of converted tables in the settings: how large it may grow, what is in it, and a broom."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QTableView, QVBoxLayout, QWidget

from engine.data.cache import (
    CachedTable,
    cached_tables,
    clear_cache,
    limit,
    remove_tables,
    set_limit,
)
from gui.i18n import render, tr
from gui.jobs import ThreadJob
from gui.models.amounts import bytes_text
from gui.models.records_model import Field, RecordsModel
from gui.widgets.buttons import button
from gui.widgets.choice import ComboBox
from gui.widgets.layout import row
from gui.widgets.text import label, set_tone

if TYPE_CHECKING:
    from engine.errors import TrainyardError

_GIGABYTES = (1, 2, 5, 10, 20, 50, 100, 200, 500)
_GB = 10**9


class CacheSection(QWidget):
    """Acts at once; what takes long is done beside the window."""

    def __init__(self) -> None:
        super().__init__()
        self._job: ThreadJob | None = None
        self.limit = ComboBox((), name=tr("Largest size of the cache"))
        self.usage = label("", "small", "text2")
        self.remove = button(tr("Remove"), small=True)
        self.clear = button(tr("Clear the cache"), small=True)
        self._model: RecordsModel[CachedTable] | None = None
        self.list = _make_list()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(label(tr("Converted tables"), "section"))
        layout.addWidget(
            label(
                tr(
                    "Files that were opened are kept in a form that opens at once. What is removed here is only read again."
                ),
                "small",
                "muted",
                wrap=True,
            )
        )
        layout.addLayout(row(label(tr("At most"), "body", "text2"), self.limit, None, self.usage))
        layout.addWidget(self.list)
        layout.addLayout(row(None, self.remove, self.clear))
        self.limit.changed.connect(self._choose_limit)
        self.remove.clicked.connect(self._remove_chosen)
        self.clear.clicked.connect(lambda: self._work(clear_cache))
        self.refresh()

    def refresh(self) -> None:
        """Look at the cache again."""
        tables, most = cached_tables(), limit()
        self._model = RecordsModel(
            (
                Field(tr("File"), lambda table: Path(table.path).name),
                Field(tr("Size"), lambda table: bytes_text(table.size), right=True),
                Field(
                    tr("Last used"),
                    lambda table: (
                        f"{datetime.fromtimestamp(table.used).astimezone():%Y-%m-%d %H:%M}"
                    ),
                ),
                Field("", lambda table: tr("in use") if table.in_use else "", tone="muted"),
            ),
            tables,
            self.list,
        )
        self.list.setModel(self._model)
        for place, width in enumerate((190, 76, 136)):
            self.list.setColumnWidth(place, width)
        self.list.selectionModel().selectionChanged.connect(self._on_selection)
        sizes = sorted({*(count * _GB for count in _GIGABYTES), most})
        self.limit.set_choices([(size, bytes_text(size)) for size in sizes])
        self.limit.set_value(most)
        self.usage.setText(tr("{size} taken", size=bytes_text(sum(table.size for table in tables))))
        set_tone(self.usage, "text2")
        self.clear.setEnabled(any(not table.in_use for table in tables))
        self._on_selection()

    def chosen(self) -> list[CachedTable]:
        """The tables selected in the list."""
        assert self._model is not None
        rows = self.list.selectionModel().selectedRows()
        return [self._model.record(index.row()) for index in rows]

    def wait(self) -> None:
        """Let what is under way come to its end."""
        if self._job is not None:
            self._job.wait()

    def _on_selection(self) -> None:
        self.remove.setEnabled(any(not table.in_use for table in self.chosen()))

    def _choose_limit(self, size: int) -> None:
        self._work(lambda: set_limit(size))

    def _remove_chosen(self) -> None:
        tables = self.chosen()
        self._work(lambda: remove_tables(tables))

    def _work(self, act: Callable[[], Any]) -> None:
        for control in (self.limit, self.remove, self.clear):
            control.setEnabled(False)
        self.usage.setText(tr("Tidying up"))
        self._job = ThreadJob(lambda progress, cancelled: act(), self)
        self._job.finished.connect(lambda _: self._on_done())
        self._job.failed.connect(self._on_failed)
        self._job.start()

    def _on_done(self) -> None:
        self.limit.setEnabled(True)
        self.refresh()

    def _on_failed(self, error: TrainyardError) -> None:
        self._on_done()
        self.usage.setText(render(error.messages()[0]))
        set_tone(self.usage, "err")


def _make_list() -> QTableView:
    table = QTableView()
    table.setAccessibleName(tr("Converted tables"))
    table.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
    table.setEditTriggers(QTableView.EditTrigger.NoEditTriggers)
    table.setShowGrid(False)
    table.setWordWrap(False)
    table.setTabKeyNavigation(False)
    table.verticalHeader().hide()
    table.verticalHeader().setDefaultSectionSize(26)
    table.horizontalHeader().setStretchLastSection(True)
    table.horizontalHeader().setHighlightSections(False)
    table.setMinimumHeight(160)
    return table
