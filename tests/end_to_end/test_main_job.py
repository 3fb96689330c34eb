"""From a dropped CSV to a saved prediction, with mouse and keys only."""

import csv
import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QLabel,
    QLineEdit,
    QListWidget,
    QMessageBox,
    QPushButton,
    QTabBar,
    QTableView,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from gui.app.program import Program
from tests.end_to_end.person import PATIENCE, Person


@pytest.fixture
def orders(tmp_path: Path) -> Path:
    """400 orders with a category, numbers with gaps, an id and two possible targets."""
    draw = random.Random(3)
    path = tmp_path / "orders.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        write = csv.writer(file)
        write.writerow(["order_id", "amount", "items", "country", "late", "returned"])
        for number in range(400):
            amount = draw.lognormvariate(3, 1)
            country = draw.choice(["DE", "FR", "中国"])
            late = draw.random() < 0.3
            returned = (amount > 25) != (draw.random() < 0.08)
            write.writerow(
                [
                    f"A{number:05d}",
                    "" if draw.random() < 0.05 else f"{amount:.2f}",
                    draw.randint(1, 9),
                    country,
                    "yes" if late else "no",
                    "yes" if returned else "no",
                ]
            )
    return path


@pytest.fixture
def start(qapp: QApplication, qtbot: QtBot, tmp_path: Path) -> Iterator[Callable[[], Program]]:
    """Starts the program, each time on the same workspace."""
    programs: list[Program] = []

    def begin() -> Program:
        made = Program(qapp, tmp_path / "home")
        programs.append(made)
        made.settings.change(language="en", theme="light")
        made.show()
        qtbot.waitUntil(lambda: made.window.runs.drawer is not None, timeout=PATIENCE)
        return made

    yield begin
    for made in programs:
        finish(made, qtbot)
        made.window.deleteLater()


def finish(program: Program, qtbot: QtBot) -> None:
    """Stop what trains and close the window."""
    session = program.session
    if program.window.isVisible():
        for run in session.running:
            session.stop(run)
        qtbot.waitUntil(lambda: not session.running, timeout=PATIENCE)
        program.window.close()
    session.close()


def as_soon_as(appears: Callable[[], QWidget | None], act: Callable[[QWidget], None]) -> None:
    """Act on a menu or a question once it is there, from within its event loop."""

    def look() -> None:
        widget = appears()
        if widget is None:
            QTimer.singleShot(20, look)
        else:
            act(widget)

    QTimer.singleShot(20, look)


def choose_target(person: Person, chip: QToolButton, name: str, *, by_mouse: bool) -> None:
    """Open the menu of columns and choose one."""

    def choose(menu: QWidget) -> None:
        columns = menu.findChild(QListWidget)
        assert columns is not None
        if by_mouse:
            item = columns.findItems(name, Qt.MatchFlag.MatchExactly)[0]
            where = columns.visualItemRect(item).center()
            QTest.mouseClick(columns.viewport(), Qt.MouseButton.LeftButton, pos=where)
        else:
            field = menu.findChild(QLineEdit)
            QTest.keyClicks(field, name)
            QTest.keyClick(field, Qt.Key.Key_Return)

    # The menu runs its own event loop until something is chosen.
    as_soon_as(QApplication.activePopupWidget, choose)
    QTest.mouseClick(chip, Qt.MouseButton.LeftButton)


