"""What all tests share: folders of their own, no network, no leaked threads."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("PYQTGRAPH_QT_LIB", "PySide6")


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs and caches of a test stay in its temporary folder."""
    monkeypatch.setenv("TRAINYARD_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("TRAINYARD_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def qtbot(qtbot: QtBot) -> QtBot:
    """Waits as long as a slow, busy machine needs; a test that waits in vain fails all the same."""
    for name in ("waitUntil", "waitSignal", "waitSignals"):
        setattr(qtbot, name, partial(getattr(qtbot, name), timeout=60_000))
    return qtbot


@pytest.fixture(autouse=True)
def no_leaked_threads() -> Iterator[None]:
    """A test must end the threads that it started."""
    before = set(threading.enumerate())
    yield
    deadline = time.monotonic() + 5
    leaked: list[threading.Thread] = []
    while time.monotonic() < deadline:
        leaked = [t for t in threading.enumerate() if t not in before and t.is_alive()]
        leaked = [t for t in leaked if not t.name.startswith(("ThreadPoolExecutor", "joblib"))]
        if not leaked:
            return
        time.sleep(0.02)
    pytest.fail(f"leaked threads: {[t.name for t in leaked]}")
