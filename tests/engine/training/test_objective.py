"""Weights of classes and of rows change the loss as one computes by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch
from torch import Tensor

from engine.data.preparing.arrays import Arrays
from engine.data.preparing.dataset import Dataset, prepare
from engine.data.preparing.preparation import Preparation
from engine.errors import WeightsAllZero, WeightsUnusable
from engine.events import EpochEnded, RunFinished, RunStarted
from engine.recipe.split import Split
from engine.schema import Kind, Role
from engine.training.objective import Objective, class_weights, objective_for
from engine.training.scoring import predict_outputs
from tests.engine.training.recording import Recording, same_weights
from tests.engine.training.tables import (
    binary_dataset,
    binary_frame,
    mixed_dataset,
    mixed_frame,
    recipe_for,
    schema_of,
    training_of,
)

CPU = torch.device("cpu")
CUSTOM = {"class_weights": "custom", "custom_weights": {"low": 3.0}}


def weighted_dataset(
    target: str, weights: np.ndarray[Any, Any] | None = None, rows: int = 200, **outcome: Any
) -> Dataset:
    """`mixed_frame`, or `binary_frame` for the target `label`, with a column of weights."""
    if target == "label":
        frame = binary_frame(rows, 3)
    else:
        frame = mixed_frame(rows).drop(columns="amount" if target == "kind" else "kind")
    if weights is None:
        weights = np.random.default_rng(1).uniform(0, 3, rows)
    frame = frame.assign(weight=weights)
    schema = schema_of(frame, colour=Kind.CATEGORY, kind=Kind.CATEGORY, label=Kind.CATEGORY)
    recipe = recipe_for(schema, target)
    recipe = recipe.with_column(recipe.column("weight").model_copy(update={"role": Role.WEIGHT}))
    return prepare(frame, recipe.model_copy(update={"outcome": recipe.outcome}), schema)


def objective_of(
    preparation: Preparation, train: Arrays | None = None, **training: Any
) -> Objective:
    return objective_for(preparation, training_of(**training), CPU, train)


def outputs_and_target(dataset: Dataset) -> tuple[Tensor, Tensor]:
    assert dataset.train.target is not None
    target = torch.from_numpy(dataset.train.target)
    count = dataset.preparation.inputs.outputs
    outputs = torch.randn((len(target), count), generator=torch.Generator().manual_seed(0))
    return outputs, target if count > 1 else target.float().unsqueeze(1)


def test_class_weights() -> None:
    preparation = mixed_dataset("kind").preparation
    counts = dict(zip(preparation.classes, preparation.class_counts, strict=True))
    assert class_weights(preparation, training_of()) is None
    balanced = class_weights(preparation, training_of(class_weights="balanced"))
    rows = sum(counts.values())
    assert balanced == pytest.approx([rows / (3 * counts[name]) for name in preparation.classes])
    custom = class_weights(preparation, training_of(**CUSTOM))
    assert custom is not None
    by_name = dict(zip(preparation.classes, custom, strict=True))
    assert by_name["low"] == pytest.approx(3 * by_name["high"])
    assert by_name["middle"] == by_name["high"]
    assert sum(by_name[name] * counts[name] for name in counts) == pytest.approx(rows)


@pytest.mark.parametrize("weights", [{"class_weights": "balanced"}, CUSTOM])
def test_class_weights_in_the_loss(weights: dict[str, Any]) -> None:
    dataset = mixed_dataset("kind")
    outputs, target = outputs_and_target(dataset)
    by_class = torch.tensor(class_weights(dataset.preparation, training_of(**weights)))
    rows = -outputs.log_softmax(dim=1)[torch.arange(len(target)), target]
    expected = (rows * by_class[target]).sum() / by_class[target].sum()
    objective = objective_of(dataset.preparation, **weights)
    assert objective(outputs, target).item() == pytest.approx(expected.item(), rel=1e-5)
    assert objective.score(outputs, target, None).item() == pytest.approx(expected.item(), rel=1e-5)
    expected = torch.nn.functional.cross_entropy(outputs, target, by_class)
    assert objective(outputs, target).item() == pytest.approx(expected.item(), rel=1e-5)


def test_members_have_the_mean_of_their_losses() -> None:
    dataset = mixed_dataset("amount")
    _, target = outputs_and_target(dataset)
    members = torch.randn((len(target), 3, 1))
    weights = torch.rand(len(target))
    for given in ({}, {"loss": "huber"}):
        objective = objective_of(dataset.preparation, **given)
        alone = torch.stack([objective.rows(members[:, i], target) for i in range(3)])
        assert torch.allclose(objective.rows(members, target), alone.mean(dim=0))
        assert objective(members, target).item() == pytest.approx(alone.mean().item(), rel=1e-5)
        expected = (alone.mean(dim=0) * weights).sum() / weights.sum()
        found = objective.score(members, target, weights)
        assert found.item() == pytest.approx(expected.item(), rel=1e-5)


@pytest.mark.parametrize("target", ["kind", "amount", "label"])
@pytest.mark.parametrize("balanced", [False, True])
def test_row_weights_in_the_loss(target: str, balanced: bool) -> None:
    dataset = weighted_dataset(target)
    own = torch.from_numpy(dataset.train.weights)
    outputs, wanted = outputs_and_target(dataset)
    given = {"class_weights": "balanced"} if balanced and target != "amount" else {}
    objective = objective_of(dataset.preparation, dataset.train, **given)
    weights = own
    if given:
        by_class = torch.tensor(class_weights(dataset.preparation, training_of(**given)))
        weights = own * by_class[wanted.reshape(-1).long()]
    expected = (objective.rows(outputs, wanted) * weights).sum() / weights.sum()
    score = objective.score(outputs, wanted, own)
    assert score.item() == pytest.approx(expected.item(), rel=1e-5)
    # Over all rows, the batches' losses are the weighted mean.
    whole = objective(outputs, wanted, own)
    assert whole.item() == pytest.approx(expected.item(), rel=1e-4)
    halves = [
        objective(outputs[s], wanted[s], own[s]).item() * len(own[s])
        for s in (slice(0, 50), slice(50, None))
    ]
    assert sum(halves) / len(own) == pytest.approx(expected.item(), rel=1e-4)


@pytest.mark.parametrize("target", ["kind", "amount", "label"])
def test_a_weight_of_two_is_as_good_as_the_row_twice(target: str) -> None:
    """Of full batches: the same loss, the same steps, the same metrics."""
    weights = np.ones(200)
    weights[::3] = 2
    once = weighted_dataset(target, weights)
    rows = np.repeat(np.arange(len(once.train)), once.train.weights.astype(int))

    def twice(part: Arrays) -> Arrays:
        places = np.repeat(np.arange(len(part)), part.weights.astype(int))
        return Arrays(
            part.numbers[places],
            part.codes[places],
            part.target[places],
            part.values[places],
            part.kept,
        )

    double = Dataset(
        *(twice(part) for part in (once.train, once.validation, once.test)),
        once.preparation,
        once.parts,
        (),
    )
    size = {"epochs": 3, "optimizer": {"kind": "sgd", "learning_rate": 0.1}}
    one = Recording(once, training_of(batch_size=len(once.train), **size))
    other = Recording(double, training_of(batch_size=len(rows), **size))
    for mine, theirs in zip(one.epochs, other.epochs, strict=True):
        assert mine == pytest.approx(theirs, rel=1e-3, abs=1e-4)
    assert one.of(RunFinished)[0].test == pytest.approx(other.of(RunFinished)[0].test, rel=1e-3)


def test_rows_of_weight_zero_are_as_good_as_none() -> None:
    weights = np.ones(200)
    weights[::2] = 0
    dataset = weighted_dataset("amount", weights)
    run = Recording(dataset, training_of(epochs=1))
    counts = dataset.test.weights > 0
    outputs = predict_outputs(run.network, dataset.test)[counts]
    errors = dataset.preparation.predictions(outputs) - dataset.test.values[counts]
    metrics = dict(zip(run.of(RunStarted)[0].metrics, run.of(RunFinished)[0].test, strict=True))
    assert metrics["mae"] == pytest.approx(np.abs(errors).mean())
    assert metrics["rmse"] == pytest.approx(np.sqrt(np.square(errors).mean()))


def test_equal_weights_change_nothing_but_rounding() -> None:
    plain, weighted = (
        Recording(weighted_dataset("label", np.full(200, value)), training_of(epochs=2)).epochs
        for value in (1.0, 4.0)
    )
    for one, other in zip(plain, weighted, strict=True):
        assert one == pytest.approx(other, rel=1e-4)


def test_weights_that_are_missing_or_negative_are_refused_with_their_places() -> None:
    weights = np.ones(200)
    weights[[3, 17]] = np.nan
    weights[5] = -2
    with pytest.raises(WeightsUnusable) as caught:
        weighted_dataset("label", weights)
    error = caught.value
    assert (error.missing, error.negative, error.places) == (2, 1, "4, 6, 18")
    assert "row 4, 6, 18" in str(error)
    with pytest.raises(WeightsAllZero):
        weighted_dataset("label", np.zeros(200))


@pytest.mark.parametrize(
    ("target", "loss"),
    [
        ("label", "focal"),
        ("kind", {"kind": "cross_entropy", "smoothing": 0.1}),
        ("amount", "absolute"),
        ("amount", "huber"),
        ("amount", {"kind": "quantile", "level": 0.8}),
    ],
)
def test_networks_learn_with_each_loss(target: str, loss: Any) -> None:
    dataset = binary_dataset() if target == "label" else mixed_dataset(target)
    adam = {"kind": "adam", "learning_rate": 0.01}
    run = Recording(dataset, training_of(epochs=8, batch_size=32, loss=loss, optimizer=adam))
    first, *_, last = run.of(EpochEnded)
    assert last.train[0] < 0.8 * first.train[0]


def test_counts_are_learned_with_the_poisson_loss() -> None:
    rng = np.random.default_rng(0)
    size = rng.normal(size=600)
    frame = pd.DataFrame({"size": size, "visits": rng.poisson(np.exp(1 + size)).astype(float)})
    schema = schema_of(frame)
    recipe = recipe_for(schema, "visits", Split(validation=0.2, test=0.2))
    training = training_of(epochs=30, batch_size=32, loss="poisson")
    dataset = prepare(frame, recipe.model_copy(update={"training": training}), schema)
    run = Recording(dataset, training)
    found = dataset.preparation.predictions(predict_outputs(run.network, dataset.test))
    expected = np.exp(1 + frame["size"].to_numpy()[dataset.parts.test])
    assert found.min() >= 0
    assert np.corrcoef(np.log(found), np.log(expected))[0, 1] > 0.98
    assert found.mean() == pytest.approx(expected.mean(), rel=0.2)


def test_weighted_runs_are_the_same_again() -> None:
    one, other = (
        Recording(weighted_dataset("label"), training_of(epochs=2, loss="focal")) for _ in range(2)
    )
    assert same_weights(one.weights, other.weights)
    assert one.epochs == other.epochs


def test_weights_on_disk_are_the_same_and_train_the_same_network(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    in_memory = weighted_dataset("amount")
    monkeypatch.setenv("TRAINYARD_MEMORY", "1000")
    on_disk = weighted_dataset("amount")
    assert on_disk.train.is_on_disk
    for part in ("train", "validation", "test"):
        ours, theirs = getattr(in_memory, part), getattr(on_disk, part)
        assert np.array_equal(ours.weights, theirs.weights)
        assert len(ours.weights) == len(ours)
    one, other = (Recording(on_disk, training_of(epochs=2)) for _ in range(2))
    assert one.epochs == other.epochs
    assert np.isfinite(one.of(RunFinished)[0].test).all()


def test_parts_in_which_no_row_counts_are_told() -> None:
    weights = np.ones(200)
    whole = weighted_dataset("label", weights)
    assert not any("are 0 in all" in str(note) for note in whole.notes)
    weights[whole.parts.validation] = 0
    told = [str(note) for note in weighted_dataset("label", weights).notes]
    assert any("0 in all validation rows" in each for each in told)
    assert not any("test rows" in each for each in told)
    weights[whole.parts.test] = 0
    told = [str(note) for note in weighted_dataset("label", weights).notes]
    assert any("0 in all test rows" in each for each in told)
