"""The ordinal loss against the probabilities of its classes, and thresholds that stay in order."""

from __future__ import annotations

import pytest
import torch

from engine.data.preparing.inputs import OutputForm
from engine.models.members import Thresholds, averaged
from engine.recipe.families import Loss

ORDINAL = Loss.default("ordinal")
OUTPUTS = torch.tensor(
    [[2.0, 0.5, -1.0], [0.3, 0.2, -4.0], [5.0, 4.0, 3.0], [-1.0, -2.0, -3.0]], dtype=torch.float64
)


def shares(outputs: torch.Tensor) -> torch.Tensor:
    above = outputs.sigmoid()
    edge = torch.ones_like(above[:, :1])
    whole = torch.cat([edge, above, torch.zeros_like(edge)], dim=1)
    return whole[:, :-1] - whole[:, 1:]


@pytest.mark.parametrize("code", range(4))
def test_it_is_the_logarithm_of_the_class_s_probability(code: int) -> None:
    found = ORDINAL.rows(OUTPUTS, torch.full((4,), code))
    assert torch.allclose(found, -shares(OUTPUTS)[:, code].log())


@pytest.mark.parametrize("code", range(4))
def test_its_gradient_is_that_of_the_probability(code: int) -> None:
    own, plain = OUTPUTS.clone().requires_grad_(), OUTPUTS.clone().requires_grad_()
    ORDINAL.rows(own, torch.full((4,), code)).sum().backward()
    (-shares(plain)[:, code].log()).sum().backward()
    assert own.grad is not None
    assert plain.grad is not None
    assert torch.allclose(own.grad, plain.grad)


def test_of_two_classes_it_is_cross_entropy() -> None:
    outputs = torch.tensor([[2.0], [-1.0]])
    target = torch.tensor([[1.0], [1.0]])
    expected = Loss.default("cross_entropy").rows(outputs, target)
    assert torch.allclose(ORDINAL.rows(outputs, target), expected)


def test_thresholds_start_evenly_and_stay_in_order() -> None:
    thresholds = Thresholds(4)
    start = thresholds(torch.zeros(1, 1))
    assert torch.allclose(start.sigmoid(), torch.tensor([[0.8, 0.6, 0.4, 0.2]]), atol=1e-5)
    torch.manual_seed(0)
    with torch.no_grad():
        thresholds.first.uniform_(-9, 9)
        thresholds.steps.uniform_(-50, 9)
    found = thresholds(torch.randn(20, 1))
    assert (found[:, 1:] < found[:, :-1]).all()


def test_several_networks_stay_in_order_and_average_probabilities() -> None:
    torch.manual_seed(0)
    members = Thresholds(3)(torch.randn((6, 4, 1)))
    mean = averaged(members, OutputForm.THRESHOLDS)
    assert torch.allclose(mean.sigmoid(), members.sigmoid().mean(dim=1), atol=1e-6)
    assert (mean[:, 1:] < mean[:, :-1]).all()
