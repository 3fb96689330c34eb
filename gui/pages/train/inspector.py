"""What the inspector shows beside the charts: the best epoch, live controls, facts, events."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFormLayout, QFrame, QSizePolicy, QVBoxLayout, QWidget

from gui.i18n import listed, render, sentences, tr, trn
from gui.models.run_words import NOTHING, metric_title, rate, score, short_title, validation_title
from gui.pages.train.doctor_cards import DoctorCards
from gui.pages.train.event_log import EventLog
from gui.pages.train.live_controls import PATIENCE, LiveControls
from gui.pages.train.member_line import MemberLine
from gui.pages.train.members import Members
from gui.widgets.layout import column, row, rule
from gui.widgets.note import Note
from gui.widgets.progress import ProgressBar
from gui.widgets.text import ElidedLabel, label

if TYPE_CHECKING:
    from engine.doctor.finding import Finding
    from engine.errors import TrainyardError
    from engine.store.summary import RunSummary
    from engine.training.history import History
    from gui.pages.train.run_facts import RunOrigin

PADDING = 14


class TrainInspector(QFrame):
    """The run in focus in figures and words."""

    resumed = Signal()
    asked = Signal(str, object)
    """A command to the run, and its value."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("surface", True)
        self.setAccessibleName(tr("Run in focus"))
        self.note = Note("")
        self.note.acted.connect(self.resumed)
        self.best = BestSection()
        self.controls = LiveControls()
        self.rate = self.controls.rate
        self.controls.asked.connect(self.asked)
        self.doctor = DoctorCards()
        self.facts = FactsSection()
        self.log = EventLog()
        self._note_box = _section(self.note)
        self._content = QWidget()
        self.setLayout(column(self._content, spacing=0))
        layout = QVBoxLayout(self._content)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._note_box)
        layout.addWidget(_section(self.best))
        self._doctor_box = _section(self.doctor)
        self.member = MemberLine()
        self._controls_box = _section(
            label(tr("Live controls"), "section"), self.member, self.controls
        )
        for box in (self._doctor_box, self._controls_box):
            layout.addWidget(rule())
            layout.addWidget(box)
        layout.addWidget(rule())
        layout.addWidget(_section(self.log), 1)
        layout.addWidget(rule())
        layout.addWidget(_section(self.facts))
        self._note_box.hide()
        self._doctor_box.hide()
        self._run = self._steered = ""
        """The run in focus, and the one that the controls are for."""
        self.clear()

    def clear(self) -> None:
        """Show nothing: there is no run."""
        self._content.hide()

    def show_run(self, run: RunSummary, history: History, origin: RunOrigin) -> None:
        """Describe a run."""
        self._content.show()
        self._run = run.id
        patience = history.set_by_hand(PATIENCE)
        self.best.show_best(
            run,
            history,
            origin.patience if patience is None else round(patience[0] or 0),
            origin.members_of(run),
        )
        if not origin.holds_others:
            self._controls_box.setVisible(run.status.is_alive)
            self._show_controls(run, history, origin)
        self.log.show_log(history.log, origin.members_of(run))

    def show_member(
        self, kind: Members, member: RunSummary | None, history: History, origin: RunOrigin
    ) -> None:
        """Of a run that holds others: let the one that trains now be steered; None: none does."""
        self._controls_box.setVisible(member is not None)
        if member is None:
            return
        self._show_controls(member, history, origin)
        self.member.show_member(kind, member)

    def _show_controls(self, run: RunSummary, history: History, origin: RunOrigin) -> None:
        if run.id != self._steered:
            self._steered = run.id
            self.controls.forget()
        self.member.setVisible(run.id != self._run)
        live = run.status.value in ("running", "paused")
        self.controls.show_settings(history, origin.settings, live=live)

    def show_findings(self, findings: Sequence[Finding], *, can_apply: bool) -> None:
        """Show what the doctor says."""
        self._doctor_box.setVisible(bool(findings))
        self.doctor.show_findings(findings, can_apply=can_apply)

    def show_problem(self, title: str, advice: str, *, can_resume: bool, failed: bool) -> None:
        """Say why the run does not go on; no title takes the note away."""
        self._note_box.setVisible(bool(title))
        if title:
            action = tr("Resume") if can_resume else ""
            self.note.set(advice, "err" if failed else "warn", action, title=title)


