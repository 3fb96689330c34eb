"""The step of torch's own optimizers, without what torch does around it at every call.

For a small network most of `optimizer.step()` is looking up what does not change between steps. Here the
same kernels are called with lists that are kept, so the weights come out the same to the bit.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import torch
from torch import Tensor, nn, optim

_Kernel: TypeAlias = Callable[[Sequence[Tensor]], None]


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

    @torch.no_grad()
    def step(self, gradients: Sequence[Tensor | None]) -> None:
        """One step along `gradients`; what `.grad` of the parameters holds is not looked at."""
        complete = not any(gradient is None for gradient in gradients)
        if complete and self._state is self._optimizer.state:
            for kernel in self._kernels:
                kernel(gradients)  # type: ignore[arg-type]
            return
        for parameter, gradient in zip(self._parameters, gradients, strict=True):
            parameter.grad = gradient
        self._optimizer.step()
        for parameter in self._parameters:
            parameter.grad = None
        kernels = [self._kernel(group) for group in self._optimizer.param_groups]
        if all(kernel is not None for kernel in kernels):
            self._kernels = [kernel for kernel in kernels if kernel is not None]
            self._state = self._optimizer.state

    def _kernel(self, group: dict[str, Any]) -> _Kernel | None:
        """What steps a group, after its first step."""
        parameters: list[Tensor] = group["params"]
        places = [self._order[id(parameter)] for parameter in parameters]
        states = [self._optimizer.state[parameter] for parameter in parameters]
        if not group.get("fused") or group.get("maximize"):
            return None
        if type(self._optimizer) in (optim.Adam, optim.AdamW):
            return _adam(group, parameters, places, states)
        if type(self._optimizer) is optim.SGD:
            return _sgd(group, parameters, places, states)
        return None


def _adam(
    group: dict[str, Any], parameters: list[Tensor], places: list[int], states: list[Any]
) -> _Kernel | None:
    if group["amsgrad"] or not all("exp_avg" in state for state in states):
        return None
    means, squares, steps = (
        [state[name] for state in states] for name in ("exp_avg", "exp_avg_sq", "step")
    )
    kernel = torch._fused_adamw_ if group["decoupled_weight_decay"] else torch._fused_adam_
    count = torch._foreach_add_
    first, second = group["betas"]
    eps = group["eps"]

    def step(gradients: Sequence[Tensor]) -> None:
        count(steps, 1)
        kernel(
            parameters,
            [gradients[place] for place in places],
            means,
            squares,
            [],
            steps,
            lr=group["lr"],
            beta1=first,
            beta2=second,
            weight_decay=group["weight_decay"],
            eps=eps,
            amsgrad=False,
            maximize=False,
        )

    return step


def _sgd(
    group: dict[str, Any], parameters: list[Tensor], places: list[int], states: list[Any]
) -> _Kernel | None:
    momentum, dampening, nesterov = group["momentum"], group["dampening"], group["nesterov"]
    if momentum and not all(state.get("momentum_buffer") is not None for state in states):
        return None
    buffers = [state["momentum_buffer"] for state in states] if momentum else []

    def step(gradients: Sequence[Tensor]) -> None:
        torch._fused_sgd_(
            parameters,
            [gradients[place] for place in places],
            buffers,
            weight_decay=group["weight_decay"],
            momentum=momentum,
            lr=group["lr"],
            dampening=dampening,
            nesterov=nesterov,
            maximize=False,
            is_first_step=False,
        )

    return step
