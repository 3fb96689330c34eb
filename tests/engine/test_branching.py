"""Runs that go on from others: continued, forked, started from their weights."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.errors import (
    CheckpointMissing,
    ForkTooDifferent,
    NoMoreEpochs,
    RunBusy,
    RunHoldsOthers,
)
from engine.events import EpochEnded, Noted, RunFailed, RunStarted
from engine.pipeline.training import train_run
from engine.recipe.recipe import Recipe
from engine.recipe.start import Start
from engine.store.branching import checkpoints_of, continue_run, fork_run
from engine.store.run_folder import RunFolder
from engine.store.summary import Status
from engine.store.workspace import Workspace
from engine.training.checkpoint import load_best, load_checkpoint
from tests.engine.trained import flowers, new_run, trained_run

QUICK: dict[str, Any] = {
    "model": {"trunk": {"kind": "mlp", "widths": [8], "dropout": 0.1}},
    "training": {"epochs": 2, "early_stopping": {"enabled": False}},
}


def with_epochs(epochs: int, **training: Any) -> dict[str, Any]:
    return {**QUICK, "training": {**QUICK["training"], "epochs": epochs, **training}}


@pytest.fixture
def table(tmp_path: Path) -> Path:
    return flowers(tmp_path / "flowers.csv", rows=80)


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    made = Workspace(tmp_path / "w")
    yield made
    made.close()


def training(**changes: Any) -> Any:
    def change(recipe: Recipe) -> Recipe:
        update = recipe.training.model_copy(update=changes)
        return recipe.model_copy(update={"training": update})

    return change


def weights(run: RunFolder) -> dict[str, bytes]:
    found = load_checkpoint(run.checkpoints / "last")
    return {name: tensor.numpy().tobytes() for name, tensor in found.weights.items()}


def best(run: RunFolder) -> dict[str, bytes]:
    found = load_best(run.checkpoints)
    assert found is not None
    return {name: tensor.numpy().tobytes() for name, tensor in found[0].items()}


def epochs_of(run: RunFolder) -> list[int]:
    return [event.epoch for event in run.events() if isinstance(event, EpochEnded)]


def told(run: RunFolder) -> str:
    return "\n".join(str(e.message) for e in run.events() if isinstance(e, Noted))


def test_a_run_that_goes_on_ends_as_if_it_had_never_ended(tmp_path: Path, table: Path) -> None:
    whole = trained_run(tmp_path / "w", table, "kind", with_epochs(4))
    run = trained_run(tmp_path / "w", table, "kind", with_epochs(2))

    continue_run(run, 4)
    train_run(run)

    assert run.status() is Status.DONE
    assert epochs_of(run) == [1, 2, 3, 4]
    assert weights(run) == weights(whole)
    assert best(run) == best(whole)
    assert run.recipe().training.epochs == run.summary().epochs == 4


def test_early_stopping_counts_anew_where_a_run_goes_on(tmp_path: Path, table: Path) -> None:
    stopping = {"enabled": True, "patience": 1}
    rate = {"kind": "sgd", "learning_rate": 1e-12}
    changes = with_epochs(9, early_stopping=stopping, optimizer=rate)
    run = trained_run(tmp_path / "w", table, "kind", changes)
    assert run.status() is Status.STOPPED_EARLY
    done = run.summary().epoch

    continue_run(run, done + 5)
    train_run(run)

    assert run.summary().epoch == done + 1


def test_going_on_is_refused_with_the_reason(tmp_path: Path, table: Path) -> None:
    run = trained_run(tmp_path / "w", table, "kind", QUICK)
    with pytest.raises(NoMoreEpochs, match="2 epochs"):
        continue_run(run, 2)
    waiting = new_run(tmp_path / "w", table, "kind", QUICK)
    with pytest.raises(CheckpointMissing):
        continue_run(waiting, 4)
    folds = new_run(tmp_path / "w", table, "kind", {**QUICK, "split": {"folds": 2}})
    with pytest.raises(RunHoldsOthers):
        continue_run(folds, 4)
    with run.training(), pytest.raises(RunBusy):
        continue_run(run, 4)
    assert run.recipe().training.epochs == 2


def test_a_fork_with_the_same_settings_ends_as_its_parent_would(
    tmp_path: Path, table: Path, workspace: Workspace
) -> None:
    whole = trained_run(tmp_path / "w", table, "kind", with_epochs(4))
    parent = trained_run(tmp_path / "w", table, "kind", QUICK)
    before = weights(parent)

    fork = fork_run(workspace, parent, change=training(epochs=4))
    assert fork.status() is Status.INTERRUPTED or fork.status() is Status.QUEUED
    train_run(fork)

    assert weights(fork) == weights(whole)
    assert best(fork) == best(whole)
    assert epochs_of(fork) == [1, 2, 3, 4]
    assert (fork.info().parent, fork.info().parent_epoch) == (parent.id, 2)
    assert weights(parent) == before
    assert parent.status() is Status.DONE


def test_a_fork_takes_other_settings_and_says_where_it_comes_from(
    tmp_path: Path, table: Path, workspace: Workspace
) -> None:
    parent = trained_run(tmp_path / "w", table, "kind", QUICK)
    adam = parent.resolved().training.optimizer
    assert adam is not None
    slower = adam.model_copy(update={"learning_rate": 1e-5})

    fork = fork_run(workspace, parent, change=training(epochs=3, optimizer=slower, batch_size=8))
    train_run(fork)

    assert fork.status() is Status.DONE
    saved = load_checkpoint(fork.checkpoints / "last").position.optimizer
    assert saved["groups"][0]["lr"] == pytest.approx(1e-5)
    assert fork.summary().note is not None
    assert str(fork.summary().note) == "Forked from run 1 after epoch 2"


@pytest.mark.parametrize("kind", ["sgd", "muon"])
def test_a_fork_begins_with_another_optimizer(
    tmp_path: Path, table: Path, workspace: Workspace, kind: str
) -> None:
    from engine.recipe.families import Optimizer

    parent = trained_run(tmp_path / "w", table, "kind", QUICK)
    fork = fork_run(workspace, parent, change=training(epochs=3, optimizer=Optimizer.default(kind)))
    train_run(fork)
    assert fork.status() is Status.DONE
    assert weights(fork) != weights(parent)


def test_a_fork_of_the_best_epoch_begins_with_its_weights(
    tmp_path: Path, table: Path, workspace: Workspace
) -> None:
    parent = trained_run(tmp_path / "w", table, "kind", with_epochs(3))
    epoch = checkpoints_of(parent)["best"]
    still = parent.resolved().training.optimizer
    assert still is not None
    still = still.model_copy(update={"learning_rate": 1e-12})

    fork = fork_run(workspace, parent, "best", training(epochs=epoch + 1, optimizer=still))
    train_run(fork)

    assert epochs_of(fork) == list(range(1, epoch + 2))
    first = [e for e in fork.events() if isinstance(e, RunStarted)][-1]
    assert first.epoch == epoch
    assert best(fork).keys() == best(parent).keys()


def test_a_fork_keeps_its_rows_and_its_network(
    tmp_path: Path, table: Path, workspace: Workspace
) -> None:
    parent = trained_run(tmp_path / "w", table, "kind", QUICK)

    with pytest.raises(ForkTooDifferent, match="Split"):
        fork_run(workspace, parent, change=lambda recipe: recipe.with_split(seed=9))
    with pytest.raises(NoMoreEpochs):
        fork_run(workspace, parent)
    with pytest.raises(CheckpointMissing, match="last, best"):
        fork_run(workspace, parent, "epoch-0007", training(epochs=9))
    assert len(workspace.runs()) == 1


def test_a_run_starts_from_the_weights_of_another_one(tmp_path: Path, table: Path) -> None:
    first = trained_run(tmp_path / "w", table, "kind", with_epochs(3))
    frozen = {"kind": "sgd", "learning_rate": 1e-12, "momentum": 0.0}
    changes = {**with_epochs(1, optimizer=frozen), "start": {"run": "1", "checkpoint": "last"}}

    second = trained_run(tmp_path / "w", table, "kind", changes)

    found, known = weights(second), weights(first)
    import numpy as np

    for name, data in found.items():
        one, other = (np.frombuffer(each, np.float32) for each in (data, known[name]))
        np.testing.assert_allclose(one, other, atol=1e-6)
    assert "blocks are taken" in told(second)


def test_what_is_not_alike_is_told_and_drawn_by_chance(tmp_path: Path, table: Path) -> None:
    trained_run(tmp_path / "w", table, "kind", QUICK)
    changes: dict[str, Any] = {
        **QUICK,
        "model": {"trunk": {"kind": "mlp", "widths": [8, 4]}},
        "start": {"run": "1"},
    }

    run = trained_run(tmp_path / "w", table, "kind", changes)

    assert run.status() is Status.DONE
    assert "another shape" in told(run)


@pytest.mark.parametrize(
    ("start", "error"),
    [(Start(run="77"), "StartGone"), (Start(run="1", checkpoint="epoch-0099"), "StartGone")],
)
def test_a_start_that_is_gone_is_told_before_rows_are_prepared(
    tmp_path: Path, table: Path, start: Start, error: str
) -> None:
    trained_run(tmp_path / "w", table, "kind", with_epochs(1))
    run = new_run(tmp_path / "w", table, "kind", {**QUICK, "start": start.model_dump()})
    ending = train_run(run)
    assert isinstance(ending, RunFailed)
    assert ending.error == error


def test_a_start_where_nothing_fits_is_refused(tmp_path: Path, table: Path) -> None:
    other = {"kind": "mlp", "widths": [5]}
    trained_run(tmp_path / "w", table, "length", {**with_epochs(1), "model": {"trunk": other}})
    changes = {**with_epochs(1), "start": {"run": "1"}}
    changes["columns"] = [{"name": "place", "role": "ignore"}]
    ending = train_run(new_run(tmp_path / "w", table, "kind", changes))
    assert isinstance(ending, RunFailed)
    assert ending.error == "StartUnfit"
