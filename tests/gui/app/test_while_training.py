from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from engine.store.summary import Status
from gui.app import keep_awake
from gui.app.keep_awake import KeepAwake
from gui.app.launcher_progress import LauncherProgress
from gui.app.run_ends import RunEnds
from gui.settings import Settings
from tests.gui.pages.train.runs import NotedSession, summary, trained


@pytest.fixture
def session(tmp_path: Path, qtbot: QtBot) -> Iterator[NotedSession]:
    made = NotedSession(tmp_path)
    yield made
    made.close()


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[Settings]:
    made = Settings(tmp_path)
    yield made
    made.finish()


@pytest.fixture
def told(
    session: NotedSession, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> list[tuple[str, str]]:
    """What the system is asked to show."""
    heard: list[tuple[str, str]] = []
    monkeypatch.setattr(RunEnds, "tell", lambda self, *words: heard.append(words))
    RunEnds(session, settings, session)
    return heard


def looks(monkeypatch: pytest.MonkeyPatch, state: Qt.ApplicationState) -> None:
    monkeypatch.setattr(QGuiApplication, "applicationState", staticmethod(lambda: state))


def test_the_end_of_a_run_is_told_while_nobody_looks(
    session: NotedSession, told: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    looks(monkeypatch, Qt.ApplicationState.ApplicationInactive)
    session.list_runs(summary(1), summary(2, group="run1"))
    session.list_runs(summary(1, Status.DONE), summary(2, Status.DONE, group="run1"))
    session.list_runs(summary(1, Status.DONE), summary(2, Status.DONE, group="run1"))

    ((title, text),) = told
    assert title == "Run 1: Done"
    assert "Best validation score 0.4000." in text


@pytest.mark.parametrize("reason", ["window", "choice"])
def test_it_is_not_told_to_who_looks_or_does_not_want_it(
    session: NotedSession,
    settings: Settings,
    told: list[tuple[str, str]],
    monkeypatch: pytest.MonkeyPatch,
    reason: str,
) -> None:
    state = Qt.ApplicationState
    looks(
        monkeypatch,
        state.ApplicationActive if reason == "window" else state.ApplicationInactive,
    )
    settings.change(notify=reason == "window")
    session.list_runs(summary(1))
    session.list_runs(summary(1, Status.FAILED))

    assert told == []


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """How many threads ask the system to stay awake."""
    waiting: list[int] = []

    def stay(enough: threading.Event) -> None:
        waiting.append(1)
        enough.wait()
        waiting.pop()

    monkeypatch.setattr(keep_awake, "_stay_awake", stay)
    return lambda: len(waiting)


def test_the_system_stays_awake_while_a_run_trains_and_the_choice_is_on(
    session: NotedSession, settings: Settings, asked: Callable[[], int], qtbot: QtBot
) -> None:
    awake = KeepAwake(session, settings, QObject(session))
    session.list_runs(summary(1), summary(2))
    qtbot.waitUntil(lambda: asked() == 1)
    session.list_runs(summary(1, Status.PAUSED), summary(2, Status.DONE))
    qtbot.waitUntil(lambda: asked() == 0)

    session.list_runs(summary(1))
    qtbot.waitUntil(lambda: asked() == 1)
    settings.change(keep_awake=False)
    awake.refresh()
    assert not awake.is_asking
    qtbot.waitUntil(lambda: asked() == 0)


def test_the_launcher_shows_the_mean_of_the_runs_without_their_folds(
    session: NotedSession, qtbot: QtBot
) -> None:
    app = QGuiApplication.instance()
    assert isinstance(app, QGuiApplication)
    launcher = LauncherProgress(session, app, QObject(session))
    session.list_runs(summary(1), summary(2), summary(3, group="run1"))
    session.tell("run1", trained(5))
    session.tell("run2", trained(15))
    session.tell("run3", trained(20))

    assert launcher.progress() == (2, pytest.approx(0.5))
    launcher._show()
    assert launcher._shown == (2, 50)
