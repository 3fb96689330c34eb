"""What an optimizer remembers, as plain values and named tensors, and back."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain
from typing import Any

from torch import Tensor, nn, optim


def optimizer_state(
    optimizer: optim.Optimizer, network: nn.Module
) -> tuple[dict[str, Any], dict[str, Tensor]]:
    """An optimizer's state: plain values, and tensors named `<index>.<name>`.

    `names` among the plain values are those of the parameters in each group, in order of the indices.
    """
    state = optimizer.state_dict()
    plain: dict[str, dict[str, Any]] = {}
    tensors: dict[str, Tensor] = {}
    for index, values in state["state"].items():
        plain[str(index)] = {}
        for name, value in values.items():
            if isinstance(value, Tensor):
                tensors[f"{index}.{name}"] = value
            else:
                plain[str(index)][name] = value
    names = _names(optimizer, network)
    return {"state": plain, "groups": state["param_groups"], "names": names}, tensors


def restore_optimizer(
    optimizer: optim.Optimizer,
    network: nn.Module,
    plain: Mapping[str, Any],
    tensors: Mapping[str, Tensor],
) -> None:
    """The inverse of `optimizer_state`; without any state the optimizer begins anew.

    Settings that the state does not tell are the optimizer's own. Where parameters are grouped in another
    way than they were, as in a fork with other settings, all settings are, and what is remembered of each
    parameter is found by its name.
    """
    if not plain:
        return
    state = {int(index): dict(values) for index, values in plain["state"].items()}
    for key, tensor in tensors.items():
        index, name = key.split(".", 1)
        state.setdefault(int(index), {})[name] = tensor
    own = _names(optimizer, network)
    former = plain.get("names", own)
    groups = optimizer.state_dict()["param_groups"]
    if former == own:
        groups = [{**mine, **saved} for mine, saved in zip(groups, plain["groups"], strict=True)]
    else:
        places = {name: place for place, name in enumerate(chain.from_iterable(own))}
        state = {
            places[name]: state[index]
            for index, name in enumerate(chain.from_iterable(former))
            if index in state and name in places
        }
    optimizer.load_state_dict({"state": state, "param_groups": groups})


def _names(optimizer: optim.Optimizer, network: nn.Module) -> list[list[str]]:
    """The names of the parameters in each group."""
    named = {id(parameter): name for name, parameter in network.named_parameters()}
    return [[named[id(each)] for each in group["params"]] for group in optimizer.param_groups]
