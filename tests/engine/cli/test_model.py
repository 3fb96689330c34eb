"""`trainyard model`: the network and its costs, before anything is trained."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.models import summary
from tests.engine.cli.terminal import Terminal
from tests.engine.trained import write_csv


@pytest.fixture
def terminal(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Terminal:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TRAINYARD_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(summary, "PROBE_SECONDS", 0.0)
    rows = [[row / 7, row % 5 * 1.5, "rgb"[row % 3], "yn"[row % 2]] for row in range(200)]
    write_csv(Path("table.csv"), ["a", "b", "c", "y"], rows)
    recipe = {"trainyard": 1, "model": {"trunk": {"kind": "resnet", "width": 8, "blocks": 1}}}
    Path("other.json").write_text(json.dumps(recipe))
    return Terminal(capsys)


PLAIN = ("--set", "model.numbers=plain", "--set", "model.categories=one_hot")
BASE = ("model", "table.csv", "-t", "y", "--set", "model.trunk=mlp", *PLAIN)
SIZED = (*BASE, "--set", "model.trunk.widths=[16]", "--set", "training.batch_size=32")


def test_blocks_shapes_and_costs_are_printed(terminal: Terminal) -> None:
    assert terminal(*SIZED) == 0
    lines = [line.split() for line in terminal.out.splitlines()]
    assert ["Linear", "5", "→", "16,", "ReLU", "5", "16", "96"] in lines
    assert ["parameters", "113"] in lines
    assert ["FLOPs", "per", "row", "192"] in lines
    assert "ReLU  16" not in terminal.out
    assert terminal(*SIZED, "--layers") == 0
    assert "  ReLU" in terminal.out


def test_json_is_the_summary_of_the_window(terminal: Terminal) -> None:
    found = terminal.json(*SIZED)
    assert found["parameters"] == 113
    assert found["memory"]["gradients"] == 4 * 113
    assert [block["name"] for block in found["blocks"]][-1] == "Head"


def test_another_recipe_is_set_beside(terminal: Terminal) -> None:
    assert terminal(*SIZED, "--against", "other.json") == 0
    assert "Model · Trunk: MLP" in terminal.out
    assert "→ ResNet" in terminal.out
    found = terminal.json(*SIZED, "--against", "other.json")
    assert found["one"]["parameters"] == 113
    assert found["other"]["parameters"] != 113
    assert any("Batch size" in line for line in found["differences"])


def test_what_does_not_fit_is_told_with_what_does(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRAINYARD_MEMORY", "5000")
    assert terminal(*SIZED) == 0
    assert "It does not fit: 5 kB are free. A batch size of " in terminal.out
    assert terminal(*SIZED, "--set", "model.trunk.widths=[65536, 65536]") == 0
    assert "It needs fewer or narrower layers." in terminal.out


def test_training_what_does_not_fit_ends_before_it_begins(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    wide = ("--set", "model.trunk.widths=[65536, 65536, 65536]")
    monkeypatch.setenv("TRAINYARD_MEMORY", "1000000000")
    assert terminal("train", *BASE[1:], *wide) == 1
    assert "Use a smaller network" in terminal.out + terminal.err


def test_heads_that_do_not_divide_are_refused(terminal: Terminal) -> None:
    bad = ("--set", "model.trunk=ft_transformer", "--set", "model.trunk.heads=7")
    assert terminal("model", "table.csv", "-t", "y", *bad) == 2
    assert "does not divide evenly among 7 heads" in terminal.err
