"""Steering: each command takes effect at the next step, outlives a checkpoint, and can be replayed."""

from __future__ import annotations

import math
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from torch import nn

from engine.data.preparing.dataset import Dataset
from engine.errors import RunDamaged
from engine.events import (
    CheckpointSaved,
    ControlApplied,
    EpochEnded,
    Noted,
    RunFinished,
    RunStarted,
    RunStopped,
)
from engine.models.network import Network
from engine.training import steering
from engine.training.checkpoint import Checkpoints
from engine.training.control import Command, ListControl
from engine.training.record import Recorded, Replay, joined, read_replay, record_of, write_replay
from tests.engine.training.recording import Recording, same_weights
from tests.engine.training.tables import binary_dataset, model_of, training_of

STEPS = 5  # of an epoch


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    return binary_dataset(rows=200)


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steering, "PAUSE_SECONDS", 0.0)


def command(name: str, value: float | None = None) -> Command:
    return Command.model_validate({"command": name, "value": value})


def at(**commands: Any) -> ListControl:
    """Commands by step, as `s5=("set_clip", 1.0)`."""
    return ListControl({int(key[1:]): (command(*each),) for key, each in commands.items()})


def training(**fields: Any) -> Any:
    return training_of(**{"epochs": 4, "batch_size": 32, **fields})


def test_dropout_set_by_hand_holds_in_all_layers(dataset: Dataset) -> None:
    model = model_of((8, 8), dropout=0.4)
    run = Recording(dataset, training(), model, control=at(s7=("set_dropout", 0.1)))
    drops = [m.p for m in run.network.modules() if isinstance(m, nn.Dropout)]
    assert drops == [0.1, 0.1]
    applied = run.of(ControlApplied)[0]
    assert (applied.command, applied.value, applied.step, applied.epoch) == (
        "set_dropout",
        0.1,
        7,
        2,
    )
    assert not same_weights(run.weights, Recording(dataset, training(), model).weights)
    assert not run.of(Noted)


def test_a_network_without_dropout_says_that_nothing_changes(dataset: Dataset) -> None:
    run = Recording(dataset, training(), control=at(s3=("set_dropout", 0.1)))
    assert "no dropout" in str(run.of(Noted)[0].message)
    assert same_weights(run.weights, Recording(dataset, training()).weights)


@pytest.mark.parametrize("before", [0.0, 0.2])
def test_weight_decay_draws_matrices_and_spares_biases(dataset: Dataset, before: float) -> None:
    optimizer = {"kind": "adamw", "weight_decay": before, "learning_rate": 1e-9}
    run = Recording(
        dataset,
        training(optimizer=optimizer, schedule="constant"),
        control=at(s0=("set_learning_rate", 0.1), s1=("set_weight_decay", 5.0)),
    )
    plain = Recording(
        dataset,
        training(optimizer=optimizer, schedule="constant"),
        control=at(s0=("set_learning_rate", 0.1)),
    )
    size = {name: tensor.norm().item() for name, tensor in run.weights.items()}
    whole = {name: tensor.norm().item() for name, tensor in plain.weights.items()}
    matrices = [name for name, tensor in run.weights.items() if tensor.dim() == 2]
    assert all(size[name] < 0.7 * whole[name] for name in matrices)
    assert any(size[name] > 0.5 * whole[name] for name in size if name not in matrices)


def test_clipping_is_set_and_switched_off(dataset: Dataset) -> None:
    sgd = {"kind": "sgd", "learning_rate": 0.1, "momentum": 0.0}
    clipped = training(optimizer=sgd, clip_norm=1e-6)
    off = Recording(dataset, clipped, control=at(s0=("set_clip",)))
    on = Recording(dataset, training(optimizer=sgd), control=at(s0=("set_clip", 1e-6)))
    assert same_weights(off.weights, Recording(dataset, training(optimizer=sgd)).weights)
    assert same_weights(on.weights, Recording(dataset, clipped).weights)


def test_patience_set_by_hand_ends_the_run(dataset: Dataset) -> None:
    fields = {"optimizer": {"kind": "adam", "learning_rate": 0.2}, "epochs": 60}
    run = Recording(
        dataset,
        training(**fields, early_stopping={"enabled": False}),
        model_of((32, 32)),
        control=at(s2=("set_patience", 3)),
    )
    ended = run.of(RunFinished)[0]
    assert ended.stopped_early
    assert ended.epoch == ended.best_epoch + 3 < 60


