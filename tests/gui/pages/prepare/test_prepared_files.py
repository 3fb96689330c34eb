"""Prepared rows as files, and another file beside what is prepared."""

from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from pytestqt.qtbot import QtBot
from typer.testing import CliRunner

from engine.cli.app import app
from engine.recipe.column_families import Scaling
from tests.gui.pages.prepare.conftest import Stage

Open = Callable[[Path, str], Stage]
LONG = 120_000


@pytest.fixture
def stage(open_page: Open, table: Path) -> Stage:
    return open_page(table, "label")


def test_prepared_rows_are_written_with_their_part(
    stage: Stage, tmp_path: Path, qtbot: QtBot
) -> None:
    path = tmp_path / "prepared.parquet"
    stage.page.files.export_to(path)
    assert "prepared.parquet" in stage.page.busy.text()
    assert not stage.page.export.isEnabled()
    qtbot.waitUntil(lambda: not stage.page.busy.text(), timeout=LONG)
    written = pq.read_table(path)
    assert written.num_rows == 300
    assert stage.page.export.isEnabled()


def test_another_file_is_compared_column_by_column(
    stage: Stage, tmp_path: Path, qtbot: QtBot
) -> None:
    other = tmp_path / "other.csv"
    lines = ["colour,size,age,pay,more"]
    lines += [f"{'violet' if i % 4 == 0 else 'red'},{i},{20 + i},{i * 100},1" for i in range(40)]
    other.write_text("\n".join(lines) + "\n")
    view = stage.page.match
    stage.page.files.compare_with(other)
    qtbot.waitUntil(lambda: view.found is not None, timeout=LONG)
    assert view.isVisible()
    texts = [view.model.index(row, 6).data() for row in range(view.model.rowCount())]
    assert any("10 cells" in text for text in texts)
    assert any("“more”" in text for text in texts)
    view.close_button.click()
    assert not view.isVisible()
    assert stage.page.grid.isVisible()


def test_a_file_that_lacks_columns_cannot_be_written(
    stage: Stage, tmp_path: Path, qtbot: QtBot
) -> None:
    other = tmp_path / "other.csv"
    other.write_text("size,age\n" + "".join(f"{i},{i}\n" for i in range(30)))
    stage.page.files.compare_with(other)
    view = stage.page.match
    qtbot.waitUntil(lambda: view.found is not None, timeout=LONG)
    assert not view.write.isEnabled()
    assert "2 columns" in view.note.accessibleName()


def test_a_file_that_is_not_there_is_told(stage: Stage, tmp_path: Path, qtbot: QtBot) -> None:
    with qtbot.waitSignal(stage.session.failed, timeout=LONG) as told:
        stage.page.files.compare_with(tmp_path / "gone.csv")
    assert "gone.csv" in str(told.args[0])
    assert stage.page.match.found is None


def test_the_command_line_makes_the_same_rows_of_a_saved_recipe(
    stage: Stage, table: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    session = stage.session
    spec = session.recipe.column("pay").model_copy(update={"scale": Scaling.default("quantile")})
    session.edit(session.recipe.with_column(spec), "scale")
    here, there, saved = (tmp_path / name for name in ("a.parquet", "b.parquet", "r.recipe.json"))
    stage.page.recipes.save_as(saved)
    stage.page.files.export_to(here)
    qtbot.waitUntil(lambda: not stage.page.busy.text(), timeout=LONG)
    outcome = CliRunner().invoke(app, ["prepare", str(table), "-r", str(saved), "-o", str(there)])
    assert outcome.exit_code == 0, outcome.output
    assert pq.read_table(here).equals(pq.read_table(there))
