from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPoint, Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from engine.store.summary import RunSummary, Status
from gui import theme
from gui.notices import Notices
from gui.runs_drawer.columns import Column
from gui.runs_drawer.drawer import RunsDrawer
from tests.gui.pages.train.runs import START, NotedSession, summary

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def session(tmp_path: Path, qapp: QApplication) -> Iterator[NotedSession]:
    theme.apply(qapp, "light")
    made = NotedSession(tmp_path)
    made.list_runs(
        summary(4, Status.RUNNING),
        summary(3, Status.QUEUED, epoch=0, best=None, sparkline=(), seconds_left=None, duration=0),
        summary(2, Status.DONE, best=0.3, seconds_left=None),
        summary(1, Status.FAILED, best=None, seconds_left=None),
    )
    yield made
    made.close()


@pytest.fixture
def host(qtbot: QtBot) -> QWidget:
    window = QWidget()
    window.setLayout(QVBoxLayout())
    window.layout().setContentsMargins(0, 0, 0, 0)
    window.resize(1440, 400)
    qtbot.addWidget(window)
    return window


@pytest.fixture
def notices(host: QWidget) -> Notices:
    return Notices(host)


@pytest.fixture
def drawer(session: NotedSession, host: QWidget, notices: Notices, qtbot: QtBot) -> RunsDrawer:
    made = RunsDrawer(session, notices)
    host.layout().addWidget(made)
    with qtbot.waitExposed(host):
        host.show()
    host.activateWindow()
    return made


def model(drawer: RunsDrawer) -> QAbstractItemModel:
    return drawer.table.model()


def cell(drawer: RunsDrawer, run: int, column: Column) -> QModelIndex:
    for row in range(model(drawer).rowCount()):
        index = model(drawer).index(row, column)
        if drawer.table.run_at(index) == f"run{run}":
            return index
    raise AssertionError(run)


def text(drawer: RunsDrawer, run: int, column: Column) -> str:
    return str(cell(drawer, run, column).data())


def click(
    qtbot: QtBot, drawer: RunsDrawer, run: int, column: Column, *, twice: bool = False
) -> None:
    at = drawer.table.visualRect(cell(drawer, run, column)).center()
    act = qtbot.mouseDClick if twice else qtbot.mouseClick
    act(drawer.table.viewport(), LEFT, pos=at)


def order(drawer: RunsDrawer) -> list[str]:
    rows = range(model(drawer).rowCount())
    return [str(model(drawer).index(row, Column.RUN).data()) for row in rows]


def test_every_run_is_listed_newest_first(drawer: RunsDrawer) -> None:
    assert order(drawer) == ["Run 4", "Run 3", "Run 2", "Run 1"]
    assert text(drawer, 4, Column.STATUS) == "Running"
    assert text(drawer, 4, Column.EPOCH) == "3 / 20"
    assert text(drawer, 4, Column.LEFT) == "1:52"
    assert text(drawer, 2, Column.DURATION) == "1:15"
    assert text(drawer, 3, Column.BEST) == "—"
    assert text(drawer, 2, Column.DEVICE) == "CPU"


def test_the_reason_of_a_failure_is_red(drawer: RunsDrawer) -> None:
    note = cell(drawer, 1, Column.NOTE)

    assert note.data() == "The loss became NaN."
    assert note.data(Qt.ItemDataRole.ForegroundRole) == theme.colour("err")


def test_the_best_of_comparable_runs_stands_out(drawer: RunsDrawer) -> None:
    assert cell(drawer, 2, Column.BEST).data(Qt.ItemDataRole.FontRole).weight() == 600
    assert cell(drawer, 4, Column.BEST).data(Qt.ItemDataRole.FontRole) is None


