"""Derived columns stand in the grid with those of the table, and are edited like them."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from engine.recipe.rows import DerivedColumn
from engine.recipe.split import SplitMethod
from engine.schema import Kind, Role
from gui.models.column_words import BESIDE
from gui.pages.prepare.column_line import Line
from gui.pages.prepare.column_model import Part
from gui.pages.prepare.split_card import columns_for
from tests.gui.pages.prepare.conftest import Stage

LONG = 60_000


@pytest.fixture
def stage(open_page: Callable[[Path, str], Stage], table: Path, qtbot: QtBot) -> Stage:
    """With a column `ratio` computed from two others, one of which has holes."""
    made = open_page(table, "label")
    column = DerivedColumn(name="ratio", expression="pay / age")
    made.session.use_recipe(made.session.recipe.with_derived(column), "derive ratio")
    qtbot.waitUntil(lambda: made.page.columns.row_of("ratio") is not None, timeout=LONG)
    return made


def line_of(stage: Stage, name: str) -> Line:
    row = stage.page.columns.row_of(name)
    assert row is not None
    return stage.page.columns.lines[row]


def roles_offered(stage: Stage) -> set[Role]:
    box = stage.inspector.role
    told = (box.itemData(place) for place in range(box.count()))
    return {Role(role) for role in told if role != BESIDE}


def test_a_derived_column_has_a_line_that_says_how_it_is_computed(stage: Stage) -> None:
    line = line_of(stage, "ratio")
    assert line.is_derived
    assert line.kind is Kind.NUMBER
    assert line.column.missing == 60
    assert line.text(Part.INPUTS) == str(1 + (line.spec.flag is not False))
    index = stage.page.columns.index(stage.page.columns.row_of("ratio") or 0, Part.NAME)
    spoken = stage.page.columns.data(index, Qt.ItemDataRole.ToolTipRole)
    assert "pay / age" in str(spoken)
    assert not line_of(stage, "pay").is_derived
    assert stage.session.schema is not None
    assert "ratio" not in stage.session.schema


def test_it_is_previewed_and_edited_in_the_inspector(stage: Stage, qtbot: QtBot) -> None:
    stage.session.select_column("ratio")
    previews = stage.page.previews
    qtbot.waitUntil(lambda: previews.of("ratio") is not None, timeout=LONG)
    found = previews.of("ratio")
    assert found is not None
    assert found.before is not None
    assert sum(found.before.counts) > 0
    assert Role.TARGET not in roles_offered(stage)
    stage.inspector.scale_buttons["minmax"].click()
    assert str(line_of(stage, "ratio").value(Part.SCALE)) == "minmax"
    qtbot.waitUntil(lambda: previews.of("ratio") not in (None, found), timeout=LONG)
    stage.session.undo()
    assert previews.of("ratio") == found
    stage.session.select_column("pay")
    assert Role.TARGET in roles_offered(stage)


def test_it_can_be_left_unused_and_be_what_the_split_goes_by(stage: Stage) -> None:
    page, session = stage.page, stage.session
    row = page.columns.row_of("ratio")
    assert row is not None
    page.columns.choose(page.columns.index(row, Part.USE), None)
    assert not line_of(stage, "ratio").used
    assert session.whole_schema is not None
    assert "ratio" in columns_for(SplitMethod.GROUP, session.recipe, session.whole_schema)
    page.columns.choose(page.columns.index(row, Part.ROLE), Role.GROUP)
    assert session.recipe.named_with(Role.GROUP) == "ratio"


def test_leaving_it_out_takes_its_line_and_what_was_said_of_it(stage: Stage) -> None:
    page, session = stage.page, stage.session
    row = page.columns.row_of("ratio")
    assert row is not None
    page.columns.choose(page.columns.index(row, Part.ROLE), Role.IGNORE)
    assert "ratio" in {spec.name for spec in session.recipe.columns}
    session.use_recipe(session.recipe.without_derived("ratio"), "leave out ratio")
    assert page.columns.row_of("ratio") is None
    assert "ratio" not in {spec.name for spec in session.recipe.columns}
    session.undo()
    assert line_of(stage, "ratio").role is Role.IGNORE
