"""The window, driven by mouse and keys."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

import pytest
from PySide6.QtCore import QEvent, QMimeData, QObject, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from gui import i18n, theme
from gui.main_window import MainWindow
from gui.session import Session
from gui.settings import Settings
from gui.shell.rail import NARROW, WIDE

LEFT = Qt.MouseButton.LeftButton
CTRL = Qt.KeyboardModifier.ControlModifier
WAIT = 20_000


def open_table(window: MainWindow, qtbot: QtBot, path: Path) -> None:
    with qtbot.waitSignal(window.session.tableChanged, timeout=WAIT):
        window.open(path)
    qtbot.waitUntil(lambda: window.session.profile is not None, timeout=WAIT)


def drop(window: MainWindow, path: Path) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    at, action = QPoint(700, 400), Qt.DropAction.CopyAction
    none = Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(window, QDragEnterEvent(at, action, mime, LEFT, none))
    QApplication.sendEvent(window, QDropEvent(QPointF(at), action, mime, LEFT, none))


def click_station(window: MainWindow, qtbot: QtBot, row: int) -> None:
    index = window.rail.model().index(row, 0)
    where = window.rail.visualRect(index).center()
    qtbot.mouseClick(window.rail.viewport(), LEFT, pos=where)


def test_the_start_page_is_shown_and_train_says_what_it_needs(window: MainWindow) -> None:
    assert window.pages.currentWidget().name == "start"
    assert not window.top_bar.train.isEnabled()
    assert window.top_bar.train.toolTip() == "Open a table first."
    assert window.windowTitle() == "Trainyard"


def test_a_dropped_file_opens(window: MainWindow, qtbot: QtBot, table: Path) -> None:
    with qtbot.waitSignal(window.session.tableChanged, timeout=WAIT):
        drop(window, table)
    assert window.windowTitle() == "cars.csv – Trainyard"
    assert window.top_bar.dataset.accessibleName() == "Dataset: cars.csv 40 rows × 3 columns"
    assert window.pages.currentWidget().name == "data"
    assert window.top_bar.train.isEnabled()


def test_a_file_that_changes_or_goes_while_it_is_open_is_told_once(
    window: MainWindow, qtbot: QtBot, table: Path
) -> None:
    open_table(window, qtbot, table)
    table.write_text(table.read_text() + "1,2,red\n")
    window.session.show_page("prepare")
    window.session.show_page("model")
    (notice,) = window.notices.shown()
    assert notice.accessibleName().startswith(f"{table} has changed since it was opened.")
    with qtbot.waitSignal(window.session.tableChanged, timeout=WAIT):
        qtbot.mouseClick(notice.findChild(QPushButton), LEFT)
    assert window.session.table is not None
    assert window.session.table.rows == 41
    table.unlink()
    window.session.show_page("prepare")
    last = window.notices.shown()[-1]
    assert last.accessibleName().startswith(f"There is no file {table}.")
    assert window.session.table.rows == 41


def test_a_second_file_replaces_a_table_without_edits_at_once(
    window: MainWindow, qtbot: QtBot, table: Path, tmp_path: Path
) -> None:
    open_table(window, qtbot, table)
    other = tmp_path / "other.csv"
    other.write_text(table.read_text())
    with qtbot.waitSignal(window.session.tableChanged, timeout=WAIT):
        drop(window, other)
    assert window.session.table.path == other


def test_a_second_file_asks_when_edits_would_be_lost(
    window: MainWindow, qtbot: QtBot, table: Path, tmp_path: Path
) -> None:
    open_table(window, qtbot, table)
    window.session.set_target("doors", "Target doors")
    other = tmp_path / "other.csv"
    other.write_text(table.read_text())
    drop(window, other)
    question = window.notices.shown()[-1]
    assert question.accessibleName().startswith("Replace cars.csv with other.csv?")
    assert window.session.table.path == table
    with qtbot.waitSignal(window.session.tableChanged, timeout=WAIT):
        qtbot.mouseClick(question.findChild(QPushButton), LEFT)
    assert window.session.table.path == other


def test_a_table_is_pasted_from_the_clipboard(window: MainWindow, qtbot: QtBot) -> None:
    QGuiApplication.clipboard().setText("a\tb\n1\t2\n3\t4\n5\t6\n")
    with qtbot.waitSignal(window.session.tableChanged, timeout=WAIT):
        qtbot.keyClick(window, Qt.Key.Key_V, CTRL)
    assert window.session.table.names == ("a", "b")
    QGuiApplication.clipboard().clear()
    qtbot.keyClick(window, Qt.Key.Key_V, CTRL)
    assert "clipboard holds no text" in window.notices.shown()[-1].accessibleName()


def test_an_unreadable_file_becomes_a_notice_and_nothing_is_lost(
    window: MainWindow, qtbot: QtBot, table: Path, tmp_path: Path
) -> None:
    open_table(window, qtbot, table)
    empty = tmp_path / "empty.csv"
    empty.write_text("")
    drop(window, empty)
    assert "is empty" in window.notices.shown()[-1].accessibleName()
    assert window.session.table.path == table


def test_stations_are_reached_by_mouse_and_keys(
    window: MainWindow, qtbot: QtBot, table: Path
) -> None:
    click_station(window, qtbot, 1)
    assert window.session.page == "data", "a locked station cannot be chosen"
    open_table(window, qtbot, table)
    click_station(window, qtbot, 1)
    assert window.session.page == "prepare"
    assert window.pages.currentWidget().name == "prepare"
    qtbot.keyClick(window, Qt.Key.Key_3, CTRL)
    assert window.session.page == "model"
    assert window.rail.currentIndex().row() == 2
    window.rail.setFocus()
    qtbot.keyClick(window.rail, Qt.Key.Key_Up)
    assert window.session.page == "prepare"


def test_the_target_is_chosen_by_typing_its_name(
    window: MainWindow, qtbot: QtBot, table: Path
) -> None:
    open_table(window, qtbot, table)
    menu = window.top_bar.target_menu
    menu.popup(window.mapToGlobal(QPoint(400, 60)))
    qtbot.keyClicks(menu.search, "door")
    qtbot.keyClick(menu.search, Qt.Key.Key_Return)
    assert window.session.target == "doors"
    assert not menu.isVisible()
    assert window.top_bar.target.accessibleName().startswith("Target: Target doors")
    qtbot.keyClick(window, Qt.Key.Key_Z, CTRL)
    assert window.session.target == "colour"
    qtbot.keyClick(window, Qt.Key.Key_Y, CTRL)
    assert window.session.target == "doors"


def test_the_target_is_chosen_by_mouse(window: MainWindow, qtbot: QtBot, table: Path) -> None:
    open_table(window, qtbot, table)
    menu = window.top_bar.target_menu
    menu.popup(window.mapToGlobal(QPoint(400, 60)))
    item = menu.columns.item(1)
    where = menu.columns.visualItemRect(item).center()
    qtbot.mouseClick(menu.columns.viewport(), LEFT, pos=where)
    assert window.session.target == "weight"


def test_a_narrow_window_folds_rail_and_inspector(
    window: MainWindow, qtbot: QtBot, table: Path
) -> None:
    open_table(window, qtbot, table)
    assert window.rail.width() == WIDE
    assert window.inspector.isVisible()
    assert not window.top_bar.inspector.isVisible()
    window.resize(1110, 720)
    qtbot.waitUntil(lambda: window.rail.width() == NARROW)
    assert not window.inspector.isVisible()
    assert window.inspector.covers == 0
    qtbot.mouseClick(window.top_bar.inspector, LEFT)
    assert window.inspector.covers > 0
    qtbot.keyClick(window, Qt.Key.Key_I, CTRL)
    assert window.inspector.covers == 0
    window.resize(1440, 900)
    qtbot.waitUntil(window.inspector.isVisible)
    assert window.rail.width() == WIDE


def test_runs_open_and_close_by_key_and_are_remembered(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.keyClick(window, Qt.Key.Key_J, CTRL)
    drawer = window.runs.drawer
    assert drawer is not None
    assert not drawer.is_collapsed
    assert window._settings.choices.runs
    qtbot.keyClick(window, Qt.Key.Key_J, CTRL)
    assert drawer.is_collapsed
    qtbot.waitUntil(lambda: window.runs.height() <= 36)


def test_f6_walks_through_the_panes(window: MainWindow, qtbot: QtBot, table: Path) -> None:
    open_table(window, qtbot, table)
    window.rail.setFocus()
    seen = []
    for _ in range(4):
        qtbot.keyClick(window, Qt.Key.Key_F6)
        now = window.focusWidget()
        panes = (window.rail, window.pages, window.inspector, window.runs, window.top_bar)
        seen.append(next(p for p in panes if p is now or p.isAncestorOf(now)))
    assert len(set(map(id, seen))) >= 3


@pytest.mark.parametrize(
    ("key", "modifier", "title"),
    [
        (Qt.Key.Key_F1, Qt.KeyboardModifier.NoModifier, "Keyboard and help"),
        (Qt.Key.Key_Comma, CTRL, "Settings"),
    ],
)
def test_help_and_settings_do_not_block(
    window: MainWindow,
    qtbot: QtBot,
    key: Qt.Key,
    modifier: Qt.KeyboardModifier,
    title: str,
) -> None:
    qtbot.keyClick(window, key, modifier)
    dialog = next(d for d in window.findChildren(QDialog) if d.isVisible())
    assert dialog.windowTitle() == title
    assert not dialog.isModal()
    dialog.close()


def test_a_choice_is_passed_on(window: MainWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(window.choiceMade) as made:
        next(a for a in window.actions_.themes.actions() if a.data() == "dark").trigger()
    assert made.args == ["theme", "dark"]


def test_space_types_in_fields_and_presses_buttons(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    fired = []
    window.actions_.pause.setEnabled(True)
    window.actions_.pause.triggered.disconnect()
    window.actions_.pause.triggered.connect(lambda: fired.append(1))
    field = QLineEdit(window.pages.currentWidget())
    field.show()
    field.setFocus()
    qtbot.keyClick(field, Qt.Key.Key_Space)
    assert field.text() == " "
    zone = window.pages.currentWidget().zone
    zone.paste.setFocus()
    with qtbot.waitSignal(zone.paste.clicked):
        qtbot.keyClick(zone.paste, Qt.Key.Key_Space)
    assert fired == []
    window.rail.setFocus()
    window.actions_.pause.setEnabled(True)  # what was pasted may have refreshed it
    qtbot.keyClick(window.rail, Qt.Key.Key_Space)
    assert fired == [1]


def test_the_focus_ring_follows_the_keyboard_and_not_the_mouse(
    window: MainWindow, qtbot: QtBot
) -> None:
    zone = window.pages.currentWidget().zone
    zone.open.setFocus()
    assert window._focus.ring.widget() is None
    qtbot.keyClick(zone.open, Qt.Key.Key_Tab)
    assert window._focus.ring.widget() is zone.paste
    qtbot.waitUntil(window._focus.ring.isVisible)
    qtbot.mousePress(zone.open, LEFT)
    assert window._focus.ring.widget() is None
    zone.open.setDown(False)


def test_a_table_that_was_open_is_listed(window: MainWindow, qtbot: QtBot, table: Path) -> None:
    open_table(window, qtbot, table)
    recent = window._settings.choices.recents[0]
    assert (Path(recent.path), recent.rows, recent.target) == (table, 40, "colour")
    with qtbot.waitSignal(window.session.tableChanged):
        qtbot.keyClick(window, Qt.Key.Key_W, CTRL)
    page = window.pages.currentWidget()
    assert page.name == "start"
    row = page.recents.model().index(0, 0)
    where = page.recents.visualRect(row).center()
    with qtbot.waitSignal(window.session.tableChanged, timeout=WAIT):
        qtbot.mouseClick(page.recents.viewport(), LEFT, pos=where)


def test_a_sample_opens_with_its_target(window: MainWindow, qtbot: QtBot) -> None:
    page = window.pages.currentWidget()
    qtbot.waitUntil(lambda: bool(page.samples._cards))
    with qtbot.waitSignal(window.session.tableChanged, timeout=WAIT):
        qtbot.mouseClick(page.samples._cards[0], LEFT)
    assert window.session.target == "species"


def test_the_drop_zone_turns_solid_while_a_file_is_held(window: MainWindow, tmp_path: Path) -> None:
    zone = window.pages.currentWidget().zone
    before = zone.grab().toImage().pixelColor(40, 40)
    mime = QMimeData()
    (tmp_path / "a.csv").write_text("a,b\n1,2\n")
    mime.setUrls([QUrl.fromLocalFile(str(tmp_path / "a.csv"))])
    none = Qt.KeyboardModifier.NoModifier
    held = QDragEnterEvent(QPoint(40, 40), Qt.DropAction.CopyAction, mime, LEFT, none)
    QApplication.sendEvent(zone, held)
    assert zone.grab().toImage().pixelColor(40, 40) != before
    QApplication.sendEvent(zone, QDragLeaveEvent())
    assert zone.grab().toImage().pixelColor(40, 40) == before


def test_nothing_flashes_up_as_a_window_of_its_own(
    window: MainWindow, qapp: QApplication, qtbot: QtBot, table: Path
) -> None:
    class Watch(QObject):
        seen: ClassVar[list[str]] = []

        def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
            shown = event.type() == QEvent.Type.Show and isinstance(watched, QWidget)
            if shown and watched.isWindow() and watched is not window:
                self.seen.append(repr(watched))
            return False

    watch = Watch()
    qapp.installEventFilter(watch)
    try:
        window.load_rest()
        qtbot.wait(50)
        open_table(window, qtbot, table)
        for action in window.actions_.pages.values():
            action.trigger()
        qtbot.wait(50)
    finally:
        qapp.removeEventFilter(watch)
    assert watch.seen == []


@pytest.mark.parametrize(("language", "size"), [("zh_CN", 1.0), ("en", 1.5), ("zh_CN", 1.5)])
def test_every_menu_has_room_in_each_language_and_text_size(
    qapp: QApplication, qtbot: QtBot, session: Session, workspace: Path, language: str, size: float
) -> None:
    i18n.set_language(language)
    theme.apply(qapp, "light", size)
    window = MainWindow(session, Settings(workspace))
    qtbot.addWidget(window)
    window.resize(1440, 900)
    window.show()
    bar = window.menuBar()
    boxes = [bar.actionGeometry(action) for action in bar.actions()]
    assert all(not box.isEmpty() and bar.rect().contains(box) for box in boxes)
    window.close_for_rebuild()
    i18n.set_language("en")
    theme.apply(qapp, "light")


def test_the_session_outlives_the_window(window: MainWindow, session: Session) -> None:
    window.close_for_rebuild()
    assert not window.isVisible()
    assert session.page == "data"
