"""What is timed before a run is the step that the run will take."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from engine.data.preparing.inputs import Inputs
from engine.models.network import build_network
from engine.schema import Task
from engine.training.dense_step import DenseStep
from engine.training.probed_step import probed_step
from tests.engine.training.tables import model_of, training_of


@pytest.mark.parametrize(
    ("task", "outputs", "loss"),
    [
        (Task.BINARY, 1, "auto"),
        (Task.BINARY, 1, "focal"),
        (Task.MULTICLASS, 4, "auto"),
        (Task.REGRESSION, 1, "auto"),
        (Task.REGRESSION, 2, "gaussian"),
        (Task.REGRESSION, 3, {"kind": "quantile", "interval": 0.8}),
        (Task.MULTI_LABEL, 3, "auto"),
        (Task.MULTI_REGRESSION, 3, "auto"),
    ],
    ids=str,
)
def test_a_step_is_taken_with_the_loss_of_the_recipe(task: Task, outputs: int, loss: Any) -> None:
    inputs = Inputs(("a", "b"), (("c", 4),), outputs)
    training = training_of(loss=loss, device="cpu")
    network = build_network(model_of((8,)), inputs, 0, task)
    before = network.head.weight.detach().clone()
    take = probed_step(network, training, inputs, task, 16)
    take()
    assert torch.isfinite(network.head.weight).all()
    assert not torch.equal(before, network.head.weight)


def test_a_plain_network_steps_by_hand_as_it_does_in_training(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    taken: list[int] = []
    passed = DenseStep.__call__

    def counted(self: DenseStep, batch: Any) -> Any:
        taken.append(len(batch))
        return passed(self, batch)

    monkeypatch.setattr(DenseStep, "__call__", counted)
    inputs = Inputs(("a", "b"), (), 1)
    network = build_network(model_of((8,)), inputs, 0, Task.BINARY)
    probed_step(network, training_of(device="cpu"), inputs, Task.BINARY, 64)()
    assert taken == [64]
