"""Forward and backward pass of fully connected layers, written out by hand.

For small networks most of a step is the bookkeeping of autograd. Loss and outputs are the same as
autograd's to the bit; so are gradients, except where `dense_layers` says otherwise. Which way is taken
follows from the network and the number of rows alone, so that a run that goes on goes the same way. What
is not a plain stack of layers is left to autograd.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from itertools import pairwise
from typing import NamedTuple

import torch
from torch import Tensor, nn

from engine.models.network import Network
from engine.training.dense_layers import Head, Layer, layer_for
from engine.training.loss_gradients import GivenLoss, LossGradient, loss_gradient
from engine.training.objective import Objective
from engine.training.tensors import Rows

_AS_IT_IS = nullcontext()
_PAST_AUTOGRAD: Callable[[], AbstractContextManager[object]] = getattr(
    torch._C, "_AutoDispatchBelowAutograd", nullcontext
)


class Passed(NamedTuple):
    """What came of a forward and a backward pass."""

    loss: GivenLoss
    outputs: Tensor
    gradients: Sequence[Tensor | None]
    """In the order of the parameters; a tuple is written over by the next pass."""


class DenseStep:
    """The passes of a network of dense layers."""

    def __init__(
        self,
        network: Network,
        layers: Sequence[nn.Module],
        parameters: Sequence[nn.Parameter],
        gradient_of_loss: LossGradient,
    ) -> None:
        """See `dense_step_for`."""
        self._network, self._layers = network, layers
        self._takes_numbers = isinstance(network.numbers, nn.Identity) and not network.categories
        self._loss = gradient_of_loss
        self._gradients = tuple(torch.zeros_like(p.detach()) for p in parameters)
        self._buffers = {id(p): g for p, g in zip(parameters, self._gradients, strict=True)}
        self._built: dict[int, tuple[list[Layer], list[Layer]]] = {}

    def __call__(self, batch: Rows) -> Passed:
        """The passes of a batch, in training mode, where autograd is off."""
        rows = batch.numbers
        if not self._takes_numbers:
            rows = self._network.encoded(batch.numbers, batch.codes)
        # What no slope is asked of goes past autograd, which else looks at every operation.
        with _PAST_AUTOGRAD() if self._loss.is_written_out(batch) else _AS_IT_IS:
            return self._passed(rows, batch)

    def _passed(self, rows: Tensor, batch: Rows) -> Passed:
        forward, backward = self._of_size(rows.shape[0])
        for layer in forward:
            rows = layer.forward(rows)
        loss, gradient = self._loss(rows, batch.target, batch.weights)
        for layer in backward:
            gradient = layer.backward(gradient, further=True)
        forward[0].backward(gradient, further=False)
        return Passed(loss, rows, self._gradients)

    def _of_size(self, rows: int) -> tuple[list[Layer], list[Layer]]:
        """Layers with room for batches of that size; few sizes are met, the last of an epoch and its others."""
        found = self._built.get(rows)
        if found is None:
            *before, head = self._layers
            assert isinstance(head, nn.Linear)
            layers = [layer_for(layer, self._buffers, rows) for layer in before]
            forward = [layer for layer in layers if layer is not None]
            forward.append(Head(head, self._buffers))
            if len(self._built) > 2:
                self._built.clear()
            found = self._built[rows] = forward, forward[:0:-1]
        return found


def dense_step_for(
    network: nn.Module, parameters: Sequence[nn.Parameter], objective: Objective
) -> DenseStep | None:
    """The passes by hand of a network on the CPU; None if it is not a plain stack of dense layers.

    Args:
        network: In training, with the parameters that it will have: they may change in place only.
        parameters: Those that are trained.
        objective: What is made small.
    """
    layers = _stack_of(network)
    if layers is None or not isinstance(network, Network):
        return None
    own = [parameter for layer in layers for parameter in layer.parameters()]
    if {id(p) for p in own} != {id(p) for p in parameters} or len(own) != len(parameters):
        return None  # some are frozen, or trained elsewhere
    if any(p.device.type != "cpu" or p.dtype != torch.float32 for p in own):
        return None
    if any(module._forward_hooks or module._forward_pre_hooks for module in network.modules()):
        return None
    return DenseStep(network, layers, parameters, loss_gradient(objective))


def _stack_of(network: nn.Module) -> list[nn.Module] | None:
    """The layers after the encoders, the first and the last linear; None if there is more to it."""
    if type(network) is not Network or network.wide is not None or network.thresholds is not None:
        return None
    trunk = [] if isinstance(network.trunk, nn.Identity) else [network.trunk]
    if isinstance(network.trunk, nn.Sequential):
        trunk = [*network.trunk]
    encoders = [each for each in (network.numbers, network.categories) if each is not None]
    if any(True for encoder in encoders for _ in encoder.parameters()):
        return None
    layers = [*trunk, network.head]
    return layers if _is_plain(layers) else None


def _is_plain(layers: Iterable[nn.Module]) -> bool:
    layers = list(layers)
    linear = (layers[0], layers[-1])
    if not all(type(layer) is nn.Linear for layer in linear):
        return False
    for layer in layers:
        if isinstance(layer, nn.Linear):
            if type(layer) is not nn.Linear or layer.bias is None:
                return False
        elif layer_for(layer, {}) is None:
            return False
    # An activation computed in place must not be what a layer before it looks at on the way back.
    changes = (nn.ReLU, nn.Tanh, nn.Sigmoid)
    return not any(
        isinstance(after, changes) and not isinstance(before, nn.Linear)
        for before, after in pairwise(layers)
    )
