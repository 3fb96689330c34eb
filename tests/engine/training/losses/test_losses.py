"""Each loss against values computed by hand, with finite gradients wherever the network may go."""

from __future__ import annotations

import math
from typing import Any

import pytest
import torch
from pydantic import ValidationError
from torch import Tensor
from torch.nn import functional

from engine.recipe.families import Loss
from engine.recipe.losses import fitting_losses, loss_in_force
from engine.schema import Task

REGRESSION = ("squared", "absolute", "huber", "quantile", "gaussian", "poisson", "gamma")


def loss_of(kind: str, **fields: Any) -> Loss:
    return Loss.member(kind).model_validate(fields)


def column(*values: float) -> Tensor:
    return torch.tensor(values, dtype=torch.float64).unsqueeze(1)


def sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-x))


def test_every_task_has_one_usual_loss() -> None:
    usual = {task: loss_in_force(Loss.default("auto"), task).kind for task in Task}
    assert usual == {
        Task.BINARY: "cross_entropy",
        Task.MULTICLASS: "cross_entropy",
        Task.REGRESSION: "squared",
        Task.MULTI_REGRESSION: "squared",
        Task.MULTI_LABEL: "cross_entropy",
    }
    focal = loss_of("focal")
    assert loss_in_force(focal, Task.BINARY) is focal
    assert fitting_losses(Task.REGRESSION) == ("auto", *REGRESSION)
    assert fitting_losses(Task.MULTI_REGRESSION) == ("auto", *REGRESSION)
    assert fitting_losses(Task.MULTICLASS) == ("auto", "cross_entropy", "focal", "ordinal")


def test_cross_entropy_of_two_classes() -> None:
    found = loss_of("cross_entropy").rows(column(2.0, -1.0), column(1, 1))
    assert found.tolist() == pytest.approx([-math.log(sigmoid(2)), -math.log(sigmoid(-1))])
    smooth = loss_of("cross_entropy", smoothing=0.1).rows(column(2.0), column(1))
    expected = -0.95 * math.log(sigmoid(2)) - 0.05 * math.log(sigmoid(-2))
    assert smooth.tolist() == pytest.approx([expected])


def test_cross_entropy_of_three_classes() -> None:
    outputs = torch.tensor([[1.0, 2.0, 0.5]], dtype=torch.float64)
    total = sum(map(math.exp, (1.0, 2.0, 0.5)))
    logs = [math.log(math.exp(x) / total) for x in (1.0, 2.0, 0.5)]
    target = torch.tensor([1])
    assert loss_of("cross_entropy").rows(outputs, target).tolist() == pytest.approx([-logs[1]])
    smooth = loss_of("cross_entropy", smoothing=0.3).rows(outputs, target).tolist()
    assert smooth == pytest.approx([-0.7 * logs[1] - 0.1 * sum(logs)])


def test_focal() -> None:
    chance = sigmoid(2)
    found = loss_of("focal", focus=3).rows(column(2.0, 2.0), column(1, 0)).tolist()
    expected = [-((1 - chance) ** 3) * math.log(chance), -(chance**3) * math.log(1 - chance)]
    assert found == pytest.approx(expected)
    outputs, target = torch.randn((20, 4), dtype=torch.float64), torch.arange(20) % 4
    chances = outputs.softmax(dim=1)[torch.arange(20), target]
    expected_rows = -((1 - chances) ** 2) * chances.log()
    assert torch.allclose(loss_of("focal").rows(outputs, target), expected_rows)


def test_focal_without_focus_is_cross_entropy() -> None:
    outputs, target = torch.randn((20, 3), dtype=torch.float64), torch.arange(20) % 3
    plain = loss_of("cross_entropy").rows(outputs, target)
    assert torch.allclose(loss_of("focal", focus=0).rows(outputs, target), plain)
    two = (target == 1).double().unsqueeze(1)
    plain = loss_of("cross_entropy").rows(outputs[:, :1], two)
    assert torch.allclose(loss_of("focal", focus=0).rows(outputs[:, :1], two), plain)