class BestSection(QWidget):
    """The best epoch so far and how long ago it was."""

    def __init__(self) -> None:
        super().__init__()
        self._value = label(NOTHING, "number")
        self._what = label("", "caption", "muted")
        self._second = label("", "number")
        self._second_what = label("", "caption", "muted", wrap=True)
        for text in (self._what, self._second_what):
            text.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._stopping = QWidget()
        self._since = label("", "small")
        self.meter = ProgressBar(tr("Epochs without gain"), tone="text2")
        self._stopping.setLayout(
            column(
                row(label(tr("Early stopping"), "small", "text2"), None, self._since),
                self.meter,
                spacing=6,
                margins=(0, 4, 0, 2),
            )
        )
        self._title = label(tr("Best so far"), "section")
        figures = row(
            column(self._value, self._what, None, spacing=0),
            column(self._second, self._second_what, None, spacing=0),
            spacing=16,
        )
        figures.setStretch(1, 1)
        self.setLayout(column(self._title, figures, self._stopping, spacing=4))

    def show_best(
        self, run: RunSummary, history: History, patience: int | None, members: Members
    ) -> None:
        """Show the best epoch of a run, or the best one of those that it holds."""
        self._title.setText(tr("Best so far") if run.status.is_alive else members.best_title)
        self._stopping.setVisible(patience is not None and history.best_epoch > 0)
        if not history.best_epoch:
            self._value.setText(NOTHING)
            self._what.setText(members.waiting)
            self._second.setText("")
            self._second_what.setText("")
            return
        monitor = history.monitor
        self._value.setText(score(history.best(monitor)))
        what = validation_title(monitor) if history.watches_validation else metric_title(monitor)
        self._what.setText(members.scored(what, history.best_epoch))
        others = [name for name in history.metrics if name not in ("loss", monitor)]
        if monitor != "loss":
            others.append("loss")
        self._second.setText(score(history.best(others[0])) if others else "")
        words = [metric_title(others[0])] if others else []
        if len(others) > 1:
            words.append(" ".join((short_title(others[-1]), score(history.best(others[-1])))))
        self._second_what.setText(listed(words))
        self._show_meter(history.waited, patience, history.least_gain)

    def _show_meter(self, since: int, patience: int | None, least_gain: float) -> None:
        if patience is None:
            return
        gain = tr("Gains below {gain} do not count.", gain=rate(least_gain))
        self._stopping.setToolTip(gain if least_gain > 0 else "")
        self._since.setText(
            trn(
                "No gain for {since} of {patience} epoch",
                "No gain for {since} of {patience} epochs",
                patience,
                since=since,
                patience=patience,
            )
            if since
            else tr("Gained in the last epoch")
        )
        self.meter.set_share(since / patience if patience else 0.0)
        self.meter.setAccessibleDescription(self._since.text())


class FactsSection(QWidget):
    """What the run was made from: pairs of a word and a figure."""

    def __init__(self) -> None:
        super().__init__()
        self._form = QFormLayout()
        self._form.setContentsMargins(0, 0, 0, 0)
        self._form.setHorizontalSpacing(12)
        self._form.setVerticalSpacing(5)
        self._form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        self._shown: tuple[tuple[str, str], ...] = ()
        self.setLayout(column(label(tr("Run"), "section"), self._form, spacing=6))

    def show_facts(self, facts: Sequence[tuple[str, str]]) -> None:
        """Show these pairs."""
        if tuple(facts) == self._shown:
            return
        self._shown = tuple(facts)
        while self._form.rowCount():
            self._form.removeRow(0)
        for name, value in facts:
            field = ElidedLabel(value, "small")
            field.setAlignment(Qt.AlignmentFlag.AlignRight)
            field.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            field.setAccessibleName(" ".join((name, value)))
            self._form.addRow(label(name, "small", "text2"), field)


def error_sentences(error: TrainyardError) -> tuple[str, str]:
    """What was found, and what to do about it."""
    found, *advice = error.messages()
    return render(found), sentences(render(line) for line in advice)


def _section(*widgets: QWidget) -> QWidget:
    box = QWidget()
    box.setLayout(column(*widgets, spacing=8, margins=(PADDING, 12, PADDING, 12)))
    return box
