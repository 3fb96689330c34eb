"""A run that is given a time: it ends in it, its schedule does too, and the best weights are kept."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from engine.data.preparing.dataset import Dataset
from engine.events import EpochEnded, Noted, RunFinished, RunStarted
from engine.recipe.recipe import Recipe
from engine.training import time_budget
from engine.training.checkpoint import Checkpoints
from engine.training.control import Command, ListControl
from engine.training.rate import LearningRate
from engine.training.schedules.cosine import Cosine
from engine.training.time_budget import fitted_to_time
from tests.engine.training.recording import Recording, same_weights
from tests.engine.training.tables import binary_dataset, model_of, training_of

NO_TIME = 1e-9
PLENTY = 1e9


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    return binary_dataset(rows=300)


def test_without_time_one_batch_is_trained_and_its_weights_are_kept(dataset: Dataset) -> None:
    run = Recording(dataset, training_of(epochs=50, batch_size=32), time_limit=NO_TIME)
    (epoch,) = run.of(EpochEnded)
    assert (epoch.epoch, epoch.step, epoch.is_best) == (1, 1, True)
    ended = run.events[-1]
    assert isinstance(ended, RunFinished)
    assert (ended.epoch, ended.best_epoch, ended.stopped_early) == (1, 1, False)
    assert [str(note.message) for note in run.of(Noted)] == ["The time is used up after 1 epoch."]


def test_with_plenty_of_time_a_run_is_the_same_to_the_bit(dataset: Dataset) -> None:
    training = training_of(epochs=3, batch_size=32, schedule="cosine")
    free, limited = Recording(dataset, training), Recording(dataset, training, time_limit=PLENTY)
    assert same_weights(free.weights, limited.weights)
    assert not limited.of(Noted)


def test_time_before_a_resume_counts(dataset: Dataset, tmp_path: object) -> None:
    training = training_of(epochs=9, batch_size=32)
    checkpoints = Checkpoints(tmp_path / "checkpoints", seconds=0)  # type: ignore[operator]
    stop = ListControl({9: (Command(command="stop"),)})
    Recording(dataset, training, checkpoints=checkpoints, control=stop, time_limit=PLENTY)
    saved = checkpoints.last()
    assert saved is not None
    assert saved.position.seconds > 0
    used = replace(saved, position=saved.position.model_copy(update={"seconds": 100.0}))
    again = Recording(dataset, training, resume=used, time_limit=100.0)
    assert again.of(RunStarted)[0].epoch == 1
    assert len(again.of(EpochEnded)) == 1


def test_the_schedule_goes_as_far_as_the_time_that_is_used_up() -> None:
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=0.1)
    schedule = Cosine(warmup=0)
    rate = LearningRate(optimizer, 0.1, schedule, 100)
    rate.apply(10)
    assert rate.value == pytest.approx(0.1 * schedule.factor(10, 100))
    rate.apply(10, used=0.8)
    assert rate.value == pytest.approx(0.1 * schedule.factor(80, 100))
    rate.apply(90, used=0.5)
    assert rate.value == pytest.approx(0.1 * schedule.factor(90, 100))


def test_epochs_are_fitted_to_the_time_by_what_one_takes(
    dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Told:
        seconds_per_epoch = 1.0

    monkeypatch.setattr(time_budget, "summarize", lambda *_, **__: Told())
    recipe = Recipe(model=model_of((8,)), training=training_of(epochs=50))
    few, told = fitted_to_time(recipe, dataset, 12.0)
    assert few.training.epochs == 10
    assert str(told).startswith("10 of 50 epochs fit into 12 s: one takes about 1.2 s")
    many, _ = fitted_to_time(recipe, dataset, 1000.0)
    assert many.training.epochs == 50
    least, _ = fitted_to_time(recipe, dataset, 0.1)
    assert least.training.epochs == 1
