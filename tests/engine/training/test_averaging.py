"""Averages of weights: what is averaged, what is scored and kept, and that a resume goes on exactly."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn, update_bn

from engine.data.preparing.dataset import Dataset
from engine.events import EpochEnded, RunFinished
from engine.metrics import metrics_for
from engine.recipe.training import Training
from engine.schema import Task
from engine.training.averages import EpochAverage, MovingAverage
from engine.training.checkpoint import Checkpoints, load_best, load_weights
from engine.training.control import Command, ListControl
from engine.training.scoring import predict_outputs
from engine.training.tensors import Rows
from tests.engine.training.recording import Recording, same_weights
from tests.engine.training.tables import binary_dataset, model_of, training_of

EMA: dict[str, Any] = {"kind": "ema", "decay": 0.9}
SWA: dict[str, Any] = {"kind": "swa", "start": 0.4}


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    return binary_dataset(rows=200)


class Pair(nn.Module):
    """Takes what a network takes."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Linear(4, 1))

    def forward(self, numbers: torch.Tensor, codes: torch.Tensor) -> torch.Tensor:
        found: torch.Tensor = self.layers(numbers)
        return found


def shaken(network: nn.Module) -> None:
    """As if a step had been taken."""
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.add_(torch.randn_like(parameter))


def some_rows(count: int = 50) -> Rows:
    return Rows(torch.randn(count, 3), torch.zeros(count, 0, dtype=torch.int32), torch.zeros(count))


def test_a_moving_average_is_that_of_torch_once_it_is_warm() -> None:
    torch.manual_seed(0)
    network = Pair()
    average = MovingAverage(network, 0.5)
    reference = AveragedModel(network, multi_avg_fn=get_ema_multi_avg_fn(0.5))
    for _ in range(40):
        shaken(network)
        average.after_step()
        reference.update_parameters(network)
    found = average.state()
    for name, mean in reference.module.named_parameters():
        assert torch.allclose(found[name], mean, atol=1e-5)


def test_a_moving_average_soon_forgets_where_it_began() -> None:
    network = Pair()
    began = {name: tensor.clone() for name, tensor in network.named_parameters()}
    average = MovingAverage(network, 0.999)
    shaken(network)
    for _ in range(20):
        average.after_step()
    for name, parameter in network.named_parameters():
        distance = (average.state()[name] - parameter).abs().max()
        assert distance < 0.01 * (began[name] - parameter).abs().max()


def test_the_mean_of_epochs_and_its_statistics_are_those_of_torch() -> None:
    torch.manual_seed(0)
    network, rows = Pair(), some_rows()
    average, reference = EpochAverage(network, 0.4), AveragedModel(network)
    for epoch in range(1, 11):
        shaken(network)
        average.after_epoch(epoch / 10, rows)
        if epoch > 4:
            reference.update_parameters(network)
    assert average.count == 6
    network.train()
    before = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    update_bn([rows.numbers], reference.module.layers)
    with average.in_place():
        found = network.state_dict()
        for name, tensor in reference.module.state_dict().items():
            if tensor.is_floating_point():
                assert torch.allclose(found[name], tensor, atol=1e-5), name
    assert same_weights(before, dict(network.state_dict()))
    assert all(module.training for module in network.modules())


def test_before_it_begins_the_weights_themselves_count() -> None:
    network = Pair()
    average = EpochAverage(network, 0.5)
    average.after_epoch(0.5, some_rows())
    before = network.layers[0].weight.clone()
    assert average.state() == {}
    with average.in_place():
        assert torch.equal(before, network.layers[0].weight)


def training(averaging: Any, **fields: Any) -> Training:
    return training_of(**{"epochs": 6, "batch_size": 32, "averaging": averaging, **fields})


