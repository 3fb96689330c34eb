"""The step of torch's own optimizers, without what torch does around it at every call.

For a small network most of `optimizer.step()` is looking up what does not change between steps. Here the
same kernels are called with lists that are kept, so the weights come out the same to the bit.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol, cast

import torch
from torch import Tensor, nn, optim


class _Kernel(Protocol):
    """Steps one group of parameters."""

    def step(self, gradients: Sequence[Tensor | None]) -> None:
        """One step along the gradients of all parameters."""

    def settle(self) -> None:
        """Bring what the optimizer remembers up to date."""


class Direct:
    """Steps an optimizer from a list of gradients.

    Optimizers other than fused SGD, Adam and AdamW, and the first step of those that remember something,
    go through `optimizer.step()`; so does a step in which a parameter has no gradient.
    """

    def __init__(self, optimizer: optim.Optimizer, parameters: Sequence[nn.Parameter]) -> None:
        """`parameters` in the order in which gradients will be given: all that the optimizer has."""
        self._optimizer, self._parameters = optimizer, list(parameters)
        self._order = {id(parameter): place for place, parameter in enumerate(parameters)}
        self._kernels: list[_Kernel] = []
        # What the kernels were made for: a restored optimizer has another one.
        self._state: object = None
        self._is_direct = False
        optimizer.register_state_dict_pre_hook(lambda _: self._settle())

    def step(self, gradients: Sequence[Tensor | None]) -> None:
        """One step along `gradients`; what `.grad` of the parameters holds is not looked at.

        A tuple is complete and has the same tensors at every step; of others nothing is held on to.
        """
        if self._state is not self._optimizer.state:
            self._look_up()
        is_complete = isinstance(gradients, tuple) or all(each is not None for each in gradients)
        if self._is_direct and is_complete:
            for kernel in self._kernels:
                kernel.step(gradients)
            return
        self._settle()
        for parameter, gradient in zip(self._parameters, gradients, strict=True):
            parameter.grad = gradient
        self._optimizer.step()
        for parameter in self._parameters:
            parameter.grad = None
        self._look_up()

    def _look_up(self) -> None:
        """Make kernels for what the optimizer remembers now."""
        kernels = [self._kernel(group) for group in self._optimizer.param_groups]
        self._kernels = [kernel for kernel in kernels if kernel is not None]
        self._is_direct = len(self._kernels) == len(kernels)
        self._state = self._optimizer.state

    def _settle(self) -> None:
        if self._state is self._optimizer.state:
            for kernel in self._kernels:
                kernel.settle()

    def _kernel(self, group: dict[str, Any]) -> _Kernel | None:
        """What steps a group, once the optimizer remembers something of it."""
        if not isinstance(self._optimizer, (optim.Adam, optim.SGD)):
            return None
        if not group.get("fused") or group.get("maximize"):
            return None
        states = [self._optimizer.state[parameter] for parameter in group["params"]]
        own = _Group(group, [self._order[id(parameter)] for parameter in group["params"]])
        if type(self._optimizer) in (optim.Adam, optim.AdamW):
            whole = all("exp_avg" in state for state in states) and not group["amsgrad"]
            alike = whole and len({state["step"].item() for state in states}) == 1
            return _Adam(own, states) if alike else None
        if type(self._optimizer) is optim.SGD:
            remembers = all(state.get("momentum_buffer") is not None for state in states)
            return _Sgd(own, states) if remembers or not group["momentum"] else None
        return None


class _Group:
    """The parameters of a group, and their gradients among those of all parameters."""

    def __init__(self, group: dict[str, Any], places: list[int]) -> None:
        self.settings, self.parameters, self._places = group, group["params"], places
        self._all: Sequence[Tensor | None] | None = None
        self._own: list[Tensor] = []

    def gradients(self, given: Sequence[Tensor | None]) -> list[Tensor]:
        """Those of this group, of all parameters that have one."""
        if given is self._all:
            return self._own
        own = cast("list[Tensor]", [given[place] for place in self._places])
        if isinstance(given, tuple):
            self._all, self._own = given, own
        return own


class _Adam:
    """`torch.optim.Adam` and `AdamW`."""

    def __init__(self, group: _Group, states: Sequence[dict[str, Tensor]]) -> None:
        self._group = group
        self._means = [state["exp_avg"] for state in states]
        self._squares = [state["exp_avg_sq"] for state in states]
        self._steps = [state["step"] for state in states]
        # One count in place of many.
        self._count, self._one = self._steps[0].clone(), torch.ones_like(self._steps[0])
        self._counts = [self._count] * len(states)
        is_decoupled = group.settings["decoupled_weight_decay"]
        self._kernel = torch._fused_adamw_ if is_decoupled else torch._fused_adam_

    def step(self, gradients: Sequence[Tensor | None]) -> None:
        group, settings = self._group, self._group.settings
        self._count.add_(self._one)
        first, second = settings["betas"]
        self._kernel(
            group.parameters,
            group.gradients(gradients),
            self._means,
            self._squares,
            [],
            self._counts,
            lr=settings["lr"],
            beta1=first,
            beta2=second,
            weight_decay=settings["weight_decay"],
            eps=settings["eps"],
            amsgrad=False,
            maximize=False,
        )

    def settle(self) -> None:
        for step in self._steps:
            step.copy_(self._count)


class _Sgd:
    """`torch.optim.SGD`."""

    def __init__(self, group: _Group, states: Sequence[dict[str, Tensor]]) -> None:
        self._group = group
        has_momentum = group.settings["momentum"]
        self._momenta = [state["momentum_buffer"] for state in states if has_momentum]

    def step(self, gradients: Sequence[Tensor | None]) -> None:
        group, settings = self._group, self._group.settings
        torch._fused_sgd_(
            group.parameters,
            group.gradients(gradients),
            self._momenta,
            weight_decay=settings["weight_decay"],
            momentum=settings["momentum"],
            lr=settings["lr"],
            dampening=settings["dampening"],
            nesterov=settings["nesterov"],
            maximize=False,
            is_first_step=False,
        )

    def settle(self) -> None:
        """Momentum is up to date."""
