"""The split: by which column, what it makes of the rows, what flatters and what mends it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QToolButton, QWidget
from pytestqt.qtbot import QtBot

from engine.recipe.rows import DuplicatePolicy
from engine.recipe.split import SplitMethod
from gui.pages.prepare.split_bar import words_below
from gui.pages.prepare.split_words import BelowPart, figures_below
from tests.gui.pages.prepare.conftest import Stage

Open = Callable[[Path, str], Stage]
LEFT = Qt.MouseButton.LeftButton
LONG = 60_000


@pytest.fixture
def stage(open_page: Open, tmp_path: Path, qtbot: QtBot) -> Stage:
    """Five rows of each person; every tenth row stands there twice."""
    lines = ["person,day,size,part,label"]
    for row in range(300):
        part = ("train", "train", "validation", "test")[row % 4]
        line = f"p{row // 5},2024-01-{1 + row % 28:02},{row * 7 % 90 / 4},{part},{row // 5 % 2}"
        lines += [line, line] if row % 10 == 0 else [line]
    path = tmp_path / "people.csv"
    path.write_text("\n".join(lines) + "\n")
    made = open_page(path, "label")
    wait_for_report(qtbot, made)
    return made


def wait_for_report(qtbot: QtBot, stage: Stage) -> None:
    look = stage.page.look
    qtbot.waitUntil(lambda: look.is_current and look.report is not None, timeout=LONG)


def press(qtbot: QtBot, stage: Stage, method: SplitMethod) -> None:
    card = stage.page.split
    segment = card.method.findChildren(QToolButton)[card.METHODS.index(method)]
    qtbot.mouseClick(segment, LEFT)


def test_rows_and_classes_of_each_part_are_counted(stage: Stage) -> None:
    figures = figures_below(stage.page.look.report)
    assert sum(part.rows for part in figures) == 330
    assert all(part.target.startswith(("label 5", "label 4")) for part in figures)


def test_a_split_by_group_takes_the_likeliest_column_and_another_one_when_told(
    stage: Stage, qtbot: QtBot
) -> None:
    session, card = stage.session, stage.page.split
    press(qtbot, stage, SplitMethod.GROUP)
    assert session.recipe.split.method is SplitMethod.GROUP
    assert session.recipe.split_column is not None
    assert card.column.isVisible()
    card.column.set_value("person")
    card.column.activated.emit(card.column.currentIndex())
    assert session.recipe.split_column == "person"
    wait_for_report(qtbot, stage)
    report = stage.page.look.report
    assert report is not None
    assert report.groups is not None
    assert sum(report.groups) == 60


def test_a_split_by_time_takes_the_dates(stage: Stage, qtbot: QtBot) -> None:
    press(qtbot, stage, SplitMethod.TIME)
    assert stage.session.recipe.split_column == "day"
    press(qtbot, stage, SplitMethod.RANDOM)
    assert stage.session.recipe.split.column is None


def test_a_column_says_it_and_the_borders_cannot_be_moved(stage: Stage, qtbot: QtBot) -> None:
    press(qtbot, stage, SplitMethod.COLUMN)
    card = stage.page.split
    card.column.set_value("part")
    card.column.activated.emit(card.column.currentIndex())
    wait_for_report(qtbot, stage)
    assert not card.bar.first.isVisible()
    assert (card.bar.shares.validation, card.bar.shares.test) == (27, 23)


def test_copies_on_both_sides_are_told_and_kept_in_one_part(stage: Stage, qtbot: QtBot) -> None:
    card = stage.page.duplicates
    notes = card.warnings.notes
    copies = next(note for note in notes if "same as" in note.accessibleName())
    copies.acted.emit()
    assert stage.session.recipe.rows.duplicates.policy is DuplicatePolicy.TOGETHER
    assert card.policy.value() is DuplicatePolicy.TOGETHER
    wait_for_report(qtbot, stage)
    report = stage.page.look.report
    assert report is not None
    assert "copies" not in {warning.code for warning in report.warnings}
    stage.session.undo()
    assert card.policy.value() is DuplicatePolicy.KEEP


def test_rows_are_matched_on_chosen_columns(stage: Stage, qtbot: QtBot) -> None:
    card = stage.page.duplicates
    menu = card.alike.menu()
    menu.aboutToShow.emit()
    next(action for action in menu.actions() if action.text() == "person").trigger()
    assert stage.session.recipe.rows.duplicates.columns == ("person",)
    qtbot.mouseClick(card.policy.findChildren(QToolButton)[1], LEFT)
    assert stage.session.recipe.rows.duplicates.policy is DuplicatePolicy.DROP
    wait_for_report(qtbot, stage)
    report = stage.page.look.report
    assert report is not None
    assert sum(part.rows for _, part in report.parts) == 60


def test_why_a_split_cannot_be_made_stands_in_its_card(stage: Stage, qtbot: QtBot) -> None:
    session = stage.session
    session.edit(
        session.recipe.with_split(method=SplitMethod.FILE, file="/nowhere/test.csv"), "file"
    )
    look = stage.page.look
    qtbot.waitUntil(lambda: look.is_current and look.error is not None, timeout=LONG)
    assert "/nowhere/test.csv" in stage.page.split.what.text()


def test_a_narrow_part_says_its_share_without_the_name_of_the_target(stage: Stage) -> None:
    part = figures_below(stage.page.look.report)[1]
    longest, shorter, shortest = words_below(part)
    assert longest.endswith(part.target)
    assert shorter == f"{shortest}, {part.figure}"
    assert part.figure.endswith("%")
    assert words_below(BelowPart(12)) == ["12 rows"]


def test_what_the_split_goes_by_stands_below_the_methods_where_the_card_is_narrow(
    stage: Stage, qtbot: QtBot
) -> None:
    card = stage.page.split
    press(qtbot, stage, SplitMethod.GROUP)
    for width, is_beside in ((1900, True), (900, False), (1900, True)):
        stage.window.resize(width, 900)
        qtbot.waitUntil(
            lambda beside=is_beside: (
                (card.column.mapTo(card, QPoint()).y() < card.bar.y())
                and (abs(_middle(card, card.column) - _middle(card, card.method)) < 6) is beside
            ),
            timeout=LONG,
        )


def _middle(card: QWidget, part: QWidget) -> int:
    return part.mapTo(card, part.rect().center()).y()