@pytest.mark.parametrize("averaging", [EMA, SWA])
def test_the_average_is_scored_kept_as_best_and_used_of_the_last_state(
    dataset: Dataset, tmp_path: Path, averaging: dict[str, Any]
) -> None:
    asked = training(averaging, early_stopping={"enabled": False})
    model = model_of((16,), normalization="batch")
    run = Recording(dataset, asked, model, checkpoints=Checkpoints(tmp_path))
    plain = Recording(dataset, training("none", early_stopping={"enabled": False}), model)
    assert not same_weights(run.weights, plain.weights)
    assert [e.train for e in run.of(EpochEnded)] == [e.train for e in plain.of(EpochEnded)]
    ended = run.of(RunFinished)[0]
    outputs = predict_outputs(run.network, dataset.validation)
    predictions = dataset.preparation.predictions(outputs)
    loss = metrics_for(Task.BINARY)[0].compute(dataset.validation.values, predictions)
    losses = [event.validation[0] for event in run.of(EpochEnded)]
    assert loss == pytest.approx(losses[ended.best_epoch - 1], rel=1e-6)
    saved = load_best(tmp_path)
    assert saved is not None
    assert same_weights(saved[0], run.weights)
    last, epoch = load_weights(tmp_path / "last")
    assert epoch == 6
    state = Checkpoints(tmp_path).last()
    assert state is not None
    assert torch.equal(last["head.weight"], state.average["head.weight"])
    assert not torch.equal(last["head.weight"], state.weights["head.weight"])


@pytest.mark.parametrize("averaging", [EMA, SWA])
@pytest.mark.parametrize("step", [4, 22])
def test_an_averaged_run_resumes_exactly(
    dataset: Dataset, tmp_path: Path, averaging: dict[str, Any], step: int
) -> None:
    asked, model = training(averaging), model_of((8,), normalization="batch", dropout=0.2)
    whole = Recording(dataset, asked, model)
    stop = ListControl({step: (Command(command="stop"),)})
    first = Recording(dataset, asked, model, checkpoints=Checkpoints(tmp_path), control=stop)
    saved = Checkpoints(tmp_path).last()
    second = Recording(dataset, asked, model, resume=saved)
    assert same_weights(whole.weights, second.weights)
    assert whole.epochs == [*first.epochs, *second.epochs]


def test_stopped_within_the_first_epoch_the_average_is_kept(dataset: Dataset) -> None:
    stop = ListControl({3: (Command(command="stop"),)})
    averaged = Recording(dataset, training(EMA), control=stop)
    stop = ListControl({3: (Command(command="stop"),)})
    plain = Recording(dataset, training("none"), control=stop)
    assert not same_weights(averaged.weights, plain.weights)


def test_null_is_no_averaging() -> None:
    assert Training.model_validate({"averaging": None}).averaging.kind == "none"
    assert Training.model_validate({"averaging": "ema"}).averaging.kind == "ema"


@pytest.mark.parametrize("step", [3, 12])
def test_a_schedule_free_run_scores_its_own_mean_and_resumes_exactly(
    dataset: Dataset, tmp_path: Path, step: int
) -> None:
    asked = training("none", optimizer={"kind": "schedule_free", "warmup": 5})
    model = model_of((8,), normalization="batch", dropout=0.2)
    whole = Recording(dataset, asked, model, checkpoints=Checkpoints(tmp_path / "whole"))
    state = Checkpoints(tmp_path / "whole").last()
    assert state is not None
    assert not torch.equal(state.average["head.weight"], state.weights["head.weight"])
    names = [name for group in state.position.optimizer["names"] for name in group]
    last = state.optimizer[f"{names.index('head.weight')}.z"]
    mean = state.weights["head.weight"].lerp(last, 1 - 1 / 0.9)
    assert torch.equal(mean, state.average["head.weight"])
    stop = ListControl({step: (Command(command="stop"),)})
    first = Recording(dataset, asked, model, checkpoints=Checkpoints(tmp_path), control=stop)
    second = Recording(dataset, asked, model, resume=Checkpoints(tmp_path).last())
    assert same_weights(whole.weights, second.weights)
    assert whole.epochs == [*first.epochs, *second.epochs]
