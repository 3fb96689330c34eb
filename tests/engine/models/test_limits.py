"""Predicted values stay among those of the training rows."""

from __future__ import annotations

import numpy as np
import torch

from engine.data.preparing.arrays import Arrays
from engine.data.preparing.inputs import Inputs
from engine.models.limits import Limits
from engine.models.network import build_network
from engine.recipe.model import ModelSpec
from engine.schema import Task

MODEL = ModelSpec.model_validate({"trunk": {"kind": "realmlp", "widths": [8]}, "numbers": "plain"})


def rows(count: int = 20) -> Arrays:
    numbers = np.linspace(-1, 1, count, dtype=np.float32).reshape(-1, 1)
    target = numbers[:, 0].copy()
    codes = np.empty((count, 0), np.int32)
    return Arrays(numbers, codes, target, target.astype(np.float64), np.ones(count, bool))


def test_a_value_far_from_the_training_rows_is_held_at_their_edge() -> None:
    network = build_network(MODEL, Inputs(("a",), (), 1), 0, Task.REGRESSION, rows()).eval()
    far = torch.tensor([[1e6], [-1e6], [0.0]])
    outputs = network(far, torch.empty((3, 0), dtype=torch.int32))
    assert outputs.abs().max() == 1.0
    assert network.train()(far, torch.empty((3, 0), dtype=torch.int32)).abs().max() > 1.0


def test_a_network_from_before_there_were_limits_loads_without() -> None:
    network = build_network(MODEL, Inputs(("a",), (), 1), 0, Task.REGRESSION, rows())
    old = {k: v for k, v in network.state_dict().items() if not k.startswith("limits.")}
    again = build_network(MODEL, Inputs(("a",), (), 1), 0, Task.REGRESSION)
    again.load_state_dict(old)
    assert again.limits is not None
    assert again.limits.high.isinf().all()


def test_logarithms_and_classes_have_no_limits() -> None:
    logs = build_network(MODEL, Inputs(("a",), (), 1, is_log=True), 0, Task.REGRESSION)
    assert logs.limits is None
    assert build_network(MODEL, Inputs(("a",), (), 3), 0, Task.MULTICLASS).limits is None


def test_quantiles_share_the_limits_of_their_target_and_targets_have_their_own() -> None:
    limits = Limits(4)
    limits.learn(torch.tensor([[0.0, 5.0], [1.0, torch.nan]]))
    assert limits.low.tolist() == [0.0, 0.0, 5.0, 5.0]
    assert limits.high.tolist() == [1.0, 1.0, 5.0, 5.0]
