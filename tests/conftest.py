"""What all tests share: folders of their own, no network, no leaked threads."""

from __future__ import annotations

import gc
import os
import sys
import threading
import time
import traceback
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

import hypothesis
import pytest

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("PYQTGRAPH_QT_LIB", "PySide6")

# The same examples in every run, and no limit of time for one; the long tier draws new ones.
hypothesis.settings.register_profile("steady", derandomize=True, deadline=None, database=None)
hypothesis.settings.load_profile("steady")

_FULL_EVERY = 20
_window_tests = 0


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tests marked `long` run only when asked for: `pytest -m long`."""
    if "long" in config.getoption("markexpr"):
        return
    for item in items:
        if item.get_closest_marker("long"):
            item.add_marker(pytest.mark.skip(reason="long; run with -m long"))


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Windows of tests are collected after a test, as the program does it between events.

    Python would do it anywhere: in a thread, or while the window is painted. Both crash.
    """
    global _window_tests
    if "qapp" not in getattr(item, "fixturenames", ()):
        yield
        return
    gc.disable()
    yield
    _window_tests += 1
    gc.collect(1 if _window_tests % _FULL_EVERY else 2)
    gc.enable()


@pytest.hookimpl(hookwrapper=True, trylast=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """A failed paintEvent leaves no painter behind: the test fails, and does not crash."""
    before = sys.excepthook

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        before(kind, error, trace)
        traceback.clear_frames(trace)

    sys.excepthook = hook
    yield
    sys.excepthook = before


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs and caches of a test stay in its temporary folder."""
    monkeypatch.setenv("TRAINYARD_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("TRAINYARD_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("TRAINYARD_KEYS", str(tmp_path / "keys"))


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
    deadline = time.monotonic() + 60
    leaked: list[threading.Thread] = []
    while time.monotonic() < deadline:
        leaked = [t for t in threading.enumerate() if t not in before and t.is_alive()]
        leaked = [t for t in leaked if not t.name.startswith(("ThreadPoolExecutor", "joblib"))]
        if not leaked:
            return
        time.sleep(0.02)
    pytest.fail(f"leaked threads: {[t.name for t in leaked]}")
