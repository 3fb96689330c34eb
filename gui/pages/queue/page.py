"""The Queue page: runs that train now, runs that wait, and how many at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gui.i18n import tr, trn
from gui.models.run_words import clock, run_title, status_look
from gui.pages.page import Page, PageHeader, RefreshWhenShown
from gui.widgets import Card, ComboBox, EmptyState, Switch, button, column, label
from gui.widgets.results_table import ResultTable, TableColumn

if TYPE_CHECKING:
    from gui.notices import Notices
    from gui.session import Session


AT_ONCE = (1, 2, 3, 4, 6, 8, 12, 16)


class QueuePage(Page):
    """Two tables; buttons and keys order the lower one."""

    name: ClassVar[str] = "queue"

    def __init__(self, session: Session, notices: Notices) -> None:
        super().__init__(session, notices)
        self._waiting: tuple[str, ...] = ()
        self._running: tuple[str, ...] = ()
        self._shown: tuple[object, ...] = ()
        self.header = PageHeader(tr("Queue"))
        self.at_once = ComboBox([(n, str(n)) for n in AT_ONCE], name=tr("Runs at once"))
        self.at_once.setToolTip(
            tr("Folds, seeds and trials of one run are trained one after another and count as one.")
        )
        self.at_once.changed.connect(lambda value: session.set_queue(at_once=value))
        self.hold = Switch(tr("Hold"), tr("Start no run for now"))
        self.hold.setToolTip(tr("Runs that wait are not started until this is off."))
        self.hold.clicked.connect(lambda on: session.set_queue(held=on))
        self.header.right.addWidget(label(tr("Runs at once"), "body", "text2"))
        self.header.right.addWidget(self.at_once)
        self.header.right.addSpacing(8)
        self.header.right.addWidget(self.hold)
        self.running = ResultTable(tr("Runs that train"))
        self.running.doubleClicked.connect(self._on_open)
        self.table = _WaitingTable(self)
        self.up = button(tr("Move up"), "up", small=True, tooltip=tr("Alt+Up"))
        self.down = button(tr("Move down"), "down", small=True, tooltip=tr("Alt+Down"))
        self.first = button(tr("Start now"), "play", small=True)
        self.first.setToolTip(tr("However many runs are training."))
        self.remove = button(tr("Remove"), "x", small=True, tooltip=tr("Del"))
        self.up.clicked.connect(lambda: self.move_selected(-1))
        self.down.clicked.connect(lambda: self.move_selected(1))
        self.first.clicked.connect(self._on_start)
        self.remove.clicked.connect(self.remove_selected)
        self.table.selectionModel().currentRowChanged.connect(self._show_buttons)
        self._nothing = EmptyState(
            tr("No run waits."),
            tr("Press Train while a run trains, and the new run waits here for its turn."),
            icon="clock",
        )
        self._make_layout()
        RefreshWhenShown(self, self.refresh, session.runsChanged, session.queueChanged)

    def _make_layout(self) -> None:
        self._running_card = Card(tr("Training now"))
        self._running_card.body.addWidget(self.running)
        self._waiting_card = Card(tr("Waiting"))
        for made in (self.up, self.down, self.first, self.remove):
            self._waiting_card.header.addWidget(made)
        self._waiting_card.body.addWidget(self.table, 1)
        body = QWidget()
        body.setLayout(
            column(
                self._running_card,
                self._waiting_card,
                self._nothing,
                spacing=12,
                margins=(16, 12, 16, 12),
            )
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.header)
        layout.addWidget(body, 1)

    @property
    def selected(self) -> str | None:
        """Id of the run that waits in the selected row."""
        at = self.table.currentIndex().row()
        return self._waiting[at] if 0 <= at < len(self._waiting) else None

    def refresh(self) -> None:
        """Show runs and queue as they are now."""
        session = self.session
        view = session.queue
        if view.at_once not in AT_ONCE:  # set in the terminal
            choices = sorted({*AT_ONCE, view.at_once})
            self.at_once.set_choices([(n, str(n)) for n in choices])
        self.at_once.set_value(view.at_once)
        self.hold.setChecked(view.held)
        running = [run for run in session.runs if run.status.is_alive and run.group is None]
        by_id = {run.id: run for run in session.runs}
        waiting = [by_id[run] for run in view.waiting if run in by_id]
        self.header.set_caption(
            trn("{count} run waits", "{count} runs wait", len(waiting))
            if waiting
            else tr("no run waits")
        )
        self._running_card.setVisible(bool(running))
        self._waiting_card.setVisible(bool(waiting))
        self._nothing.setVisible(not waiting)
        self._running = tuple(run.id for run in running)
        self.running.set_rows(
            _columns(tr("State"), tr("Left")),
            [
                (
                    run_title(run),
                    run.name,
                    run.dataset,
                    status_look(run.status).word,
                    clock(run.seconds_left),
                )
                for run in running
            ],
        )
        shown = tuple((run.id, run.name) for run in waiting)
        if shown == self._shown:
            return
        chosen = self.selected
        self._shown, self._waiting = shown, tuple(run.id for run in waiting)
        self.table.set_rows(
            _columns(tr("Place"), tr("What")),
            [
                (run_title(run), run.name, run.dataset, str(place), _what(run.holds, run.epochs))
                for place, run in enumerate(waiting, start=1)
            ],
        )
        if chosen in self._waiting:
            self.table.selectRow(self._waiting.index(chosen))
        self._show_buttons()

    def move_selected(self, by: int) -> None:
        """Move the selected run that waits up (−1) or down (1)."""
        run = self.selected
        if run is not None:
            place = self._waiting.index(run) + by
            if 0 <= place < len(self._waiting):
                self.session.move_queued(run, place)

    def remove_selected(self) -> None:
        """Take the selected run out of the queue; the notice takes it back."""
        run = self.selected
        summary = self.session.run(run) if run is not None else None
        if run is None or summary is None:
            return
        self.session.remove_queued(run)
        self.notices.show(
            tr("{run} moved to the trash", run=run_title(summary)),
            summary.name,
            "info",
            (tr("Undo"), lambda: self.session.restore_run(run)),
        )

    def _on_start(self) -> None:
        if self.selected is not None:
            self.session.start_queued(self.selected)

    def _on_open(self) -> None:
        at = self.running.currentIndex().row()
        if 0 <= at < len(self._running):
            self.session.set_focus(self._running[at])
            self.session.show_page("train")

    def _show_buttons(self) -> None:
        run = self.selected
        at = self._waiting.index(run) if run is not None else -1
        self.up.setEnabled(at > 0)
        self.down.setEnabled(0 <= at < len(self._waiting) - 1)
        self.first.setEnabled(at >= 0)
        self.remove.setEnabled(at >= 0)


class _WaitingTable(ResultTable):
    """Alt+Up and Alt+Down move a run, Delete removes it."""

    def __init__(self, page: QueuePage) -> None:
        super().__init__(tr("Runs that wait"))
        self._page = page

    def keyPressEvent(self, event: QKeyEvent) -> None:
        moves = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
        is_alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        if is_alt and event.key() in moves:
            self._page.move_selected(moves[Qt.Key(event.key())])
        elif event.key() == Qt.Key.Key_Delete:
            self._page.remove_selected()
        else:
            super().keyPressEvent(event)


def _columns(third: str, fourth: str) -> tuple[TableColumn, ...]:
    return (
        TableColumn(tr("Run"), strong=True),
        TableColumn(tr("Name")),
        TableColumn(tr("Dataset"), muted=True),
        TableColumn(third),
        TableColumn(fourth, figures=True),
    )


def _what(holds: str, count: int) -> str:
    match holds:
        case "sweep":
            return trn("{count} trial", "{count} trials", count) if count else tr("sweep")
        case "seeds":
            return trn("{count} seed", "{count} seeds", count)
    return trn("{count} epoch", "{count} epochs", count) if count else tr("as long as Auto chooses")
