"""Several targets in training: masked losses with gradients by hand, weights, metrics, members."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch
from torch import Tensor, nn

from engine.data.columns.infer import complete
from engine.data.preparing.dataset import Dataset, prepare
from engine.events import EpochEnded, RunFinished, RunStarted
from engine.recipe.families import Loss
from engine.recipe.model import ModelSpec
from engine.recipe.recipe import Recipe
from engine.schema import Kind
from engine.training.objective import Objective, label_weights, objective_for
from engine.training.scoring import outputs_of
from engine.training.tensors import Rows
from tests.engine.training.recording import Recording
from tests.engine.training.tables import schema_of, training_of

CPU = torch.device("cpu")
NAN = math.nan


def tensor(*rows: list[float]) -> Tensor:
    return torch.tensor(rows, dtype=torch.float64)


def dataset_of(*targets: str, rows: int = 200, **training: Any) -> Dataset:
    """Two numbers and three labels that follow from two others; a tenth of each is missing."""
    rng = np.random.default_rng(5)
    a, b = rng.normal(size=(2, rows))
    every: dict[str, Any] = {
        "price": 100 + 20 * a,
        "rent": np.exp(b / 2),
        "rain": np.where(a > 0, "yes", "no").astype(object),
        "wind": np.where(b > 0.5, "yes", "no").astype(object),
        "hail": np.where(a + b > 0, "yes", "no").astype(object),
    }
    frame = pd.DataFrame({"a": a, "b": b} | {name: every[name] for name in targets})
    for place, name in enumerate(targets):
        frame.loc[place :: 10 + place, name] = None
    kinds = {name: Kind.CATEGORY for name in targets if name in ("rain", "wind", "hail")}
    schema = schema_of(frame, **kinds)
    columns = [{"name": name, "role": "target"} for name in targets]
    recipe = Recipe.model_validate({"columns": columns, "training": training})
    return prepare(frame, complete(recipe, schema), schema)


def test_what_is_missing_is_masked_and_a_row_is_the_mean_of_what_it_has() -> None:
    objective = Objective(Loss.default("squared"), None, targets=2)
    outputs = tensor([1.0, 5.0], [2.0, 0.0], [0.0, 3.0]).requires_grad_()
    target = tensor([3.0, 4.0], [NAN, 1.0], [1.0, NAN])
    assert objective.rows(outputs, target).tolist() == pytest.approx([(4 + 1) / 2, 1.0, 1.0])
    objective(outputs, target).backward()
    expected = [[2 * -2 / 2, 2 * 1 / 2], [0.0, -2.0], [-2.0, 0.0]]
    assert outputs.grad is not None
    np.testing.assert_allclose(outputs.grad.numpy() * 3, expected)
    cells = objective.cells(outputs.detach(), target)
    assert np.isnan(cells.numpy()).tolist() == np.isnan(target.numpy()).tolist()


@pytest.mark.parametrize(
    "kind", ["absolute", "huber", "quantile", "gaussian", "poisson", "gamma", "focal", "ordinal"]
)
def test_a_missing_target_gives_no_gradient_with_any_loss(kind: str) -> None:
    loss = Loss.default(kind)
    each = 2 if loss.gives == "gaussian" else 1
    torch.manual_seed(0)
    outputs = torch.randn((4, 3 * each), dtype=torch.float64, requires_grad=True)
    target = torch.tensor([[1.0, NAN, 0.0], [NAN, NAN, 1.0], [1.0, 1.0, 1.0], [0.0, 1.0, NAN]])
    Objective(loss, None, targets=3)(outputs, target.double()).backward()
    assert outputs.grad is not None
    assert torch.isfinite(outputs.grad).all()
    of_cells = outputs.grad.reshape(4, 3, each).abs().sum(dim=2)
    assert ((of_cells == 0) == target.isnan()).all()
    alone = loss.rows(outputs.detach()[:, :each], target[:, :1].nan_to_num(1.0).double())
    found = Objective(loss, None, targets=3).cells(outputs.detach(), target.double())
    assert torch.allclose(found[[0, 2, 3], 0], alone[[0, 2, 3]])


def test_members_have_the_mean_of_their_losses() -> None:
    objective = Objective(Loss.default("squared"), None, targets=2)
    torch.manual_seed(0)
    outputs, target = torch.randn((5, 3, 2)), torch.randn((5, 2))
    target[0, 1] = NAN
    each = torch.stack([objective.rows(outputs[:, member], target) for member in range(3)])
    assert torch.allclose(objective.rows(outputs, target), each.mean(dim=0))


def test_labels_are_balanced_each_by_itself() -> None:
    dataset = dataset_of("rain", "wind")
    training = training_of(class_weights="balanced")
    weights = label_weights(dataset.preparation, training)
    assert weights is not None
    for own, target in zip(weights, dataset.preparation.fitted_targets, strict=True):
        counts = target.counts  # type: ignore[union-attr]
        assert own == pytest.approx([sum(counts) / (2 * count) for count in counts])
    objective = objective_for(dataset.preparation, training, CPU)
    plain = objective_for(dataset.preparation, training_of(), CPU)
    outputs, target = torch.zeros((1, 2)), torch.tensor([[1.0, 0.0]])
    expected = plain.cells(outputs, target) * torch.tensor([[weights[0][1], weights[1][0]]])
    assert torch.allclose(objective.cells(outputs, target), expected)


def test_rows_of_labels_are_floats_with_gaps() -> None:
    dataset = dataset_of("rain", "wind", "hail")
    rows = Rows.of(dataset.train, dataset.preparation.task, CPU)
    assert (rows.target.dtype, rows.target.shape[1]) == (torch.float32, 3)
    assert dataset.train.values is not None
    assert (rows.target.isnan().numpy() == (dataset.train.values < 0)).all()


@pytest.mark.parametrize(
    ("targets", "training", "trunk"),
    [
        (("price", "rent"), {}, "mlp"),
        (("price", "rent"), {"loss": "gaussian"}, "tabm"),
        (("price", "rent"), {"loss": {"kind": "quantile", "interval": 0.8}}, "mlp"),
        (("rain", "wind", "hail"), {"class_weights": "balanced"}, "mlp"),
        (("rain", "wind", "hail"), {"loss": "focal"}, "tabm"),
    ],
)
def test_several_targets_are_learned(
    targets: tuple[str, ...], training: dict[str, Any], trunk: str
) -> None:
    asked = training_of(
        epochs=12, batch_size=32, optimizer={"kind": "adam", "learning_rate": 0.02}, **training
    )
    dataset = dataset_of(*targets, **training)
    small = {"mlp": {"widths": [16]}, "tabm": {"width": 16, "k": 4}}
    model = ModelSpec.model_validate({"trunk": {"kind": trunk, **small[trunk]}})
    recording = Recording(dataset, asked, model)
    ended = recording.outcome.ended
    assert isinstance(ended, RunFinished)
    started = recording.of(RunStarted)[0]
    epochs = recording.of(EpochEnded)
    metric = "r2" if "price" in targets else "roc_auc"
    place = started.metrics.index(metric)
    assert epochs[-1].validation[place] > (0.5 if metric == "r2" else 0.85)
    assert epochs[-1].validation[0] < epochs[0].validation[0]
    assert all(math.isfinite(value) for value in ended.test)


def test_the_head_of_ordered_classes_gives_thresholds() -> None:
    rng = np.random.default_rng(2)
    a = rng.normal(size=240)
    grade = np.select([a < -0.7, a < 0, a < 0.7], ["d", "c", "b"], "a")
    frame = pd.DataFrame({"a": a, "noise": rng.normal(size=240), "grade": grade})
    schema = schema_of(frame, grade=Kind.CATEGORY)
    recipe = complete(
        Recipe.model_validate(
            {
                "columns": [{"name": "grade", "role": "target"}],
                "outcome": {"order": ["d", "c", "b", "a"]},
                "training": {"loss": "ordinal"},
            }
        ),
        schema,
    )
    dataset = prepare(frame, recipe, schema)
    preparation = dataset.preparation
    assert (preparation.inputs.outputs, preparation.classes) == (3, ("d", "c", "b", "a"))
    model = ModelSpec.model_validate({"trunk": {"kind": "mlp", "widths": [8]}})
    training = training_of(
        epochs=25, loss="ordinal", batch_size=32, optimizer={"kind": "adam", "learning_rate": 0.05}
    )
    recording = Recording(dataset, training, model)
    network = recording.network
    assert isinstance(network.head, nn.Linear)
    assert network.head.out_features == 1
    place = recording.of(RunStarted)[0].metrics.index("accuracy")
    assert recording.of(EpochEnded)[-1].validation[place] > 0.7
    rows = Rows.of(dataset.test, preparation.task, CPU)
    outputs = outputs_of(network, rows.numbers, rows.codes).numpy()
    shares = preparation.probabilities(outputs)
    assert shares is not None
    np.testing.assert_allclose(shares.sum(axis=1), 1)
    assert (shares >= 0).all()
    plain = preparation.probabilities(preparation.plainest_outputs(1))
    counts = np.asarray(preparation.class_counts)
    np.testing.assert_allclose(plain, [counts / counts.sum()])
