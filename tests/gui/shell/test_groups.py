"""From the Train button's menu: folds train as one run, and what is asked for meanwhile waits its turn."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from engine.export.out_of_fold import FILE as OUT_OF_FOLD
from engine.store.summary import Status
from gui.main_window import MainWindow
from gui.session import Session
from tests.engine.trained import flowers
from tests.gui.pages.swept import make_quick

LEFT = Qt.MouseButton.LeftButton


def choose(window: MainWindow, text: str) -> None:
    """Open the menu beside Train and click an entry."""
    menu = window.top_bar.train.menu()
    action = next(each for each in menu.actions() if each.text() == text)
    assert action.isEnabled()
    menu.popup(window.mapToGlobal(QPoint(600, 60)))
    QTest.mouseClick(menu, LEFT, pos=menu.actionGeometry(action).center())


def test_folds_train_as_one_run_and_a_second_train_waits_for_it(
    qtbot: QtBot, window: MainWindow, session: Session, tmp_path: Path
) -> None:
    session.start()
    session.open(flowers(tmp_path / "flowers.csv", rows=60))
    qtbot.waitUntil(lambda: session.profile is not None)
    make_quick(session, folds=5, fold=None)
    choose(window, "Cross-validate in 5 folds")
    folds = session.focus
    assert folds is not None
    session.edit(session.recipe.with_split(folds=None, fold=None), "no folds")
    QTest.mouseClick(window.top_bar.train, LEFT, pos=QPoint(30, 15))
    (second,) = session.queue.waiting
    assert session.focus == folds, "who watches a run goes on watching it"
    choose(window, "Queue")
    assert session.page == "queue"
    done = {Status.DONE, Status.STOPPED_EARLY}
    for run in (folds, second):
        qtbot.waitUntil(lambda run=run: (s := session.run(run)) is not None and s.status in done)
    summary = session.run(folds)
    assert summary is not None
    assert summary.folds == 5
    assert summary.spread is not None
    members = [each for each in session.runs if each.group == folds]
    assert sorted(each.name for each in members) == [f"Fold {n} of 5" for n in range(1, 6)]
    assert all(each.status in done for each in members)
    run = session.workspace.run(folds)
    predicted = pq.read_table(run.path / OUT_OF_FOLD)  # type: ignore[no-untyped-call]
    assert sorted(set(predicted["fold"].to_pylist())) == [1, 2, 3, 4, 5]
    assert (
        len(set(predicted["row"].to_pylist())) == predicted.num_rows == 51
    )  # 15% of 60 for the test
    assert session.queue.waiting == ()
