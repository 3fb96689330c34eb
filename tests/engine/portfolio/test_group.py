"""Several networks, one after another: ordinary runs, and one run that is the best of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.data.columns.infer import infer_schema
from engine.data.open import open_table
from engine.events import EpochEnded, Noted, RunEvent, RunFinished, RunStarted, RunStopped
from engine.export.bundle import export_run
from engine.pipeline.results import evaluate_run, explain_run
from engine.pipeline.training import train_run
from engine.portfolio import group
from engine.predictor.part import part_rows
from engine.predictor.predictor import Predictor
from engine.recipe.reading import Reading
from engine.store.run_folder import RunFolder
from engine.store.summary import Status
from engine.store.workspace import Workspace
from engine.training import control
from engine.training.control import Command
from tests.engine.trained import flowers, new_run, prices

TWO: dict[str, Any] = {"training": {"networks": 2, "epochs": 3}}


def members_of(run: RunFolder) -> list[RunFolder]:
    workspace = Workspace(run.path.parent.parent)
    try:
        return [member for _, member in sorted(workspace.members(run.id).items())]
    finally:
        workspace.close()


def notes_of(run: RunFolder) -> list[str]:
    return [str(event.message) for event in run.events() if isinstance(event, Noted)]


@pytest.mark.parametrize(("make", "target"), [(prices, "price"), (flowers, "kind")])
def test_a_group_predicts_the_mean_of_the_networks_kept(
    tmp_path: Path, make: Callable[[Path], Path], target: str
) -> None:
    path = make(tmp_path / "rows.csv")
    run = new_run(tmp_path / "home", path, target, TWO)
    ending = train_run(run)
    assert isinstance(ending, RunFinished)
    assert run.status() is Status.DONE
    members = members_of(run)
    assert [member.status() for member in members] == [Status.DONE, Status.DONE]
    assert [member.resolved().training.seed for member in members] == [0, 1]

    predictor = Predictor.load(run.path)
    kept = predictor.recipe.model.members
    table = open_table(path, Reading())
    rows = part_rows(predictor, table, infer_schema(table), "test")
    ours = predictor.preparation.predictions(predictor.outputs(rows.arrays))
    singles = [Predictor.load(member.path) for member in members]
    alone = [one.preparation.predictions(one.outputs(rows.arrays)) for one in singles]
    expected = np.mean(alone, axis=0) if len(kept) == 2 else None
    candidates = [expected] if expected is not None else alone
    assert any(np.allclose(ours, each, rtol=1e-4) for each in candidates)

    best = [summary_of(member) for member in members]
    assert summary_of(run) <= min(best)
    assert run.info().name.startswith("mlp")


def summary_of(run: RunFolder) -> float:
    best = run.summary().best
    assert best is not None
    return best


@pytest.fixture
def mean(tmp_path: Path) -> RunFolder:
    """A network and trees, of which the mean is kept: without validation rows nothing is better."""
    changes = {
        "split": {"validation": 0.0},
        "model": {
            "members": [{"trunk": "mlp"}, {"trunk": {"kind": "boosted_trees", "rounds": 20}}]
        },
        "training": {"epochs": 2, "early_stopping": {"enabled": False}},
    }
    run = new_run(tmp_path / "home", flowers(tmp_path / "rows.csv"), "kind", changes)
    assert isinstance(train_run(run), RunFinished)
    assert len(run.resolved().model.members) == 2
    return run


def test_a_mean_is_evaluated_explained_and_exported_like_any_run(
    mean: RunFolder, tmp_path: Path
) -> None:
    started = next(event for event in mean.events() if isinstance(event, RunStarted))
    ending = [event for event in mean.events() if isinstance(event, RunFinished)][-1]
    scores = {metric.name: metric.value for metric in evaluate_run(mean).metrics}
    assert [scores[name] for name in started.metrics] == pytest.approx(ending.test, rel=1e-5)
    assert explain_run(mean, repeats=1).columns
    export_run(mean, tmp_path / "mean.trainyard")
    from_file, from_run = Predictor.load(tmp_path / "mean.trainyard"), Predictor.load(mean.path)
    table = open_table(tmp_path / "rows.csv", Reading())
    rows = part_rows(from_run, table, infer_schema(table), "test")
    assert (from_file.outputs(rows.arrays) == from_run.outputs(rows.arrays)).all()
    told = notes_of(mean)
    assert told[0] == "2 networks, one after another: MLP → Boosted trees."
    assert "The mean of MLP + Boosted trees is kept." in told
    assert [member.info().name for member in members_of(mean)] == [
        "mlp-256×2",
        "boosted_trees",
    ]
    assert "gradient boosting on the test rows" in told[-1]


def test_a_group_that_is_stopped_keeps_what_it_has_and_goes_on_where_it_was(
    tmp_path: Path,
) -> None:
    changes = {"training": {"networks": 3, "epochs": 3}}
    run = new_run(tmp_path / "home", prices(tmp_path / "rows.csv"), "price", changes)

    def stop_after_the_first(event: RunEvent) -> None:
        if isinstance(event, EpochEnded):
            run.send(Command(command="stop"))

    ending = train_run(run, watch=stop_after_the_first)
    assert isinstance(ending, RunStopped)
    assert run.status() is Status.STOPPED
    done = members_of(run)
    assert done[0].status() is Status.DONE
    assert Predictor.load(run.path).recipe.model.trunk is not None

    assert isinstance(train_run(run), RunFinished)
    members = members_of(run)
    assert [member.id for member in members[: len(done)]] == [member.id for member in done]
    assert [member.status() for member in members] == [Status.DONE] * 3
    starts = [event for event in run.events() if isinstance(event, RunStarted)]
    assert [start.epochs for start in starts] == [3, 3]
    assert run.summary().epoch == 3


def test_a_network_that_fails_is_left_out_and_told_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    changes = {
        "training": {
            "networks": 2,
            "optimizer": {"kind": "sgd", "learning_rate": 10.0},
            "epochs": 30,
        },
    }
    run = new_run(tmp_path / "home", prices(tmp_path / "rows.csv"), "price", changes)
    train_run(run)
    statuses = {member.status() for member in members_of(run)}
    assert statuses <= {Status.FAILED, Status.DONE, Status.STOPPED_EARLY}
    failed = [member for member in members_of(run) if member.status() is Status.FAILED]
    assert len([note for note in notes_of(run) if note.startswith("It is left out")]) == len(failed)
    assert failed, "the learning rate is meant to be too large"


def test_members_are_listed_with_their_group_and_counted_once_among_the_running(
    tmp_path: Path,
) -> None:
    run = new_run(tmp_path / "home", prices(tmp_path / "rows.csv"), "price", TWO)
    train_run(run)
    workspace = Workspace(tmp_path / "home")
    try:
        groups = {summary.id: summary.group for summary in workspace.runs()}
        notes = {summary.id: str(summary.note) for summary in workspace.runs() if summary.group}
    finally:
        workspace.close()
    assert set(notes.values()) == {"Trained for run 1"}
    assert groups.pop(run.id) is None
    assert set(groups.values()) == {run.id}


def test_a_pause_between_two_networks_holds_the_group_until_it_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = new_run(tmp_path / "home", prices(tmp_path / "rows.csv"), "price", TWO)
    waited: list[int] = []

    def wait(seconds: float) -> None:
        waited.append(len(members_of(run)))
        run.send(Command(command="resume"))
        monkeypatch.setattr(control, "POLL_SECONDS", 0.0)

    monkeypatch.setattr(control, "POLL_SECONDS", 0.0)
    monkeypatch.setattr(group.time, "sleep", wait)

    def pause_after_the_first(event: RunEvent) -> None:
        if isinstance(event, EpochEnded) and event.epoch == 1:
            run.send(Command(command="pause"))

    assert isinstance(train_run(run, watch=pause_after_the_first), RunFinished)
    assert waited
    assert set(waited) == {1}


def test_a_group_that_was_killed_trains_on_without_training_anything_again(
    tmp_path: Path,
) -> None:
    class Killed(BaseException):
        """Nothing is told of it, as when the process is gone."""

    run = new_run(tmp_path / "home", prices(tmp_path / "rows.csv"), "price", TWO)

    def die_after_the_first(event: RunEvent) -> None:
        if isinstance(event, EpochEnded):
            raise Killed

    with pytest.raises(Killed):
        train_run(run, watch=die_after_the_first)
    assert run.status() is Status.INTERRUPTED
    (first,) = members_of(run)
    told = list(first.events())
    assert isinstance(train_run(run), RunFinished)
    again, second = members_of(run)
    assert list(again.events()) == told
    assert second.status() is Status.DONE
    assert Predictor.load(run.path).recipe.training.networks in (1, 2)
