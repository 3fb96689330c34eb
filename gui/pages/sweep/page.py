"""The Sweep page: a new sweep, or one that trains or is done."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout

from engine.errors import TrainyardError
from engine.plans.sweep import Sweep
from engine.plans.trials import Trial
from gui.i18n import tr
from gui.models.run_words import run_title, status_look
from gui.pages.page import Page, PageHeader, RefreshWhenShown
from gui.pages.sweep.builder import SweepBuilder
from gui.pages.sweep.live_view import LiveView
from gui.widgets import Badge, ComboBox, button

if TYPE_CHECKING:
    from engine.store.summary import RunSummary
    from gui.notices import Notices
    from gui.session import Session

NEW = ""
"""Stands for a new sweep among the sweeps that there are."""
REDRAW_MS = 250


class SweepPage(Page):
    """Builder and live view behind each other; the list in the header says which."""

    name: ClassVar[str] = "sweep"

    def __init__(self, session: Session, notices: Notices) -> None:
        super().__init__(session, notices)
        self._plans: dict[str, Sweep] = {}
        self._choices: list[tuple[str, str]] = []
        self.header = PageHeader(tr("Sweep"), tr("settings tried one after another"))
        self.which = ComboBox((), name=tr("Sweep shown"))
        self.which.setMinimumWidth(240)
        self.badge = Badge()
        self.pause = button(tr("Pause"), "pause", small=True)
        self.stop = button(tr("Stop"), "stop", small=True)
        self.again = button(tr("New sweep"), "plus", small=True)
        self.header.left.addWidget(self.which)
        self.header.left.addWidget(self.badge)
        for made in (self.pause, self.stop, self.again):
            self.header.right.addWidget(made)
        self.builder = SweepBuilder(session)
        self.live = LiveView()
        self._body = QStackedWidget()
        self._body.addWidget(self.builder)
        self._body.addWidget(self.live)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.header)
        layout.addWidget(self._body, 1)
        self._pace = QTimer(self, singleShot=True, interval=REDRAW_MS)
        self._pace.timeout.connect(self._show)
        self.which.changed.connect(self.show_sweep)
        self.again.clicked.connect(lambda: self.show_sweep(NEW))
        self.pause.clicked.connect(self._on_pause)
        self.stop.clicked.connect(lambda: self.session.stop(self.which.value()))
        self.builder.started.connect(self._on_started)
        self.live.used.connect(self._on_use)
        self.live.opened.connect(self._on_open)
        session.runUpdated.connect(self._on_updated)
        RefreshWhenShown(self, self._on_runs, session.runsChanged, session.focusChanged)
        RefreshWhenShown(
            self,
            self.builder.refresh,
            session.recipeChanged,
            session.tableChanged,
            session.busyChanged,
        )

    # Which sweep ----------------------------------------------------------------------------------

    def show_sweep(self, run: str) -> None:
        """Show a sweep by the id of its run; `NEW` for choosing another one."""
        self.which.set_value(run)
        if run != NEW:
            self.session.set_focus(run)
        self._show()

    def _sweeps(self) -> list[RunSummary]:
        return [run for run in self.session.runs if run.holds == "sweep"]

    def _on_runs(self) -> None:
        sweeps = self._sweeps()
        choices = [(NEW, tr("New sweep"))]
        choices += [(run.id, f"{run_title(run)} · {run.name}") for run in sweeps]
        if choices != self._choices:
            known = {value for value, _ in self._choices}
            self._choices = choices
            self.which.set_choices(choices)
            focus = self.session.focus
            if not known and any(run.id == focus for run in sweeps):
                self.which.set_value(focus)
        elif self.which.value() != NEW and any(run.id == self.session.focus for run in sweeps):
            self.which.set_value(self.session.focus)
        self._show()

    def _on_started(self, run: str) -> None:
        self.session.show_page("sweep")
        name = tr("New sweep")
        self._choices = [(NEW, name), (run, name), *self._choices[1:]]
        self.which.set_choices(self._choices)
        self.show_sweep(run)

    # What is shown --------------------------------------------------------------------------------

    def _on_updated(self, run: str) -> None:
        if run == self.which.value() and self.isVisible() and not self._pace.isActive():
            self._pace.start()

    def _show(self) -> None:
        key = self.which.value()
        run = self.session.run(key) if key else None
        plan = self._plan_of(key) if key else None
        self._body.setCurrentWidget(self.live if plan is not None else self.builder)
        alive = run is not None and run.status.is_alive
        self.badge.setVisible(run is not None)
        self.again.setVisible(bool(key))
        resumable = run is not None and run.status.can_resume
        self.pause.setVisible(alive or resumable)
        self.stop.setVisible(alive)
        if run is None:
            return
        look = status_look(run.status)
        self.badge.set(look.word, look.tone)
        held = run.status.value == "paused" or resumable
        self.pause.setText(tr("Resume") if held else tr("Pause"))
        self.stop.setEnabled(run.status.value != "stopping")
        if plan is not None:
            self.live.show_sweep(run, plan, self.session.history(run.id).trials)

    def _plan_of(self, run: str) -> Sweep | None:
        if run not in self._plans:
            try:
                plan = self.session.workspace.run(run).plan()
            except TrainyardError as error:
                self.session.failed.emit(error)
                return None
            if not isinstance(plan, Sweep):
                return None
            self._plans[run] = plan
        return self._plans[run]

    # What a person does ---------------------------------------------------------------------------

    def _on_pause(self) -> None:
        run = self.session.run(self.which.value())
        if run is None:
            return
        if run.status.is_alive and run.status.value != "paused":
            self.session.pause(run.id)
        else:
            self.session.resume(run.id)

    def _on_open(self, run: str) -> None:
        self.session.set_focus(run)
        self.session.show_page("train")

    def _on_use(self, trial: Trial) -> None:
        session = self.session
        try:
            folder = session.workspace.run(trial.run)
            info = folder.info()
            # The file is open already: how it is read stays.
            recipe = folder.recipe().model_copy(update={"reading": session.recipe.reading})
        except TrainyardError as error:
            session.failed.emit(error)
            return
        if session.table is None or session.table.fingerprint != info.fingerprint:
            self.notices.show(
                tr("This trial is of another table"),
                tr("Open {table}, then use it.", table=info.table_path),
                "warn",
            )
            return
        title = tr("Trial {trial} of run {run}", trial=trial.number, run=self._number())
        session.use_recipe(recipe, title)
        self.notices.show(
            tr("The recipe of trial {trial} is in force", trial=trial.number),
            "",
            "ok",
            (tr("Undo"), session.undo),
        )

    def _number(self) -> int:
        run = self.session.run(self.which.value())
        return 0 if run is None else run.number
