"""The button that writes a run's model card: its format and language are chosen, a worker writes it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QActionGroup, QDesktopServices
from PySide6.QtWidgets import QMenu, QPushButton, QToolButton

from engine.errors import TrainyardError
from engine.report.result import Reported
from engine.tasks import ReportTask, ScoredPart, Task
from gui.i18n import LANGUAGES, Language, language, tr
from gui.notices import Notices
from gui.widgets.awaited_job import Job
from gui.widgets.buttons import button, icon_button
from gui.widgets.file_choosers import choose_destination, documents

_UNSAFE = str.maketrans(dict.fromkeys('/\\:*?"<>|', "-"))
FORMATS = (("html", "HTML"), ("pdf", "PDF"), ("md", "Markdown"))


class ReportMenu:
    """A button for a page's header, and what its menu does; hidden while there is no run."""

    def __init__(
        self, ask: Callable[[Task], Job], notices: Notices, *, compact: bool = False
    ) -> None:
        """`compact`: the button shows an icon only; what is under way is told by its tooltip."""
        self._ask, self._notices = ask, notices
        self._run: Path | None = None
        self._name = ""
        self._part: ScoredPart | None = None
        self._folder: Path | None = None
        self._job: Job | None = None
        self._last: Path | None = None
        self.language: Language = language()
        self._compact = compact
        self._purpose = tr(
            "The run’s model card: recipe, data, scores, limits, as one file to give away"
        )
        self.button: QPushButton | QToolButton
        if compact:
            tool = icon_button("file", tr("Report"), framed=True)
            tool.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
            self.button = tool
        else:
            self.button = button(tr("Report"), icon="file", small=True)
        menu = QMenu(self.button)
        self.formats = [
            menu.addAction(
                tr("Save as {format}…", format=name), lambda ending=ending: self._choose(ending)
            )
            for ending, name in FORMATS
        ]
        menu.addSeparator()
        group = QActionGroup(menu)
        for key, name in LANGUAGES.items():
            action = menu.addAction(name, lambda key=key: self._speak(key))
            action.setCheckable(True)
            action.setChecked(key == self.language)
            group.addAction(action)
        menu.addSeparator()
        self.open = menu.addAction(tr("Open the last report"), self._open)
        self.show_folder = menu.addAction(tr("Show it in its folder"), self._show_folder)
        self.cancel = menu.addAction(tr("Cancel"), self._cancel)
        self.button.setMenu(menu)
        self.set_run(None)

    def set_run(self, folder: Path | None, name: str = "", part: ScoredPart | None = None) -> None:
        """Report on this run from now on; `name` is proposed for the file, `part` is what is scored."""
        self._run, self._part = folder, part
        self._name = name.translate(_UNSAFE).strip() or "report"
        self._show()

    def write(self, destination: Path) -> None:
        """Let a worker write the report of the run."""
        if self._run is None or self._job is not None:
            return
        self._folder = destination.parent
        task = ReportTask(
            run=str(self._run),
            destination=str(destination),
            language=self.language,
            part=self._part,
        )
        self._job = job = self._ask(task)
        job.progress.connect(self._on_progress)
        job.finished.connect(lambda value: self._on_written(Reported.model_validate(value)))
        job.failed.connect(self._on_failed)
        self._show()

    def _choose(self, ending: str) -> None:
        proposed = (self._folder or documents()) / f"{self._name}.{ending}"
        kinds = f"{dict(FORMATS)[ending]} (*.{ending})"
        path = choose_destination(self.button.window(), tr("Save report as"), proposed, kinds)
        if path is not None:
            self.write(path)

    def _speak(self, chosen: Language) -> None:
        self.language = chosen

    # What comes of it ----------------------------------------------------------------------------

    def _on_progress(self, done: float) -> None:
        self._tell(tr("Writing {percent}%", percent=round(100 * min(done, 1.0))))

    def _on_written(self, written: Reported) -> None:
        self._job = None
        self._last = Path(written.path)
        self._show()
        if written.boxes:
            self._notices.show(
                tr("Report saved, but names in it stand as boxes"),
                tr("No font here has their letters. Save it as HTML, or install Noto Sans CJK SC."),
                "warn",
                (tr("Open"), self._open),
            )
        else:
            self._notices.show(tr("Report saved"), written.path, "ok", (tr("Open"), self._open))

    def _on_failed(self, error: TrainyardError) -> None:
        self._job = None
        self._show()
        self._notices.show_error(error)

    def _tell(self, under_way: str) -> None:
        """Show how far it is, or nothing."""
        self.button.setToolTip(under_way if under_way and self._compact else self._purpose)
        if not self._compact:
            self.button.setText(under_way or tr("Report"))

    def _cancel(self) -> None:
        job, self._job = self._job, None
        if job is not None:
            job.cancel()
        self._show()

    def _open(self) -> None:
        if self._last is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._last)))

    def _show_folder(self) -> None:
        if self._last is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._last.parent)))

    def _show(self) -> None:
        busy = self._job is not None
        self.button.setVisible(self._run is not None or busy)
        self._tell(tr("Writing…") if busy else "")
        for action in self.formats:
            action.setEnabled(not busy)
        self.cancel.setVisible(busy)
        for action in (self.open, self.show_folder):
            action.setVisible(self._last is not None and not busy)
