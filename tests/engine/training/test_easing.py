"""Dropout and weight decay go along their own schedule, and what a person set stays."""

from __future__ import annotations

import pytest
from torch import nn, optim

from engine.recipe.families import Schedule
from engine.recipe.training import Training
from engine.training.easing import Easing

FALLS = Schedule.default("flat_cosine")


def built() -> tuple[nn.Module, optim.Optimizer]:
    network = nn.Sequential(nn.Linear(2, 2), nn.Dropout(0.4))
    groups = [
        {"params": [network[0].weight], "weight_decay": 0.02},
        {"params": [network[0].bias], "weight_decay": 0.0},
    ]
    return network, optim.AdamW(groups)


def decays(optimizer: optim.Optimizer) -> list[float]:
    return [group["weight_decay"] for group in optimizer.param_groups]


def test_both_are_held_then_fall_to_zero() -> None:
    network, optimizer = built()
    easing = Easing(network, optimizer, FALLS)
    easing.apply(40, 100, ())
    assert (network[1].p, decays(optimizer)) == (0.4, [0.02, 0.0])
    easing.apply(75, 100, ())
    assert network[1].p == pytest.approx(0.2)
    assert decays(optimizer) == pytest.approx([0.01, 0.0])
    easing.apply(100, 100, ())
    assert (network[1].p, decays(optimizer)) == (0.0, [0.0, 0.0])


def test_a_run_that_goes_on_has_them_where_they_were() -> None:
    network, optimizer = built()
    Easing(network, optimizer, FALLS).apply(75, 100, ())
    again, other = built()
    easing = Easing(again, other, FALLS)
    other.load_state_dict(optimizer.state_dict())
    easing.apply(75, 100, ())
    assert (again[1].p, decays(other)) == (network[1].p, decays(optimizer))


def test_what_is_set_by_hand_stays() -> None:
    network, optimizer = built()
    easing = Easing(network, optimizer, FALLS)
    easing.apply(75, 100, {"set_weight_decay"})
    assert (network[1].p, decays(optimizer)) == (pytest.approx(0.2), [0.02, 0.0])
    easing.apply(90, 100, {"set_dropout"})
    assert network[1].p == pytest.approx(0.2)


def test_without_a_schedule_nothing_changes() -> None:
    network, optimizer = built()
    Easing(network, optimizer, Training().easing).apply(100, 100, ())
    assert (network[1].p, decays(optimizer)) == (0.4, [0.02, 0.0])


def test_a_schedule_that_waits_for_gains_is_refused() -> None:
    with pytest.raises(ValueError, match="does not go by steps"):
        Training.model_validate({"easing": "plateau"})