def test_more_epochs_stretch_the_rest_of_the_schedule(dataset: Dataset) -> None:
    fields = {"schedule": {"kind": "linear", "warmup": 0}, "early_stopping": {"enabled": False}}
    run = Recording(dataset, training(**fields), control=at(s10=("set_epochs", 8)))
    assert run.of(RunFinished)[0].epoch == 8
    assert "6 epochs" in str(run.of(Noted)[0].message)
    rates = [event.learning_rate for event in run.of(EpochEnded)]
    plain = [event.learning_rate for event in Recording(dataset, training(**fields)).of(EpochEnded)]
    assert rates[:2] == plain[:2]
    assert rates == sorted(rates, reverse=True)
    falls = [before - after for before, after in pairwise(rates[2:])]
    assert falls == pytest.approx([falls[0]] * len(falls), rel=1e-3)
    assert 0 < rates[-1] < rates[2] / 5


def test_fewer_epochs_than_are_done_end_with_the_epoch_under_way(dataset: Dataset) -> None:
    run = Recording(dataset, training(), control=at(s12=("set_epochs", 1)))
    ended = run.of(RunFinished)[0]
    assert (ended.epoch, run.of(EpochEnded)[-1].step) == (3, 15)


def test_one_epoch_then_a_pause(dataset: Dataset, tmp_path: Path) -> None:
    control = ListControl(
        {7: (command("step_epoch"),), 10: (), 11: (command("step_epoch"),), 17: (command("stop"),)}
    )
    run = Recording(dataset, training(), checkpoints=Checkpoints(tmp_path), control=control)
    told = [(event.command, event.step) for event in run.of(ControlApplied)]
    assert told == [
        ("step_epoch", 7),
        ("pause", 10),
        ("step_epoch", 10),
        ("resume", 10),
        ("pause", 15),
        ("stop", 15),
    ]
    assert run.of(RunStopped)[0].epoch == 3


def test_what_is_set_between_two_epochs_is_replayed_too(dataset: Dataset) -> None:
    fields = {"optimizer": {"kind": "adam", "learning_rate": 0.3}, "epochs": 9}
    asked = training(**fields, early_stopping={"patience": 100})
    steer = {16: (command("set_patience", 1),), 17: (command("resume"),)}
    control = ListControl({11: (command("step_epoch"),), **steer})
    run = Recording(dataset, asked, model_of((32, 32)), control=control)
    assert [e.command for e in run.of(ControlApplied)][:3] == [
        "step_epoch",
        "pause",
        "set_patience",
    ]
    again = Recording(dataset, asked, model_of((32, 32)), record=record_of(run.events))
    assert again.epochs == run.epochs
    assert len(run.epochs) < 9


def test_no_pause_follows_the_last_epoch(dataset: Dataset) -> None:
    run = Recording(dataset, training(epochs=2), control=at(s7=("step_epoch",)))
    assert [event.command for event in run.of(ControlApplied)] == ["step_epoch"]
    assert run.of(RunFinished)


STEERED: dict[str, Any] = {
    "s2": ("set_dropout", 0.1),
    "s3": ("set_weight_decay", 0.3),
    "s4": ("set_clip", 0.5),
    "s6": ("set_learning_rate", 3e-3),
    "s8": ("set_epochs", 6),
    "s9": ("set_patience", 4),
    "s13": ("set_clip",),
}


@pytest.mark.parametrize("kind", ["adam", "sgd", "muon"])
@pytest.mark.parametrize("step", [5, 11])
def test_a_steered_run_resumes_and_replays_to_the_bit(
    dataset: Dataset, tmp_path: Path, kind: str, step: int
) -> None:
    fields = {"optimizer": kind, "schedule": "cosine"}
    asked, model = training(**fields), model_of((8, 8), dropout=0.3)
    whole = Recording(dataset, asked, model, control=at(**STEERED))
    record = record_of(whole.events)
    assert [each.command.command for each in record] == [name for name, *_ in STEERED.values()]
    replayed = Recording(dataset, asked, model, record=record)
    assert same_weights(whole.weights, replayed.weights)
    assert whole.epochs == replayed.epochs
    assert record_of(replayed.events) == record
    stop = Recorded(step=step, command=command("stop"))
    cut = [each for each in record if each.step <= step]
    first = Recording(dataset, asked, model, checkpoints=Checkpoints(tmp_path), record=[*cut, stop])
    assert first.of(RunStopped)
    saved = Checkpoints(tmp_path).last()
    second = Recording(
        dataset, asked, model, resume=saved, record=joined(record_of(first.events), record)
    )
    assert same_weights(whole.weights, second.weights)
    assert whole.epochs == [*first.epochs, *second.epochs]
    assert second.of(RunStarted)[0].commands == len(cut)
    assert record_of([*first.events, *second.events]) == record


