"""The header of the Train page: the run in focus, how far it is, and its controls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QPushButton

from gui.i18n import tr
from gui.icons import icon
from gui.models.run_words import NOTHING, clock, run_title, status_look
from gui.pages.page import PageHeader
from gui.pages.train.giving_way import GivingWay, hidden, only_icons
from gui.pages.train.members import Members
from gui.widgets.badge import Badge
from gui.widgets.buttons import button
from gui.widgets.progress import ProgressBar
from gui.widgets.text import ElidedLabel, label

if TYPE_CHECKING:
    from engine.store.summary import RunSummary

ANSWER_MS = 3000
"""How long a button waits for the run to obey before it can be pressed again."""


class RunHeader(PageHeader):
    """Name, state, progress, time left; Pause or Resume, and Stop."""

    paused = Signal()
    resumed = Signal()
    stopped = Signal()
    stepAsked = Signal()  # noqa: N815 - Qt's naming
    forkAsked = Signal()  # noqa: N815

    def __init__(self) -> None:
        super().__init__(tr("Train"))
        self._run: RunSummary | None = None
        self._members = Members.EPOCHS
        self._asked = QTimer(self, singleShot=True, interval=ANSWER_MS)
        self._asked.timeout.connect(self._show_controls)
        self.caption.hide()
        self._name = ElidedLabel("", "body", "text2")
        self.badge = Badge()
        self.left.addWidget(self._name)
        self.left.addWidget(self.badge)
        self._epoch = label("", "body", weight=600)
        self._epochs = label("", "body", "text2")
        self._epoch_word = label(tr("Epoch"), "body", "text2")
        self.bar = ProgressBar(tr("Progress of the run"), 150)
        self._left = label("", "body", "text2")
        self._pressed: QPushButton | None = None
        self.pause = button(tr("Pause"), "pause")
        self.pause.clicked.connect(self._on_pause)
        self.step = button(tr("One epoch"), "right", tooltip=tr("Go on for one epoch, then pause."))
        self.step.clicked.connect(self._on_step)
        self.stop = button(tr("Stop"), "stop", tooltip=self._members.stop_tip)
        self.stop.clicked.connect(self._on_stop)
        self.find_rate = button(
            tr("Find rate"),
            tooltip=tr("Find a learning rate for the recipe in force by a short test."),
        )
        self.fork = button(
            tr("Fork"), "fork", tooltip=tr("A new run goes on from here with the recipe in force.")
        )
        self.fork.clicked.connect(self.forkAsked)
        self._progress = (self._epoch_word, self._epoch, self._epochs, self.bar, self._left)
        for part in self._progress:
            self.right.addWidget(part)
        self.right.setSpacing(6)
        self.right.addSpacing(6)
        self.right.addWidget(self.pause)
        self.right.addSpacing(2)
        self.right.addWidget(self.step)
        self.right.addSpacing(2)
        self.right.addWidget(self.stop)
        self.right.addSpacing(2)
        self.right.addWidget(self.fork)
        self.right.addSpacing(2)
        self.right.addWidget(self.find_rate)
        self._room = GivingWay(
            self,
            (
                hidden(self.bar),
                only_icons(self.step, self.fork),
                hidden(self._name),
                only_icons(self.pause, self.stop),
                hidden(self._left),
                hidden(self.find_rate),
            ),
        )
        self.show_run(None, 0.0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._room.fit()

    def show_run(
        self, run: RunSummary | None, share: float, members: Members = Members.EPOCHS
    ) -> None:
        """Describe a run of which `share` (0 to 1) is done, and what it counts."""
        self._members = members
        self._room.release()
        self._describe(run, share)
        self._room.fit()

    def _describe(self, run: RunSummary | None, share: float) -> None:
        before, self._run = self._run, run
        if run is None or before is None or (before.id, before.status) != (run.id, run.status):
            self._asked.stop()
        self.badge.setVisible(run is not None)
        for part in self._progress:
            part.setVisible(run is not None)
        self._show_controls()
        if run is None:
            self.set_title(tr("Train"))
            self._name.set_text("")
            return
        look = status_look(run.status)
        self.set_title(run_title(run))
        self._name.set_text(run.name)
        self._name.setToolTip(tr("{trunk} on {dataset}", trunk=run.trunk, dataset=run.dataset))
        self.badge.set(look.word, look.tone)
        if run.prepared is not None:
            self._show_preparing(run.prepared)
            return
        self._epoch_word.setText(self._members.title)
        self._epoch.setText(f"{run.epoch:,}")
        self._epochs.setText(f"/ {run.epochs:,}" if run.epochs else "")
        tones = {"accent": "accent", "warn": "warn", "err": "err"}
        self.bar.set_share(share, tones.get(look.tone, "muted"))
        left = clock(run.seconds_left)
        alive = run.status.is_alive
        self._left.setVisible(alive and left != NOTHING)
        self._left.setText(tr("{time} left", time=left))

    def _show_preparing(self, share: float) -> None:
        """Rows are prepared before the first epoch: how far that is takes the place of the epochs."""
        self._epoch_word.setText(tr("Preparing the rows"))
        for part in (self._epoch, self._epochs, self._left):
            part.setVisible(False)
        self.bar.set_share(share, "accent")

    def _show_controls(self) -> None:
        status = self._run.status if self._run is not None else None
        paused = status is not None and status.value == "paused"
        resumable = status is not None and (paused or status.can_resume)
        alive = status is not None and status.is_alive
        waiting = self._asked.isActive()
        self.pause.setVisible(alive or resumable)
        self.pause.setText(tr("Resume") if resumable else tr("Pause"))
        self.pause.setAccessibleName("")
        self.pause.setIcon(icon("play" if resumable else "pause"))
        self.pause.setToolTip("" if resumable else self._members.pause_tip)
        self.stop.setToolTip(self._members.stop_tip)
        prepares = self._run is not None and self._run.prepared is not None
        starting = status is not None and status.value == "starting" and not prepares
        self.pause.setEnabled(not waiting and not starting)
        self.step.setVisible(paused and self._members is Members.EPOCHS)
        self.step.setEnabled(not waiting)
        self.stop.setVisible(alive)
        self.stop.setEnabled(not waiting)
        run = self._run
        is_single = self._members is Members.EPOCHS
        self.fork.setVisible(is_single and run is not None and run.epoch > 0)
        if self._pressed is not None and self._pressed.isEnabled() and self._pressed.isVisible():
            if self.hasFocus():
                self._pressed.setFocus(Qt.FocusReason.OtherFocusReason)
            self._pressed = None

    def _on_pause(self) -> None:
        if self._run is None:
            return
        resumable = self._run.status.value == "paused" or self._run.status.can_resume
        self._wait()
        (self.resumed if resumable else self.paused).emit()

    def _on_step(self) -> None:
        self._wait()
        self.stepAsked.emit()

    def _on_stop(self) -> None:
        self._wait()
        self.stopped.emit()

    def _wait(self) -> None:
        # A control that is disabled hands the focus to the next one, where Space would do something else.
        self._pressed = next((c for c in (self.pause, self.step, self.stop) if c.hasFocus()), None)
        if self._pressed is not None:
            self.setFocus(Qt.FocusReason.OtherFocusReason)
        self._asked.start()
        self._show_controls()
