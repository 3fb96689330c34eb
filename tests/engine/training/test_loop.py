"""The loop: events in order, the best weights kept in every ending, commands obeyed."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.data.preparing.dataset import Dataset, prepare
from engine.errors import DiskFull, OutOfMemory, RecipeInvalid
from engine.events import (
    CheckpointSaved,
    ControlApplied,
    EpochEnded,
    Noted,
    RunEvent,
    RunFailed,
    RunFinished,
    RunStarted,
    RunStopped,
    StepsDone,
)
from engine.metrics import metrics_for
from engine.recipe.split import Split
from engine.schema import Kind, Task
from engine.training.best import copy_weights
from engine.training.checkpoint import Checkpoint, Checkpoints, load_best
from engine.training.control import Command, ListControl
from engine.training.loop import fit
from engine.training.scoring import predict_outputs
from tests.engine.training.recording import Recording, same_weights
from tests.engine.training.tables import (
    binary_dataset,
    binary_frame,
    mixed_dataset,
    model_of,
    recipe_for,
    schema_of,
    training_of,
)

ENDINGS = (RunFinished, RunStopped, RunFailed)


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    return binary_dataset(rows=300)


def command(name: str, value: float | None = None) -> Command:
    return Command.model_validate({"command": name, "value": value})


def test_a_run_starts_ends_each_epoch_and_finishes_once(dataset: Dataset) -> None:
    run = Recording(dataset, training_of(epochs=3, batch_size=32))
    started, *_, ended = run.events
    assert isinstance(started, RunStarted)
    assert isinstance(ended, RunFinished)
    assert sum(isinstance(event, ENDINGS) for event in run.events) == 1
    assert [event.epoch for event in run.of(EpochEnded)] == [1, 2, 3]
    assert (started.epochs, started.steps_per_epoch, started.train_rows) == (3, 7, 210)
    assert [event.step for event in run.of(EpochEnded)] == [7, 14, 21]
    assert started.metrics == tuple(metric.name for metric in metrics_for(Task.BINARY))
    assert started.parameters == sum(p.numel() for p in run.network.parameters())
    assert run.of(StepsDone)
    assert not run.of(Noted)


def test_the_network_learns_each_task() -> None:
    training = training_of(
        epochs=40, batch_size=32, optimizer={"kind": "adam", "learning_rate": 0.01}
    )
    binary = Recording(binary_dataset(rows=600), training)
    assert binary.of(RunFinished)[0].test[1] > 0.8
    several = Recording(mixed_dataset("kind", rows=400), training)
    assert several.of(RunFinished)[0].test[1] > 0.7
    value = Recording(mixed_dataset("amount", rows=400), training)
    metrics = dict(zip(value.of(RunStarted)[0].metrics, value.of(RunFinished)[0].test, strict=True))
    assert metrics["r2"] > 0.7


def test_metrics_of_a_regression_are_in_the_targets_unit() -> None:
    dataset = mixed_dataset("amount")
    run = Recording(dataset, training_of(epochs=2))
    values, center = dataset.test.values, dataset.test.values.mean()
    predictions = dataset.preparation.predictions(predict_outputs(run.network, dataset.test))
    loss, rmse, mae, r2 = run.of(RunFinished)[0].test
    assert mae == pytest.approx(np.abs(values - predictions).mean())
    assert rmse == pytest.approx(np.sqrt(np.square(values - predictions).mean()))
    assert loss == pytest.approx((rmse / dataset.preparation.scale) ** 2)
    assert r2 == pytest.approx(
        1 - np.square(values - predictions).sum() / np.square(values - center).sum()
    )


def test_the_training_loss_of_an_epoch_is_the_mean_over_its_rows(dataset: Dataset) -> None:
    training = training_of(
        epochs=1, batch_size=len(dataset.train), optimizer={"kind": "sgd", "learning_rate": 1e-9}
    )
    run = Recording(dataset, training)
    predictions = dataset.preparation.predictions(predict_outputs(run.network, dataset.train))
    epoch = run.of(EpochEnded)[0]
    for metric, found in zip(metrics_for(Task.BINARY), epoch.train, strict=True):
        assert found == pytest.approx(metric.compute(dataset.train.values, predictions), abs=1e-5)


def test_the_same_seed_gives_the_same_weights_and_another_seed_others(dataset: Dataset) -> None:
    model = model_of((8, 8), dropout=0.3)
    first, again, other = (
        Recording(dataset, training_of(epochs=3, seed=seed), model) for seed in (1, 1, 2)
    )
    assert same_weights(first.weights, again.weights)
    assert first.epochs == again.epochs
    assert not same_weights(first.weights, other.weights)


def test_a_run_neither_uses_nor_changes_the_callers_random_state(dataset: Dataset) -> None:
    training, model = training_of(epochs=1), model_of((8,), dropout=0.3)
    torch.manual_seed(1)
    first = Recording(dataset, training, model)
    after = torch.rand(3)
    torch.manual_seed(1)
    assert torch.equal(after, torch.rand(3))
    assert same_weights(first.weights, Recording(dataset, training, model).weights)


def test_the_weights_of_the_best_epoch_are_kept_at_the_end(
    dataset: Dataset, tmp_path: Path
) -> None:
    training = training_of(
        epochs=12, optimizer={"kind": "adam", "learning_rate": 0.1}, early_stopping={"patience": 50}
    )
    run = Recording(dataset, training, model_of((64, 64)), checkpoints=Checkpoints(tmp_path))
    losses = [event.validation[0] for event in run.of(EpochEnded)]
    best = int(np.argmin(losses))
    assert best < 11
    assert run.of(RunFinished)[0].best_epoch == best + 1
    outputs = predict_outputs(run.network, dataset.validation)
    predictions = dataset.preparation.predictions(outputs)
    loss = metrics_for(Task.BINARY)[0].compute(dataset.validation.values, predictions)
    assert loss == pytest.approx(losses[best], rel=1e-9)
    saved = load_best(tmp_path)
    assert saved is not None
    assert saved[1] == best + 1
    assert same_weights(saved[0], run.weights)


def test_early_stopping_waits_its_patience(dataset: Dataset) -> None:
    training = training_of(
        epochs=200, optimizer={"kind": "adam", "learning_rate": 0.1}, early_stopping={"patience": 4}
    )
    run = Recording(dataset, training, model_of((64, 64)))
    ended = run.of(RunFinished)[0]
    assert ended.stopped_early
    assert ended.epoch == ended.best_epoch + 4 < 200
    flags = [event.is_best for event in run.of(EpochEnded)]
    assert flags[-5:] == [True, False, False, False, False]


def test_any_metric_can_be_watched(dataset: Dataset) -> None:
    training = training_of(epochs=10, early_stopping={"metric": "accuracy"})
    run = Recording(dataset, training)
    values = [event.validation[1] for event in run.of(EpochEnded)]
    assert run.of(RunStarted)[0].monitor == "accuracy"
    assert run.of(RunFinished)[0].best_epoch == int(np.argmax(values)) + 1
    with pytest.raises(RecipeInvalid):
        Recording(dataset, training_of(early_stopping={"metric": "rmse"}))


def test_without_validation_rows_the_last_epoch_is_the_best() -> None:
    dataset = binary_dataset(split=Split(validation=0, test=0))
    run = Recording(dataset, training_of(epochs=4, early_stopping={"patience": 1}))
    epochs = run.of(EpochEnded)
    assert [epoch.is_best for epoch in epochs] == [True] * 4
    assert all(math.isnan(value) for epoch in epochs for value in epoch.validation)
    ended = run.of(RunFinished)[0]
    assert (ended.best_epoch, ended.stopped_early) == (4, False)
    assert all(math.isnan(value) for value in ended.test)


def test_a_loss_that_is_not_finite_fails_with_step_and_advice(
    dataset: Dataset, tmp_path: Path
) -> None:
    control = ListControl({10: (command("set_learning_rate", 1e30),)})
    run = Recording(
        dataset,
        training_of(epochs=9, batch_size=32),
        checkpoints=Checkpoints(tmp_path, seconds=0),
        control=control,
    )
    ended = run.of(RunFailed)[0]
    assert run.events[-1] is ended
    assert (ended.error, ended.best_epoch, ended.epoch) == ("LossNotFinite", 1, 1)
    assert ended.facts["epoch"] == 2
    assert 11 < ended.facts["step"] <= 14
    assert ended.facts["suggested"] == pytest.approx(1e29)
    saved = load_best(tmp_path)
    assert saved is not None
    assert saved[1] == 1
    assert same_weights(saved[0], run.weights)
    assert all(torch.isfinite(tensor).all() for tensor in saved[0].values())


def test_weights_that_break_in_the_last_step_of_an_epoch_fail_too(dataset: Dataset) -> None:
    control = ListControl({6: (command("set_learning_rate", 1e38),)})
    training = training_of(epochs=3, batch_size=32, optimizer={"kind": "sgd"})
    run = Recording(dataset, training, control=control)
    assert run.of(RunFailed)[0].facts["step"] in (7, 8)


def test_a_failure_in_the_first_epoch_keeps_no_weights(dataset: Dataset, tmp_path: Path) -> None:
    control = ListControl({0: (command("set_learning_rate", 1e30),)})
    checkpoints = Checkpoints(tmp_path, seconds=1e9)
    run = Recording(dataset, training_of(batch_size=32), checkpoints=checkpoints, control=control)
    assert run.of(RunFailed)[0].best_epoch == 0
    assert load_best(tmp_path) is None


def test_stop_takes_effect_before_the_next_step_and_keeps_the_best(
    dataset: Dataset, tmp_path: Path
) -> None:
    control = ListControl({17: (command("stop"),)})
    training = training_of(epochs=9, batch_size=32)
    run = Recording(dataset, training, checkpoints=Checkpoints(tmp_path), control=control)
    ended = run.of(RunStopped)[0]
    assert (ended.epoch, ended.best_epoch) == (2, 2)
    applied = run.of(ControlApplied)[0]
    assert (applied.command, applied.step, applied.epoch) == ("stop", 17, 3)
    assert not any(math.isnan(value) for value in ended.test)
    saved = load_best(tmp_path)
    assert saved is not None
    assert same_weights(saved[0], run.weights)


def test_a_stop_within_the_first_epoch_keeps_the_weights_so_far(
    dataset: Dataset, tmp_path: Path
) -> None:
    control = ListControl({3: (command("stop"),)})
    run = Recording(
        dataset, training_of(batch_size=32), checkpoints=Checkpoints(tmp_path), control=control
    )
    assert run.of(RunStopped)[0].best_epoch == 0
    saved = load_best(tmp_path)
    assert saved is not None
    assert same_weights(saved[0], run.weights)


def test_pause_saves_and_waits_and_changes_nothing(dataset: Dataset, tmp_path: Path) -> None:
    training = training_of(epochs=3, batch_size=32)
    undisturbed = Recording(dataset, training)
    commands = {9: (command("pause"),), 12: (command("pause"),), 13: (command("resume"),)}
    run = Recording(
        dataset,
        training,
        checkpoints=Checkpoints(tmp_path, seconds=1e9),
        control=ListControl(commands),
    )
    assert [event.command for event in run.of(ControlApplied)] == ["pause", "resume"]
    paused = run.events.index(run.of(ControlApplied)[0])
    resumed = run.events.index(run.of(ControlApplied)[1])
    saved = [e for e in run.events[paused:resumed] if isinstance(e, CheckpointSaved)]
    assert (saved[-1].which, saved[-1].step) == ("last", 9)
    assert same_weights(undisturbed.weights, run.weights)


def test_a_paused_run_can_be_stopped_and_steered(dataset: Dataset) -> None:
    commands = {
        5: (command("pause"),),
        6: (command("set_learning_rate", 0.5),),
        7: (command("stop"),),
    }
    run = Recording(dataset, training_of(batch_size=32), control=ListControl(commands))
    names = [event.command for event in run.of(ControlApplied)]
    assert names == ["pause", "set_learning_rate", "stop"]
    assert isinstance(run.outcome.ended, RunStopped)


def test_a_learning_rate_set_by_hand_holds_from_the_next_step(dataset: Dataset) -> None:
    training = training_of(epochs=4, batch_size=32)
    control = ListControl({10: (command("set_learning_rate", 1e-5),)})
    run = Recording(dataset, training, control=control)
    assert [event.learning_rate for event in run.of(EpochEnded)] == [1e-3, 1e-5, 1e-5, 1e-5]
    assert run.of(ControlApplied)[0].value == 1e-5
    assert not same_weights(run.weights, Recording(dataset, training).weights)


def test_balanced_class_weights_help_the_rare_class() -> None:
    frame = binary_frame(1000, 4)
    frame = frame[(frame["label"] == "no") | (frame.index % 12 == 0)].reset_index(drop=True)
    schema = schema_of(frame, label=Kind.CATEGORY)
    dataset = prepare(frame, recipe_for(schema, "label"), schema)
    shares = []
    for weights in ("none", "balanced"):
        run = Recording(
            dataset,
            training_of(
                epochs=15,
                batch_size=16,
                optimizer={"kind": "adam", "learning_rate": 0.01},
                class_weights=weights,
            ),
        )
        chosen = dataset.preparation.inverse(predict_outputs(run.network, dataset.test))
        shares.append((chosen == "yes").mean())
    assert shares[1] > shares[0] + 0.1


def test_gradients_are_clipped_before_the_step(dataset: Dataset) -> None:
    fields = {"epochs": 1, "batch_size": len(dataset.train), "optimizer": {"kind": "sgd"}}
    run = Recording(dataset, training_of(**fields, clip_norm=0.01), model_of(()))
    start = Recording(
        dataset,
        training_of(**fields),
        model_of(()),
        control=ListControl({0: (command("stop"),)}),
    )
    moved = sum(
        float((run.weights[name] - start.weights[name]).square().sum()) for name in run.weights
    )
    assert math.sqrt(moved) == pytest.approx(0.01 * 1e-2, rel=0.01)
    assert run.of(EpochEnded)[0].gradient_norm > 0.02


def test_a_single_row_left_over_joins_the_last_batch() -> None:
    dataset = binary_dataset(rows=100, split=Split(validation=0.2, test=0.15))
    assert len(dataset.train) == 65
    run = Recording(
        dataset, training_of(epochs=1, batch_size=32), model_of((8,), normalization="batch")
    )
    assert run.of(RunStarted)[0].steps_per_epoch == 2
    assert isinstance(run.outcome.ended, RunFinished)


def test_batches_larger_than_the_part_are_one_step(dataset: Dataset) -> None:
    run = Recording(dataset, training_of(epochs=2, batch_size=100_000))
    assert run.of(RunStarted)[0].steps_per_epoch == 1


class _Full(Checkpoints):
    def write(self, checkpoint: Checkpoint) -> tuple[str, ...]:
        raise DiskFull("last")


def test_a_full_disk_during_training_is_told_and_fails_only_the_end(
    dataset: Dataset, tmp_path: Path
) -> None:
    run = Recording(dataset, training_of(epochs=3), checkpoints=_Full(tmp_path, seconds=0))
    assert [event.epoch for event in run.of(EpochEnded)] == [1, 2, 3]
    assert "disk is full" in str(run.of(Noted)[0].message)
    assert len(run.of(Noted)) == 1
    assert run.of(RunFailed)[0].error == "DiskFull"
    assert run.of(RunFailed)[0].best_epoch > 0


def test_a_full_disk_at_a_pause_is_told_and_the_run_goes_on(
    dataset: Dataset, tmp_path: Path
) -> None:
    commands = {5: (command("pause"),), 6: (command("resume"),), 9: (command("stop"),)}
    run = Recording(
        dataset,
        training_of(batch_size=32),
        checkpoints=_Full(tmp_path, seconds=1e9),
        control=ListControl(commands),
    )
    assert [event.command for event in run.of(ControlApplied)] == ["pause", "resume", "stop"]


def test_memory_that_is_not_enough_for_any_batch_fails(dataset: Dataset) -> None:
    network = Recording(dataset, training_of(epochs=1)).network
    network.trunk.register_forward_pre_hook(lambda *_: (_ for _ in ()).throw(MemoryError()))
    events: list[RunEvent] = []
    outcome = fit(network, dataset, training_of(batch_size=64), emit=events.append)
    assert events[-1] is outcome.ended
    assert isinstance(outcome.ended, RunFailed)
    assert outcome.ended.facts == {"device": "cpu", "batch_size": 2}
    told = [event.message.facts["rows"] for event in events if isinstance(event, Noted)]
    assert told == [32, 16, 8, 4, 2]
    assert isinstance(outcome.error, OutOfMemory)


def test_an_error_in_the_program_goes_through_to_the_caller(dataset: Dataset) -> None:
    def emit(event: object) -> None:
        raise ZeroDivisionError

    network = Recording(dataset, training_of(epochs=1)).network
    with pytest.raises(ZeroDivisionError):
        fit(network, dataset, training_of(epochs=1), emit=emit)


def test_the_network_ends_in_the_mode_it_came_in(dataset: Dataset) -> None:
    run = Recording(dataset, training_of(epochs=1), model_of((8,), dropout=0.5))
    weights = copy_weights(run.network)
    first, second = (predict_outputs(run.network, dataset.test) for _ in range(2))
    assert np.array_equal(first, second)
    assert same_weights(weights, run.weights)
