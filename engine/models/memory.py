"""What training a network takes of memory, found without taking any.

The network is built and run on torch's meta device, where tensors have shapes but no values, so that
one that fits no machine can be told of. Light to import: torch comes with the functions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from engine.errors import NetworkTooLarge
from engine.recipe.parts import settled

if TYPE_CHECKING:
    import torch
    from torch import Tensor

    from engine.data.preparing.inputs import Inputs
    from engine.models.network import Network
    from engine.recipe.families import Optimizer
    from engine.recipe.model import ModelSpec
    from engine.recipe.recipe import Recipe
    from engine.schema import Task


class MemoryNeed(BaseModel):
    """Bytes on the device that trains; rows of the table are not counted."""

    model_config = ConfigDict(frozen=True)

    weights: int
    gradients: int
    optimizer: int
    """What the optimizer keeps of earlier steps."""
    activations: int
    """What the forward pass of one batch keeps for the backward pass, and what flows back."""

    @property
    def total(self) -> int:
        """All of it."""
        return self.weights + self.gradients + self.optimizer + self.activations


def memory_need(network: Network, optimizer: Optimizer, inputs: Inputs, rows: int) -> MemoryNeed:
    """What training takes.

    Args:
        network: On the meta device (`on_meta`).
        optimizer: Its state is counted.
        inputs: What the network is fed with.
        rows: Of a batch.
    """
    weights = sum(p.numel() * p.element_size() for p in network.parameters())
    return MemoryNeed(
        weights=weights + sum(b.numel() * b.element_size() for b in network.buffers()),
        gradients=weights,
        optimizer=_state_bytes(network, optimizer),
        activations=_activation_bytes(network, inputs, rows),
    )


def on_meta(model: ModelSpec, inputs: Inputs, task: Task) -> Network:
    """The network without values: it knows its shapes, and takes no memory.

    Raises `RecipeInvalid`: settings of the trunk do not go together.
    """
    import torch

    from engine.models.network import Network

    with torch.device("meta"):
        return Network(model, inputs, task)


def require_memory(recipe: Recipe, inputs: Inputs, rows: int, task: Task, free: int = -1) -> None:
    """Refuse a network whose training takes more memory than is free.

    Args:
        recipe: Model, optimizer, batch size and device are used.
        inputs: What the network is fed with.
        rows: Training rows there are.
        task: What is predicted.
        free: Bytes that are free; negative: those of the machine, or of the recipe's device.

    Raises:
        NetworkTooLarge: It tells the largest batch size that fits.
        RecipeInvalid: Settings of the trunk do not go together.
    """
    device = device_of(recipe)
    free = free if free >= 0 else free_bytes(device)
    network = on_meta(recipe.model, inputs, task)
    optimizer = settled(recipe.training.optimizer)
    asked = settled(recipe.training.batch_size)
    need = memory_need(network, optimizer, inputs, max(1, min(asked, rows)))
    if need.total > free:
        smallest = settled(recipe.model.trunk).smallest_batch
        fitting = fitting_batch(network, need, inputs, free, smallest, asked)
        needed, left = (float(f"{size / 1e9:.3g}") for size in (need.total, free))
        raise NetworkTooLarge(needed, left, device.type, asked, fitting)


def fitting_batch(
    network: Network, need: MemoryNeed, inputs: Inputs, free: int, smallest: int, below: int
) -> int:
    """The largest batch size below `below`, twice `smallest` or twice that and so on, that fits.

    0 if none does. `network` is on the meta device, and `need` its need with a larger batch.
    """
    left = free - (need.total - need.activations)
    fitting, size = 0, smallest
    while size < below and _activation_bytes(network, inputs, size) <= left:
        fitting, size = size, size * 2
    return fitting


def device_of(recipe: Recipe) -> torch.device:
    """Where the recipe trains on this machine."""
    import torch

    wanted = recipe.training.device
    if wanted in ("auto", "cuda") and torch.cuda.is_available():
        return torch.device("cuda")
    if wanted in ("auto", "mps") and torch.backends.mps.is_available():
        return torch.device("mps")
    return torch.device("cpu")


def free_bytes(device: torch.device) -> int:
    """Bytes that are free on a device."""
    import torch

    from engine.data.memory import available_memory

    if device.type == "cuda":
        free, _ = torch.cuda.mem_get_info()
        return int(free)
    return available_memory()


def zero_rows(inputs: Inputs, rows: int, device: torch.device | str) -> tuple[Tensor, Tensor]:
    """Numbers and codes, all zero, as a network takes them."""
    import torch

    return (
        torch.zeros((rows, len(inputs.numbers)), device=device),
        torch.zeros((rows, len(inputs.categories)), dtype=torch.int32, device=device),
    )


def _activation_bytes(network: Network, inputs: Inputs, rows: int) -> int:
    """What autograd keeps of a training batch, each piece of memory once, and the largest gradient."""
    from torch.autograd.graph import saved_tensors_hooks

    own = {t.untyped_storage()._cdata for t in (*network.parameters(), *network.buffers())}
    kept: dict[int, Tensor] = {}

    def keep(tensor: Tensor) -> Tensor:
        storage = tensor.untyped_storage()._cdata
        if storage not in own:
            kept[storage] = tensor  # held, so that no other tensor gets its place
        return tensor

    with saved_tensors_hooks(keep, lambda tensor: tensor):
        outputs = network(*zero_rows(inputs, rows, "meta")).square().mean()
    sizes = [tensor.untyped_storage().nbytes() for tensor in kept.values()]
    del outputs
    return sum(sizes) + 2 * max(sizes, default=0)


def _state_bytes(network: Network, optimizer: Optimizer) -> int:
    """What the optimizer keeps after its first step."""
    import torch

    parameters = [p for p in network.parameters() if p.requires_grad]
    if not parameters:
        return 0
    built = optimizer.build(parameters, fused=False)
    for parameter in parameters:
        parameter.grad = torch.zeros_like(parameter)
    built.step()
    for parameter in parameters:
        parameter.grad = None
    states = (value for state in built.state.values() for value in state.values())
    return sum(v.numel() * v.element_size() for v in states if isinstance(v, torch.Tensor))
