"""Learning rates: the schedule, and rates set by hand on top of it."""

from __future__ import annotations

import pytest
import torch

from engine.recipe.families import Schedule
from engine.training.rate import LearningRate
from engine.training.schedules.constant import Constant
from engine.training.schedules.cosine import Cosine


def rates(schedule: Schedule, steps: int, by_hand: dict[int, float] | None = None) -> list[float]:
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=0.1)
    rate = LearningRate(optimizer, 0.1, schedule, steps)
    found = []
    for step in range(steps):
        if by_hand and step in by_hand:
            rate.set_by_hand(by_hand[step], step)
        rate.apply(step)
        assert optimizer.param_groups[0]["lr"] == rate.value
        found.append(rate.value)
    return found


def test_a_constant_rate_stays() -> None:
    assert rates(Constant(), 3) == [0.1] * 3


def test_cosine_rises_then_falls_to_nearly_nothing() -> None:
    found = rates(Cosine(warmup=0.1), 100)
    assert found[:10] == sorted(found[:10])
    assert max(found) == pytest.approx(0.1)
    assert found[10:] == sorted(found[10:], reverse=True)
    assert found[-1] < 1e-4


def test_a_rate_set_by_hand_holds_at_once_and_the_schedule_goes_on_from_there() -> None:
    plain, found = rates(Cosine(warmup=0), 100), rates(Cosine(warmup=0), 100, {50: 0.01})
    assert found[:50] == plain[:50]
    assert found[50] == 0.01
    assert found[75] == pytest.approx(plain[75] * 0.01 / plain[50])


def test_a_rate_set_in_the_warm_up_is_not_raised() -> None:
    assert max(rates(Cosine(warmup=0.5), 100, {2: 0.05})[2:]) == 0.05


def test_the_last_rate_set_counts() -> None:
    assert rates(Constant(), 4, {1: 0.5, 2: 0.2}) == [0.1, 0.5, 0.2, 0.2]
