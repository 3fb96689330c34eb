"""The Queue page: runs that find no room wait, are ordered by hand, and start by themselves."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from engine.pipeline.training import train_run
from gui.notices import Notices
from gui.pages.queue.page import QueuePage
from gui.session import Session
from tests.engine.trained import flowers
from tests.gui.pages.swept import make_quick, shown

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Folders of the runs that would have been given to a worker."""
    found: list[Path] = []
    monkeypatch.setattr("gui.jobs.WorkerPool.train", lambda self, folder: found.append(folder))
    monkeypatch.setattr("gui.jobs.WorkerPool.warm_up", lambda self: None)
    return found


@pytest.fixture
def session(qtbot: Any, tmp_path: Path, begun: list[Path]) -> Iterator[Session]:
    session = Session(tmp_path / "home")
    session.start()
    session.open(flowers(tmp_path / "flowers.csv", rows=60))
    qtbot.waitUntil(lambda: session.profile is not None)
    make_quick(session)
    yield session
    session.close()


def test_runs_wait_are_moved_removed_and_start_when_there_is_room(
    qtbot: Any, session: Session, begun: list[Path]
) -> None:
    page = QueuePage(session, None)  # type: ignore[arg-type]
    window = shown(page, qtbot)
    page.notices = Notices(window)
    for _ in range(4):
        session.train()
    assert len(begun) == 1
    assert session.focus == begun[0].name
    qtbot.waitUntil(lambda: len(page.table.rows()) == 3)
    assert [row[0] for row in page.table.rows()] == ["Run 2", "Run 3", "Run 4"]

    page.table.setFocus()
    page.table.selectRow(2)
    QTest.keyClick(page.table, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: [row[0] for row in page.table.rows()] == ["Run 2", "Run 4", "Run 3"])
    assert page.selected is not None
    assert session.run(page.selected).number == 4  # type: ignore[union-attr]
    QTest.mouseClick(page.up, LEFT)
    qtbot.waitUntil(lambda: [row[0] for row in page.table.rows()] == ["Run 4", "Run 2", "Run 3"])
    page.table.selectRow(1)
    QTest.keyClick(page.table, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: [row[0] for row in page.table.rows()] == ["Run 4", "Run 3"])

    train_run(session.workspace.run(begun[0].name))  # as a worker would
    qtbot.waitUntil(lambda: len(begun) == 2)
    assert session.run(begun[1].name).number == 4  # type: ignore[union-attr]
    qtbot.waitUntil(lambda: [row[0] for row in page.table.rows()] == ["Run 3"])
    assert window.isVisible()


def test_a_held_queue_starts_nothing_until_it_is_released_or_a_run_is_told_to_start(
    qtbot: Any, session: Session, begun: list[Path]
) -> None:
    page = QueuePage(session, None)  # type: ignore[arg-type]
    window = shown(page, qtbot)
    page.notices = Notices(window)
    QTest.mouseClick(page.hold, LEFT)
    assert session.queue.held
    for _ in range(3):
        session.train()
    assert begun == []
    qtbot.waitUntil(lambda: len(page.table.rows()) == 3)
    page.table.selectRow(1)
    QTest.mouseClick(page.first, LEFT)
    qtbot.waitUntil(lambda: len(begun) == 1)
    assert begun[0].name.split("_")[1] == "0002"
    session.set_queue(at_once=3)
    assert len(begun) == 1
    QTest.mouseClick(page.hold, LEFT)
    qtbot.waitUntil(lambda: len(begun) == 3)


def test_what_waited_in_a_killed_window_waits_in_the_next_one_in_its_order(
    qtbot: Any, session: Session, begun: list[Path], tmp_path: Path
) -> None:
    session.set_queue(held=True)
    for _ in range(3):
        session.train()
    order = session.queue.waiting
    session.move_queued(order[2], 0)
    moved = session.queue.waiting
    again = Session(tmp_path / "home")  # nothing was told to it by the first
    try:
        assert again.queue.waiting == moved == (order[2], order[0], order[1])
        assert again.queue.held
    finally:
        again.close()
