"""The step of torch's own optimizers, without what torch does around it at every call.

For a small network most of `optimizer.step()` is looking up what does not change between steps. Here the
same kernels are called with lists that are kept, so the weights come out the same to the bit.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import torch
from torch import Tensor, nn, optim


class _Kernel(Protocol):
    """Steps one group of parameters."""

    def step(self, gradients: Sequence[Tensor]) -> None:
        """One step along the gradients of all parameters."""

    def settle(self) -> None:
        """Bring what the optimizer remembers up to date."""


class Direct:
    """Steps an optimizer from a list of gradients.

    Optimizers other than fused SGD, Adam and AdamW, and the first step of each, go through
    `optimizer.step()`; so does a step in which a parameter has no gradient.
    """

    def __init__(self, optimizer: optim.Optimizer, parameters: Sequence[nn.Parameter]) -> None:
        """`parameters` in the order in which gradients will be given: all that the optimizer has."""
        self._optimizer, self._parameters = optimizer, list(parameters)
        self._order = {id(parameter): place for place, parameter in enumerate(parameters)}
        self._kernels: list[_Kernel] = []
        self._state: object = (
            None  # what the kernels were made for: a restored optimizer has another
        )
        optimizer.register_state_dict_pre_hook(lambda _: self._settle())

    def step(self, gradients: Sequence[Tensor | None]) -> None:
        """One step along `gradients`; what `.grad` of the parameters holds is not looked at."""
        complete = [gradient for gradient in gradients if gradient is not None]
        if self._state is self._optimizer.state and len(complete) == len(self._parameters):
            for kernel in self._kernels:
                kernel.step(complete)
            return
        self._settle()
        for parameter, gradient in zip(self._parameters, gradients, strict=True):
            parameter.grad = gradient
        self._optimizer.step()
        for parameter in self._parameters:
            parameter.grad = None
        kernels = [self._kernel(group) for group in self._optimizer.param_groups]
        self._kernels = [kernel for kernel in kernels if kernel is not None]
        self._state = self._optimizer.state if len(self._kernels) == len(kernels) else None

    def _settle(self) -> None:
        if self._state is self._optimizer.state:
            for kernel in self._kernels:
                kernel.settle()

    def _kernel(self, group: dict[str, Any]) -> _Kernel | None:
        """What steps a group, after its first step."""
        states = [self._optimizer.state[parameter] for parameter in group["params"]]
        if not group.get("fused") or group.get("maximize"):
            return None
        places = [self._order[id(parameter)] for parameter in group["params"]]
        if type(self._optimizer) in (optim.Adam, optim.AdamW):
            whole = all("exp_avg" in state for state in states) and not group["amsgrad"]
            alike = whole and len({state["step"].item() for state in states}) == 1
            return _Adam(group, places, states) if alike else None
        if type(self._optimizer) is optim.SGD:
            remembers = all(state.get("momentum_buffer") is not None for state in states)
            return _Sgd(group, places, states) if remembers or not group["momentum"] else None
        return None


class _Adam:
    """`torch.optim.Adam` and `AdamW`."""

    def __init__(
        self, group: dict[str, Any], places: list[int], states: Sequence[dict[str, Tensor]]
    ) -> None:
        self._group, self._parameters, self._places = group, group["params"], places
        self._means = [state["exp_avg"] for state in states]
        self._squares = [state["exp_avg_sq"] for state in states]
        self._steps = [state["step"] for state in states]
        # One count in place of many.
        self._count = self._steps[0].clone()
        self._counts = [self._count] * len(states)
        self._kernel = (
            torch._fused_adamw_ if group["decoupled_weight_decay"] else torch._fused_adam_
        )

    def step(self, gradients: Sequence[Tensor]) -> None:
        group = self._group
        self._count.add_(1)
        first, second = group["betas"]
        self._kernel(
            self._parameters,
            [gradients[place] for place in self._places],
            self._means,
            self._squares,
            [],
            self._counts,
            lr=group["lr"],
            beta1=first,
            beta2=second,
            weight_decay=group["weight_decay"],
            eps=group["eps"],
            amsgrad=False,
            maximize=False,
        )

    def settle(self) -> None:
        for step in self._steps:
            step.copy_(self._count)


class _Sgd:
    """`torch.optim.SGD`."""

    def __init__(
        self, group: dict[str, Any], places: list[int], states: Sequence[dict[str, Tensor]]
    ) -> None:
        self._group, self._parameters, self._places = group, group["params"], places
        self._momenta = [state["momentum_buffer"] for state in states if group["momentum"]]

    def step(self, gradients: Sequence[Tensor]) -> None:
        group = self._group
        torch._fused_sgd_(
            self._parameters,
            [gradients[place] for place in self._places],
            self._momenta,
            weight_decay=group["weight_decay"],
            momentum=group["momentum"],
            lr=group["lr"],
            dampening=group["dampening"],
            nesterov=group["nesterov"],
            maximize=False,
            is_first_step=False,
        )

    def settle(self) -> None:
        """Momentum is up to date."""