def test_commands_after_the_last_checkpoint_are_obeyed_again(
    dataset: Dataset, tmp_path: Path
) -> None:
    model = model_of((8,), dropout=0.3)
    steered = {"s2": ("set_dropout", 0.1), "s8": ("set_learning_rate", 0.01)}
    whole = Recording(dataset, training(), model, control=at(**steered))
    cut = Recording(
        dataset,
        training(),
        model,
        checkpoints=Checkpoints(tmp_path),
        control=at(s2=("set_dropout", 0.1), s6=("stop",)),
    )
    lost = [ControlApplied(0.0, 2, 8, "set_learning_rate", 0.01)]  # killed before the next saving
    second = Recording(
        dataset,
        training(),
        model,
        resume=Checkpoints(tmp_path).last(),
        record=record_of([*cut.events, *lost]),
    )
    assert same_weights(whole.weights, second.weights)
    told = record_of([*cut.events, *lost, *second.events])
    assert told == record_of(whole.events)


def test_a_run_stopped_by_hand_is_replayed_with_its_stop(dataset: Dataset) -> None:
    run = Recording(dataset, training(), control=at(s3=("set_clip", 0.1), s8=("stop",)))
    record = record_of(run.events, with_stop=True)
    again = Recording(dataset, training(), record=record)
    assert again.of(RunStopped)[0].epoch == 1
    assert same_weights(run.weights, again.weights)
    assert [each.command.command for each in record_of(run.events)] == ["set_clip"]


def test_what_is_set_during_a_pause_is_saved(dataset: Dataset, tmp_path: Path) -> None:
    commands = {
        3: (command("pause"),),
        4: (command("set_clip", 0.5),),
        5: (command("resume"),),
    }
    checkpoints = Checkpoints(tmp_path, seconds=1e9)
    run = Recording(dataset, training(), checkpoints=checkpoints, control=ListControl(commands))
    names = [
        event.command if isinstance(event, ControlApplied) else event.which
        for event in run.events
        if isinstance(event, ControlApplied | CheckpointSaved)
    ]
    assert names[:5] == ["pause", "last", "set_clip", "last", "resume"]


def test_a_record_is_kept_in_a_file(tmp_path: Path) -> None:
    record = (
        Recorded(step=3, command=command("set_clip")),
        Recorded(step=7, command=command("set_epochs", 9)),
    )
    path = tmp_path / "replay.json"
    assert read_replay(path) is None
    replay = Replay(run="run7", threads=2, record=record)
    write_replay(path, replay)
    assert read_replay(path) == replay
    path.write_text("{}")
    with pytest.raises(RunDamaged):
        read_replay(path)


def test_least_gain_counts_for_patience_but_not_for_the_best(dataset: Dataset) -> None:
    stopping = {"patience": 2, "least_gain": 10.0}
    run = Recording(dataset, training(epochs=9, early_stopping=stopping))
    ended = run.of(RunFinished)[0]
    assert (ended.epoch, ended.stopped_early) == (3, True)
    losses = [event.validation[0] for event in run.of(EpochEnded)]
    assert ended.best_epoch == 1 + losses.index(min(losses))
    assert math.isfinite(min(losses))


def test_networks_share_no_dropout(dataset: Dataset) -> None:
    """What is set in one run stays in that run's network."""
    model = model_of((8,), dropout=0.3)
    Recording(dataset, training(epochs=1), model, control=at(s1=("set_dropout", 0.0)))
    other: Network = Recording(dataset, training(epochs=1), model).network
    assert [m.p for m in other.modules() if isinstance(m, nn.Dropout)] == [0.3]
