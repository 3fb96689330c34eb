"""Previews of number columns: what is computed beside the window is what the recipe says."""

from collections.abc import Callable
from pathlib import Path

from pytestqt.qtbot import QtBot

from tests.gui.pages.prepare.conftest import Stage


def test_a_column_with_coarser_numbers_is_previewed_as_it_is_hidden(
    open_page: Callable[[Path, str], Stage], table: Path, qtbot: QtBot
) -> None:
    stage = open_page(table, "label")
    previews, session = stage.page.previews, stage.session
    qtbot.waitUntil(lambda: previews.of("age") is not None, timeout=60_000)
    before = previews.of("age")
    assert before is not None
    spec = session.recipe.column("age")
    hide = {"kind": "coarsen_number", "step": 20}
    hidden = type(spec).model_validate({**spec.model_dump(), "hide": hide})
    session.edit(session.recipe.with_column(hidden), "Coarser age")
    qtbot.waitUntil(lambda: previews.of("age") not in (None, before), timeout=60_000)
    after = previews.of("age")
    assert after is not None
    assert {value for value, _ in after.examples} <= {20.0, 40.0, 60.0}
    session.undo()
    assert previews.of("age") == before
