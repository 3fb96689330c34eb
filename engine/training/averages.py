"""Means of a network's weights over its training.

`torch.optim.swa_utils.AveragedModel` keeps a second module and walks through both at every step. Here
the averaged tensors lie in a list beside the network's own, so that an update is one call for all of
them, and scoring needs no second network: the averages change places with the weights.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

import torch
from torch import Tensor, nn, optim
from torch.nn.modules.batchnorm import _BatchNorm

from engine.training.freezing import is_frozen
from engine.training.tensors import Rows

STATISTICS_ROWS = 65_536
"""At most so many training rows tell what batch normalization should expect."""
_BATCH_ROWS = 4096


class Average(Protocol):
    """What the loop asks of a mean of weights."""

    count: int
    """Updates so far; 0: it has not begun, and the weights themselves count."""

    def after_step(self) -> None:
        """A training step is done."""

    def after_epoch(self, share: float, rows: Rows) -> None:
        """An epoch is done.

        Args:
            share: Of the run that is done, from 0 to 1.
            rows: Of training.
        """

    def in_place(self) -> AbstractContextManager[None]:
        """A context in which the network has the averaged weights, if averaging has begun."""

    def state(self) -> dict[str, Tensor]:
        """The averaged tensors by name."""

    def restore(self, tensors: Mapping[str, Tensor], count: int) -> None:
        """Go on from a checkpoint."""


class _Kept:
    """Averaged copies of the floating tensors of a network."""

    def __init__(self, network: nn.Module) -> None:
        self.count = 0
        self._network = network
        named = {
            name: tensor
            for name, tensor in network.state_dict(keep_vars=True).items()
            if tensor.is_floating_point()
        }
        self._names = tuple(named)
        self._live = [tensor.detach() for tensor in named.values()]
        self._means = [tensor.clone() for tensor in self._live]

    def after_step(self) -> None:
        """Nothing."""

    def after_epoch(self, share: float, rows: Rows) -> None:
        """Nothing."""

    @contextmanager
    def in_place(self) -> Iterator[None]:
        """The network has the averaged weights, if averaging has begun; its own come back."""
        if not self.count:
            yield
            return
        own = [tensor.clone() for tensor in self._live]
        self._put(self._means)
        try:
            yield
        finally:
            self._put(own)

    def state(self) -> dict[str, Tensor]:
        """Copies of the averaged tensors by name; none before averaging has begun."""
        if not self.count:
            return {}
        return {name: mean.clone() for name, mean in zip(self._names, self._means, strict=True)}

    def restore(self, tensors: Mapping[str, Tensor], count: int) -> None:
        """Go on from a checkpoint."""
        self.count = count if tensors else 0
        for name, mean, live in zip(self._names, self._means, self._live, strict=True):
            mean.copy_(tensors.get(name, live))

    @torch.no_grad()
    def _put(self, tensors: list[Tensor]) -> None:
        torch._foreach_copy_(self._live, tensors)

    @torch.no_grad()
    def _draw_near(self, share: float) -> None:
        """Move the means by a share of the way to the weights."""
        torch._foreach_lerp_(self._means, self._live, share)


class MovingAverage(_Kept):
    """See `engine.training.averaging.ema`."""

    def __init__(self, network: nn.Module, decay: float) -> None:
        """Begin with the weights as they are."""
        super().__init__(network)
        self._decay = decay

    def after_step(self) -> None:
        """Forget a little, take in the new weights."""
        decay = min(self._decay, (1 + self.count) / (10 + self.count))
        self._draw_near(1 - decay)
        self.count += 1


class _Measured(_Kept):
    """Averages for which batch normalization measures its statistics anew."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__(network)
        self._normalizations = [
            module
            for module in network.modules()
            if isinstance(module, _BatchNorm)
            and module.running_mean is not None
            and not is_frozen(module)
        ]

    def _measure_anew(self, rows: Rows) -> None:
        """Statistics of batch normalization for the averaged weights, kept among the averages."""
        modes = [(module.training, module.momentum) for module in self._normalizations]
        steps = [module.num_batches_tracked for module in self._normalizations]
        was_training = self._network.training
        counted = [None if each is None else each.clone() for each in steps]
        with self.in_place():
            self._network.eval()  # dropout is off, as in what the statistics are for
            for module in self._normalizations:
                module.reset_running_stats()
                module.momentum = None  # a plain mean over the batches
                module.train()
            try:
                self._send_through(rows)
            finally:
                self._network.train(was_training)
                for module, (mode, momentum) in zip(self._normalizations, modes, strict=True):
                    module.momentum = momentum
                    module.train(mode)
                with torch.no_grad():
                    for mean, live in zip(self._means, self._live, strict=True):
                        mean.copy_(live)
                    for step, count in zip(steps, counted, strict=True):
                        if step is not None and count is not None:
                            step.copy_(count)

    @torch.no_grad()
    def _send_through(self, rows: Rows) -> None:
        device = self._live[0].device
        taken = min(len(rows), STATISTICS_ROWS)
        # Evenly spread: a table may be sorted.
        places = torch.linspace(0, len(rows) - 1, taken).round().long()
        for chosen in places.tensor_split(max(1, -(-taken // _BATCH_ROWS))):
            numbers, codes = rows.numbers[chosen], rows.codes[chosen]
            self._network(numbers.to(device), codes.to(device))


class EpochAverage(_Measured):
    """See `engine.training.averaging.swa`."""

    def __init__(self, network: nn.Module, start: float) -> None:
        """`start` is the share of the run after which the mean begins."""
        super().__init__(network)
        self._start = start

    def after_epoch(self, share: float, rows: Rows) -> None:
        """Take in the weights of this epoch, if the mean has begun."""
        if not self.count and share <= self._start:
            return
        self._draw_near(1 / (self.count + 1))
        self.count += 1
        if self._normalizations:
            self._measure_anew(rows)


class ScheduleFreeAverage(_Measured):
    """The mean that a schedule-free optimizer keeps: it trains at y, between z and the mean x."""

    def __init__(self, network: nn.Module, optimizer: optim.Optimizer) -> None:
        """`optimizer` is one of the package schedulefree, in training mode for good."""
        super().__init__(network)
        self._optimizer = optimizer
        places = {name: place for place, name in enumerate(self._names)}
        self._mean_of = {
            id(parameter): self._means[places[name]]
            for name, parameter in network.named_parameters()
        }
        parameters = dict(network.named_parameters())
        self._buffers = [
            (mean, live)
            for name, mean, live in zip(self._names, self._means, self._live, strict=True)
            if name not in parameters
        ]

    def after_step(self) -> None:
        """The optimizer has taken it in."""
        self.count += 1

    def after_epoch(self, share: float, rows: Rows) -> None:
        """Measure the statistics that belong to the mean."""
        del share
        with torch.no_grad():
            for mean, live in self._buffers:
                mean.copy_(live)
        if self._normalizations:
            self._measure_anew(rows)

    @contextmanager
    def in_place(self) -> Iterator[None]:
        """The network has the averaged weights, if a step was taken; its own come back."""
        self._look_up()
        with super().in_place():
            yield

    def state(self) -> dict[str, Tensor]:
        """Copies of the averaged tensors by name; none before the first step."""
        self._look_up()
        return super().state()

    @torch.no_grad()
    def _look_up(self) -> None:
        """The mean x = y + (1 − 1/β)(z − y), as `AdamWScheduleFree.eval` has it."""
        for group in self._optimizer.param_groups:
            weight = 1 - 1 / group["betas"][0]
            for parameter in group["params"]:
                last = self._optimizer.state[parameter].get("z")
                if last is not None:
                    self._mean_of[id(parameter)].copy_(parameter).lerp_(last, weight)
