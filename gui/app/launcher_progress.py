"""How far runs are, at the program's icon in the task bar or dock, on desktops that show it there.

Desktops on Linux listen to the signal of Unity's launcher (KDE, Ubuntu's dock, Dash to Dock); on macOS
and Windows Qt has a badge: the number of runs that train.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtDBus import QDBusConnection, QDBusMessage
from PySide6.QtGui import QGuiApplication

if TYPE_CHECKING:
    from gui.session import Session

_EVERY_MS = 1000
_ENTRY = "application://trainyard.desktop"


class LauncherProgress(QObject):
    """The mean share done of all runs that train."""

    def __init__(self, session: Session, app: QGuiApplication, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._app = session, app
        self._shown: tuple[int, int] = (0, 0)
        self._timer = QTimer(self, singleShot=True, interval=_EVERY_MS)
        self._timer.timeout.connect(self._show)
        session.runsChanged.connect(self._soon)
        session.runUpdated.connect(self._soon)

    def _soon(self) -> None:
        if not self._timer.isActive():
            self._timer.start()

    def progress(self) -> tuple[int, float]:
        """How many runs train, and the mean share of them that is done; folds and trials not counted."""
        runs = (self._session.run(run) for run in self._session.running)
        shares = [
            self._session.history(run.id).done
            for run in runs
            if run is not None and run.group is None
        ]
        return len(shares), sum(shares) / len(shares) if shares else 0.0

    def _show(self) -> None:
        count, share = self.progress()
        shown = (count, round(100 * share))
        if shown == self._shown:
            return
        self._shown = shown
        if not sys.platform.startswith("linux"):
            self._app.setBadgeNumber(count)
            return
        bus = QDBusConnection.sessionBus()
        if bus.isConnected():
            signal = QDBusMessage.createSignal(
                "/trainyard", "com.canonical.Unity.LauncherEntry", "Update"
            )
            signal.setArguments([_ENTRY, {"progress": share, "progress-visible": count > 0}])
            bus.send(signal)
