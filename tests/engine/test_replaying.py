"""A steered run done again from its record ends with the same weights, through the command line too."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.cli.app import invoke
from engine.data.open import open_table
from engine.errors import ReplayImpossible, RunHoldsOthers, RunUntrained
from engine.events import Noted, RunEvent, RunFinished
from engine.pipeline.replay_verdict import have_same_weights
from engine.pipeline.replaying import replay_run
from engine.pipeline.training import train_run
from engine.recipe.recipe import Recipe
from engine.store.run_folder import RunFolder
from engine.store.workspace import Workspace
from engine.training.control import Command
from engine.training.record import record_of
from tests.engine.trained import SMALL, flowers


def recipe(**training: object) -> Recipe:
    model = {"trunk": {"kind": "mlp", "widths": [8], "dropout": 0.3}}
    fields = {"model": model, "training": {**SMALL["training"], "epochs": 3, **training}}
    return Recipe.model_validate(fields).with_target("kind")


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    monkeypatch.setenv("TRAINYARD_HOME", str(tmp_path / "home"))
    found = Workspace(tmp_path / "home")
    yield found
    found.close()


@pytest.fixture
def run(workspace: Workspace, tmp_path: Path) -> RunFolder:
    return new_run(workspace, tmp_path, recipe())


def new_run(workspace: Workspace, folder: Path, asked: Recipe) -> RunFolder:
    table = open_table(flowers(folder / "flowers.csv", rows=120), asked.reading)
    return workspace.create(asked, table, "steered")


def test_a_steered_run_is_replayed_to_the_bit(
    workspace: Workspace, run: RunFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in (("set_dropout", 0.1), ("set_weight_decay", 0.2), ("set_epochs", 4.0)):
        run.send(Command.model_validate({"command": name, "value": value}))
    train_run(run)
    record = record_of(run.events())
    assert [each.command.value for each in record] == [0.1, 0.2, 4.0]
    assert invoke(["replay", "steered", "--name", "again"]) == 0
    assert "The weights are those of run 1, to the bit." in capsys.readouterr().err
    again = workspace.run("again")
    assert record_of(again.events()) == record
    assert have_same_weights(run, again)
    *_, note, ended = again.events()
    assert isinstance(ended, RunFinished)
    assert isinstance(note, Noted)
    assert "to the bit" in str(note.message)


def test_a_replay_that_comes_to_other_weights_says_so(workspace: Workspace, run: RunFolder) -> None:
    train_run(run)
    new = replay_run(workspace, run)
    new.send(Command(command="set_learning_rate", value=1e-5))
    seen: list[RunEvent] = []
    train_run(new, watch=seen.append)
    told = [str(event.message) for event in seen if isinstance(event, Noted)]
    assert told[-1].startswith("The weights are not those of run 1")


def test_what_cannot_be_replayed_says_why(
    workspace: Workspace, run: RunFolder, tmp_path: Path
) -> None:
    with pytest.raises(RunUntrained):
        replay_run(workspace, run)
    with pytest.raises(ReplayImpossible, match="time budget"):
        replay_run(workspace, new_run(workspace, tmp_path, recipe(time_budget=5)))
    with pytest.raises(RunHoldsOthers):
        replay_run(workspace, new_run(workspace, tmp_path, recipe(networks=3)))


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["dance"], "Use one of: pause"),
        (["set-dropout", "2"], "Use a number from 0 to 0.9."),
        (["set-dropout"], "cannot be none"),
        (["set-patience", "1.5"], "a whole number from 1 to 10000"),
        (["set-clip", "0"], "a number above 0, or “off”"),
        (["pause", "3"], "takes no value"),
        (["set-clip", "off"], "is not in training"),
    ],
)
def test_what_a_run_cannot_be_told_is_explained(
    run: RunFolder, capsys: pytest.CaptureFixture[str], words: list[str], told: str
) -> None:
    assert invoke(["control", "steered", *words]) == 2
    assert told in capsys.readouterr().err


def test_a_kept_epoch_is_evaluated_and_predicts_by_its_name(
    workspace: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = new_run(workspace, tmp_path, recipe(keep={"every": 1, "most": 2}))
    train_run(kept)
    assert invoke(["evaluate", "steered", "--checkpoint", "epoch-0002"]) == 0
    assert not kept.evaluation.exists()
    table = str(tmp_path / "flowers.csv")
    predicted = tmp_path / "predicted.csv"
    asked = ["predict", "steered", table, "-o", str(predicted)]
    assert invoke([*asked, "--checkpoint", "epoch-0003"]) == 0
    assert predicted.exists()
    capsys.readouterr()
    assert invoke([*asked, "--checkpoint", "epoch-0001"]) == 2
    assert "It has: best, epoch-0002, epoch-0003, last" in capsys.readouterr().err
