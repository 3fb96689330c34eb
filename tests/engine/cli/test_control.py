"""Commands from the terminal to a run that holds others: they say whom they are for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from engine.cli.app import invoke
from engine.cross_validation import fold_recipe
from engine.pipeline.tables import table_of
from engine.store.run_folder import RunFolder
from engine.store.workspace import Workspace
from engine.training.control import Command, FileControl
from tests.engine.trained import flowers, new_run

FOLDS = {"split": {"folds": 3}, "training": {"epochs": 2}}


@pytest.fixture
def group(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunFolder]:
    """Run 1 cross-validates, and its second fold, run 2, trains."""
    monkeypatch.setenv("TRAINYARD_HOME", str(tmp_path / "home"))
    run = new_run(tmp_path / "home", flowers(tmp_path / "flowers.csv", rows=60), "kind", FOLDS)
    workspace = Workspace(tmp_path / "home")
    recipe = fold_recipe(run.recipe(), 2)
    fold = workspace.create(recipe, table_of(run), "Fold 2 of 3", group=run.id, place=1)
    workspace.close()
    with ExitStack() as at_work:
        for each in (run, fold):
            at_work.enter_context(each.training())
        yield run


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("pause", "1"), "run 2 (Fold 2 of 3) is held at its next step, and no other begins."),
        (("stop", "1"), "To end run 2 (Fold 2 of 3) alone: trainyard stop 2"),
        (("set-lr", "1", "0.01"), "Those after it begin as the recipe says."),
        (("control", "1", "set-dropout", "0.2"), "run 2 (Fold 2 of 3) is told"),
    ],
)
def test_a_command_to_all_folds_tells_of_the_one_that_trains(
    group: RunFolder, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], told: str
) -> None:
    assert invoke(list(arguments)) == 0
    assert told in capsys.readouterr().out
    (heard,) = FileControl(group.control).poll()
    verbs = {"set-lr": "set_learning_rate", "control": "set_dropout"}
    assert heard.command == verbs.get(arguments[0], arguments[0])


def test_a_command_to_one_fold_is_its_own(
    group: RunFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    assert invoke(["stop", "2"]) == 0
    assert "keeps its best weights" in capsys.readouterr().out
    assert FileControl(group.control).poll() == ()
    (fold,) = [path for path in group.path.parent.iterdir() if "_0002_" in path.name]
    assert FileControl(RunFolder(fold).control).poll() == (Command(command="stop"),)
