"""A training step for a network that is only tried out: the one that a run would take."""

from __future__ import annotations

from collections.abc import Callable

import torch

from engine.data.preparing.inputs import Inputs
from engine.models.memory import zero_rows
from engine.models.network import Network
from engine.recipe.losses import loss_in_force
from engine.recipe.parts import settled
from engine.recipe.training import Training
from engine.schema import Task
from engine.training.objective import Objective
from engine.training.step import Stepper
from engine.training.tensors import Rows


def probed_step(
    network: Network, training: Training, inputs: Inputs, task: Task, rows: int
) -> Callable[[], object]:
    """What takes a step from so many rows of random numbers each time that it is called.

    The step is taken by hand or by autograd, with the optimizer and the loss of the recipe, as training
    takes it.

    Args:
        network: Its weights change.
        training: Without Auto.
        inputs: What the network is fed with.
        task: What is predicted.
        rows: At least 2 are taken.
    """
    device = next(network.parameters()).device
    rows = max(rows, 2)
    numbers, codes = zero_rows(inputs, rows, device)
    numbers.normal_()
    parameters = [each for each in network.parameters() if each.requires_grad]
    optimizer = settled(training.optimizer).build(parameters, fused=device.type != "mps")
    loss = loss_in_force(training.loss, task)
    targets = 1
    if task.has_several_targets:
        targets = inputs.outputs // (2 if loss.gives == "gaussian" else max(1, len(loss.levels)))
    objective = Objective(loss, None, targets=targets)
    network.train()
    stepper = Stepper(network, parameters, optimizer, objective, training)
    target = torch.ones(rows, targets, device=device)
    if task is Task.MULTICLASS:
        target = torch.zeros(rows, dtype=torch.int64, device=device)
    batch = Rows(numbers, codes, target)
    return lambda: stepper(batch, measured=False)
