"""Auto and time budgets on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.cli.auto import minutes_of
from engine.errors import RecipeInvalid
from engine.models import summary
from engine.recipe.files import parse_recipe
from tests.engine.cli.terminal import Terminal
from tests.engine.trained import flowers

SMALL = ("--set", 'model.trunk={"kind": "mlp", "widths": [4]}', "--set", "training.epochs=2")


@pytest.fixture
def terminal(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Terminal:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(summary, "PROBE_SECONDS", 0.0)
    flowers(tmp_path / "flowers.csv", rows=150)
    return Terminal(capsys)


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("90s", 1.5), ("10m", 10.0), ("10", 10.0), ("1.5h", 90.0), ("10 min", 10.0), ("30 SEC", 0.5)],
)
def test_a_time_is_read_with_its_unit(text: str, minutes: float) -> None:
    assert minutes_of(text) == pytest.approx(minutes)


@pytest.mark.parametrize("text", ["", "0", "soon", "-5m", "10d", "9999999h", "1e3", "nan"])
def test_what_is_no_time_is_told(text: str) -> None:
    with pytest.raises(RecipeInvalid, match="is no time to train in"):
        minutes_of(text)


def test_what_auto_chooses_is_told_with_reasons_before_anything_trains(terminal: Terminal) -> None:
    assert terminal("recipe", "resolve", "flowers.csv", "-t", "kind") == 0
    assert "TabM, the best single network on most tables" in terminal.out
    assert "About 0:" in terminal.out
    told = terminal.json("recipe", "resolve", "flowers.csv", "-t", "kind", "--budget", "10m")
    assert told["networks"] == ["TabM", "Boosted trees", "RealMLP", "TabM"]
    assert {"Trunk", "Batch size", "Optimizer"} <= {field["field"] for field in told["chosen"]}
    assert told["seconds"] <= 600
    assert told["recipe"]["model"]["trunk"]["kind"] == "tabm"


def test_a_field_that_is_set_is_not_chosen(terminal: Terminal) -> None:
    told = terminal.json("recipe", "resolve", "flowers.csv", "-t", "kind", *SMALL)
    assert {"Trunk", "Epochs"}.isdisjoint(field["field"] for field in told["chosen"])
    assert told["recipe"]["model"]["trunk"]["widths"] == [4]


def test_a_new_recipe_leaves_much_to_auto_and_a_file_may_be_made_to(
    terminal: Terminal, tmp_path: Path
) -> None:
    assert terminal("recipe", "print") == 0
    assert parse_recipe(terminal.out, "printed").model.trunk is None
    (tmp_path / "old.json").write_text("{}")
    told = terminal.json("recipe", "resolve", "flowers.csv", "-t", "kind", "-r", "old.json")
    assert told["chosen"] == []
    freed = ("recipe", "resolve", "flowers.csv", "-t", "kind", "-r", "old.json", "--auto")
    assert terminal.json(*freed)["chosen"]


def test_several_networks_are_trained_in_a_time(terminal: Terminal) -> None:
    budget = ("--budget", "1h", "--set", "training.networks=2")
    trained = terminal.json("train", "flowers.csv", "-t", "kind", *SMALL, *budget)
    assert trained["status"] == "done"
    assert "Network 2 of 2: MLP, run 3." in terminal.err
    assert "It takes 1:00:00 at most." in terminal.err
    assert terminal("train", "flowers.csv", "-t", "kind", "--budget", "soon") == 2
    assert "is no time to train in" in terminal.err