@pytest.mark.parametrize(
    ("kind", "fields", "expected"),
    [
        ("squared", {}, [4.0, 0.25, 9.0]),
        ("absolute", {}, [2.0, 0.5, 3.0]),
        ("huber", {}, [1.5, 0.125, 2.5]),
        ("huber", {"limit": 2.5}, [2.0, 0.125, 2.5 * (3 - 1.25)]),
        ("quantile", {"level": 0.9}, [0.9 * 2, 0.9 * 0.5, 0.1 * 3]),
        ("gamma", {}, [3 / math.exp(1) + 1, 1 / math.exp(0.5) + 0.5, -1 / math.exp(2) + 2]),
        ("poisson", {}, [math.exp(1) - 3.0, math.exp(0.5) - 0.5, math.exp(2) + 2.0]),
    ],
)
def test_losses_of_numbers(kind: str, fields: dict[str, Any], expected: list[float]) -> None:
    found = loss_of(kind, **fields).rows(column(1.0, 0.5, 2.0), column(3.0, 1.0, -1.0))
    assert found.tolist() == pytest.approx(expected)


def test_poisson_is_the_likelihood_of_counts_less_a_constant() -> None:
    logs, counts = torch.linspace(-3, 3, 7, dtype=torch.float64).unsqueeze(1), column(*range(7))
    found = loss_of("poisson").rows(logs, counts)
    likelihood = torch.distributions.Poisson(logs.exp()).log_prob(counts).squeeze(1)
    rest = torch.lgamma(counts + 1).squeeze(1)
    assert torch.allclose(found, -likelihood - rest)


@pytest.mark.parametrize("level", [0.1, 0.5, 0.9])
def test_the_quantile_loss_is_least_at_the_quantile(level: float) -> None:
    values = column(*range(101))
    guesses = torch.arange(0, 101, dtype=torch.float64)
    losses = [
        loss_of("quantile", level=level).mean(guess.expand(101, 1), values).item()
        for guess in guesses
    ]
    assert losses.index(min(losses)) == pytest.approx(100 * level, abs=1)


def test_an_interval_is_learned_beside_the_level() -> None:
    loss = loss_of("quantile", level=0.5, interval=0.8)
    outputs = torch.tensor([[0.0, 1.0, 5.0]], dtype=torch.float64)
    found = loss.rows(outputs, column(3.0)).tolist()
    assert found == pytest.approx([(0.1 * 3 + 0.5 * 2 + 0.1 * 2) / 3])
    for level in (0.1, 0.95):
        with pytest.raises(ValidationError, match="between"):
            loss_of("quantile", level=level, interval=0.8)


@pytest.mark.parametrize("size", [0.0, 1e-4, 1.0, 60.0, 1e4])
@pytest.mark.parametrize("kind", [m.kind_name() for m in Loss.members() if m.kind_name() != "auto"])
def test_losses_and_gradients_are_finite(kind: str, size: float) -> None:
    loss = loss_of(kind)
    if Task.REGRESSION.value in loss.tasks:
        cases = [(torch.tensor([[size], [-size], [size]]), torch.tensor([[3.0], [0.0], [size]]))]
        if loss.gives == "gaussian":
            cases = [(torch.cat([o, raw], dim=1), t) for o, t in cases for raw in (o, -o)]
    else:
        two = torch.tensor([[size], [-size], [size], [-size]])
        three = torch.tensor([[size, 0.0, -size], [size, size, size]])
        cases = [(two, torch.tensor([[1.0], [1.0], [0.0], [0.0]])), (three, torch.tensor([2, 0]))]
    for outputs, target in cases:
        outputs.requires_grad_()
        loss.mean(outputs, target).backward()
        assert outputs.grad is not None
        assert torch.isfinite(outputs.grad).all()


@pytest.mark.parametrize("kind", [m.kind_name() for m in Loss.members() if m.kind_name() != "auto"])
def test_the_mean_is_that_of_the_rows(kind: str) -> None:
    loss = loss_of(kind)
    if Task.REGRESSION.value in loss.tasks:
        count = 2 if loss.gives == "gaussian" else 1
        outputs, target = torch.randn((30, count)), torch.rand((30, 1))
    else:
        outputs, target = torch.randn((30, 5)), torch.arange(30) % 5
    rows = loss.rows(outputs, target)
    assert rows.shape == (30,)
    assert loss.mean(outputs, target).item() == pytest.approx(rows.mean().item(), rel=1e-5)


def test_the_usual_losses_are_torch_s_own_in_training() -> None:
    outputs, target = torch.randn((30, 1)), (torch.rand((30, 1)) > 0.5).float()
    entropy, squared = loss_of("cross_entropy"), loss_of("squared")
    binary = functional.binary_cross_entropy_with_logits(outputs, target)
    assert torch.equal(entropy.mean(outputs, target), binary)
    assert torch.equal(squared.mean(outputs, target), functional.mse_loss(outputs, target))
    several, codes = torch.randn((30, 4)), torch.arange(30) % 4
    assert torch.equal(entropy.mean(several, codes), functional.cross_entropy(several, codes))