def test_what_is_painted_is_also_said(drawer: RunsDrawer) -> None:
    said = Qt.ItemDataRole.AccessibleTextRole

    assert cell(drawer, 4, Column.EPOCH).data(said) == "Epoch 3 of 20"
    assert cell(drawer, 4, Column.LOSS).data(said) == "Validation loss from 0.7000 to 0.4000"
    assert cell(drawer, 3, Column.LOSS).data(said) == "No validation loss yet"
    assert cell(drawer, 4, Column.BEST).data(said) == "Best val loss: 0.4000"
    assert cell(drawer, 4, Column.OVERLAY).data(said) == "Drawn on the charts"
    for column in Column:
        assert cell(drawer, 2, column).data(said) or column is Column.NOTE
    assert cell(drawer, 4, Column.EPOCH).data(Qt.ItemDataRole.ToolTipRole) == "Epoch 3 of 20"


def test_all_rows_can_be_painted(drawer: RunsDrawer, session: NotedSession) -> None:
    session.list_runs(*(summary(n + 1, status) for n, status in enumerate(Status)))

    picture = drawer.grab()

    assert picture.width() == drawer.width()


def test_a_run_that_goes_on_changes_its_row_only(
    drawer: RunsDrawer, session: NotedSession, qtbot: QtBot
) -> None:
    changed: list[int] = []
    drawer._model.dataChanged.connect(lambda first, last: changed.append(first.row()))
    drawer._model.modelReset.connect(lambda: changed.append(-1))
    runs = [run.model_copy(update={"epoch": 9}) if run.number == 4 else run for run in session.runs]

    session.list_runs(*runs)

    assert changed == [0]
    assert text(drawer, 4, Column.EPOCH) == "9 / 20"


def test_a_run_started_elsewhere_appears_and_a_deleted_one_leaves(
    drawer: RunsDrawer, session: NotedSession
) -> None:
    kept = [run for run in session.runs if run.number != 2]
    session.list_runs(summary(5, Status.STARTING), *kept)

    assert order(drawer) == ["Run 5", "Run 4", "Run 3", "Run 1"]


def test_a_click_puts_a_run_in_focus(
    drawer: RunsDrawer, session: NotedSession, qtbot: QtBot
) -> None:
    assert session.focus == drawer.table.current_run() == "run4"

    click(qtbot, drawer, 2, Column.NAME)
    assert session.focus == "run2"
    qtbot.keyClick(drawer.table, Qt.Key.Key_Down)
    assert session.focus == "run1"


def test_focus_from_elsewhere_selects_the_row(drawer: RunsDrawer, session: NotedSession) -> None:
    session.set_focus("run1")

    assert drawer.table.current_run() == "run1"


def test_a_double_click_opens_the_run_on_the_train_page(
    drawer: RunsDrawer, session: NotedSession, qtbot: QtBot
) -> None:
    click(qtbot, drawer, 2, Column.STATUS, twice=True)

    assert (session.focus, session.page) == ("run2", "train")


def test_a_checkbox_overlays_without_moving_the_focus(
    drawer: RunsDrawer, session: NotedSession, qtbot: QtBot
) -> None:
    click(qtbot, drawer, 2, Column.OVERLAY)

    assert "run2" in session.overlay
    assert session.focus == "run4"
    box = cell(drawer, 2, Column.OVERLAY)
    assert Qt.CheckState(box.data(Qt.ItemDataRole.CheckStateRole)) is Qt.CheckState.Checked
    assert "2 of 4 overlaid" in drawer.title._counts.whole_text()

    click(qtbot, drawer, 2, Column.OVERLAY)
    assert "run2" not in session.overlay


def test_space_ticks_the_checkbox_it_stands_on(
    drawer: RunsDrawer, session: NotedSession, qtbot: QtBot
) -> None:
    drawer.table.setFocus()
    drawer.table.setCurrentIndex(cell(drawer, 1, Column.OVERLAY))
    before = "run1" in session.overlay

    qtbot.keyClick(drawer.table, Qt.Key.Key_Space)

    assert ("run1" in session.overlay) is not before


def test_renaming_in_place(drawer: RunsDrawer, session: NotedSession, qtbot: QtBot) -> None:
    click(qtbot, drawer, 2, Column.STATUS)
    qtbot.keyClick(drawer.table, Qt.Key.Key_F2)
    editor = drawer.table.findChild(QLineEdit)
    assert editor is not None
    assert editor.text() == "mlp 2"
    editor.selectAll()
    qtbot.keyClicks(editor, "wide net")
    qtbot.keyClick(editor, Qt.Key.Key_Return)

    qtbot.waitUntil(lambda: session.commands == [("rename", "run2", "wide net")])


