"""`trainyard runs …` on runs that were never trained, and going on from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.cli.app import invoke
from engine.store.workspace import Workspace
from tests.engine.store.helpers import epoch_ended, finished, new_run, started
from tests.engine.trained import flowers


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TRAINYARD_HOME", str(tmp_path / "w"))
    workspace = Workspace(tmp_path / "w")
    for name in ("one", "two"):
        run = new_run(workspace, name)
        with run.training() as log:
            for event in (started(), epoch_ended(1), finished(1, 1)):
                log.emit(event)
    workspace.close()
    return tmp_path


def said(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> str:
    assert invoke(list(arguments)) == code
    found = capsys.readouterr()
    return found.out + found.err


def test_runs_are_marked_and_found(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys, "runs", "tag", "1", "good", "slow") == "good, slow\n"
    assert said(capsys, "runs", "tag", "1", "--remove", "slow") == "good\n"
    said(capsys, "runs", "star", "2")
    said(capsys, "runs", "note", "1", "try", "again")
    assert said(capsys, "runs", "note", "1") == "try again\n"
    assert "try again" in said(capsys, "runs", "show", "1")

    def numbers(*options: str) -> list[int]:
        return [
            run["number"] for run in json.loads(said(capsys, "runs", "list", "--json", *options))
        ]

    assert numbers() == [2, 1]
    assert numbers("--tag", "good") == [1]
    assert numbers("--favourite") == [2]
    assert numbers("--status", "done", "--sort", "name", "--limit", "1") == [1]
    assert numbers("again") == [1]
    assert "None of 2 runs" in said(capsys, "runs", "list", "--status", "failed")
    assert "no state" in said(capsys, "runs", "list", "--status", "odd", code=2)


def test_runs_are_compared_exported_imported_and_thrown_away(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert said(capsys, "runs", "diff", "1", "2") == "The two runs are made from the same.\n"
    path = home / "a.trainyard-run"
    said(capsys, "runs", "export", "1", str(path))
    assert "Imported as run 3 · one" in said(capsys, "runs", "import", str(path))
    assert "events.out.tfevents" in said(capsys, "runs", "tensorboard", str(home / "tb"), "1")
    assert "to the trash" in said(capsys, "runs", "trash", "3")
    assert "Restored" in said(capsys, "runs", "restore", "3")
    path.write_bytes(b"PK")
    assert "is not a run file" in said(capsys, "runs", "import", str(path), code=2)


def test_a_run_is_continued_and_forked(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = str(flowers(home / "flowers.csv", rows=60))
    quick = ["--set", "model.trunk=mlp", "--set", "training.networks=1"]
    said(capsys, "train", table, "--target", "kind", "--epochs", "1", *quick)
    assert "Done: 2 epochs" in said(capsys, "train", "--continue", "last", "--epochs", "2")
    forked = said(capsys, "train", "--fork", "last@best", "--epochs", "3", "--name", "branch")
    assert "branch" in forked
    shown = said(capsys, "runs", "show", "last")
    assert "Lineage" in shown
    assert "run 3 (best" in shown
    assert "2 epochs already" in said(capsys, "train", "--continue", "3", "--epochs", "1", code=2)
    assert "name none" in said(capsys, "train", table, "--continue", "3", code=2)
    assert "differ" in said(capsys, "train", "--fork", "3", "--set", "split.seed=5", code=2)
    missing = said(capsys, "train", table, "--start-from", "3@epoch-0009", code=2)
    assert "It has: last, best" in missing
