"""A real window over a real session in a folder of the test."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from gui import i18n, theme
from gui.main_window import MainWindow
from gui.session import Session
from gui.settings import Settings


@pytest.fixture
def workspace() -> Path:
    return Path(os.environ["TRAINYARD_HOME"])


@pytest.fixture
def session(qapp: QApplication, workspace: Path) -> Iterator[Session]:
    session = Session(workspace)
    yield session
    session.close()


@pytest.fixture
def window(
    qapp: QApplication, qtbot: QtBot, session: Session, workspace: Path
) -> Iterator[MainWindow]:
    i18n.set_language("en")
    theme.apply(qapp, "light")
    window = MainWindow(session, Settings(workspace))
    window.resize(1440, 900)
    window.show()
    qtbot.waitExposed(window)
    window.activateWindow()
    yield window
    window.close_for_rebuild()
    delete(window)


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "cars.csv"
    rows = [f"{n % 7},{n * 1.5},{'red' if n % 3 else 'blue'}" for n in range(40)]
    path.write_text("\n".join(["doors,weight,colour", *rows]) + "\n")
    return path