def test_a_name_being_typed_survives_updates(
    drawer: RunsDrawer, session: NotedSession, qtbot: QtBot
) -> None:
    drawer.table.rename("run4")
    editor = drawer.table.findChild(QLineEdit)
    assert editor is not None
    editor.selectAll()
    qtbot.keyClicks(editor, "half a na")

    for epoch in range(4, 9):
        session.list_runs(
            *(
                run.model_copy(update={"epoch": epoch}) if run.number == 4 else run
                for run in session.runs
            )
        )
    assert editor.text() == "half a na"
    qtbot.keyClicks(editor, "me")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: session.commands == [("rename", "run4", "half a name")])


def test_an_empty_name_changes_nothing(
    drawer: RunsDrawer, session: NotedSession, qtbot: QtBot
) -> None:
    drawer.table.rename("run4")
    editor = drawer.table.findChild(QLineEdit)
    assert editor is not None
    editor.clear()
    qtbot.keyClick(editor, Qt.Key.Key_Return)

    assert session.commands == []


def test_deleting_can_be_undone(
    drawer: RunsDrawer, session: NotedSession, notices: Notices, qtbot: QtBot
) -> None:
    click(qtbot, drawer, 2, Column.NAME)
    qtbot.keyClick(drawer.table, Qt.Key.Key_Delete)

    assert session.commands == [("delete", "run2")]
    (notice,) = notices.shown()
    assert "Run 2 moved to the trash" in notice.accessibleName()
    undo = next(b for b in notice.findChildren(QWidget) if getattr(b, "text", str)() == "Undo")
    qtbot.mouseClick(undo, LEFT)
    assert session.commands[-1] == ("restore", "run2")


def test_a_deletion_that_failed_is_not_announced(
    drawer: RunsDrawer, session: NotedSession, notices: Notices, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "delete_run", lambda run: session.failed.emit(OSError()))

    drawer.delete("run2")

    assert notices.shown() == ()


def test_a_run_that_trains_is_not_deleted(
    drawer: RunsDrawer, session: NotedSession, notices: Notices, qtbot: QtBot
) -> None:
    drawer.table.setFocus()
    click(qtbot, drawer, 4, Column.NAME)
    qtbot.keyClick(drawer.table, Qt.Key.Key_Delete)

    assert session.commands == []
    assert "Run 4 is still training" in notices.shown()[0].accessibleName()


def actions(menu: QMenu) -> dict[str, bool]:
    return {action.text(): action.isEnabled() for action in menu.actions() if action.text()}


def test_the_menu_offers_what_the_run_allows(drawer: RunsDrawer, session: NotedSession) -> None:
    alive, failed = drawer.menu_for("run4"), drawer.menu_for("run1")
    assert alive is not None
    assert failed is not None

    assert actions(alive)["Move to the trash"] is False
    assert "Stop and keep the best" in actions(alive)
    assert "Resume" in actions(failed)
    next(a for a in failed.actions() if a.text() == "Open in Evaluate").trigger()
    assert (session.focus, session.page) == ("run1", "evaluate")


def test_the_menu_key_opens_the_menu(drawer: RunsDrawer, qtbot: QtBot) -> None:
    shown: list[tuple[str, QPoint]] = []
    drawer.table.menuAsked.disconnect()
    drawer.table.menuAsked.connect(lambda run, at: shown.append((run, at)))
    from PySide6.QtGui import QContextMenuEvent

    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(0, 0), QPoint(0, 0))
    drawer.table.contextMenuEvent(event)

    assert shown[0][0] == "run4"


