"""What is done to training batches: by the formulas, only in training, and nothing while it is off."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor

from engine.data.preparing.dataset import Dataset
from engine.data.preparing.inputs import Inputs
from engine.events import RunFinished
from engine.models.marks import mark
from engine.models.network import Network, build_network
from engine.recipe.checks import findings
from engine.recipe.families import Loss, Trunk
from engine.recipe.model import ModelSpec
from engine.recipe.recipe import Recipe
from engine.recipe.training import Augmentation, Training
from engine.schema import Task
from engine.training.augmentation.augmenter import Augmenter, augmenter_for
from engine.training.augmentation.cut import with_cut
from engine.training.augmentation.mixup import Mix, Mixup
from engine.training.augmentation.noise import with_noise
from engine.training.augmentation.swap import with_swapped
from engine.training.objective import Objective
from engine.training.scoring import predict_outputs
from engine.training.shrink import Shrink
from engine.training.tensors import Rows
from tests.engine.training.recording import Recording, same_weights
from tests.engine.training.tables import binary_dataset, mixed_dataset, model_of, training_of

CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    return binary_dataset(rows=300)


@pytest.fixture(autouse=True)
def _seeded() -> None:
    torch.manual_seed(0)


def test_noise_has_the_deviation_asked_for() -> None:
    numbers = torch.arange(40_000.0).reshape(-1, 4)
    change = with_noise(numbers, 0.3) - numbers
    assert float(change.std()) == pytest.approx(0.3, rel=0.03)
    assert float(change.mean()) == pytest.approx(0.0, abs=0.01)


def test_a_swapped_cell_comes_from_its_own_column() -> None:
    cells = torch.arange(1000, dtype=torch.int32).reshape(-1, 1) * 10 + torch.arange(3)
    found = with_swapped(cells, 0.25)
    assert found.dtype == cells.dtype
    assert (found % 10 == torch.arange(3)).all()
    assert float((found != cells).float().mean()) == pytest.approx(0.25, abs=0.03)
    assert not ((found != cells).all(dim=1)).all()


def test_a_cell_cut_out_is_the_mean_or_unknown() -> None:
    numbers, codes = torch.randn(2000, 3) + 5, torch.randint(1, 9, (2000, 2)).to(torch.int32)
    seen, left = with_cut(numbers, codes, 0.4)
    gone = seen != numbers
    assert float(gone.float().mean()) == pytest.approx(0.4, abs=0.03)
    assert torch.equal(seen[gone], numbers.mean(dim=0).expand_as(numbers)[gone])
    assert float((left == 0).float().mean()) == pytest.approx(0.4, abs=0.03)
    assert torch.equal(left[left > 0], codes[left > 0])


def test_shares_of_mixup_are_those_of_the_beta_distribution() -> None:
    mixup = Mixup(0.5)
    shares = torch.tensor([mixup.draw(2, CPU).share for _ in range(4000)])
    drawn = torch.distributions.Beta(0.5, 0.5).sample((4000,))
    expected = torch.maximum(drawn, 1 - drawn)
    assert float(shares.min()) >= 0.5
    assert float(shares.mean()) == pytest.approx(float(expected.mean()), abs=0.01)
    assert float(shares.std()) == pytest.approx(float(expected.std()), abs=0.01)


def test_mixed_rows_lie_between_a_row_and_its_partner() -> None:
    mix = Mix(torch.tensor([1, 2, 0]), 0.75)
    rows = torch.tensor([[0.0, 4.0], [4.0, 0.0], [8.0, 8.0]])
    assert mix(rows).tolist() == [[1.0, 3.0], [5.0, 2.0], [6.0, 7.0]]


def mixed_once(network: Network, batch: Rows, objective: Objective) -> tuple[Tensor, Tensor, Mix]:
    """A step of mixup, and how it mixed."""
    torch.manual_seed(7)
    outputs, loss = Augmenter(Augmentation(mixup=1.0)).forward(network, batch, objective)
    torch.manual_seed(7)
    return outputs, loss, Mixup(1.0).draw(len(batch), CPU)


@pytest.mark.parametrize("trunk", ["mlp", "wide_deep", "deepfm", "ft_transformer", "tabm"])
def test_classes_are_mixed_as_their_one_hot_rows(trunk: str) -> None:
    """λ·loss(y₁) + (1 − λ)·loss(y₂) is the cross-entropy of the mixed target."""
    inputs = Inputs(("a", "b"), (("c", 4), ("d", 3)), 3)
    model = ModelSpec.model_validate({"trunk": {"kind": trunk}})
    network = build_network(model, inputs, 0, Task.MULTICLASS).eval()
    codes = torch.randint(0, 3, (16, 2)).to(torch.int32)
    batch = Rows(torch.randn(16, 2), codes, torch.randint(0, 3, (16,)))
    objective = Objective(Loss.default("cross_entropy"), None)
    outputs, loss, mix = mixed_once(network, batch, objective)
    one_hot = torch.nn.functional.one_hot(batch.target, 3).float()
    shares = outputs.log_softmax(dim=-1)
    assert torch.allclose(loss, -(mix(one_hot) * shares).sum(dim=-1).mean(), atol=1e-6)


def test_a_mixed_category_is_the_embedding_of_its_mixed_one_hot_row() -> None:
    inputs = Inputs(("a",), (("c", 4),), 1)
    network = build_network(model_of(()), inputs, 0, Task.BINARY).eval()
    assert network.categories is not None
    numbers, codes = torch.randn(8, 1), torch.randint(0, 4, (8, 1)).to(torch.int32)
    mix = Mixup(1.0).draw(8, CPU)
    every = network.categories(torch.arange(4, dtype=torch.int32).reshape(-1, 1))
    one_hot = mix(torch.nn.functional.one_hot(codes[:, 0].long(), 4).float())
    encoded = torch.cat([mix(numbers), one_hot @ every], dim=1)
    assert torch.allclose(network(numbers, codes, mix), network.head(encoded), atol=1e-6)


def test_values_are_mixed_and_so_are_the_weights_of_rows() -> None:
    """With squared errors the gradient is that of the mixed value."""
    inputs = Inputs(("a", "b"), (), 1)
    network = build_network(model_of((8,)), inputs, 0, Task.REGRESSION)
    empty = torch.empty((16, 0), dtype=torch.int32)
    batch = Rows(torch.randn(16, 2), empty, torch.randn(16, 1))
    objective = Objective(Loss.default("squared"), None)
    outputs, loss, mix = mixed_once(network, batch, objective)
    parameters = list(network.parameters())
    found = torch.autograd.grad(loss, parameters, retain_graph=True)
    plain = (outputs - mix(batch.target)).square().mean()
    for one, other in zip(found, torch.autograd.grad(plain, parameters), strict=True):
        assert torch.allclose(one, other, atol=1e-6)
    weighted = Rows(batch.numbers, empty, batch.target, torch.rand(16))
    assert weighted.weights is not None
    outputs, loss, mix = mixed_once(network, weighted, objective)
    own = (weighted.weights * (outputs - batch.target).square()[:, 0]).mean()
    partners = mix.partners
    errors = (outputs - batch.target[partners]).square()[:, 0]
    others = (weighted.weights[partners] * errors).mean()
    assert torch.allclose(loss, mix.share * own + (1 - mix.share) * others)


SETTINGS: dict[str, dict[str, float]] = {
    "mixup": {"mixup": 0.4},
    "noise": {"noise": 0.2},
    "swap": {"swap": 0.2},
    "cut": {"cut": 0.2},
}


@pytest.mark.parametrize("name", SETTINGS)
@pytest.mark.parametrize("target", ["kind", "amount"])
def test_each_trains_every_task_and_changes_what_is_learned(name: str, target: str) -> None:
    dataset = mixed_dataset(target)
    fields: dict[str, Any] = {
        "epochs": 25,
        "batch_size": 32,
        "optimizer": {"kind": "adam", "learning_rate": 0.01},
    }
    plain = Recording(dataset, training_of(**fields), model_of((16,)))
    run = Recording(dataset, training_of(**fields, augmentation=SETTINGS[name]), model_of((16,)))
    assert not same_weights(plain.weights, run.weights)
    score = run.of(RunFinished)[0].test[1 if target == "kind" else 3]
    assert score > 0.7


def test_validation_and_prediction_see_the_rows_as_they_are(dataset: Dataset) -> None:
    fields = {"mixup": 1.0, "noise": 1.0, "swap": 0.5, "cut": 0.5}
    run = Recording(dataset, training_of(epochs=2, augmentation=fields))
    found = [predict_outputs(run.network, dataset.validation) for _ in range(2)]
    assert (found[0] == found[1]).all()


def test_with_everything_off_nothing_is_drawn_or_changed(dataset: Dataset) -> None:
    assert augmenter_for(Augmentation()) is None
    training = training_of(epochs=2, augmentation={}, l1=0.0)
    assert training == training_of(epochs=2)
    state = torch.get_rng_state()
    run = Recording(dataset, training)
    assert torch.equal(state, torch.get_rng_state())
    assert same_weights(run.weights, Recording(dataset, training_of(epochs=2)).weights)


def test_old_recipes_have_everything_off() -> None:
    training = Training.model_validate({"epochs": 3})
    assert (training.l1, training.augmentation.is_on) == (0.0, False)


def test_mixup_in_batches_of_one_is_refused_with_a_fix() -> None:
    recipe = Recipe(training=training_of(batch_size=1, augmentation={"mixup": 0.2}))
    (found,) = findings(recipe)
    assert found.path == ("training", "batch_size")
    assert found.fixed is not None
    assert findings(found.fixed) == ()


# L1 ----------------------------------------------------------------------------------------------


def test_l1_takes_the_same_off_every_weight_and_stops_at_zero() -> None:
    weight = torch.nn.Parameter(torch.tensor([[0.5, -0.5, 0.01]]))
    bias = mark(torch.nn.Parameter(torch.tensor([0.5])), decays=False)
    optimizer = torch.optim.SGD([weight, bias], lr=0.1)
    Shrink(optimizer, 0.5).step()
    assert torch.allclose(weight, torch.tensor([[0.45, -0.45, 0.0]]))
    assert weight.tolist()[0][2] == 0.0
    assert bias.tolist() == [0.5]


@pytest.mark.parametrize("optimizer", ["adamw", "sgd"])
def test_l1_leaves_weights_of_useless_columns_at_zero(optimizer: str, dataset: Dataset) -> None:
    fields = {"kind": optimizer, "learning_rate": 0.01}
    training = training_of(epochs=40, batch_size=32, optimizer=fields, l1=0.5)
    run = Recording(dataset, training, model_of((16,)))
    weights = run.weights["trunk.0.weight"]
    zeros = float((weights == 0).float().mean())
    plain = Recording(dataset, training.model_copy(update={"l1": 0.0}), model_of((16,)))
    assert zeros > 0.1
    assert not (plain.weights["trunk.0.weight"] == 0).any()
    assert not (run.weights["trunk.0.bias"] == 0).any()


def test_every_trunk_can_be_mixed_and_shrunk() -> None:
    dataset = mixed_dataset("kind", rows=80)
    fields = {"augmentation": {"mixup": 0.4, "cut": 0.1, "swap": 0.1, "noise": 0.1}, "l1": 0.01}
    for member in Trunk.networks():
        model = ModelSpec.model_validate({"trunk": {"kind": member.kind_name()}})
        run = Recording(dataset, training_of(epochs=1, batch_size=32, **fields), model)
        assert isinstance(run.outcome.ended, RunFinished), member
