"""One step of training: forward, backward, clipped, optimized."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from torch import Tensor, nn, optim

from engine.models.network import Network
from engine.recipe.training import Training
from engine.training.augmentation.augmenter import augmenter_for
from engine.training.objective import Objective
from engine.training.shrink import Shrink
from engine.training.tensors import Rows


class Stepped(NamedTuple):
    """What came of a step, still on the device."""

    loss: Tensor
    outputs: Tensor
    """Of the batch as it was trained, before the step."""
    norm: Tensor | None
    """Of all gradients, before they were clipped; None if it was not asked for."""


class Stepper:
    """Takes steps. It waits for the device nowhere."""

    def __init__(
        self,
        network: Network,
        parameters: Sequence[nn.Parameter],
        optimizer: optim.Optimizer,
        objective: Objective,
        training: Training,
    ) -> None:
        """`training` says what is clipped, shrunk and augmented."""
        self._network, self._parameters = network, parameters
        self._optimizer, self._objective = optimizer, objective
        self.clip = training.clip_norm
        """The largest norm of all gradients; None: they are not clipped."""
        self._augmenter = augmenter_for(training.augmentation)
        self._shrink = Shrink(optimizer, training.l1) if training.l1 else None

    def __call__(self, batch: Rows, *, measured: bool) -> Stepped:
        """Take the step of a batch; `measured`: tell the norm of its gradients."""
        if self._augmenter is None:
            outputs = self._network(batch.numbers, batch.codes)
            loss = self._objective(outputs, batch.target, batch.weights)
        else:
            outputs, loss = self._augmenter.forward(self._network, batch, self._objective)
        loss.backward()  # type: ignore[no-untyped-call]
        norm = None
        if self.clip is not None:
            norm = nn.utils.clip_grad_norm_(self._parameters, self.clip)
        elif measured:
            norm = nn.utils.get_total_norm([p.grad for p in self._parameters if p.grad is not None])
        self._optimizer.step()
        for parameter in self._parameters:
            parameter.grad = None
        if self._shrink is not None:
            self._shrink.step()
        return Stepped(loss, outputs, norm if measured else None)
