"""Which networks are kept: the best, or the best few whose mean is better."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from engine.data.preparing.inputs import OutputForm
from engine.metrics import METRICS
from engine.portfolio.selection import mean_of, select

TARGET = torch.tensor([[1.0], [2.0], [3.0], [4.0]])


def error(outputs: Tensor) -> tuple[float, ...]:
    return (float((outputs - TARGET).square().mean()),)


def kept(*outputs: Tensor) -> tuple[int, ...]:
    found = dict(enumerate(outputs))
    return select(found, error, METRICS["loss"], 0, OutputForm.VALUES).places


def test_two_that_err_in_opposite_ways_are_kept_together() -> None:
    found = {0: TARGET + 1.0, 1: TARGET - 1.0, 2: TARGET + 9.0}
    selection = select(found, error, METRICS["loss"], 0, OutputForm.VALUES)
    assert selection.places == (0, 1)
    assert selection.value == 0.0
    assert selection.scores == (0.0,)


def test_the_best_one_is_kept_alone_when_others_do_not_help() -> None:
    assert kept(TARGET + 2.0, TARGET + 0.1, TARGET + 1.0) == (1,)
    assert kept(TARGET + 1.0, TARGET + 1.0) == (0,)


def test_a_network_whose_score_is_no_number_is_never_preferred() -> None:
    broken = torch.full_like(TARGET, math.nan)
    assert kept(broken, TARGET + 1.0) == (1,)
    assert kept(broken) == (0,)


def test_where_more_is_better_the_highest_is_kept() -> None:
    def score(outputs: Tensor) -> tuple[float, ...]:
        return (0.0, float(outputs.mean()))

    found = {0: TARGET, 1: TARGET + 1, 2: TARGET - 1}
    assert select(found, score, METRICS["accuracy"], 1, OutputForm.LOGITS).places == (1,)


def test_probabilities_are_averaged_not_logits() -> None:
    sure, unsure = torch.tensor([[8.0]]), torch.tensor([[0.0]])
    mean = mean_of([sure, unsure], OutputForm.LOGITS)
    expected = (torch.sigmoid(sure) + torch.sigmoid(unsure)) / 2
    assert torch.allclose(torch.sigmoid(mean), expected)
