"""The runs of the workspace as the window sees them: list, histories, focus, overlay, commands."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from engine.errors import RunNotFound, TrainyardError, WorkerDied
from engine.recipe.recipe import Recipe
from gui.jobs import WorkerPool
from gui.run_queue import QueueKeeper
from gui.run_watcher import RunWatcher

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.data.table import Table
    from engine.events import RunEvent
    from engine.plans.plan import Plan
    from engine.store.summary import RunSummary
    from engine.store.workspace import Workspace
    from engine.training.history import History

HUES = 6


class RunList(QObject):
    """Everything about runs that the session exposes."""

    listChanged = Signal()  # noqa: N815 - Qt's naming
    updated = Signal(str)
    focusChanged = Signal()  # noqa: N815
    overlayChanged = Signal()  # noqa: N815
    failed = Signal(object)

    def __init__(self, folder: Path, pool: WorkerPool, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._folder = folder
        self._pool = pool
        self._workspace: Workspace | None = None
        self._histories: dict[str, History] = {}
        self.runs: tuple[RunSummary, ...] = ()
        self.focus: str | None = None
        self.overlay: dict[str, int] = {}
        self._looked_at: set[str] = set()
        self._started: set[str] = set()  # from this window
        self.queue = QueueKeeper(lambda: self.workspace, pool, self)
        self.queue.begun.connect(self._on_begun)
        self.queue.failed.connect(self.failed)
        self._watcher = RunWatcher(folder, self)
        self._watcher.listed.connect(self._on_listed)
        self._watcher.arrived.connect(self._on_events)
        pool.trainer_exited.connect(self._on_trainer_exited)

    def start(self) -> None:
        """Begin watching the workspace."""
        self._watcher.start()

    def close(self) -> None:
        """Stop watching."""
        self._watcher.close()
        if self._workspace is not None:
            self._workspace.close()
            self._workspace = None

    @property
    def workspace(self) -> Workspace:
        """The workspace on disk."""
        if self._workspace is None:
            from engine.store.workspace import Workspace

            self._workspace = Workspace(self._folder)
        return self._workspace

    def run(self, run: str) -> RunSummary | None:
        """The summary of one run."""
        return next((summary for summary in self.runs if summary.id == run), None)

    @property
    def running(self) -> tuple[str, ...]:
        """Ids of the runs that are alive (training, starting or paused)."""
        return tuple(run.id for run in self.runs if run.status.is_alive)

    @property
    def unfinished(self) -> tuple[str, ...]:
        """Ids of the runs that are alive, and of those started here whose worker has yet to take them."""
        waiting = [run for run in self._started if self._is_waiting(run)]
        return (*self.running, *sorted(waiting))

    def _is_waiting(self, run: str) -> bool:
        summary = self.run(run)
        return summary is None or summary.status.value == "queued"

    def history(self, run: str) -> History:
        """The history of a run; empty at first, filled as its events arrive."""
        if run not in self._histories:
            from engine.training.history import History

            self._histories[run] = History()
            self._watcher.follow(run)
        return self._histories[run]

    def set_focus(self, run: str | None) -> None:
        """Put one run in focus; it is overlaid as well."""
        if run == self.focus:
            return
        before, self.focus = self.focus, run
        if before in self._looked_at and run is not None:
            # A run that was only looked at leaves with the focus; ticked ones stay.
            self._looked_at.discard(before)
            self.overlay.pop(before, None)
        if run is not None:
            self.history(run)
            if run not in self.overlay:
                self._give_hue(run)
                self._looked_at.add(run)
        self.overlayChanged.emit()
        self.focusChanged.emit()

    def set_overlay(self, run: str, shown: bool) -> None:
        """Draw a run beside the focused one, or no longer."""
        self._looked_at.discard(run)
        if shown and run not in self.overlay:
            self._give_hue(run)
            self.history(run)
        elif not shown:
            self.overlay.pop(run, None)
        self.overlayChanged.emit()

    # Commands ------------------------------------------------------------------------------------

    def train(
        self, recipe: Recipe, table: Table, plan: Plan | None = None, name: str = ""
    ) -> str | None:
        """Make a run folder and train it in a worker, or let it wait; its id, None when that failed."""
        try:
            folder = self.workspace.create(recipe, table, name, plan=plan)
        except TrainyardError as error:
            self.failed.emit(error)
            return None
        if self.queue.add(folder.id):
            self.set_focus(folder.id)
        self._watcher.refresh()
        return folder.id

    def begin(self, run: str) -> None:
        """Train a run that was made elsewhere in this window, or let it wait for room."""
        if self.queue.add(run):
            self.set_focus(run)
        self._watcher.refresh()

    def refresh(self) -> None:
        """List the runs at once."""
        self._watcher.refresh()

    def pause(self, run: str) -> None:
        """Hold a run at its next step."""
        self._send(run, "pause")

    def resume(self, run: str) -> None:
        """Let a paused run go on, or start an interrupted one again from its last checkpoint."""
        summary = self.run(run)
        if summary is not None and summary.status.is_alive:
            self._send(run, "resume")
            return
        try:
            self._pool.train(self.workspace.run(run).path)
        except TrainyardError as error:
            self.failed.emit(error)
        self._watcher.refresh()

    def stop(self, run: str) -> None:
        """End a run at its next step and keep its best weights."""
        self._send(run, "stop")

    def steer(self, run: str, command: str, value: float | None = None) -> None:
        """Leave a command for a run; see `engine.training.control`."""
        self._send(run, command, value)

    def rename(self, run: str, name: str) -> None:
        """Give a run another name."""
        self._try(lambda: self.workspace.rename(run, name))

    def delete(self, run: str) -> None:
        """Move a run to the trash."""
        if self._try(lambda: self.workspace.trash(run)):
            self._started.discard(run)
            self.overlay.pop(run, None)
            self._watcher.unfollow(run)
            self._histories.pop(run, None)
            if self.focus == run:
                self.set_focus(None)
            self.overlayChanged.emit()

    def restore(self, run: str) -> None:
        """Take a run back from the trash."""
        if self._try(lambda: self.workspace.restore(run)):
            with suppress(TrainyardError):
                if self.workspace.run(run).status().value == "queued":
                    self.queue.add(self.workspace.run(run).id)

    # What arrives --------------------------------------------------------------------------------

    def _send(self, run: str, command: str, value: float | None = None) -> None:
        from engine.training.control import Command

        sent = Command.model_validate({"command": command, "value": value})
        self._try(lambda: self.workspace.run(run).send(sent))

    def _try(self, action: Callable[[], object]) -> bool:
        try:
            action()
        except TrainyardError as error:
            self.failed.emit(error)
            return False
        self._watcher.refresh()
        return True

    def _give_hue(self, run: str) -> None:
        taken = list(self.overlay.values())
        self.overlay[run] = min(range(HUES), key=lambda hue: (taken.count(hue), hue))

    def _on_listed(self, runs: tuple[RunSummary, ...]) -> None:
        self.runs = runs
        known = {run.id for run in runs}
        for run in [run for run in self.overlay if run not in known]:
            del self.overlay[run]
        for run in runs:
            if run.status.is_alive:
                self.history(run.id)
        self.listChanged.emit()
        self.queue.follow(runs)
        if self.focus is not None and self.focus not in known:
            self.focus = None
        if self.focus is None and runs:
            self.set_focus(runs[0].id)

    def _on_events(self, run: str, events: tuple[RunEvent, ...]) -> None:
        history = self._histories.get(run)
        if history is not None:
            history.extend(events)
            self.updated.emit(run)

    def _on_begun(self, run: str) -> None:
        self._started.add(run)
        self._watcher.refresh()

    def _on_trainer_exited(self, folder: str, code: int, last_words: str) -> None:
        """A worker that died before it took hold of its run left no word; say it for it."""
        from engine.store.summary import Status

        with suppress(RunNotFound):  # deleted meanwhile
            run = self.workspace.run(Path(folder).name)
            if run.status() is Status.QUEUED:
                self._try(lambda: run.record_failure(WorkerDied(code, last_words)))
        self._watcher.refresh()
