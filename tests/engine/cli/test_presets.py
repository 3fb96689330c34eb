"""`trainyard preset`, and `--preset` where a recipe is asked for."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.engine.cli.terminal import Terminal
from tests.engine.trained import flowers

LAYERS = 'model.trunk.layers=[{"kind": "linear", "width": 6}, "activation"]'


@pytest.fixture
def terminal(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Terminal:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TRAINYARD_HOME", str(tmp_path / "home"))
    return Terminal(capsys)


def test_from_saving_to_sharing(terminal: Terminal, tmp_path: Path) -> None:
    assert terminal("preset", "list") == 0
    assert terminal.out == "No presets are saved yet.\n"
    chosen = ("--set", "model.trunk=custom", "--set", LAYERS)
    assert terminal("preset", "save", "small one", *chosen) == 0
    assert terminal("preset", "save", "small one", *chosen) == 2
    assert "There is a preset “small one” already." in terminal.err
    assert terminal("preset", "save", "whole", "--training", "--set", "training.epochs=3") == 0
    assert terminal.json("preset", "list") == [
        {"name": "small one", "trunk": "custom", "training": False},
        {"name": "whole", "trunk": "auto", "training": True},
    ]
    assert terminal("preset", "export", "small one", "shared.json") == 0
    assert terminal("preset", "rename", "small one", "tiny") == 0
    assert terminal("preset", "delete", "whole") == 0
    assert terminal("preset", "import", "shared.json") == 0
    assert terminal("preset", "import", "shared.json") == 2
    assert terminal("preset", "import", "shared.json", "--name", "again") == 0
    assert [line["name"] for line in terminal.json("preset", "list")] == [
        "again",
        "small one",
        "tiny",
    ]
    assert terminal("preset", "show", "tiny") == 0
    assert json.loads(terminal.out)["model"]["trunk"]["layers"][0]["width"] == 6


def test_what_cannot_be_is_said(terminal: Terminal, tmp_path: Path) -> None:
    assert terminal("preset", "show", "none") == 2
    assert "There is no preset “none”. No presets are saved yet." in terminal.err
    assert terminal("preset", "save", " ") == 2
    assert "a name is one line of 1 to 60 characters" in terminal.err
    Path("bad.json").write_text("{", encoding="utf-8")
    assert terminal("preset", "import", "bad.json") == 2
    assert "bad.json cannot be used as a preset. line 1, column 2" in terminal.err
    assert terminal("recipe", "print", "--preset", "none") == 2
    assert "There is no preset “none”." in terminal.err


def test_a_run_is_trained_with_a_preset_and_its_changes(terminal: Terminal, tmp_path: Path) -> None:
    flowers(tmp_path / "flowers.csv")
    chosen = ("--set", "model.trunk=custom", "--set", LAYERS)
    assert terminal("preset", "save", "small", *chosen) == 0
    assert terminal("preset", "export", "small", "shared.json") == 0
    for preset in ("small", "shared.json"):
        options = ("--preset", preset, "--set", "model.trunk.layers.0.width=9")
        assert terminal("recipe", "print", *options) == 0
        layers = json.loads(terminal.out)["model"]["trunk"]["layers"]
        assert [layer["kind"] for layer in layers] == ["linear", "activation"]
        assert layers[0]["width"] == 9
    options = ("--preset", "small", "--set", "training.epochs=2", "--set", "training.device=cpu")
    assert terminal("train", "flowers.csv", "--target", "kind", "--name", "r", *options) == 0
    assert terminal("recipe", "print", "r") == 0, terminal.err
    assert json.loads(terminal.out)["model"]["trunk"]["kind"] == "custom"
    assert terminal("predict", "r", "flowers.csv", "--output", "out.csv") == 0, terminal.err


def test_layers_that_cannot_work_are_refused_before_anything_starts(
    terminal: Terminal, tmp_path: Path
) -> None:
    flowers(tmp_path / "flowers.csv")
    bad = ("--set", "model.trunk=custom", "--set", 'model.trunk.layers=["residual_end"]')
    assert terminal("train", "flowers.csv", "--target", "kind", *bad) == 2
    assert "model.trunk.layers.0: Layer 1, a residual end, has no start before it. Remove it." in (
        terminal.err
    )
    assert terminal("train", "flowers.csv", "--set", "model.trunk=custom", "--set", LAYERS) in (
        0,
        2,
    )
