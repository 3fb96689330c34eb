"""Losses that are read later are what they would have been at once."""

from __future__ import annotations

import pytest
import torch

from engine.training.loss_gradients import GivenLoss, UnreadLoss, loss_gradient, read_losses
from engine.training.losses.cross_entropy import CrossEntropy
from engine.training.losses.squared import Squared
from engine.training.objective import Objective


@pytest.mark.parametrize("loss", [CrossEntropy(), Squared()], ids=lambda loss: loss.kind)
def test_losses_read_together_are_those_read_alone_to_the_bit(loss: CrossEntropy | Squared) -> None:
    random = torch.Generator().manual_seed(0)
    objective = Objective(loss, None)
    gradient = loss_gradient(objective)
    given: list[GivenLoss] = []
    at_once: list[float] = []
    for rows in (32, 32, 32, 7, 1, 1, 300, 300, 5000, 33, *(1000,) * 20):
        outputs = 3 * torch.randn(rows, 1, generator=random)
        target = torch.rand(rows, 1, generator=random).round()
        found, _ = gradient(outputs, target, None)
        given.append(found)
        at_once.append(objective(outputs, target).item())
    assert [isinstance(each, UnreadLoss) for each in given].count(False) == 1  # the large batch
    assert read_losses(given) == at_once
    assert [each.item() for each in given] == at_once
    assert read_losses(given[3:9]) == at_once[3:9]


def test_no_losses_are_read_as_none() -> None:
    assert read_losses([]) == []
