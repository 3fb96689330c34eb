"""The Deploy page."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QHBoxLayout, QWidget

from engine.errors import TrainyardError
from engine.export.result import Exported
from engine.outputs import Output, Outputs
from gui.i18n import render, sentences, tr
from gui.jobs import ThreadJob
from gui.pages.deploy import choosers
from gui.pages.deploy.command_card import CommandCard
from gui.pages.deploy.input_schema import InputSchema, read_schema
from gui.pages.deploy.inspector import DeployInspector
from gui.pages.deploy.model_choice import DECISION, Model, model_file
from gui.pages.deploy.model_file_card import ModelFileCard
from gui.pages.deploy.predict_card import PredictCard
from gui.pages.deploy.prediction import Wanted
from gui.pages.page import RefreshWhenShown
from gui.pages.report_menu import ReportMenu
from gui.pages.run_page import RunPage

if TYPE_CHECKING:
    from engine.data.profiling.profile import ColumnProfile
    from engine.store.summary import RunSummary
    from gui.notices import Notices
    from gui.session import Session

FILE = "FILE.csv"
"""Stands for a file in the command while none was predicted."""


class DeployPage(RunPage):
    """The run in focus as a model file, and predictions for other files."""

    name = "deploy"

    def __init__(self, session: Session, notices: Notices) -> None:
        super().__init__(
            session,
            notices,
            title=tr("Deploy"),
            icon="deploy",
            purpose=tr("Then you can save its model here and predict other files."),
            empty_action=tr("Choose model file…"),
        )
        self._opened: list[Path] = []
        self._wanted: Path | None = None
        """The model file that was chosen; `None` is the run in focus."""
        self._run: str | None = None
        self._model: Model | None = None
        self._schemas: dict[Model, InputSchema | TrainyardError] = {}
        self._shown: tuple[object, ...] | None = None
        self._reading: ThreadJob | None = None
        self._inspector = DeployInspector()
        self.model_file = ModelFileCard(session.ask)
        self.model_file.saved.connect(self._on_saved)
        self.report = ReportMenu(session.ask, notices)
        self.header.right.addWidget(self.report.button)
        self.command = CommandCard()
        self.predict = PredictCard(session.ask)
        self.predict.model_chosen.connect(self._on_model_chosen)
        self.predict.model_file_wanted.connect(self._choose_model_file)
        self.predict.added.connect(self._show_command)
        top = QHBoxLayout()
        top.setSpacing(12)
        top.addWidget(self.model_file, 1)
        top.addWidget(self.command, 1)
        self.predict.setMinimumHeight(340)
        self.content.addLayout(top)
        self.content.addWidget(self.predict, 1)
        self.empty.acted.connect(self._choose_model_file)
        session.modelFileChanged.connect(self._on_model_file)
        RefreshWhenShown(self, self._show_schema, session.profileChanged)
        if session.model_file is not None:
            self._on_model_file()

    def inspector(self) -> QWidget:
        return self._inspector

    # What is shown -----------------------------------------------------------------------------

    def show_run(self, run: RunSummary) -> None:
        try:
            folder = self.folder(run).path
        except TrainyardError as error:
            self._model = self._shown = None
            self._inspector.show_error(run.name, *_sentences(error))
            self.model_file.hide()
            self.report.set_run(None)
            self.predict.set_models((), None)
            return
        if self._run not in (None, run.id):
            self._wanted = None  # another run was put in focus: predict with that
        self._run = run.id
        self.model_file.show()
        self.model_file.set_run(folder, f"{run.dataset} {run.name}")
        self.report.set_run(folder, f"{run.dataset} {run.name}")
        own = Model(
            path=folder,
            name=tr("Run {number}", number=run.number),
            argument=str(run.number),
            version=(run.status, run.epoch, run.best, _written_at(folder / DECISION)),
        )
        self._show_models([own, *map(model_file, self._opened)])

    def show_without_run(self) -> bool:
        self.report.set_run(None)
        if not self._opened:
            return False
        self.model_file.hide()
        if self._wanted is None:
            self._wanted = self._opened[-1]
        self._show_models([model_file(path) for path in self._opened])
        return True

    def leave_run(self) -> None:
        self._model = self._shown = None
        self.report.set_run(None)
        self._inspector.show_nothing()

    def _show_models(self, models: list[Model]) -> None:
        current = next((model for model in models if model.path == self._wanted), models[0])
        self.predict.set_models(models, current)
        if current != self._model:
            self._model = current
            self._show_command()
            self._read_schema()
        self._show_schema()

    def _show_command(self) -> None:
        if self._model is not None:
            source = self.predict.last_source()
            self.command.set_arguments(
                command_words(self._model.argument, str(source or FILE), self.predict.wanted())
            )

    # Model files -------------------------------------------------------------------------------

    def _on_model_file(self) -> None:
        path = self.session.model_file
        if path is None:
            return
        if path in self._opened:
            self._opened.remove(path)
        self._opened.append(path)
        self._schemas.pop(model_file(path), None)
        self._wanted = path
        self.refresh()

    def _choose_model_file(self) -> None:
        folder = self._opened[-1].parent if self._opened else choosers.documents()
        path = choosers.choose_model(self, folder)
        if path is not None:
            self.session.open(path)

    def _on_model_chosen(self, path: Path) -> None:
        self._wanted = path if path in self._opened else None
        self.refresh()

    def _on_saved(self, exported: Exported) -> None:
        folder = QUrl.fromLocalFile(str(Path(exported.path).parent))
        self.notices.show(
            tr("Model file saved"),
            exported.path,
            "ok",
            (tr("Show"), lambda: QDesktopServices.openUrl(folder)),
        )

    # The schema --------------------------------------------------------------------------------

    def _read_schema(self) -> None:
        if self._reading is not None:
            self._reading.cancel()
            self._reading = None
        model = self._model
        if model is None or model in self._schemas:
            return
        job = ThreadJob(lambda _progress, _cancelled: read_schema(model.path), self)
        job.finished.connect(lambda schema: self._on_schema(model, schema))
        job.failed.connect(lambda error: self._on_schema(model, error))
        self._reading = job.start()

    def _on_schema(self, model: Model, schema: InputSchema | TrainyardError) -> None:
        self._reading = None
        self._schemas[model] = schema
        self._show_schema()

    def _show_schema(self) -> None:
        if self._model is None:
            return
        schema = self._schemas.get(self._model)
        profile = self.session.profile
        state = (self._model, schema, None if profile is None else id(profile))
        if state == self._shown:
            return
        self._shown = state
        if isinstance(schema, InputSchema):
            self._inspector.show_schema(self._model.name, schema, self._profiles())
            self.predict.set_schema(schema)
        else:
            self.predict.set_schema(None)
            if schema is None:
                self._inspector.show_nothing()
            else:
                self._inspector.show_error(self._model.name, *_sentences(schema))

    def _profiles(self) -> Mapping[str, ColumnProfile]:
        """Profiles of the columns, where the open table is the one that the run was trained on."""
        run, profile, table = self.focused(), self.session.profile, self.session.table
        if run is None or profile is None or table is None or self._model is None:
            return {}
        if self._model.is_file:
            return {}
        try:
            same = self.folder(run).info().fingerprint == table.fingerprint
        except TrainyardError:
            return {}
        return profile.columns if same else {}


def command_words(model: str, source: str, wanted: Wanted) -> tuple[str, ...]:
    """The command that predicts a file in the same way."""
    words = ["trainyard", "predict", model, source]
    if wanted.ending != ".csv":
        words += ["--out", f"{Path(source).stem}_predicted{wanted.ending}"]
    plain = Outputs()
    if any(wanted.outputs.wants(o) != plain.wants(o) for o in Output if o is not Output.FLAG):
        words += [w for o in Output if wanted.outputs.wants(o) for w in ("--only", o.value)]
    elif wanted.outputs.threshold_flag:
        words.append("--flag")
    if wanted.harmless_formulas:
        words.append("--harmless-formulas")
    return tuple(words)


def _written_at(file: Path) -> int:
    """Changes when the file does."""
    try:
        return file.stat().st_mtime_ns
    except OSError:
        return 0


def _sentences(error: TrainyardError) -> tuple[str, str]:
    found, *advice = (render(message) for message in error.messages())
    return found, sentences(advice)
