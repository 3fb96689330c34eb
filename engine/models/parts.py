"""The blocks that a network is made of, by name, from the columns to the head."""

from __future__ import annotations

from torch import nn

from engine.models.network import Ensemble, Network


def blocks_of(network: nn.Module) -> dict[str, tuple[nn.Module, ...]]:
    """The layers of each block with parameters, in the order in which rows go through them.

    Encoders are `numbers` and `categories`, the groups of the trunk's layers `trunk.1`, `trunk.2` …,
    what goes past the trunk is `wide`, and the end is the `head`. Of several networks side by side each
    is a block.
    """
    found: dict[str, tuple[nn.Module, ...]]
    if isinstance(network, Ensemble):
        found = {f"network.{place}": (each,) for place, each in enumerate(network.networks, 1)}
    elif isinstance(network, Network):
        found = _of_one(network)
    else:
        found = {"network": (network,)}
    return {name: layers for name, layers in found.items() if any(map(_has_parameters, layers))}


def trunk_parts(trunk: nn.Module) -> list[list[nn.Module]]:
    """The trunk's layers, in groups that begin with a linear layer or a block; none for the identity."""
    if isinstance(trunk, nn.Identity):
        return []
    if not isinstance(trunk, nn.Sequential):
        return [[trunk]]
    groups: list[list[nn.Module]] = []
    for module in trunk:
        begins = hasattr(module, "in_features") or any(module.children())
        if not groups or (begins and not _wraps_activation(module)):
            groups.append([])
        groups[-1].append(module)
    return groups


def _of_one(network: Network) -> dict[str, tuple[nn.Module, ...]]:
    found: dict[str, tuple[nn.Module, ...]] = {}
    if network.numbers is not None:
        found["numbers"] = (network.numbers,)
    if network.categories is not None:
        found["categories"] = (network.categories,)
    for place, group in enumerate(trunk_parts(network.trunk), 1):
        found[f"trunk.{place}"] = tuple(group)
    if network.wide is not None:
        found["wide"] = (network.wide,)
    ends = (network.head, network.thresholds)
    found["head"] = tuple(end for end in ends if end is not None)
    return found


def _wraps_activation(module: nn.Module) -> bool:
    return hasattr(module, "activation")


def _has_parameters(module: nn.Module) -> bool:
    return next(module.parameters(), None) is not None
