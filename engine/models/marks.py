"""What an optimizer should know of a parameter: its share of the learning rate, and whether it decays.

Layers mark their own parameters; `engine.training.groups` makes an optimizer's groups of them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from torch import nn

_NAME = "trainyard_mark"


@dataclass(frozen=True, slots=True)
class Mark:
    """How a parameter is trained."""

    rate: float = 1.0
    """A factor on the learning rate."""
    decays: bool = True
    """Whether weight decay applies."""
    matrix: bool = False
    """Whether it is a weight matrix inside the trunk: what Muon is made for."""


def mark(parameter: nn.Parameter, *, rate: float = 1.0, decays: bool = True) -> nn.Parameter:
    """Mark a parameter; returns it."""
    setattr(parameter, _NAME, Mark(rate, decays))
    return parameter


def mark_of(parameter: nn.Parameter) -> Mark:
    """The mark of a parameter; the default for one without."""
    found = getattr(parameter, _NAME, None)
    return found if isinstance(found, Mark) else Mark()


def mark_all(network: nn.Module, trunk: nn.Module) -> None:
    """Complete the marks of a network: biases and vectors do not decay, the trunk's matrices are marked."""
    inside = {id(parameter) for parameter in trunk.parameters()}
    for name, parameter in network.named_parameters():
        found = mark_of(parameter)
        is_bias = name.rsplit(".", 1)[-1] == "bias"
        if parameter.dim() < 2 or is_bias:
            found = replace(found, decays=False)
        is_matrix = parameter.dim() == 2 and not is_bias and name.endswith(".weight")
        setattr(parameter, _NAME, replace(found, matrix=is_matrix and id(parameter) in inside))
