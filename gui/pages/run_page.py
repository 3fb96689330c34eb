"""What Evaluate, Explain and Deploy have in common: they show the run in focus, once it is over."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from gui import theme
from gui.i18n import sentences, tr
from gui.pages.page import Page, PageHeader
from gui.widgets.note import EmptyState
from gui.widgets.results_run_chip import RunChip, RunChoice

if TYPE_CHECKING:
    from engine.store.run_folder import RunFolder
    from engine.store.summary import RunSummary
    from gui.notices import Notices
    from gui.session import Session


def has_result(run: RunSummary) -> bool:
    """Whether a run is over and has best weights to work with."""
    return run.best is not None and not run.status.is_alive


class RunPage(Page):
    """A header with the run chip above either the content or the reason why there is none.

    A subclass fills `content` (a column in a scroll area) and implements `show_run` and `leave_run`.
    Both are called only while the page is visible, so a hidden page asks nothing of a worker.
    """

    def __init__(
        self,
        session: Session,
        notices: Notices,
        *,
        title: str,
        icon: str,
        purpose: str,
        empty_action: str = "",
    ) -> None:
        super().__init__(session, notices)
        self._purpose = purpose
        self._empty_action = empty_action
        self.header = PageHeader(title)
        self.chip = RunChip()
        self.header.left.addWidget(self.chip)
        self.empty = EmptyState(tr("No run yet"), self._no_run_text(), empty_action, icon=icon)
        body = QWidget()
        self.content = QVBoxLayout(body)
        self.content.setContentsMargins(16, 12, 16, 12)
        self.content.setSpacing(12)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setWidget(body)
        self._scroll.setAccessibleName(title)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self._scroll)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.header)
        layout.addWidget(self._stack, 1)
        self.chip.chosen.connect(session.set_focus)
        session.focusChanged.connect(self.refresh)
        session.runsChanged.connect(self.refresh)
        session.overlayChanged.connect(self.refresh)
        session.runUpdated.connect(self._on_run_updated)

    @abstractmethod
    def show_run(self, run: RunSummary) -> None:
        """Show this run; called again whenever something about it may have changed."""

    @abstractmethod
    def leave_run(self) -> None:
        """No run is shown any more."""

    def show_without_run(self) -> bool:
        """Show what there is to show while no finished run is in focus; False when there is nothing."""
        return False

    def focused(self) -> RunSummary | None:
        """The run in focus, over or not."""
        return self.session.run(self.session.focus) if self.session.focus else None

    def folder(self, run: RunSummary) -> RunFolder:
        """Where the run is on disk.

        Raises `RunNotFound`.
        """
        return self.session.workspace.run(run.id)

    def refresh(self) -> None:
        """Bring chip and content in line with the session."""
        run = self.focused()
        finished = [self._choice(each) for each in self.session.runs if has_result(each)]
        self.chip.set_choices(finished, self._choice(run) if run else None)
        self.chip.setVisible(bool(self.session.runs))
        if not self.isVisible():
            return
        if run is not None and has_result(run):
            self._stack.setCurrentWidget(self._scroll)
            self.show_run(run)
        elif self.show_without_run():
            self._stack.setCurrentWidget(self._scroll)
        else:
            self._explain_absence(run)
            self._stack.setCurrentWidget(self.empty)
            self.leave_run()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    def _on_run_updated(self, run: str) -> None:
        if run == self.session.focus:
            self.refresh()

    def _choice(self, run: RunSummary) -> RunChoice:
        slot = self.session.overlay.get(run.id)
        return RunChoice(
            id=run.id,
            title=tr("Run {number}", number=run.number),
            detail=run.name,
            hue=theme.run_colour(slot) if slot is not None else None,
        )

    def _no_run_text(self) -> str:
        return sentences((tr("Press Train to start one."), self._purpose))

    def _explain_absence(self, run: RunSummary | None) -> None:
        if run is None:
            title, detail = tr("No run yet"), self._no_run_text()
        elif run.status.is_alive:
            title = tr("Run {number} is still training", number=run.number)
            detail = tr("Its results appear here when it is over.")
        else:
            title = tr("Run {number} has no weights", number=run.number)
            detail = tr(
                "It ended before its first epoch was over. Choose another run, or train again."
            )
        self.empty.set(title, detail, self._empty_action)
