"""The line at the bottom: what is being read, problems, how the file was read, seed, version."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QSizePolicy, QStatusBar, QToolButton

from engine.data.formats.kinds import TEXT
from gui import theme
from gui.i18n import render, tr, trn
from gui.icons import icon
from gui.pages.reading.words import value_name
from gui.shell.actions import Actions
from gui.widgets.progress import ProgressBar
from gui.widgets.text import label, set_tone

if TYPE_CHECKING:
    from gui.session import Session

_PATIENCE_MS = 200


class StatusBar(QStatusBar):
    """24 px of facts."""

    def __init__(self, session: Session, actions: Actions) -> None:
        super().__init__()
        self._session = session
        self.setFixedHeight(theme.grown(24))
        self.setSizeGripEnabled(False)
        self.setAccessibleName(tr("Status"))
        self.setContentsMargins(6, 0, 10, 0)
        self._dataset = label(tr("No dataset"), "small", "text2")
        self._dataset.setContentsMargins(4, 0, 0, 0)
        self._busy_label = label("", "small", "text2")
        self._busy_bar = ProgressBar(tr("Reading"), 120)
        self._cancel = QToolButton()
        self._cancel.setText(tr("Cancel"))
        self._cancel.clicked.connect(self._on_cancel)
        self._problems = QToolButton()
        self._problems.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._problems.clicked.connect(actions.problems.trigger)
        self._reading = QToolButton()
        self._reading.setToolTip(tr("Show how the file is read"))
        self._reading.clicked.connect(actions.reading.trigger)
        self._seed = label("", "small", "text2")
        self._version = label(tr("Trainyard {version}", version=_version()), "small", "text2")
        self._seed.setContentsMargins(0, 0, 8, 0)
        for widget in (
            self._busy_label,
            self._busy_bar,
            self._cancel,
            self._dataset,
            self._problems,
            self._reading,
        ):
            widget.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
            self.addWidget(widget)
        self._busy_bar.setFixedWidth(120)
        self.addPermanentWidget(self._seed)
        self.addPermanentWidget(self._version)
        self._patience = QTimer(self, interval=_PATIENCE_MS, singleShot=True)
        self._patience.timeout.connect(self._show_busy)
        for signal in (
            session.tableChanged,
            session.recipeChanged,
            session.profileChanged,
            session.problemsChanged,
        ):
            signal.connect(self.refresh)
        session.busyChanged.connect(self._on_busy)
        session.progressed.connect(self._on_busy)
        self.refresh()
        self._show_busy()

    def refresh(self) -> None:
        """Say what holds now."""
        table = self._session.table
        self._dataset.setVisible(table is None)
        self._seed.setVisible(table is not None)
        seed = self._session.recipe.split.seed
        self._seed.setText(tr("Seed {seed}", seed=str(seed)))
        problems = self._session.open_problems
        worst = "err" if any(p.severity == "error" for p in problems) else "warn"
        self._problems.setVisible(bool(problems))
        self._problems.setText(trn("{count} problem", "{count} problems", len(problems)))
        self._problems.setIcon(icon("error" if worst == "err" else "warn", worst))
        set_tone(self._problems, worst)
        self._reading.setVisible(table is not None)
        if table is not None:
            self._reading.setText(self._reading_words())

    def _reading_words(self) -> str:
        table = self._session.table
        assert table is not None
        reading = table.reading
        part = [reading.part] if reading.part else []
        if table.format != TEXT.name:
            return tr(", ").join([table.format, *part])
        words = [
            value_name("encoding", reading.encoding or "utf-8"),
            value_name("delimiter", reading.delimiter or ","),
            tr("header on line {line}", line=table.info.first_line - (reading.header_rows or 1))
            if reading.header
            else tr("no header"),
        ]
        return tr(", ").join([*words, *part])

    def _on_busy(self) -> None:
        if self._session.busy is None:
            self._patience.stop()
            self._show_busy()
        elif self._busy_label.isVisibleTo(self):
            self._show_busy()
        elif not self._patience.isActive():
            self._patience.start()

    def _show_busy(self) -> None:
        busy = self._session.busy
        for widget in (self._busy_label, self._busy_bar, self._cancel):
            widget.setVisible(busy is not None)
        if busy is not None:
            self._busy_label.setText(render(busy.label))
            self._busy_bar.set_share(busy.done)

    def _on_cancel(self) -> None:
        if self._session.busy is not None:
            self._session.busy.cancel()


def _version() -> str:
    try:
        return version("trainyard")
    except PackageNotFoundError:
        return "0.1"
