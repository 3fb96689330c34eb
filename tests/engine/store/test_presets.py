"""Presets: saved, found, renamed, deleted, given away; what is no preset is told."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path

import pytest
from pydantic import ValidationError

from engine.errors import (
    DiskFull,
    FileMissing,
    NotAPreset,
    PresetNameTaken,
    PresetNotFound,
    PresetTooNew,
    PresetUnreadable,
    RecipeNotPreset,
)
from engine.recipe.files import recipe_json
from engine.recipe.model import ModelSpec
from engine.recipe.preset import Preset, load_preset, preset_json
from engine.recipe.recipe import Recipe
from engine.store.presets import PresetShelf, write_preset


def preset(name: str, width: int = 8, *, training: bool = False) -> Preset:
    layers = [{"kind": "linear", "width": width}, "activation"]
    model = ModelSpec.model_validate({"trunk": {"kind": "custom", "layers": layers}})
    return Preset.of(Recipe(model=model), name, training=training)


def names(shelf: PresetShelf) -> list[str]:
    return [each.name for each in shelf.load().all]


@pytest.fixture
def shelf(tmp_path: Path) -> PresetShelf:
    return PresetShelf(tmp_path / "home")


def test_a_shelf_that_nobody_used_is_empty(shelf: PresetShelf) -> None:
    assert shelf.load().all == ()
    assert not shelf.folder.exists()


def test_what_is_saved_is_found_again(shelf: PresetShelf) -> None:
    for each in (preset("b"), preset("Ä network: 深い / ?", training=True), preset("A")):
        shelf.save(each)
        assert shelf.get(each.name) == each
    assert names(shelf) == ["A", "b", "Ä network: 深い / ?"]
    assert all(path.name.isascii() for path in shelf.folder.iterdir())


def test_names_that_make_the_same_file_name_do_not_meet(shelf: PresetShelf) -> None:
    for number, name in enumerate(("a b", "a-b", "a/b", "深", "宽")):
        shelf.save(preset(name, number + 1))
    assert len(names(shelf)) == 5
    assert shelf.get("宽") == preset("宽", 5)


def test_a_name_is_taken_once_unless_it_may_be_replaced(shelf: PresetShelf) -> None:
    shelf.save(preset("Wide", 8))
    with pytest.raises(PresetNameTaken):
        shelf.save(preset("wide", 9))
    assert shelf.get("WIDE") == preset("Wide", 8)
    shelf.save(preset("wide", 9), replace=True)
    assert names(shelf) == ["wide"]
    assert shelf.free_name("WIDE") == "WIDE 2"


def test_renamed_and_deleted_and_saved_again(shelf: PresetShelf) -> None:
    shelf.save(preset("one"))
    shelf.save(preset("two"))
    with pytest.raises(PresetNameTaken):
        shelf.rename("one", "Two")
    shelf.rename("one", "One")
    assert names(shelf) == ["One", "two"]
    gone = shelf.delete("One")
    assert names(shelf) == ["two"]
    shelf.save(gone)
    assert names(shelf) == ["One", "two"]
    for act in (shelf.get, shelf.delete, lambda name: shelf.rename(name, "x")):
        with pytest.raises(PresetNotFound, match="One, two"):
            act("three")


@pytest.mark.parametrize("name", ["", "   ", "x" * 61, "a\x00b"])
def test_a_name_is_one_line(name: str, shelf: PresetShelf) -> None:
    with pytest.raises(ValidationError):
        preset(name)
    shelf.save(preset("ok"))
    with pytest.raises(ValidationError):
        shelf.rename("ok", name)


def test_spaces_in_a_name_are_set_right() -> None:
    assert preset("  two \n words ").name == "two words"


def test_a_preset_brings_its_network_and_its_training_only_if_it_has_one() -> None:
    recipe = Recipe.model_validate({"training": {"epochs": 3}, "split": {"test": 0.25}})
    kept = preset("a").used_in(recipe)
    assert (kept.training, kept.split) == (recipe.training, recipe.split)
    assert kept.model.trunk.kind == "custom"
    whole = preset("a", training=True).used_in(recipe)
    assert whole.training == Recipe().training
    assert whole.split == recipe.split


def test_a_file_is_given_away_and_read(tmp_path: Path) -> None:
    path = tmp_path / "shared.json"
    write_preset(path, preset("mine", training=True))
    assert load_preset(path) == preset("mine", training=True)


BAD = {
    "broken": ('{"trainyard_preset": 1,\n "name" 3}', PresetUnreadable, "line 2, column 9"),
    "width": (
        preset_json(preset("a")).replace('"width": 8', '"width": 0'),
        PresetUnreadable,
        "model.trunk.layers.0.width",
    ),
    "kind": (preset_json(preset("a")).replace('"custom"', '"cnn"'), PresetUnreadable, "cnn"),
    "newer": ('{"trainyard_preset": 2}', PresetTooNew, "version 2"),
    "recipe": (recipe_json(Recipe()), RecipeNotPreset, "is a recipe"),
    "list": ("[1, 2]", NotAPreset, "is not a preset"),
    "other": ('{"name": "x"}', NotAPreset, "is not a preset"),
    "nested": ("[" * 200_000, PresetUnreadable, "recursion"),
    "digits": ('{"trainyard_preset": 1, "name": ' + "9" * 5000 + "}", PresetUnreadable, "digit"),
}


@pytest.mark.parametrize("kind", BAD)
def test_what_is_no_preset_is_told_and_hides_no_other(
    kind: str, tmp_path: Path, shelf: PresetShelf
) -> None:
    text, error, words = BAD[kind]
    path = tmp_path / "file.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(error, match=words):
        load_preset(path)
    shelf.save(preset("good"))
    (shelf.folder / "bad.json").write_text(text, encoding="utf-8")
    found = shelf.load()
    assert [each.name for each in found.all] == ["good"]
    assert [type(each) for each in found.refused] == [error]


def test_bytes_that_are_no_text_and_files_that_are_not_there(tmp_path: Path) -> None:
    path = tmp_path / "file.json"
    path.write_bytes(b"\xff\xfe\x00\x01" * 10)
    with pytest.raises(NotAPreset):
        load_preset(path)
    path.write_bytes(b" " * 5_000_000)
    with pytest.raises(NotAPreset):
        load_preset(path)
    with pytest.raises(FileMissing):
        load_preset(tmp_path / "none.json")


def test_a_full_disk_leaves_the_former_preset(
    shelf: PresetShelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf.save(preset("a", 8))

    def no_room(descriptor: int, data: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "write", no_room)
    with pytest.raises(DiskFull):
        shelf.save(preset("a", 9), replace=True)
    monkeypatch.undo()
    assert shelf.get("a") == preset("a", 8)
    assert len(list(shelf.folder.iterdir())) == 1


def test_the_file_says_what_it_is() -> None:
    data = json.loads(preset_json(preset("a")))
    assert list(data) == ["trainyard_preset", "name", "model", "training"]
    assert data["training"] is None
