"""Sweeps, seeds and the queue in the terminal."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engine.cli.terminal import Terminal
from tests.engine.trained import flowers

QUICK = (
    "--set",
    "training.epochs=1",
    "--set",
    'model.trunk={"kind": "mlp", "widths": [8]}',
    "--set",
    "training.networks=1",
)
RATE = "training.optimizer.learning_rate"


@pytest.fixture
def terminal(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Terminal:
    monkeypatch.chdir(tmp_path)
    flowers(tmp_path / "flowers.csv", rows=60)
    return Terminal(capsys)


def test_a_sweep_is_trained_told_and_its_best_recipe_trained_again(terminal: Terminal) -> None:
    fields = ("-f", f"{RATE}=1e-4..1e-1:log", "-f", "model.trunk.widths=[8],[8,8]")
    told = terminal.json("sweep", "flowers.csv", "-t", "kind", *fields, "-n", "4", *QUICK)
    assert [each["state"] for each in told["trials"]] == ["done"] * 4, "the last one by TPE"
    best = min(told["trials"], key=lambda each: each["value"])
    assert told["best"] == best["trial"]
    assert terminal("trials", "1") == 0
    assert f"Best: trial {best['trial']}, run {best['number']}" in terminal.out
    others = [str(each["number"]) for each in told["trials"]]
    compared = terminal.json("compare", *others)
    rates = {each["where"]: each["values"] for each in compared["settings"]}
    assert len(set(rates["Training · Optimizer · Learning rate"])) == 4
    losses = [each["validation"]["loss"] for each in compared["runs"]]
    assert losses == pytest.approx([each["value"] for each in told["trials"]])
    assert terminal("compare", *others) == 0
    assert "Learning rate" in terminal.out
    assert terminal("compare", others[0]) == 2
    recipe = f"home/runs/{best['run']}/recipe.json"
    again = terminal.json("train", "flowers.csv", "--recipe", recipe)
    assert again["validation"]["loss"] == pytest.approx(best["value"])


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("-f", "training.optimizer.learning_rat=1,2"), "Did you mean “learning_rate”?"),
        (("-f", f"{RATE}=1..0.1"), "the range goes from 1 to 0.1"),
        (("-f", f"{RATE}=0..1:log"), "a logarithmic range starts above 0"),
        (("-f", f"{RATE}=1e-3..100"), "at most 10"),
        (("-f", "training.batch_size=a,b"), "training.batch_size"),
        (("-f", "model.trunk.widths=nonsense"), "Write"),
        ((), "Choose fields with --field."),
    ],
)
def test_what_cannot_be_swept_is_told_with_what_to_do(
    terminal: Terminal, arguments: tuple[str, ...], told: str
) -> None:
    assert terminal("sweep", "flowers.csv", "-t", "kind", *arguments, *QUICK) == 2
    assert told in terminal.out + terminal.err
    assert terminal("runs") == 0
    assert "No runs yet" in terminal.out


def test_the_fields_that_can_be_swept_are_listed_with_what_is_tried_in_them(
    terminal: Terminal,
) -> None:
    assert terminal("sweep", "flowers.csv", "-t", "kind", "--fields") == 0
    assert RATE in terminal.out
    assert "model.trunk.kind" in terminal.out
    assert ":log" in terminal.out


def test_seeds_are_trained_and_told_with_their_mean(terminal: Terminal) -> None:
    told = terminal.json("train", "flowers.csv", "-t", "kind", "--seeds", "2", *QUICK)
    assert told["holds"] == "seeds"
    assert [each["seed"] for each in told["folds"]] == [0, 1]
    loss = next(each for each in told["validation"] if each["metric"] == "loss")
    values = [each["validation"]["loss"] for each in told["folds"]]
    assert loss["mean"] == pytest.approx(sum(values) / 2)
    assert terminal("train", "flowers.csv", "-t", "kind", "--seeds", "2", "--folds", "2") == 2
    assert "Leave out --folds" in terminal.err


def test_a_queue_is_filled_ordered_and_trained_to_its_end(terminal: Terminal) -> None:
    for name in ("one", "two", "three"):
        added = ("queue", "add", "flowers.csv", "-t", "kind", "--name", name, *QUICK)
        assert terminal(*added) == 0, terminal.err
    assert terminal("queue", "move", "three", "1") == 0
    assert terminal("queue", "remove", "two") == 0
    waiting = terminal.json("queue", "list")["waiting"]
    assert [each["name"] for each in waiting] == ["three", "one"]
    assert terminal("queue", "remove", "one") == 0
    assert terminal("queue", "set", "--hold") == 0
    assert terminal("queue", "run") == 2
    assert "held" in terminal.err
    assert terminal("queue", "set", "--release", "--at-once", "2") == 0
    ended = terminal.json("queue", "run")["ended"]
    assert list(ended.values()) == ["done"]
    assert terminal.json("queue", "list")["waiting"] == []


def test_a_sweep_may_be_limited_by_time_alone(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    from engine.sweep import training

    real = training._Trials.may_begin
    # As if the time were over after one trial, however slow the machine is.
    monkeypatch.setattr(training._Trials, "may_begin", lambda s, n: n < 2 and real(s, n))
    arguments = ("-f", f"{RATE}=1e-3..1e-1:log", "--budget", "10m", "--prune")
    told = terminal.json("sweep", "flowers.csv", "-t", "kind", *arguments, *QUICK)
    assert [each["state"] for each in told["trials"]] == ["done"]
    assert "Trial 1" in terminal.err
    assert terminal("runs") == 0
