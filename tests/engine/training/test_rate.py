"""Learning rates: the schedule, and rates set by hand on top of it."""

from __future__ import annotations

import math
from typing import Any

import pytest
import torch

from engine.events import EpochEnded, Noted
from engine.metrics import monitor_for
from engine.recipe.families import Schedule
from engine.recipe.training import EarlyStopping
from engine.schema import Task
from engine.training.rate import LearningRate
from engine.training.schedules.constant import Constant
from engine.training.schedules.cosine import Cosine
from engine.training.schedules.plateau import Plateau
from tests.engine.training.recording import Recording
from tests.engine.training.tables import binary_dataset, training_of


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


LOSS = monitor_for(Task.BINARY, EarlyStopping(metric="loss"))


def fallen(values: list[float], **fields: Any) -> list[float]:
    """The rate after each epoch of these losses."""
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=0.1)
    rate = LearningRate(optimizer, 0.1, Plateau(**fields), 1000)
    found = []
    for step, value in enumerate(values):
        rate.end_epoch(value, LOSS)
        rate.apply(step)
        found.append(round(rate.value, 9))
    return found


def test_on_a_plateau_the_rate_falls_after_its_patience() -> None:
    found = fallen([1.0, 0.9, 0.9, 0.9, 0.8, 0.8, 0.8, 0.8, 0.8], patience=2, ratio=0.5)
    assert found == [0.1, 0.1, 0.1, 0.05, 0.05, 0.05, 0.025, 0.025, 0.0125]


def test_on_a_plateau_the_rate_has_a_floor_and_an_unknown_value_is_no_gain() -> None:
    assert fallen([1.0, *[math.nan] * 4], patience=1, ratio=0.1, end=0.05)[-1] == 0.005


def test_what_a_plateau_waited_for_is_told_when_the_rate_falls() -> None:
    dataset = binary_dataset(rows=100)
    asked = training_of(
        epochs=12,
        schedule={"kind": "plateau", "patience": 1},
        optimizer={"kind": "adam", "learning_rate": 0.3},
        early_stopping={"enabled": False},
    )
    run = Recording(dataset, asked)
    rates = [event.learning_rate for event in run.of(EpochEnded)]
    assert rates == sorted(rates, reverse=True)
    assert rates[-1] < rates[0]
    assert any("learning rate falls" in str(event.message) for event in run.of(Noted))


def test_a_stretched_schedule_goes_on_where_it_was() -> None:
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=0.1)
    rate = LearningRate(optimizer, 0.1, Cosine(warmup=0), 100)
    rate.apply(40)
    before = rate.value
    rate.set_steps(400, 40)
    rate.apply(40)
    assert rate.value == pytest.approx(before)
    rate.apply(220)
    halfway = rate.value
    rate.set_steps(300, 220)
    rate.apply(220)
    assert rate.value == pytest.approx(halfway)
    rate.apply(299)
    assert 0 <= rate.value < 1e-3