def test_the_filter_looks_everywhere(drawer: RunsDrawer, qtbot: QtBot) -> None:
    qtbot.keyClicks(drawer.title.filter, "done")
    assert order(drawer) == ["Run 2"]

    drawer.title.filter.clear()
    qtbot.keyClicks(drawer.title.filter, "zebra")
    assert drawer._body.currentWidget() is drawer._nothing
    assert drawer._nothing.text() == "No run contains “zebra”."

    qtbot.keyClick(drawer.title.filter, Qt.Key.Key_Escape)
    assert len(order(drawer)) == 4


@pytest.mark.parametrize(
    ("column", "first", "last"),
    [(Column.BEST, "Run 2", "Run 1"), (Column.STATUS, "Run 4", "Run 2")],
)
def test_a_click_on_a_header_sorts(
    drawer: RunsDrawer, qtbot: QtBot, column: Column, first: str, last: str
) -> None:
    header = drawer.table.horizontalHeader()
    at = QPoint(header.sectionViewportPosition(column) + 20, header.height() // 2)
    qtbot.mouseClick(header.viewport(), LEFT, pos=at)
    qtbot.wait(1)
    if header.sortIndicatorOrder() is Qt.SortOrder.DescendingOrder:
        qtbot.mouseClick(header.viewport(), LEFT, pos=at)

    assert order(drawer)[0] == first
    assert order(drawer)[-1] in (last, "Run 3")


def test_missing_values_go_last_in_both_directions(drawer: RunsDrawer) -> None:
    for direction in (Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder):
        drawer.table.sortByColumn(Column.BEST, direction)
        assert set(order(drawer)[-2:]) == {"Run 1", "Run 3"}


def test_collapsing_leaves_the_title_line(drawer: RunsDrawer, qtbot: QtBot) -> None:
    with qtbot.waitSignal(drawer.collapsedChanged) as told:
        qtbot.mouseClick(drawer.title._chevron, LEFT)

    assert told.args == [True]
    assert drawer.is_collapsed
    assert not drawer.table.isVisible()
    assert drawer.maximumHeight() == 34
    assert "Best: Run 2 mlp 2, val loss 0.3000" in drawer.title._best.whole_text()
    drawer.set_collapsed(False)
    assert drawer.table.isVisible()


def test_without_runs_the_drawer_says_so(drawer: RunsDrawer, session: NotedSession) -> None:
    session.list_runs()

    assert drawer._nothing.text() == "No runs yet. Press Train to start one."
    assert drawer.title._counts.whole_text() == "Runs appear here once you train."


def test_runs_judged_differently_name_their_metric(
    drawer: RunsDrawer, session: NotedSession
) -> None:
    header = Qt.Orientation.Horizontal
    assert model(drawer).headerData(Column.BEST, header) == "Best val loss"

    session.list_runs(summary(2, Status.DONE), summary(1, Status.DONE, monitor="r2", best=0.5))

    assert model(drawer).headerData(Column.BEST, header) == "Best"
    assert text(drawer, 1, Column.BEST) == "0.5000 R²"


def test_a_thousand_runs_are_listed(drawer: RunsDrawer, session: NotedSession) -> None:
    runs: list[RunSummary] = [
        summary(n, Status.DONE, created=START + n) for n in range(1000, 0, -1)
    ]
    session.list_runs(*runs)
    changed: list[int] = []
    drawer._model.dataChanged.connect(lambda first, last: changed.append(first.row()))
    session.list_runs(runs[0].model_copy(update={"epoch": 4}), *runs[1:])

    assert len(order(drawer)) == 1000
    assert changed == [0]


def group(drawer: RunsDrawer, session: NotedSession) -> None:
    session.list_runs(
        summary(9, Status.DONE),
        summary(8, Status.DONE, group="run5", place=2),
        summary(7, Status.DONE, group="run5", place=1),
        summary(6, Status.DONE, group="run5", place=0, name="odd one"),
        summary(5, Status.DONE, folds=3, best=0.4, spread=0.01),
        summary(4, Status.DONE),
    )


def test_runs_of_a_group_fold_under_their_head(
    drawer: RunsDrawer, session: NotedSession, qtbot: QtBot
) -> None:
    group(drawer, session)
    assert order(drawer) == ["Run 9", "Run 5", "Run 4"]
    assert text(drawer, 5, Column.BEST) == "0.4000 ± 0.0100"

    chevron = drawer.table.visualRect(cell(drawer, 5, Column.RUN)).topLeft() + QPoint(10, 12)
    qtbot.mouseClick(drawer.table.viewport(), LEFT, pos=chevron)
    assert order(drawer) == ["Run 9", "Run 5", "Run 6", "Run 7", "Run 8", "Run 4"]
    assert drawer.grab().width() == drawer.width()

    drawer.table.setCurrentIndex(cell(drawer, 7, Column.RUN))
    qtbot.keyClick(drawer.table, Qt.Key.Key_Left)
    assert drawer.table.current_run() == "run5"
    qtbot.keyClick(drawer.table, Qt.Key.Key_Left)
    assert order(drawer) == ["Run 9", "Run 5", "Run 4"]
    qtbot.keyClick(drawer.table, Qt.Key.Key_Plus)
    assert len(order(drawer)) == 6


def test_a_filter_shows_members_below_their_head(drawer: RunsDrawer, session: NotedSession) -> None:
    group(drawer, session)
    drawer.title.filter.setText("odd")
    assert order(drawer) == ["Run 5", "Run 6"]
    drawer.title.filter.setText("")
    assert order(drawer) == ["Run 9", "Run 5", "Run 4"]


def test_a_member_in_focus_is_unfolded(drawer: RunsDrawer, session: NotedSession) -> None:
    group(drawer, session)
    session.set_focus("run7")
    assert drawer.table.current_run() == "run7"


def test_members_stay_below_their_head_in_any_order(
    drawer: RunsDrawer, session: NotedSession
) -> None:
    group(drawer, session)
    drawer._model.set_unfolded("run5", True)
    drawer.table.sortByColumn(Column.RUN, Qt.SortOrder.AscendingOrder)
    assert order(drawer) == ["Run 4", "Run 5", "Run 6", "Run 7", "Run 8", "Run 9"]


def test_a_star_and_a_note_with_tags_are_written(
    drawer: RunsDrawer, session: NotedSession, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[tuple[object, ...]] = []
    drawer._model.starred.connect(lambda *told: done.append(told))
    drawer._model.noted.connect(lambda *told: done.append(told))
    session.failed.connect(lambda error: None)
    click(qtbot, drawer, 2, Column.STAR)
    assert done == [("run2", True)]
    assert session.focus == "run4", "a star is given without moving the focus"

    drawer.table.note("run2")
    editor = drawer.table.findChild(QLineEdit)
    assert editor is not None
    qtbot.keyClicks(editor, "try again #slow #baseline")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(done) == 2)
    assert done[1] == ("run2", "try again", ("slow", "baseline"))


def test_tags_and_stars_are_found(drawer: RunsDrawer, session: NotedSession) -> None:
    session.list_runs(
        summary(2, Status.DONE, tags=("slow",), favourite=True), summary(1, Status.FAILED)
    )
    for words in ("#slow", "tag:slow", "is:favourite", "status:done"):
        drawer.title.filter.setText(words)
        assert order(drawer) == ["Run 2"], words
    assert drawer.grab().height() > 0


def test_focus_and_names_being_typed_survive_rows_that_come_and_move(
    drawer: RunsDrawer, session: NotedSession, qtbot: QtBot
) -> None:
    drawer.table.sortByColumn(Column.BEST, Qt.SortOrder.AscendingOrder)
    session.set_focus("run2")
    drawer.table.rename("run2")
    editor = drawer.table.findChild(QLineEdit)
    assert editor is not None
    editor.selectAll()
    qtbot.keyClicks(editor, "half a name")
    better = [
        run.model_copy(update={"best": 0.1}) if run.number == 4 else run for run in session.runs
    ]
    session.list_runs(summary(6, Status.DONE, best=0.05), *better)

    assert order(drawer)[:3] == ["Run 6", "Run 4", "Run 2"]
    assert drawer.table.current_run() == "run2"
    assert editor.text() == "half a name"
