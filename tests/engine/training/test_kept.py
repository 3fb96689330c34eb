"""Kept epochs: the right ones stay, bounded, whole, and usable by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.data.preparing.dataset import Dataset
from engine.events import CheckpointSaved, EpochEnded, Noted, RunFinished
from engine.recipe.training import Keep
from engine.training.checkpoint import Checkpoints, load_checkpoint, load_weights
from engine.training.kept import KeptEpochs, kept_epochs
from tests.engine.training.recording import Recording, same_weights
from tests.engine.training.tables import binary_dataset, model_of, training_of


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    return binary_dataset(rows=120)


def test_epochs_at_a_distance_stay_and_the_oldest_go(dataset: Dataset, tmp_path: Path) -> None:
    keep = {"every": 2, "most": 3}
    run = Recording(dataset, training_of(epochs=9, keep=keep), checkpoints=Checkpoints(tmp_path))
    assert [kept.name for kept in kept_epochs(tmp_path)] == [
        "epoch-0004",
        "epoch-0006",
        "epoch-0008",
    ]
    told = [event.which for event in run.of(CheckpointSaved)]
    assert [which for which in told if which.startswith("epoch")] == [
        f"epoch-000{epoch}" for epoch in (2, 4, 6, 8)
    ]
    assert sorted(path.name for path in tmp_path.iterdir() if path.name.startswith("epoch")) == [
        "epoch-0004",
        "epoch-0006",
        "epoch-0008",
    ]


def test_the_best_epochs_stay(dataset: Dataset, tmp_path: Path) -> None:
    asked = training_of(
        epochs=8,
        batch_size=32,
        keep={"best": 3},
        optimizer={"kind": "adam", "learning_rate": 0.1},
        early_stopping={"enabled": False},
    )
    run = Recording(dataset, asked, checkpoints=Checkpoints(tmp_path))
    losses = {event.epoch: event.validation[0] for event in run.of(EpochEnded)}
    best = sorted(sorted(losses, key=losses.__getitem__)[:3])
    kept = kept_epochs(tmp_path)
    assert [each.epoch for each in kept] == best
    assert [each.value for each in kept] == [losses[epoch] for epoch in best]
    epoch = run.of(RunFinished)[0].best_epoch
    assert epoch in best
    weights, found = load_weights(tmp_path / f"epoch-{epoch:04d}")
    assert found == epoch
    assert same_weights(weights, run.weights)


def test_a_run_goes_on_exactly_from_a_kept_epoch(dataset: Dataset, tmp_path: Path) -> None:
    asked, model = (
        training_of(epochs=4, batch_size=32, keep={"every": 2}),
        model_of((8,), dropout=0.3),
    )
    whole = Recording(dataset, asked, model, checkpoints=Checkpoints(tmp_path))
    saved = load_checkpoint(tmp_path / "epoch-0002")
    again = Recording(dataset, asked, model, resume=saved)
    assert same_weights(whole.weights, again.weights)
    assert whole.epochs[2:] == again.epochs


def test_nothing_is_kept_unless_it_is_asked_for(dataset: Dataset, tmp_path: Path) -> None:
    Recording(dataset, training_of(epochs=2), checkpoints=Checkpoints(tmp_path))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["best", "last"]


def test_damaged_epochs_are_left_out(dataset: Dataset, tmp_path: Path) -> None:
    Recording(dataset, training_of(epochs=2, keep={"every": 1}), checkpoints=Checkpoints(tmp_path))
    (tmp_path / "epoch-0001" / "state.json").write_text("[]")
    assert [kept.epoch for kept in kept_epochs(tmp_path)] == [2]


def test_an_epoch_that_cannot_be_written_is_told_and_the_run_goes_on(
    dataset: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tmp_path.joinpath("epoch-0001").write_text("in the way")
    run = Recording(
        dataset, training_of(epochs=2, keep={"every": 1}), checkpoints=Checkpoints(tmp_path)
    )
    assert run.of(RunFinished)
    assert len(run.of(Noted)) == 1
    assert [kept.epoch for kept in kept_epochs(tmp_path)] == [2]


def test_how_often_the_last_state_is_saved_can_be_chosen() -> None:
    assert Keep().seconds == 5
    assert KeptEpochs(Path("nowhere"), Keep(), None).wants(1, 0.5) is False  # type: ignore[arg-type]
