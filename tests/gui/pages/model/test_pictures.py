"""The network's picture as a file, and what the page tells of size and memory."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from gui import theme
from gui.notices import Notice
from gui.pages.model.footer import GAP, MARGIN, Footer
from gui.widgets import Note
from tests.gui.pages.model.conftest import Stage, settle

Open = Callable[..., Stage]
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def stage(open_page: Open, table: Path) -> Stage:
    return open_page(table)


def texts(path: Path) -> list[str]:
    root = ElementTree.parse(path).getroot()
    return ["".join(e.itertext()).strip() for e in root.iter("{http://www.w3.org/2000/svg}text")]


def test_an_svg_holds_the_whole_network_as_text(stage: Stage, tmp_path: Path) -> None:
    path = tmp_path / "network.svg"
    stage.page.pictures.save_as(path)
    found = texts(path)
    assert {"size", "age", "colour", "town", "Embedding", "256 → 256, ReLU", "Head"} <= set(found)
    assert found.count("Linear") == 3  # two blocks, and the layer inside the one that is opened
    assert "Inside Linear" in found
    assert b"Inter" in path.read_bytes()


def test_a_png_shows_more_than_the_window_does(stage: Stage, tmp_path: Path) -> None:
    stage.page.graph.zoom_by(3)
    path = tmp_path / "network.png"
    stage.page.pictures.save_as(path)
    image = QImage(str(path))
    assert image.width() > 1500
    assert image.pixelColor(2, 2) == theme.colour("window")


def test_in_a_dark_window_the_picture_is_light_if_asked_for(
    open_page: Open, table: Path, tmp_path: Path, qapp: QApplication
) -> None:
    stage = open_page(table)
    theme.apply(qapp, "dark")
    path = tmp_path / "network.png"
    pictures = stage.page.pictures
    for light in (True, False):
        pictures.light.setChecked(light)
        pictures.save_as(path)
        assert (QImage(str(path)).pixelColor(2, 2).lightness() > 128) == light
    assert theme.is_dark()


def test_a_picture_that_cannot_be_written_is_told(stage: Stage, tmp_path: Path) -> None:
    stage.page.pictures.save_as(tmp_path / "missing" / "network.svg")
    (notice,) = stage.window.findChildren(Notice)
    assert "network.svg could not be saved" in notice.accessibleName()


def test_the_picture_is_copied_by_keyboard(qtbot: QtBot, stage: Stage) -> None:
    button = stage.page.pictures.button
    assert button.focusPolicy() & Qt.FocusPolicy.TabFocus
    menu = button.menu()
    menu.popup(button.mapToGlobal(button.rect().bottomLeft()))
    for _ in range(3):
        qtbot.keyClick(menu, Qt.Key.Key_Down)
    qtbot.keyClick(menu, Qt.Key.Key_Return)
    assert QGuiApplication.clipboard().image().width() > 500


def test_without_a_network_there_is_no_picture(open_page: Open) -> None:
    stage = open_page(None)
    assert not stage.page.pictures.button.isEnabled()
    assert not stage.page.compare_menu.button.isEnabled()


def test_the_gallery_tells_sizes_of_all(qtbot: QtBot, stage: Stage) -> None:
    trunks = stage.page.gallery.trunks
    qtbot.waitUntil(lambda: all(trunks.size(row) for row in range(1, trunks.rowCount())))
    spoken = str(trunks.index(trunks.row_of("linear")).data(Qt.ItemDataRole.AccessibleTextRole))
    assert "parameters" in spoken


def test_what_the_table_cannot_feed_is_disabled_with_the_reason(
    qtbot: QtBot, open_page: Open, tmp_path: Path
) -> None:
    path = tmp_path / "numbers.csv"
    lines = [f"{i * 37 % 101 / 4},{i * 7 % 50 / 3},{i % 2}" for i in range(200)]
    path.write_text("\n".join(["a,b,label", *lines]) + "\n")
    stage = open_page(path)
    gallery = stage.page.gallery
    row = gallery.trunks.row_of("deepfm")
    index = gallery.trunks.index(row)
    assert gallery.trunks.line(row) == "Needs a category column."
    assert not index.flags() & Qt.ItemFlag.ItemIsEnabled
    before = stage.session.recipe
    qtbot.mouseClick(gallery.viewport(), LEFT, pos=gallery.visualRect(index).center())
    assert stage.session.recipe == before


def test_a_batch_that_does_not_fit_is_mended_in_place(
    qtbot: QtBot, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = stage.page.probe.summary
    assert known is not None
    monkeypatch.setenv("TRAINYARD_MEMORY", str(known.memory.total - known.memory.activations // 2))
    recipe = stage.session.recipe
    training = recipe.training.model_copy(update={"batch_size": 200, "device": "cpu"})
    stage.session.edit(recipe.model_copy(update={"training": training}), "edit")
    settle(qtbot, stage)
    summary = stage.page.probe.summary
    assert summary is not None
    fitting = summary.fitting_batch
    assert fitting
    assert stage.page.footer.epoch.text() == "—"
    assert stage.page.footer.state.whole_text() == ""
    assert not stage.inspector.tabs.tabIcon(1).isNull()
    qtbot.mouseClick(stage.inspector.tabs, LEFT, pos=stage.inspector.tabs.tabRect(1).center())
    (note,) = [n for n in stage.inspector.findChildren(Note) if n.isVisibleTo(stage.window)]
    assert "of memory in training" in note.accessibleName()
    qtbot.mouseClick(note.findChild(QPushButton), LEFT)
    assert stage.session.recipe.training.batch_size == fitting
    settle(qtbot, stage)
    assert stage.inspector.tabs.tabIcon(1).isNull()


def test_the_footer_leaves_out_what_has_no_room(stage: Stage) -> None:
    footer = stage.page.footer
    assert footer.flops.text().endswith("M")
    footer.resize(260, footer.height())
    assert footer.parameters.isVisibleTo(footer)
    assert not footer.flops.isVisibleTo(footer)
    assert "FLOPs per row" in footer.toolTip()


def test_figures_are_shown_where_they_just_fit_and_waiting_gives_way_to_them(
    qtbot: QtBot, stage: Stage
) -> None:
    footer = Footer()
    qtbot.addWidget(footer)
    footer.show_figures(stage.page.probe, 25)
    footer.show()
    figures = (footer.parameters, footer.flops, footer.memory, footer.epoch, footer.total)
    cells = [figure.parentWidget() for figure in figures]
    need = sum(cell.sizeHint().width() for cell in cells) + GAP * (len(cells) - 1) + 2 * MARGIN
    footer.resize(need, footer.height())
    assert all(cell.isVisibleTo(footer) for cell in cells)
    footer.state.set_text("Measuring")
    footer.resize(need + 1, footer.height())
    assert all(cell.isVisibleTo(footer) for cell in cells)
    assert not footer.state.isVisibleTo(footer)
    footer.resize(need + 200, footer.height())
    qtbot.waitUntil(lambda: footer.state.text() == "Measuring" and footer.state.isVisible())


def test_an_edit_that_changes_nothing_about_the_network_ends_the_wait(
    qtbot: QtBot, stage: Stage
) -> None:
    recipe = stage.session.recipe
    split = recipe.split.model_copy(update={"seed": recipe.split.seed + 1})
    stage.session.edit(recipe.model_copy(update={"split": split}), "edit")
    assert stage.page.probe.is_waiting
    assert stage.page.footer.state.whole_text() == "Measuring"
    settle(qtbot, stage)
    assert stage.page.footer.state.whole_text() == ""
