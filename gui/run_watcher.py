"""Follows the runs of a workspace: their event logs about 30 times a second, their list twice a second.

All disk access happens in one thread; the GUI thread receives batches.
"""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from engine.errors import TrainyardError

if TYPE_CHECKING:
    from engine.store.run_folder import EventTail
    from engine.store.workspace import Workspace

TAIL_SECONDS = 1 / 30
LIST_SECONDS = 0.5
BATCH = 2_000
"""Events per delivery, so that a long log never blocks the window."""


class RunWatcher(QObject):
    """One thread that reads, and signals that tell."""

    arrived = Signal(str, object)
    """Run id and a tuple of events."""
    listed = Signal(object)
    """All runs, newest first (a tuple of `RunSummary`), whenever they changed."""

    def __init__(self, workspace: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._folder = workspace
        self._wanted: dict[str, int] = {}
        self._follows = 0
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._refresh = threading.Event()
        self._thread = threading.Thread(target=self._run, name="run watcher", daemon=True)

    def start(self) -> None:
        """Begin watching."""
        self._thread.start()

    def close(self) -> None:
        """Stop and wait for the thread."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(5)

    def follow(self, run: str) -> None:
        """Deliver the events of `run`, from its first one on."""
        with self._lock:
            self._follows += 1
            self._wanted[run] = self._follows

    def unfollow(self, run: str) -> None:
        """Stop following; following again starts from the first event."""
        with self._lock:
            self._wanted.pop(run, None)

    def refresh(self) -> None:
        """List the runs at once."""
        self._refresh.set()

    def _run(self) -> None:
        from engine.store.workspace import Workspace

        workspace = Workspace(self._folder)
        tails: dict[str, tuple[int, EventTail]] = {}
        listed: object = None
        next_list = 0.0
        while not self._stop.is_set():
            try:
                self._follow(workspace, tails)
                if self._refresh.is_set() or time.monotonic() >= next_list:
                    self._refresh.clear()
                    runs = workspace.runs()
                    if runs != listed:
                        listed = runs
                        self.listed.emit(runs)
                    next_list = time.monotonic() + LIST_SECONDS
            except RuntimeError:
                return  # the window is gone
            except (TrainyardError, OSError):
                next_list = time.monotonic() + LIST_SECONDS  # a folder moved away; look again
            self._stop.wait(TAIL_SECONDS)
        workspace.close()

    def _follow(self, workspace: Workspace, tails: dict[str, tuple[int, EventTail]]) -> None:
        with self._lock:
            wanted = dict(self._wanted)
        for run in [run for run, (follow, _) in tails.items() if wanted.get(run) != follow]:
            del tails[run]
        for run, follow in wanted.items():
            try:
                if run not in tails:
                    tails[run] = (follow, workspace.run(run).tail())
                events = tails[run][1].poll()
            except (TrainyardError, OSError):
                continue  # deleted meanwhile; the next listing says so
            for start in range(0, len(events), BATCH):
                self.arrived.emit(run, tuple(events[start : start + BATCH]))