def set_epochs(person: Person, epochs: int) -> None:
    """Type another number of epochs and a patience to match into the Training form."""
    tabs = person.find(QTabBar, "Inspector")
    training = next(i for i in range(tabs.count()) if tabs.tabText(i) == "Training")
    QTest.mouseClick(tabs, Qt.MouseButton.LeftButton, pos=tabs.tabRect(training).center())
    for name, value in (("Epochs", epochs), ("Patience", 10_000)):
        field = person.find(QLineEdit, name)
        QTest.mouseClick(field, Qt.MouseButton.LeftButton)
        QTest.keyClick(field, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        QTest.keyClicks(field, str(value))
        QTest.keyClick(field, Qt.Key.Key_Return)


def shows(program: Program, text: str) -> bool:
    """Whether the page in front has that text on a label."""
    page = program.window.pages.currentWidget()
    return any(
        label.isVisible() and text in label.text() for label in page.findChildren(QLabel)
    ) or any(text in widget.accessibleName() for widget in page.findChildren(QWidget))


def answer(button: str) -> None:
    """Click that button of the question that comes next."""

    def click(box: QWidget) -> None:
        assert isinstance(box, QMessageBox)
        chosen = next(b for b in box.findChildren(QPushButton) if b.text() == button)
        QTest.mouseClick(chosen, Qt.MouseButton.LeftButton)

    as_soon_as(QApplication.activeModalWidget, click)


def test_drop_a_csv_train_watch_predict_close_and_find_the_run_again(
    start: Callable[[], Program], qtbot: QtBot, orders: Path, tmp_path: Path
) -> None:
    program = start()
    session, person = program.session, Person(qtbot, program.window)

    person.drop(orders, program.window.pages.currentWidget())
    person.until(lambda: session.table is not None and session.profile is not None)
    assert session.table is not None
    assert session.table.rows == 400

    # Choose another target with the mouse, then the right one with the keys.
    chip = person.find(QToolButton, "Target")
    choose_target(person, chip, "late", by_mouse=True)
    assert session.target == "late"
    choose_target(person, chip, "returned", by_mouse=False)
    assert session.target == "returned"
    person.press(Qt.Key.Key_Z, control=True)
    assert session.target == "late"
    person.press(Qt.Key.Key_Y, control=True)
    assert session.target == "returned"

    # Enough epochs that there is something to pause.
    person.press(Qt.Key.Key_3, control=True)
    assert session.page == "model"
    set_epochs(person, 3000)
    assert session.recipe.training.epochs == 3000

    person.click("Train")
    assert session.page == "train"
    run = session.focus
    assert run is not None
    history = session.history(run)
    seen: list[int] = []
    session.runUpdated.connect(lambda _: seen.append(history.epoch))
    person.until(lambda: history.epoch >= 5 and len(set(seen)) > 1)

    person.click("Pause")
    person.until(lambda: session.run(run).status == "paused")  # type: ignore[union-attr]
    at = history.epoch
    qtbot.wait(300)
    assert history.epoch == at
    person.press(Qt.Key.Key_Space)
    person.until(lambda: history.epoch > at)
    person.until(lambda: session.run(run).status == "running")  # type: ignore[union-attr]
    person.click("Stop")
    person.until(lambda: session.run(run).status == "stopped")  # type: ignore[union-attr]
    assert history.best_epoch > 0

    person.press(Qt.Key.Key_5, control=True)
    person.until(lambda: shows(program, "Accuracy") and shows(program, "Confusion matrix"))

    new = tmp_path / "new orders.csv"
    lines = orders.read_text(encoding="utf-8").splitlines()
    new.write_text("\n".join(lines[:21]) + "\n", encoding="utf-8")
    person.press(Qt.Key.Key_7, control=True)
    person.drop(new, person.find(QWidget, "Drop files to predict"))
    predictions = tmp_path / "new orders predictions.csv"
    person.until(predictions.exists)
    with predictions.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    with new.open(encoding="utf-8", newline="") as file:
        originals = list(csv.reader(file))
    assert len(rows) == 21
    assert [row[:6] for row in rows] == originals
    assert rows[0][6:] == ["returned (predicted)", "P(no)", "P(yes)"]
    assert {row[6] for row in rows[1:]} <= {"yes", "no"}
    for row in rows[1:]:
        assert float(row[7]) + float(row[8]) == pytest.approx(1, abs=1e-4)

    # Tomorrow: the run is in the drawer and its page shows it again.
    finish(program, qtbot)
    again = start()
    person = Person(qtbot, again.window)
    person.until(lambda: [r.id for r in again.session.runs] == [run])
    if again.window.runs.drawer is not None and again.window.runs.drawer.is_collapsed:
        person.press(Qt.Key.Key_J, control=True)
    table = person.find(QTableView, "Runs")
    person.until(lambda: table.model().rowCount() == 1)
    person.click_row(table, 0, 2)
    person.press(Qt.Key.Key_4, control=True)
    assert again.session.focus == run
    person.until(lambda: again.session.history(run).epoch == history.epoch)
    person.until(lambda: shows(again, "Stopped"))


def test_closing_while_a_run_trains_asks_and_the_run_goes_on(
    start: Callable[[], Program], qtbot: QtBot, orders: Path, tmp_path: Path
) -> None:
    program = start()
    session, person = program.session, Person(qtbot, program.window)
    person.drop(orders, program.window.pages.currentWidget())
    person.until(lambda: session.table is not None)
    person.press(Qt.Key.Key_3, control=True)
    set_epochs(person, 90_000)
    person.press(Qt.Key.Key_F5)
    run = session.focus
    assert run is not None
    person.until(lambda: session.history(run).epoch >= 2)

    answer("Cancel")
    assert not program.window.close()
    assert program.window.isVisible()
    answer("Keep training")
    assert program.window.close()
    session.close()  # what Qt's aboutToQuit does
    epoch = session.history(run).epoch

    again = start()
    person = Person(qtbot, again.window)
    person.until(lambda: run in again.session.running)
    person.until(lambda: again.session.history(run).epoch > epoch)
    answer("Stop and keep best")
    assert again.window.close()
    person.until(lambda: again.session.run(run).status == "stopped")  # type: ignore[union-attr]
    assert (again.session.workspace.run(run).path / "checkpoints" / "best").is_dir()
