"""The panel in which a person sees and changes how a file is read, with mouse and keys."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QComboBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from engine.data.reading_preview import LineRole
from engine.recipe.reading import ColumnReading, Reading
from gui import theme
from gui.main_window import MainWindow
from gui.pages.data.page import DataPage
from gui.pages.reading.controls import AutoChoice, AutoCount
from gui.pages.reading.page import ReadingPage
from gui.session import Session

LEFT = Qt.MouseButton.LeftButton
LONG = 60_000
ROWS = [f"{n};{n},5;{'Köln' if n % 2 else 'Bern'}" for n in range(30)]
TEXT = "\n".join(["Report of March", "made by hand", "id;size;city", *ROWS, "broken", ""])


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "march.csv"
    path.write_bytes(TEXT.encode("cp1252"))
    return path


def opened(qtbot: QtBot, session: Session, path: Path) -> None:
    session.open(path)
    qtbot.waitUntil(lambda: session.profile is not None, timeout=LONG)


def panel(qtbot: QtBot, window: MainWindow) -> ReadingPage:
    page = window.pages.currentWidget()
    assert isinstance(page, ReadingPage)
    tried(qtbot, page)
    return page


def tried(qtbot: QtBot, page: ReadingPage) -> None:
    qtbot.waitUntil(lambda: page.preview is not None, timeout=LONG)


def choice(page: ReadingPage, field: str) -> AutoChoice:
    control = page.form.control(field)
    assert isinstance(control, AutoChoice)
    return control


def choose(qtbot: QtBot, page: ReadingPage, field: str, text: str) -> None:
    """Pick an entry of a list with the keyboard."""
    combo = choice(page, field).combo
    wanted = next(i for i in range(combo.count()) if combo.itemText(i).startswith(text))
    combo.setFocus()
    step = Qt.Key.Key_Down if wanted > combo.currentIndex() else Qt.Key.Key_Up
    while combo.currentIndex() != wanted:
        qtbot.keyClick(combo, step)


def asked_for(qtbot: QtBot, window: MainWindow) -> ReadingPage:
    words = next(b for b in window.statusBar().findChildren(QToolButton) if "header" in b.text())
    qtbot.mouseClick(words, LEFT)
    return panel(qtbot, window)


def test_everything_detected_is_shown_with_its_reason(
    window: MainWindow, session: Session, qtbot: QtBot, file: Path
) -> None:
    opened(qtbot, session, file)
    page = asked_for(qtbot, window)
    assert choice(page, "delimiter").combo.currentText() == "Auto: semicolon"
    assert "3 columns" in page.form.note("delimiter")
    assert "% sure" in page.form.note("delimiter")
    assert choice(page, "encoding").combo.currentText() == "Auto: Windows-1252"
    above = page.form.control("skip_lines")
    assert isinstance(above, AutoCount)
    assert above.text() == "Auto: 2"
    assert page.preview is not None
    roles = [line.role for line in page.preview.lines]
    assert roles[:4] == [LineRole.ABOVE, LineRole.ABOVE, LineRole.HEADER, LineRole.ROW]
    assert roles[-1] is LineRole.KEPT_OUT
    assert page.rows.model().rowCount() == 30
    assert page.rows.model().headerData(0, Qt.Orientation.Vertical) == "4"
    assert page.form.reading() == Reading()


def test_a_change_is_tried_out_at_once_and_used_on_request(
    window: MainWindow, session: Session, qtbot: QtBot, file: Path
) -> None:
    opened(qtbot, session, file)
    session.set_target("size", "")
    page = asked_for(qtbot, window)
    choose(qtbot, page, "delimiter", "Comma")
    tried(qtbot, page)
    assert page.preview is not None
    assert len(page.preview.names) == 2
    assert session.table is not None
    assert session.table.reading.delimiter == ";", "nothing changes before it is used"
    choose(qtbot, page, "delimiter", "Semicolon")
    choose(qtbot, page, "decimal", "Point")
    tried(qtbot, page)
    before = session.table
    qtbot.mouseClick(page.use, LEFT)
    assert isinstance(window.pages.currentWidget(), DataPage)
    qtbot.waitUntil(lambda: session.table is not before, timeout=LONG)
    assert (session.table.reading.decimal, session.table.reading.delimiter) == (".", ";")
    assert session.asked == Reading(delimiter=";", decimal=".")
    assert session.target == "size", "other edits stay"
    changed = session.table
    session.undo()
    qtbot.waitUntil(lambda: session.table is not changed, timeout=LONG)
    assert session.asked == Reading()


def test_cells_that_become_longer_widen_their_column(
    window: MainWindow, session: Session, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "quoted.csv"
    lines = [f"{n},'{word}',{n}.5" for n in range(9) for word in ("not checked", "a")]
    path.write_text("\n".join(["id,words,size", *lines, ""]))
    opened(qtbot, session, path)
    page = asked_for(qtbot, window)
    width = page.rows.columnWidth(1)
    told = [label.text() for label in page.form.findChildren(QLabel)]
    assert any("Nothing in the file tells whether it belongs to the cells" in text for text in told)
    choose(qtbot, page, "quote", "Quotation mark")
    tried(qtbot, page)
    assert page.rows.model().index(0, 1).data() == "'not checked'"
    assert page.rows.columnWidth(1) > width
    assert page.rows.columnWidth(1) >= page.rows.sizeHintForColumn(1)


def test_numbers_of_lines_are_typed(
    window: MainWindow, session: Session, qtbot: QtBot, file: Path
) -> None:
    opened(qtbot, session, file)
    page = asked_for(qtbot, window)
    above = page.form.control("skip_lines")
    assert isinstance(above, QSpinBox)
    above.setFocus()
    above.selectAll()
    qtbot.keyClicks(above, "3")
    qtbot.waitUntil(
        lambda: page.preview is not None and page.form.reading().skip_lines == 3, timeout=LONG
    )
    assert page.preview is not None
    assert page.preview.row_lines[0] in (4, 5)


def test_an_own_character_can_be_typed(
    window: MainWindow, session: Session, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "odd.txt"
    path.write_text("a~b~c\n" + "".join(f"{n}~{n}~x\n" for n in range(20)))
    opened(qtbot, session, path)
    page = asked_for(qtbot, window)
    choose(qtbot, page, "delimiter", "Other")
    field = choice(page, "delimiter").field
    assert field.isVisible()
    qtbot.keyClicks(field, "~")
    qtbot.waitUntil(
        lambda: page.preview is not None and page.preview.names == ("a", "b", "c"), timeout=LONG
    )
    assert page.form.reading().delimiter == "~"


def test_what_cannot_be_is_told_in_place_and_cannot_be_used(
    window: MainWindow, session: Session, qtbot: QtBot, file: Path
) -> None:
    opened(qtbot, session, file)
    page = asked_for(qtbot, window)
    choose(qtbot, page, "encoding", "UTF-8")
    tried(qtbot, page)
    assert page.error.isVisible()
    assert "is not utf-8 text: line" in page.error.accessibleName()
    assert not page.use.isEnabled()
    qtbot.mouseClick(page.detected, LEFT)
    tried(qtbot, page)
    assert not page.error.isVisible()
    assert page.use.isEnabled()
    assert page.form.reading() == Reading()


def test_back_to_detected_reads_as_at_first(
    window: MainWindow, session: Session, qtbot: QtBot, file: Path
) -> None:
    opened(qtbot, session, file)
    session.reread(Reading(header=False, skip_lines=3), "")
    qtbot.waitUntil(lambda: session.asked == Reading(header=False, skip_lines=3), timeout=LONG)
    page = asked_for(qtbot, window)
    assert choice(page, "header").combo.currentText() == "First row of data"
    before = session.table
    qtbot.mouseClick(page.detected, LEFT)
    tried(qtbot, page)
    qtbot.mouseClick(page.use, LEFT)
    qtbot.waitUntil(lambda: session.table is not before, timeout=LONG)
    assert session.table is not None
    assert session.table.names == ("id", "size", "city")
    assert session.asked == Reading()


def test_what_is_set_elsewhere_stays(
    window: MainWindow, session: Session, qtbot: QtBot, file: Path
) -> None:
    opened(qtbot, session, file)
    column = ColumnReading(name="city", missing=("Bern",))
    session.reread(session.recipe.reading.with_column(column), "")
    qtbot.waitUntil(lambda: bool(session.asked.columns), timeout=LONG)
    page = asked_for(qtbot, window)
    choose(qtbot, page, "repair", "Keep out")
    tried(qtbot, page)
    assert page.form.reading().columns == (column,)


def test_a_file_that_does_not_open_is_reached_from_its_error(
    window: MainWindow, session: Session, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "wide.csv"
    path.write_bytes("size,label\n1,ä\n2,ö\n3,ä\n".encode("utf-16-le"))
    with qtbot.waitSignal(session.failed, timeout=LONG):
        session.open_as(path, Reading(encoding="utf-8"))
    notice = window.notices.shown()[-1]
    button = notice.findChild(QPushButton)
    assert button.text() == "Choose how to read it"
    qtbot.mouseClick(button, LEFT)
    page = panel(qtbot, window)
    assert page.path == path
    choose(qtbot, page, "encoding", "UTF-16")
    qtbot.waitUntil(
        lambda: page.preview is not None and page.preview.names == ("size", "label"), timeout=LONG
    )
    qtbot.mouseClick(page.use, LEFT)
    qtbot.waitUntil(lambda: session.table is not None, timeout=LONG)
    assert session.table is not None
    assert session.table.cells("label", 0, 3) == ["ä", "ö", "ä"]


def test_a_doubtful_reading_is_offered_for_a_look_once(
    window: MainWindow, session: Session, qtbot: QtBot, file: Path
) -> None:
    opened(qtbot, session, file)

    def offers() -> list[QWidget]:
        return [n for n in window.notices.shown() if "See whether" in n.accessibleName()]

    assert len(offers()) == 1, "Windows-1252 is never certain"
    qtbot.mouseClick(offers()[0].findChild(QPushButton), LEFT)
    page = panel(qtbot, window)
    assert offers() == []
    qtbot.keyClick(page, Qt.Key.Key_Escape)
    session.close_table()
    opened(qtbot, session, file)
    assert offers() == [], "the file is known by now"


def test_the_panel_is_reached_from_the_status_bar_and_left_with_escape_or_a_station(
    window: MainWindow, session: Session, qtbot: QtBot, file: Path
) -> None:
    opened(qtbot, session, file)
    words = next(b for b in window.statusBar().findChildren(QToolButton) if "semicolon" in b.text())
    assert words.text() == "Windows-1252, semicolon, header on line 3"
    qtbot.mouseClick(words, LEFT)
    page = panel(qtbot, window)
    qtbot.keyClick(page, Qt.Key.Key_Escape)
    assert isinstance(window.pages.currentWidget(), DataPage)
    qtbot.mouseClick(words, LEFT)
    panel(qtbot, window)
    rail = window.rail
    where = rail.visualRect(rail.model().index(0, 0)).center()
    qtbot.mouseClick(rail.viewport(), LEFT, pos=where)
    assert isinstance(window.pages.currentWidget(), DataPage)


def test_a_large_file_is_tried_out_from_its_beginning(
    window: MainWindow,
    session: Session,
    qtbot: QtBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = tmp_path / "large.csv"
    row = "1234567,some words here,0.5\n"
    path.write_text("number,text,share\n" + row * (3_000_000 // len(row)))
    session.ask_reading_of(path)
    page = panel(qtbot, window)
    assert page.preview is not None
    assert not page.preview.whole
    assert len(page.preview.rows) == 100
    assert "the first 100 rows" in page._rows_card.caption.text()


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_every_control_has_a_name_and_the_panel_is_drawn(
    window: MainWindow, session: Session, qtbot: QtBot, file: Path, qapp, mode: theme.Mode
) -> None:
    opened(qtbot, session, file)
    theme.apply(qapp, mode)
    page = asked_for(qtbot, window)
    kinds = (QAbstractButton, QComboBox, QLineEdit, QAbstractItemView, QSpinBox)
    nameless = [
        widget
        for widget in page.findChildren(QWidget)
        if isinstance(widget, kinds)
        and widget.focusPolicy() != Qt.FocusPolicy.NoFocus
        and not widget.accessibleName()
        and not (isinstance(widget, QAbstractButton) and widget.text())
        and not isinstance(widget.parent(), QComboBox | QSpinBox)
        and "qt_" not in widget.objectName()
        and "Private" not in type(widget).__name__
        and widget.isVisibleTo(page)
    ]
    assert nameless == []
    assert not page.grab().isNull()
    theme.apply(qapp, "light")
