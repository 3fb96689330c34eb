"""The Gaussian loss against its distribution, its gradient by hand, and the mixture of several networks."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from engine.data.preparing.inputs import OutputForm
from engine.data.preparing.target.gaussian import FLOOR, deviations, ends, raw_deviation
from engine.models.members import averaged
from engine.recipe.families import Loss

GAUSSIAN = Loss.default("gaussian")


def test_it_is_the_likelihood_less_a_constant() -> None:
    torch.manual_seed(0)
    outputs = torch.randn((20, 2), dtype=torch.float64)
    values = torch.randn((20, 1), dtype=torch.float64)
    sure = torch.from_numpy(deviations(outputs[:, 1].numpy()))
    expected = -torch.distributions.Normal(outputs[:, 0], sure).log_prob(values[:, 0])
    found = GAUSSIAN.rows(outputs, values)
    assert torch.allclose(found, expected - math.log(2 * math.pi) / 2)


def test_its_gradients_are_those_by_hand() -> None:
    outputs = torch.tensor([[0.5, 0.2]], dtype=torch.float64, requires_grad=True)
    GAUSSIAN.rows(outputs, torch.tensor([[2.0]], dtype=torch.float64)).sum().backward()
    sigma = math.log1p(math.exp(0.2)) + FLOOR
    error = 2.0 - 0.5
    of_sigma = 1 / sigma - error**2 / sigma**3
    slope = 1 / (1 + math.exp(-0.2))
    assert outputs.grad is not None
    assert outputs.grad[0].tolist() == pytest.approx([-error / sigma**2, of_sigma * slope])


def test_the_deviation_and_its_raw_form_are_inverse() -> None:
    for deviation in (2e-4, 0.3, 1.0, 40.0):
        assert deviations(np.array([raw_deviation(deviation)]))[0] == pytest.approx(deviation)
    assert deviations(np.array([-1e6]))[0] == FLOOR


def test_the_ends_hold_the_share_that_is_asked_for() -> None:
    (low, below), (high, above) = ends(0.9)
    assert (low, high) == (0.05, 0.95)
    assert (below, above) == pytest.approx((-1.6448536, 1.6448536))


def test_several_networks_are_a_mixture() -> None:
    means, sigmas = [1.0, 3.0], [0.5, 2.0]
    members = torch.tensor(
        [[[m, raw_deviation(s)] for m, s in zip(means, sigmas, strict=True)]], dtype=torch.float64
    )
    mixed = averaged(members, OutputForm.GAUSSIAN).numpy()
    variance = sum(s**2 + m**2 for m, s in zip(means, sigmas, strict=True)) / 2 - 2.0**2
    assert mixed.shape == (1, 2)
    assert mixed[0, 0] == pytest.approx(2.0)
    assert deviations(mixed[:, 1])[0] == pytest.approx(math.sqrt(variance))


def test_a_mixture_of_several_targets_keeps_them_apart() -> None:
    torch.manual_seed(1)
    outputs = torch.randn((5, 3, 4), dtype=torch.float64)
    both = averaged(outputs, OutputForm.GAUSSIAN)
    assert torch.allclose(both[:, :2], averaged(outputs[:, :, :2], OutputForm.GAUSSIAN))
    assert torch.allclose(both[:, 2:], averaged(outputs[:, :, 2:], OutputForm.GAUSSIAN))
