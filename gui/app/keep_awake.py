"""Keeps the computer from going to sleep while a run trains."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

if TYPE_CHECKING:
    from gui.session import Session
    from gui.settings import Settings


class KeepAwake(QObject):
    """Asks the system to stay awake as long as runs train; the screen may go dark.

    Asking takes place in a thread: a system service that does not answer holds nobody up.
    """

    def __init__(self, session: Session, settings: Settings, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._settings = session, settings
        self._enough: threading.Event | None = None
        session.runsChanged.connect(self.refresh)

    @property
    def is_asking(self) -> bool:
        """Whether the system is asked to stay awake."""
        return self._enough is not None

    def refresh(self) -> None:
        """Ask, or ask no longer, as runs and the choice in the settings have it."""
        training = [run for run in self._session.running if self._trains(run)]
        if not training or not self._settings.choices.keep_awake:
            self.close()
        elif self._enough is None:
            self._enough = threading.Event()
            threading.Thread(
                target=_stay_awake, args=(self._enough,), name="keep awake", daemon=True
            ).start()

    def close(self) -> None:
        """Let the system sleep again."""
        if self._enough is not None:
            self._enough.set()
            self._enough = None

    def _trains(self, run: str) -> bool:
        summary = self._session.run(run)
        return summary is not None and summary.status.value != "paused"


def _stay_awake(enough: threading.Event) -> None:
    from wakepy import keep

    # Where the system has no way to be asked, training goes on all the same.
    with keep.running(on_fail="pass"):
        enough.wait()
