"""Presets under the gallery: saved, used, renamed, deleted and put back, imported and exported."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from engine.recipe.families import Trunk
from engine.recipe.preset import Preset, load_preset
from engine.recipe.recipe import Recipe
from engine.store.presets import PresetShelf, write_preset
from gui.pages.model import presets_panel
from gui.pages.model.preset_list import PresetList
from tests.gui.pages.model.conftest import Stage

Open = Callable[..., Stage]
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def stage(open_page: Open) -> Stage:
    return open_page(None)


def cards(stage: Stage) -> PresetList:
    return stage.page.presets.list


def names(stage: Stage) -> list[str]:
    return [preset.name for preset in cards(stage).cards.presets]


def shelf(stage: Stage) -> PresetShelf:
    return PresetShelf(stage.session.workspace_folder)


def use(stage: Stage, kind: str) -> None:
    recipe = stage.session.recipe
    model = recipe.model.model_copy(update={"trunk": Trunk.default(kind)})
    stage.session.edit(recipe.model_copy(update={"model": model}), kind)


def save(stage: Stage, name: str, which: int = 0) -> None:
    before = cards(stage).findChildren(QLineEdit)
    stage.page.presets.save_menu.actions()[which].trigger()
    (line,) = (each for each in cards(stage).findChildren(QLineEdit) if each not in before)
    line.setText(name)
    QTest.keyClick(line, Qt.Key.Key_Return)
    QApplication.processEvents()


def click(qtbot: QtBot, stage: Stage, name: str) -> None:
    view = cards(stage)
    index = view.cards.index(view.cards.row_of(name))
    view.scrollTo(index)
    qtbot.mouseClick(view.viewport(), LEFT, pos=view.visualRect(index).center())


def said(stage: Stage) -> list[str]:
    return [notice.accessibleName() for notice in stage.page.notices.shown()]


def test_a_network_is_saved_under_a_name_and_used_again(qtbot: QtBot, stage: Stage) -> None:
    assert stage.page.presets.empty.isVisibleTo(stage.window)
    use(stage, "custom")
    save(stage, "my layers")
    assert names(stage) == ["my layers"]
    assert shelf(stage).get("my layers").model == stage.session.recipe.model
    assert cards(stage).cards.line(0) == "Custom, 4 layers"
    use(stage, "linear")
    assert not cards(stage).selectedIndexes()
    click(qtbot, stage, "my layers")
    assert stage.session.recipe.model == shelf(stage).get("my layers").model
    assert stage.session.undo_label == "preset “my layers”"
    assert cards(stage).current_name() == "my layers"
    stage.session.undo()
    assert stage.session.recipe.model.trunk == Trunk.default("linear")


def test_training_belongs_to_it_only_if_it_is_asked_for(qtbot: QtBot, stage: Stage) -> None:
    training = stage.session.recipe.training.model_copy(update={"epochs": 7})
    stage.session.edit(stage.session.recipe.model_copy(update={"training": training}), "epochs")
    save(stage, "network")
    save(stage, "whole", which=1)
    assert shelf(stage).get("network").training is None
    assert "with training" in cards(stage).cards.line(1)
    stage.session.undo()
    click(qtbot, stage, "network")
    assert stage.session.recipe.training.epochs != 7
    click(qtbot, stage, "whole")
    assert stage.session.recipe.training.epochs == 7


def test_it_is_renamed_in_place_and_a_name_that_is_taken_is_told(
    qtbot: QtBot, stage: Stage
) -> None:
    for name in ("one", "two"):
        shelf(stage).save(Preset.of(Recipe(), name, training=False))
    stage.page.presets.refresh()
    for new, expected in (("two", ["one", "two"]), ("  ", ["one", "two"]), ("ten", ["ten", "two"])):
        cards(stage).rename("one")
        line = cards(stage).findChild(QLineEdit)
        assert line is not None
        line.setText(new)
        qtbot.keyClick(line, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: cards(stage).findChild(QLineEdit) is None)
        assert names(stage) == expected
    assert any("There is a preset “two” already." in text for text in said(stage))
    assert any("A name is one line" in text for text in said(stage))


def test_it_is_deleted_and_put_back(qtbot: QtBot, stage: Stage) -> None:
    kept = Preset.of(Recipe(), "one", training=True)
    shelf(stage).save(kept)
    stage.page.presets.refresh()
    cards(stage).setCurrentIndex(cards(stage).cards.index(0))
    cards(stage).setFocus()
    qtbot.keyClick(cards(stage), Qt.Key.Key_Delete)
    assert names(stage) == []
    (notice,) = stage.page.notices.shown()
    undo = next(b for b in notice.findChildren(QPushButton) if b.text() == "Undo")
    qtbot.mouseClick(undo, LEFT)
    assert shelf(stage).get("one") == kept
    assert names(stage) == ["one"]


def test_a_file_is_exported_and_imported_beside_one_of_the_same_name(
    stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = Preset.of(Recipe(), "one", training=False)
    shelf(stage).save(kept)
    stage.page.presets.refresh()
    path = tmp_path / "given.json"
    monkeypatch.setattr(presets_panel, "choose_destination", lambda *_: path)
    monkeypatch.setattr(presets_panel, "choose_file", lambda *_: path)
    stage.page.presets._export("one")
    assert load_preset(path) == kept
    stage.page.presets.bring.click()
    assert names(stage) == ["one", "one 2"]
    monkeypatch.setattr(presets_panel, "choose_destination", lambda *_: tmp_path / "no" / "way")
    stage.page.presets._export("one")
    assert any("could not be saved" in text for text in said(stage))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "cannot be used as a preset. line 1, column 2"),
        ("[]", "is not a preset."),
        ('{"trainyard": 1}', "is a recipe, not a preset."),
        ('{"trainyard_preset": 9}', "version 9"),
    ],
)
def test_a_bad_file_is_told_and_changes_nothing(
    text: str, words: str, stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "bad.json"
    path.write_text(text, encoding="utf-8")
    monkeypatch.setattr(presets_panel, "choose_file", lambda *_: path)
    before = stage.session.recipe
    stage.page.presets.bring.click()
    assert any(words in told for told in said(stage))
    assert names(stage) == []
    assert stage.session.recipe == before


def test_a_damaged_file_on_the_shelf_is_told_once_and_hides_no_other(stage: Stage) -> None:
    folder = shelf(stage).folder
    folder.mkdir(parents=True)
    (folder / "bad.json").write_text("{", encoding="utf-8")
    write_preset(folder / "good.json", Preset.of(Recipe(), "good", training=False))
    for _ in range(3):
        stage.page.presets.refresh()
    assert names(stage) == ["good"]
    assert len(said(stage)) == 1
