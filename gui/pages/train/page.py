"""The Train page: the run in focus, its controls, and the curves of all runs drawn."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from engine.errors import TrainyardError
from gui import theme
from gui.i18n import render, tr
from gui.models.run_words import run_title
from gui.pages.page import Page
from gui.pages.train.baselines import Baselines
from gui.pages.train.chart_bar import SMOOTHING, ChartBar, XAxis
from gui.pages.train.chart_board import ChartBoard, ShownRun
from gui.pages.train.chart_export import export_chart
from gui.pages.train.doctor_visits import DoctorVisits
from gui.pages.train.group_curves import GroupCurves
from gui.pages.train.inspector import TrainInspector, error_sentences
from gui.pages.train.legend import LegendEntry
from gui.pages.train.live_controls import CLIP
from gui.pages.train.rate_finder import offer_rate_finder
from gui.pages.train.run_facts import RunOrigin, facts, failure, read_origin
from gui.pages.train.run_header import RunHeader
from gui.pages.train.run_lines import Look, RunCurves
from gui.pages.train.short_turns import ShortTurns, Step, painted
from gui.widgets.file_choosers import choose_destination, documents
from gui.widgets.note import EmptyState

if TYPE_CHECKING:
    from engine.doctor.finding import Finding
    from engine.store.summary import RunSummary
    from gui.notices import Notices
    from gui.pages.train.chart import Chart
    from gui.session import Session

REDRAW_MS = 120
"""Pause between two redrawings; with their steps, curves are drawn about five times a second."""
MEMBERS = 20
"""Folds or seeds that an envelope is drawn of."""
STEP_MS = 12
"""Between the turns of one redrawing, so that pointer and keys never wait for all of it."""


class TrainPage(Page):
    """Watches the runs of the session; draws from their histories, never from events."""

    name: ClassVar[str] = "train"

    def __init__(self, session: Session, notices: Notices) -> None:
        super().__init__(session, notices)
        self._curves: dict[str, RunCurves] = {}
        self._origins: dict[str, RunOrigin] = {}
        self._early_origins: dict[str, RunOrigin] = {}
        """Of runs that have not started: what is “auto” in their recipes is not decided."""
        self._visits = DoctorVisits(session)
        self._baselines = Baselines(session)
        self._axis = XAxis.EPOCH
        self._smoothing = SMOOTHING
        self._stale = True
        self._pace = QTimer(self, singleShot=True, interval=REDRAW_MS)
        self._pace.timeout.connect(self._on_pace)
        self._turns = ShortTurns(STEP_MS, self)
        self._turns.done.connect(self._pace.start)
        self.header = RunHeader()
        self.bar = ChartBar()
        self.board = ChartBoard(session.workspace_folder)
        self.side = TrainInspector()
        self._nothing = EmptyState(tr("No runs yet. Press Train to start one."), icon="train")
        self._body = QStackedWidget()
        charts = QWidget()
        inside = QVBoxLayout(charts)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(0)
        inside.addWidget(self.bar)
        inside.addWidget(self.board, 1)
        self._body.addWidget(self._nothing)
        self._body.addWidget(charts)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.header)
        layout.addWidget(self._body, 1)
        self._connect()
        self.refresh()

    def inspector(self) -> QWidget | None:
        """The run in focus in figures and words."""
        return self.side

    def _connect(self) -> None:
        session = self.session
        session.runsChanged.connect(self._on_runs_changed)
        session.focusChanged.connect(self.refresh)
        session.overlayChanged.connect(self.refresh)
        session.runUpdated.connect(self._on_run_updated)
        self.header.paused.connect(lambda: self._on_focus(session.pause))
        self.header.resumed.connect(lambda: self._on_focus(session.resume))
        self.header.stepAsked.connect(
            lambda: self._on_focus(lambda run: session.steer(run, "step_epoch"))
        )
        self.header.stopped.connect(lambda: self._on_focus(session.stop))
        self.header.forkAsked.connect(lambda: self._on_focus(session.fork_run))
        offer_rate_finder(self.header.find_rate, session, self)
        self.side.resumed.connect(lambda: self._on_focus(session.resume))
        self.side.asked.connect(self._on_asked)
        self.side.member.endAsked.connect(self._on_end_asked)
        self.side.doctor.applied.connect(self._on_finding_applied)
        self.bar.legend.chosen.connect(session.set_focus)
        self.bar.smoothingChanged.connect(self._on_smoothing)
        self.bar.logChanged.connect(self.board.set_log)
        self.bar.axisChanged.connect(self._on_axis)
        self.bar.resetAsked.connect(self.board.reset_zoom)
        self.bar.envelopeChanged.connect(lambda _: self._draw())
        self.board.exportAsked.connect(self._on_export)
        self.board.zoomChanged.connect(self.bar.reset.setEnabled)

    # When to draw ---------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Draw anew, now or when the time has come or the page is looked at."""
        self._stale = True
        if self.isVisible() and not self._pace.isActive():
            self._draw()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self._draw()

    def _on_run_updated(self, run: str) -> None:
        summary = self.session.run(run)
        shown = (run, summary.group) if summary is not None else (run,)
        if any(each in self.session.overlay or each == self.session.focus for each in shown):
            self._draw_soon()

    def _on_runs_changed(self) -> None:
        # While a run trains its summary changes twice a second; whether there are runs shows at once.
        if self._body.currentIndex() == (1 if self.session.runs else 0):
            self._draw_soon()
        else:
            self.refresh()

    def _draw_soon(self) -> None:
        self._stale = True
        if self.isVisible() and not self._pace.isActive():
            self._draw_in_steps()

    def _on_pace(self) -> None:
        if self._stale and self.isVisible():
            self._draw_in_steps()

    def _draw(self) -> None:
        self._turns.stop()
        self._stale = False
        self._pace.start()
        for step in self._drawing():
            step()

    def _draw_in_steps(self) -> None:
        if self._turns.is_active:
            return  # what has come meanwhile is drawn after this round
        self._stale = False
        self._turns.start(self._drawing())

    def _drawing(self) -> list[Step]:
        """Everything that drawing takes, in steps of a few milliseconds."""
        self._body.setCurrentIndex(1 if self.session.runs else 0)
        return [
            *self.board.steps(self._shown_runs(), self._axis),
            painted(self._show_focus),
            painted(self._show_facts),
        ]

    # What is drawn --------------------------------------------------------------------------------

    def _shown_runs(self) -> list[ShownRun]:
        """The runs to draw; names them in the legend."""
        session = self.session
        for gone in self._curves.keys() - session.overlay.keys():
            del self._curves[gone]
        shown: list[ShownRun] = []
        entries: list[LegendEntry] = []
        uses: dict[int, int] = {}
        for run, slot in sorted(session.overlay.items(), key=lambda item: item[1]):
            summary = session.run(run)
            if summary is None:
                continue
            marker = uses.get(slot, 0)
            uses[slot] = marker + 1
            focused = run == session.focus
            title = run_title(summary)
            look = Look(
                title,
                theme.run_colour(slot),
                focused,
                min(marker, 3),
                self._axis,
                self._smoothing,
                summary.status.is_alive,
                self._origin_of(summary).members_of(summary),
            )
            shown.append(ShownRun(self._curves_of(run), look))
            entries.append(
                LegendEntry(run, title, "" if focused else summary.name, look.colour, focused)
            )
        # Where there is no room for all, the one in focus is among those that are named.
        self.bar.legend.set_entries(sorted(entries, key=lambda entry: not entry.focused))
        self.bar.show_envelope(any(self._members_of(run) for run in session.overlay))
        self._compare()
        return shown

    def _members_of(self, run: str) -> list[str]:
        """The folds or seeds that a run holds, in their order."""
        summary = self.session.run(run)
        if summary is None or not (summary.folds or summary.holds == "seeds"):
            return []
        found = [each for each in self.session.runs if each.group == run]
        return [each.id for each in sorted(found, key=lambda each: each.place or 0)][:MEMBERS]

    def _compare(self) -> None:
        """What the curves of the run in focus are to be read against."""
        run = self._focused_run()
        if run is None:
            self.board.baselines, self.board.clip = (), None
            return
        history, origin = self.session.history(run.id), self._origin_of(run)
        by_hand = history.set_by_hand(CLIP)
        self.board.clip = origin.settings.values.get(CLIP) if by_hand is None else by_hand[0]
        self.board.baselines = self._baselines.of(run, history.best_epoch)

    def _curves_of(self, run: str) -> RunCurves:
        history = self.session.history(run)
        members = self._members_of(run) if self.bar.envelope.isChecked() else []
        known = self._curves.get(run)
        held = known.members if isinstance(known, GroupCurves) else ()
        if (
            known is None
            or known.history is not history
            or [each.history for each in held] != [self.session.history(m) for m in members]
        ):
            known = RunCurves(history)
            if len(members) > 1:
                curves = [RunCurves(self.session.history(member)) for member in members]
                known = GroupCurves(history, curves)
            self._curves[run] = known
        if known.plan is None:
            summary = self.session.run(run)
            recipe = self._origin_of(summary).recipe if summary is not None else None
            known.plan = recipe.training.schedule if recipe is not None else None
        return known

    def _focused_run(self) -> RunSummary | None:
        session = self.session
        return session.run(session.focus) if session.focus is not None else None

    def _show_focus(self) -> None:
        run = self._focused_run()
        if run is None:
            self.header.show_run(None, 0.0)
            self.side.clear()
            return
        history = self.session.history(run.id)
        origin = self._origin_of(run)
        members = origin.members_of(run)
        self.header.show_run(run, history.done, members)
        self.side.show_run(run, history, origin)
        if origin.holds_others:
            member = self._trained_member(run)
            shown = member or run
            self.side.show_member(
                members, member, self.session.history(shown.id), self._origin_of(shown)
            )

    def _trained_member(self, run: RunSummary) -> RunSummary | None:
        """Of a run that holds others, the one that trains now."""
        held = (each for each in self.session.runs if each.group == run.id)
        return next((each for each in held if each.status.is_alive), None)

    def _steered(self) -> str | None:
        """The run that live controls act on."""
        run = self._focused_run()
        if run is None or not self._origin_of(run).holds_others:
            return run.id if run is not None else None
        member = self._trained_member(run)
        return member.id if member is not None else None

    def _show_facts(self) -> None:
        run = self._focused_run()
        if run is not None:
            history = self.session.history(run.id)
            origin = self._origin_of(run)
            self.side.facts.show_facts(facts(run, history, origin))
            self._show_problem(run)
            can_apply = self.session.table is not None
            self.side.show_findings(
                self._visits.findings(run, history, origin), can_apply=can_apply
            )

    def _show_problem(self, run: RunSummary) -> None:
        error = failure(self.session.history(run.id))
        status = run.status
        if status.value == "failed" and error is not None:
            title, advice = error_sentences(error)
            self.side.show_problem(title, advice, can_resume=status.can_resume, failed=True)
        elif status.value in ("failed", "interrupted", "damaged") and run.note is not None:
            failed = status.value != "interrupted"
            note = render(run.note)
            self.side.show_problem(note, "", can_resume=status.can_resume, failed=failed)
        else:
            self.side.show_problem("", "", can_resume=False, failed=False)

    def _origin_of(self, run: RunSummary) -> RunOrigin:
        is_decided = run.status.value not in ("queued", "starting")
        origins = self._origins if is_decided else self._early_origins
        if run.id not in origins:
            origins[run.id] = read_origin(self.session.workspace, run.id)
        return origins[run.id]

    # What a person does ---------------------------------------------------------------------------

    def _on_focus(self, action: Callable[[str], None]) -> None:
        if self.session.focus is not None:
            action(self.session.focus)

    def _on_asked(self, command: str, value: float | None) -> None:
        run = self._steered()
        if run is not None:
            self.session.steer(run, command, value)

    def _on_end_asked(self) -> None:
        run = self._steered()
        if run is not None and run != self.session.focus:
            self.session.stop(run)

    def _on_finding_applied(self, finding: Finding) -> None:
        from engine.doctor.finding import with_changes

        run = self._focused_run()
        recipe = self._origin_of(run).recipe if run is not None else None
        if recipe is None:
            return
        try:
            changed = with_changes(self.session.recipe, finding, recipe)
        except TrainyardError as error:
            self.session.failed.emit(error)
            return
        title = render(finding.title)
        self.session.edit(changed, tr("Advice of the doctor: {finding}", finding=title))
        self.notices.show(
            tr("The recipe is changed"),
            tr("The next run trains with it. Undo takes it back."),
            "ok",
        )

    def _on_export(self, chart: Chart, suffix: str, x_name: str) -> None:
        title = chart.accessibleName()
        place = choose_destination(
            self,
            tr("Save the chart"),
            documents() / f"{title}.{suffix}",
            {"png": "PNG (*.png)", "svg": "SVG (*.svg)", "csv": "CSV (*.csv)"}[suffix],
        )
        if place is None:
            return
        try:
            export_chart(chart, place, x_name)
        except TrainyardError as error:
            self.session.failed.emit(error)
            return
        self.notices.show(tr("{name} saved", name=place.name), str(place.parent), "ok")

    def _on_smoothing(self, weight: float) -> None:
        self._smoothing = weight
        if self.board.is_heavy:
            self._draw_soon()
        else:
            self._draw()

    def _on_axis(self, axis: XAxis) -> None:
        self._axis = axis
        if self.board.is_heavy:
            self._draw_soon()
        else:
            self._draw()
