"""The card that saves a run as one model file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Signal

from engine.errors import TrainyardError
from engine.export.result import Exported
from engine.tasks import ExportTask, Task
from gui.i18n import render, sentences, tr
from gui.pages.deploy import choosers
from gui.widgets.awaited_job import Job
from gui.widgets.buttons import button
from gui.widgets.card import Card
from gui.widgets.layout import row
from gui.widgets.note import Note
from gui.widgets.results_numbers import file_size
from gui.widgets.text import ElidedLabel, label

_UNSAFE = str.maketrans(dict.fromkeys('/\\:*?"<>|', "-"))


class ModelFileCard(Card):
    """Save… and what came of it. `saved` carries an `Exported`."""

    saved = Signal(object)

    def __init__(self, ask: Callable[[Task], Job]) -> None:
        super().__init__(tr("Model file"))
        self._ask = ask
        self._run = Path()
        self._proposed = ""
        self._job: Job | None = None
        self._written: dict[Path, Exported] = {}
        self.save = button(tr("Save…"), icon="export", small=True)
        self.save.clicked.connect(self._save)
        self._size = ElidedLabel("", "small", "muted")
        self._failed = Note("", "err")
        self._failed.hide()
        self.body.addWidget(
            label(
                tr("Weights, preparation and recipe as one file that holds no code."),
                "small",
                "text2",
                wrap=True,
            )
        )
        self.body.addWidget(self._failed)
        self.body.addLayout(row(self._size, None))
        self.body.addStretch(1)
        self.header.addWidget(self.save)

    def set_run(self, folder: Path, name: str) -> None:
        """Save this run from now on; `name` is proposed for the file."""
        if folder != self._run:
            self._failed.hide()
        self._run, self._proposed = folder, name.translate(_UNSAFE).strip() or "model"
        self._show()

    def _show(self) -> None:
        busy = self._job is not None
        self.save.setEnabled(not busy)
        written = self._written.get(self._run)
        if busy:
            self._size.set_text(tr("Saving"))
        elif written is not None:
            self._size.set_text(
                tr(
                    "{size}, saved as {name}",
                    size=file_size(written.size),
                    name=Path(written.path).name,
                )
            )
        else:
            self._size.set_text(tr("Not saved yet"))

    def _save(self) -> None:
        proposed = choosers.documents() / f"{self._proposed}.trainyard"
        destination = choosers.choose_model_destination(self, proposed)
        if destination is None:
            return
        self._failed.hide()
        self._job = job = self._ask(ExportTask(run=str(self._run), destination=str(destination)))
        run = self._run
        job.finished.connect(lambda value: self._on_saved(run, Exported.model_validate(value)))
        job.failed.connect(self._on_failed)
        self._show()

    def _on_saved(self, run: Path, exported: Exported) -> None:
        self._job = None
        self._written[run] = exported
        self._show()
        self.saved.emit(exported)

    def _on_failed(self, error: TrainyardError) -> None:
        self._job = None
        found, *advice = (render(message) for message in error.messages())
        self._failed.set(sentences(advice), "err", title=found)
        self._failed.show()
        self._show()
