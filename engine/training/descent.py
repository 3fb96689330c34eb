"""Optimizers that torch does not have in the form needed here."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor, nn, optim
from torch.optim.adamw import adamw

_QUINTIC = (3.4445, -4.7750, 2.0315)
_ROUNDS = 5


class Lion(optim.Optimizer):
    """Chen et al., NeurIPS 2023, algorithm 2."""

    def __init__(
        self,
        groups: Iterable[dict[str, Any]],
        lr: float,
        betas: tuple[float, float] = (0.9, 0.99),
    ) -> None:
        super().__init__(groups, {"lr": lr, "betas": betas, "weight_decay": 0.0})

    @torch.no_grad()
    def step(self, closure: Callable[[], float] | None = None) -> None:  # type: ignore[override]
        """One step."""
        del closure
        for group in self.param_groups:
            rate, (first, second) = group["lr"], group["betas"]
            given = [p for p in group["params"] if p.grad is not None]
            if not given:
                continue
            gradients = [p.grad for p in given]
            means = [_kept(self.state[p], "mean", p) for p in given]
            directions = torch._foreach_lerp(means, gradients, 1 - first)
            torch._foreach_sign_(directions)
            torch._foreach_mul_(given, 1 - rate * group["weight_decay"])
            torch._foreach_add_(given, directions, alpha=-rate)
            torch._foreach_lerp_(means, gradients, 1 - second)


class Muon(optim.Optimizer):
    """Muon for the groups that are `orthogonal`, AdamW for the others."""

    def __init__(self, groups: Iterable[dict[str, Any]], lr: float, *, fused: bool) -> None:
        defaults = {
            "lr": lr,
            "weight_decay": 0.0,
            "betas": (0.9, 0.999),
            "eps": 1e-8,
            "orthogonal": False,
            "momentum": 0.95,
            "fused": fused,
        }
        super().__init__(groups, defaults)

    @torch.no_grad()
    def step(self, closure: Callable[[], float] | None = None) -> None:  # type: ignore[override]
        """One step."""
        del closure
        for group in self.param_groups:
            given = [p for p in group["params"] if p.grad is not None]
            if given and group["orthogonal"]:
                self._orthogonal(group, given)
            elif given:
                self._adamw(group, given)

    def _orthogonal(self, group: dict[str, Any], given: list[nn.Parameter]) -> None:
        rate, momentum = group["lr"], group["momentum"]
        for parameter in given:
            gradient = parameter.grad
            assert gradient is not None
            mean = _kept(self.state[parameter], "mean", parameter)
            mean.lerp_(gradient, 1 - momentum)
            direction = orthogonalized(gradient.lerp(mean, momentum))
            rows, columns = parameter.shape
            parameter.mul_(1 - rate * group["weight_decay"])
            parameter.add_(direction, alpha=-rate * math.sqrt(max(1.0, rows / columns)))

    def _adamw(self, group: dict[str, Any], given: list[nn.Parameter]) -> None:
        states = [self.state[parameter] for parameter in given]
        for state, parameter in zip(states, given, strict=True):
            if "step" not in state:
                # As in torch: only the fused form wants the count where the weights are.
                device = parameter.device if group["fused"] else "cpu"
                state["step"] = torch.zeros((), dtype=torch.float32, device=device)
        first, second = group["betas"]
        adamw(
            list(given),
            [p.grad for p in given if p.grad is not None],
            [_kept(s, "mean", p) for s, p in zip(states, given, strict=True)],
            [_kept(s, "square", p) for s, p in zip(states, given, strict=True)],
            [],
            [state["step"] for state in states],
            fused=group["fused"],
            amsgrad=False,
            beta1=first,
            beta2=second,
            lr=group["lr"],
            weight_decay=group["weight_decay"],
            eps=group["eps"],
            maximize=False,
        )


def orthogonalized(matrix: Tensor) -> Tensor:
    """The nearest matrix whose singular values are about 1, by five Newton-Schulz rounds."""
    a, b, c = _QUINTIC
    tall = matrix.shape[0] > matrix.shape[1]
    found: Tensor = matrix.T if tall else matrix
    found = found / (found.norm() + 1e-7)
    for _ in range(_ROUNDS):
        gram = found @ found.T
        found = a * found + (b * gram + c * gram @ gram) @ found
    return found.T if tall else found


def _kept(state: dict[str, Any], name: str, parameter: nn.Parameter) -> Tensor:
    if name not in state:
        state[name] = torch.zeros_like(parameter)
    kept: Tensor = state[name]
    return kept
