"""The Gamma loss against its distribution, and its gradient by hand."""

from __future__ import annotations

import math

import pytest
import torch

from engine.recipe.families import Loss

GAMMA = Loss.default("gamma")


def test_it_is_the_likelihood_of_amounts_less_what_the_rate_does_not_change() -> None:
    logs = torch.linspace(-2, 2, 9, dtype=torch.float64).unsqueeze(1)
    amounts = torch.linspace(0.1, 4, 9, dtype=torch.float64).unsqueeze(1)
    shape = torch.tensor(3.0, dtype=torch.float64)
    likelihood = torch.distributions.Gamma(shape, shape / logs.exp()).log_prob(amounts).squeeze(1)
    own = (shape * shape.log() + (shape - 1) * amounts.log() - torch.lgamma(shape)).squeeze(1)
    assert torch.allclose(GAMMA.rows(logs, amounts), -(likelihood - own) / shape)


def test_its_gradient_is_one_minus_the_ratio() -> None:
    logs = torch.tensor([[0.5], [-1.0], [0.0]], dtype=torch.float64, requires_grad=True)
    amounts = torch.tensor([[2.0], [0.1], [1.0]], dtype=torch.float64)
    GAMMA.rows(logs, amounts).sum().backward()
    expected = [1 - 2 / math.exp(0.5), 1 - 0.1 * math.e, 0.0]
    assert logs.grad is not None
    assert logs.grad[:, 0].tolist() == pytest.approx(expected)


def test_far_below_it_goes_on_as_a_straight_line() -> None:
    logs = torch.tensor([[-15.0], [-20.0], [-1000.0]], dtype=torch.float64)
    found = GAMMA.rows(logs, torch.ones_like(logs)).tolist()
    slope = math.exp(15)
    assert found == pytest.approx([slope - 15, 6 * slope - 20, 986 * slope - 1000])
