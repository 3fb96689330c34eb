"""How a column's cells are read, shown and changed beside the table."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from engine.recipe.reading import CellFix, ColumnReading, DateOrder
from engine.schema import Kind
from gui.pages.data.column_reading import ColumnReadingBox
from gui.widgets.chip import Chip
from gui.widgets.flow import FlowLayout
from tests.gui.pages.data.conftest import LONG, Stage, said

Open = Callable[[Path], Stage]


@pytest.fixture
def people(tmp_path: Path) -> Path:
    """Ages with missing texts and cells that do not fit, days that may be months, a level “None”."""
    odd = {3: "NA", 4: "?", 5: "3O", 6: "NA", 7: "abt 16"}
    lines = ["age,joined,city"]
    for i in range(300):
        city = "None" if i % 50 == 0 else ("Bonn", "Trier")[i % 2]
        lines.append(f"{odd.get(i, 20 + i % 40)},{1 + i % 12:02}/{1 + i * 5 % 12:02}/2021,{city}")
    path = tmp_path / "people.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def chips(layout: FlowLayout) -> dict[str, Chip]:
    found = {}
    for at in range(layout.count()):
        item = layout.itemAt(at)
        widget = item.widget() if item is not None else None
        if isinstance(widget, Chip):
            found[widget.accessibleName()] = widget
    return found


def click(qtbot: QtBot, widget: QWidget) -> None:
    qtbot.mouseClick(widget, Qt.MouseButton.LeftButton)


def box_of(stage: Stage, column: str) -> ColumnReadingBox:
    stage.session.select_column(column)
    return stage.inspector.reading


def change(qtbot: QtBot, stage: Stage, act: Callable[[], object]) -> None:
    """Do something that has the file read again, and wait until it is."""
    with qtbot.waitSignal(stage.session.tableChanged, timeout=LONG):
        act()
    qtbot.waitUntil(lambda: not stage.inspector.refreshing.is_due, timeout=LONG)


def missing(stage: Stage, column: str) -> int:
    assert stage.session.table is not None
    return int(stage.session.table.column(column).null_count)


def test_texts_that_mean_no_value_are_shown_with_their_counts(
    qtbot: QtBot, open_page: Open, people: Path
) -> None:
    box = box_of(open_page(people), "age")
    assert set(chips(box.tokens)) == {
        "“NA” means no value; make it a value",
        "“?” means no value; make it a value",
        "Add a text that means no value",
    }
    assert box.read_as.text() == "Whole number"
    assert "2 cells do not fit." in said(box)


def test_a_missing_text_becomes_a_value_and_undo_reads_it_as_before(
    qtbot: QtBot, open_page: Open, people: Path
) -> None:
    stage = open_page(people)
    box = box_of(stage, "age")
    assert missing(stage, "age") == 5
    chip = chips(box.tokens)["“?” means no value; make it a value"]
    change(qtbot, stage, lambda: click(qtbot, chip))
    assert stage.session.recipe.reading.column("age").missing == ("NA",)
    assert stage.session.table is not None
    assert stage.session.table.cell_facts("age").misfits == 3
    assert stage.session.undo_label == "Read age otherwise"
    change(qtbot, stage, stage.session.undo)
    assert stage.session.table.cell_facts("age").misfits == 2


def test_a_value_is_made_to_mean_no_value(qtbot: QtBot, open_page: Open, people: Path) -> None:
    stage = open_page(people)
    box = box_of(stage, "city")
    chip = chips(box.kept)["“None” is a value; let it mean no value"]
    change(qtbot, stage, lambda: click(qtbot, chip))
    assert missing(stage, "city") == 6
    assert chips(box.kept) == {}
    assert box.detect_missing.isVisibleTo(box)
    change(qtbot, stage, lambda: click(qtbot, box.detect_missing))
    assert missing(stage, "city") == 0


def test_another_missing_text_is_typed(qtbot: QtBot, open_page: Open, people: Path) -> None:
    stage = open_page(people)
    box = box_of(stage, "age")
    assert box.field.isHidden()
    click(qtbot, chips(box.tokens)["Add a text that means no value"])
    assert box.field.isVisibleTo(box)
    qtbot.keyClicks(box.field, "abt 16")
    change(qtbot, stage, lambda: qtbot.keyClick(box.field, Qt.Key.Key_Return))
    assert box.field.isHidden()
    assert stage.session.recipe.reading.column("age").missing == ("NA", "?", "abt 16")
    assert stage.session.table is not None
    assert stage.session.table.cell_facts("age").misfits == 1


def test_typing_is_left_with_escape(qtbot: QtBot, open_page: Open, people: Path) -> None:
    stage = open_page(people)
    box = box_of(stage, "age")
    click(qtbot, chips(box.tokens)["Add a text that means no value"])
    qtbot.keyClicks(box.field, "x")
    qtbot.keyClick(box.field, Qt.Key.Key_Escape)
    assert box.field.isHidden()
    assert not stage.session.can_undo


def test_the_order_of_dates_is_asked_and_answered(
    qtbot: QtBot, open_page: Open, people: Path
) -> None:
    stage = open_page(people)
    box = box_of(stage, "joined")
    assert box.question.isVisibleTo(box)
    assert "Day or month?" in box.question.accessibleName()
    change(qtbot, stage, lambda: click(qtbot, box.month_first))
    assert stage.session.recipe.reading.column("joined").dates is DateOrder.MONTH_FIRST
    assert not box.question.isVisibleTo(box)
    assert box.read_as.text() == "MM/DD/YYYY"
    assert "The month comes first, by choice." in said(box)
    change(qtbot, stage, lambda: click(qtbot, box.detect_order))
    assert box.question.isVisibleTo(box)
    assert box.read_as.text() == "DD/MM/YYYY"


def test_a_text_that_was_set_right_is_shown_and_taken_back(
    qtbot: QtBot, open_page: Open, people: Path
) -> None:
    stage = open_page(people)
    box = box_of(stage, "age")
    fixes = (CellFix(found="3O", value="30"), CellFix(found="abt 16", value=""))
    reading = stage.session.recipe.reading.with_column(ColumnReading(name="age", fixes=fixes))
    change(qtbot, stage, lambda: stage.session.reread(reading, "Set right"))
    assert "do not fit" not in said(box)
    assert missing(stage, "age") == 4
    chip = chips(box.fixes)["“abt 16” is read as no value; take it back"]
    change(qtbot, stage, lambda: click(qtbot, chip))
    assert list(chips(box.fixes)) == ["“3O” is read as 30; take it back"]
    assert "1 cell does not fit." in said(box)


def test_cells_that_do_not_fit_are_a_click_away(
    qtbot: QtBot, open_page: Open, people: Path
) -> None:
    stage = open_page(people)
    box = box_of(stage, "age")
    with qtbot.waitSignal(box.problemsAsked, timeout=LONG) as asked:
        click(qtbot, box.show_misfits)
    assert asked.args == ["age"]
    assert stage.page.problems.isVisibleTo(stage.page)


def test_chips_that_do_not_fit_beside_each_other_stand_below(qtbot: QtBot) -> None:
    holder = QWidget()
    layout = FlowLayout(holder, spacing=4)
    qtbot.addWidget(holder)
    widgets = []
    for _ in range(5):
        widget = QWidget()
        widget.setFixedSize(60, 20)
        layout.addWidget(widget)
        widgets.append(widget)
    holder.resize(140, 200)
    holder.show()
    qtbot.waitUntil(lambda: widgets[4].y() > 0, timeout=LONG)
    assert [(widget.x(), widget.y()) for widget in widgets] == [
        (0, 0), (64, 0), (0, 24), (64, 24), (0, 48),
    ]  # fmt: skip
    assert layout.heightForWidth(140) == 68
    layout.clear()
    assert layout.count() == 0


def test_a_column_of_image_paths_is_shown_as_what_it_is(
    qtbot: QtBot, open_page: Open, tmp_path: Path
) -> None:
    path = tmp_path / "pictures.csv"
    path.write_text("file,label\n" + "\n".join(f"{i}.png,{i % 2}" for i in range(40)) + "\n")
    stage = open_page(path)
    stage.session.select_column("file")
    assert stage.inspector.kind.value() == Kind.IMAGE
    assert "0 of 40 exist beside the table." in said(stage.inspector)
    stage.session.select_column("label")
    assert stage.inspector.kind.value() == Kind.CATEGORY
    assert stage.inspector.kind.count() == 4
