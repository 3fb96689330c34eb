"""Tells through the system that a run has ended, while the window is not looked at."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtDBus import QDBusConnection, QDBusMessage
from PySide6.QtGui import QGuiApplication, QIcon
from PySide6.QtWidgets import QSystemTrayIcon

from engine.paths import resource
from gui.i18n import render, sentences, tr
from gui.models.run_words import clock, run_title, score, status_look

if TYPE_CHECKING:
    from engine.store.summary import RunSummary
    from gui.session import Session
    from gui.settings import Settings

_SERVICE = "org.freedesktop.Notifications"
_SHOWN_MS = 10_000


class RunEnds(QObject):
    """Listens to the session; a run that was alive and is not any more is told of once."""

    def __init__(self, session: Session, settings: Settings, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._settings = session, settings
        self._alive = set(session.running)
        self._tray: QSystemTrayIcon | None = None
        session.runsChanged.connect(self._on_runs_changed)

    def _on_runs_changed(self) -> None:
        alive = set(self._session.running)
        ended, self._alive = self._alive - alive, alive
        for run in ended:
            summary = self._session.run(run)
            # Of folds, seeds and trials the run that holds them tells.
            if summary is not None and summary.group is None and self._is_wanted():
                self.tell(*words(summary))

    def _is_wanted(self) -> bool:
        looked_at = QGuiApplication.applicationState() == Qt.ApplicationState.ApplicationActive
        return self._settings.choices.notify and not looked_at

    def tell(self, title: str, text: str) -> None:
        """Show it with what the system has for that."""
        if sys.platform.startswith("linux") and self._notify(title, text):
            return
        if not QSystemTrayIcon.isSystemTrayAvailable() or not QSystemTrayIcon.supportsMessages():
            return
        if self._tray is None:
            self._tray = QSystemTrayIcon(QIcon(str(resource("icons", "train.svg"))), self)
            self._tray.setToolTip("Trainyard")
        self._tray.show()  # only an icon that is there can say something
        self._tray.showMessage(title, text, QSystemTrayIcon.MessageIcon.Information, _SHOWN_MS)

    def _notify(self, title: str, text: str) -> bool:
        """Without a tray icon, as desktops on Linux do it; False where nobody listens."""
        bus = QDBusConnection.sessionBus()
        if not bus.isConnected() or not bus.interface().isServiceRegistered(_SERVICE).value():
            return False
        call = QDBusMessage.createMethodCall(
            _SERVICE, "/org/freedesktop/Notifications", _SERVICE, "Notify"
        )
        call.setArguments(["Trainyard", 0, "trainyard", title, text, [], {}, _SHOWN_MS])
        return bus.send(call)


def words(run: RunSummary) -> tuple[str, str]:
    """What is said of a run that has ended: a title, and how it came out."""
    title = tr("{run}: {status}", run=run_title(run), status=status_look(run.status).word)
    if run.note is not None and run.best is None:
        return title, render(run.note)
    parts = [tr("{name} on {dataset}.", name=run.name, dataset=run.dataset)]
    if run.best is not None:
        parts.append(tr("Best validation score {score}.", score=score(run.best)))
    parts.append(tr("It took {time}.", time=clock(run.duration)))
    return title, sentences(parts)
