"""What a network is before it trains: blocks, shapes, parameters, memory, time per epoch.

Light to import: torch comes with `summarize`, which runs in a worker process.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Literal, TypeAlias, cast

from pydantic import BaseModel, ConfigDict

from engine.data.preparing.inputs import Inputs
from engine.messages import N_
from engine.models.layer_places import PLACE
from engine.models.memory import (
    MemoryNeed,
    device_of,
    fitting_batch,
    free_bytes,
    memory_need,
    on_meta,
    zero_rows,
)
from engine.recipe.auto.choose import Plan, plan_of, portfolio
from engine.recipe.auto.facts import Device, TableFacts
from engine.recipe.parts import settled
from engine.recipe.recipe import Recipe
from engine.schema import Task

if TYPE_CHECKING:
    import torch
    from torch import Tensor, nn

    from engine.models.network import Network
    from engine.recipe.training import Training

StepOf: TypeAlias = "Callable[[Network, Training, Inputs, Task, int], Callable[[], object]]"
"""From a network and so many rows to what takes a training step each time that it is called."""

PROBE_SECONDS = 0.5
_PROBE_ROWS = 8192
_SHAPE_ROWS = 2


class LayerSummary(BaseModel):
    """One layer inside a block."""

    model_config = ConfigDict(frozen=True)

    name: str
    """The layer's class, as torch names it."""
    detail: str
    """Sizes and settings, the same in every language: `30 → 256`, `p = 0.1`."""
    in_shape: str
    out_shape: str
    """`batch × 256`."""
    parameters: int
    follows: bool = False
    """Whether it takes just what the layer before it in the block gives."""


class BlockSummary(BaseModel):
    """One box of the graph."""

    model_config = ConfigDict(frozen=True)

    group: Literal["columns", "encoder", "trunk", "head"]
    field: Literal["", "numbers", "categories", "trunk"]
    """The field of `ModelSpec` that the block was built from; empty for columns and head."""
    name: str
    """A title marked for translation, or a layer's class: of the first layer."""
    detail: str
    """Sizes, the same in every language."""
    others: tuple[str, ...] = ()
    """The titles of the layers after the first."""
    parameters: int
    in_shape: tuple[int, ...]
    """Of one row: its width, or columns (or members) × width."""
    out_shape: tuple[int, ...]
    layers: tuple[LayerSummary, ...] = ()
    around: int = 0
    """So many of the layers, from the first on, have a path around them: what came is added."""
    place: int | None = None
    """Of the first layer that it was built from, in the list of a custom trunk."""

    def described(self, translate: Callable[[str], str] = str) -> str:
        """The sizes and what stands after the first layer: `30 → 16, ReLU, Dropout`."""
        return ", ".join([self.detail, *map(translate, self.others)])

    @property
    def in_width(self) -> int:
        """The last size of what comes in."""
        return self.in_shape[-1]

    @property
    def out_width(self) -> int:
        """The last size of what goes out."""
        return self.out_shape[-1]


class NamedBlock(BaseModel):
    """A block by the name that a recipe freezes it by; see `engine.models.parts`."""

    model_config = ConfigDict(frozen=True)

    name: str
    parameters: int


class NetworkSummary(BaseModel):
    """A network as it will be trained."""

    model_config = ConfigDict(frozen=True)

    parameters: int
    blocks: tuple[BlockSummary, ...]
    """From the columns to the head."""
    flops_per_row: int
    """Additions and multiplications of the products of matrices in a prediction."""
    memory: MemoryNeed
    """For training in batches of this size."""
    free_bytes: int
    """What was free for it on the device that trains."""
    device: str
    """`cpu`, `cuda` or `mps`."""
    fitting_batch: int | None = None
    """If the memory needed is not free: the largest batch size for which it is; 0: none."""
    seconds_per_epoch: float | None
    """As steps on this machine took in a short probe, validation not counted; None: not asked for, it does not fit, or it grows trees."""
    plan: Plan | None = None
    """What Auto made of the recipe."""
    named: tuple[NamedBlock, ...] = ()
    """The blocks that can be frozen."""


def summarize(
    recipe: Recipe,
    inputs: Inputs,
    train_rows: int,
    task: Task | None = None,
    *,
    step_of: StepOf | None = None,
) -> NetworkSummary:
    """Describe the first network of a recipe, and time some training steps if they fit into memory.

    Args:
        recipe: Model, optimizer, batch size and device are used.
        inputs: What the network will be fed with.
        train_rows: Rows of the training part.
        task: What is predicted, where Auto has to choose; it makes no other difference.
        step_of: Gives the steps that are timed, `engine.training.probed_step.probed_step`; without it
            there are no `seconds_per_epoch`.

    Raises:
        RecipeInvalid: Settings of the trunk do not go together.
    """
    import torch

    from engine.models.network import build_network
    from engine.models.parts import blocks_of

    if task is None:
        task = Task.MULTICLASS if inputs.outputs > 1 else Task.BINARY
    levels = tuple(count for _, count in inputs.categories)
    kind = cast(Device, device_of(recipe).type)
    facts = TableFacts(train_rows, len(inputs.numbers), levels, task, kind)
    networks = portfolio(recipe, facts)
    plan = plan_of(networks, recipe.training)
    recipe = networks[0].recipe
    training = recipe.training
    network = on_meta(recipe.model, inputs, task)
    traces, flops = _trace(network, inputs)
    batch = settled(training.batch_size)
    rows = max(1, min(batch, train_rows))
    device = device_of(recipe)
    free = free_bytes(device)
    need = memory_need(network, settled(training.optimizer), inputs, rows)
    fitting, seconds = None, None
    if need.total > free:
        smallest = settled(recipe.model.trunk).smallest_batch
        fitting = fitting_batch(network, need, inputs, free, smallest, rows)
    # Trees take no steps to be timed.
    elif step_of is not None and any(p.requires_grad for p in network.parameters()):
        real = build_network(recipe.model, inputs, training.seed, task).to(device)
        with torch.random.fork_rng():
            step = _seconds_per_step(
                step_of(real, training, inputs, task, min(rows, _PROBE_ROWS)), device
            )
        seconds = step * max(1.0, rows / _PROBE_ROWS) * math.ceil(train_rows / rows)
    return NetworkSummary(
        parameters=sum(p.numel() for p in network.parameters()),
        blocks=_blocks(network, recipe, inputs, traces),
        flops_per_row=flops,
        memory=need,
        free_bytes=free,
        device=device.type,
        fitting_batch=fitting,
        seconds_per_epoch=seconds,
        plan=plan,
        named=tuple(
            NamedBlock(name=name, parameters=sum(_count(layer) for layer in layers))
            for name, layers in blocks_of(network).items()
        ),
    )


class _Trace:
    """What went through a layer: shapes without the batch, and the tensors themselves."""

    def __init__(self, came: Tensor, went: Tensor, place: int) -> None:
        """`place` tells in which order layers were done."""
        self.came, self.went = tuple(came.shape[1:]), tuple(went.shape[1:])
        self.took, self.gave = came, went
        self.place = place


def _trace(network: Network, inputs: Inputs) -> tuple[dict[nn.Module, _Trace], int]:
    """The shapes of every layer, found by sending rows through, and the work for one row."""
    import torch
    from torch.utils.flop_counter import FlopCounterMode

    traces: dict[nn.Module, _Trace] = {}

    def note(module: nn.Module, came: tuple[Tensor, ...], went: Tensor) -> None:
        traces[module] = _Trace(came[0], went, len(traces))

    hooks = [module.register_forward_hook(note) for module in network.modules()]
    counter = FlopCounterMode(display=False)
    try:
        network.eval()
        with torch.no_grad(), counter:
            network(*zero_rows(inputs, _SHAPE_ROWS, "meta"))
    finally:
        network.train()
        for hook in hooks:
            hook.remove()
    return traces, counter.get_total_flops() // _SHAPE_ROWS


def _blocks(
    network: Network, recipe: Recipe, inputs: Inputs, traces: dict[nn.Module, _Trace]
) -> tuple[BlockSummary, ...]:
    from engine.models.parts import trunk_parts

    columns = len(inputs.numbers) + len(inputs.categories)
    blocks = [
        BlockSummary(
            group="columns",
            field="",
            name=N_("Columns"),
            detail=str(columns),
            parameters=0,
            in_shape=(columns,),
            out_shape=(columns,),
        )
    ]
    if network.numbers is not None:
        part = settled(recipe.model.numbers)
        blocks.append(_encoder("numbers", part.title, network.numbers, traces))
    if network.categories is not None:
        encoder = settled(recipe.model.categories)
        blocks.append(_encoder("categories", encoder.title, network.categories, traces))
    blocks += [_trunk_block(modules, traces) for modules in trunk_parts(network.trunk)]
    if network.wide is not None:
        blocks.append(_trunk_block([network.wide], traces))
    head = network.head
    came = traces[head].came
    ends = [head] if network.thresholds is None else [head, network.thresholds]
    blocks.append(
        BlockSummary(
            group="head",
            field="",
            name=N_("Head"),
            detail=f"{size_text(came)} → {size_text(traces[head].went)}",
            parameters=sum(_count(module) for module in ends),
            in_shape=came,
            out_shape=(inputs.outputs,),
            layers=tuple(_layer(module, traces[module]) for module in ends),
        )
    )
    return tuple(blocks)


def _encoder(
    field: Literal["numbers", "categories"],
    title: str,
    module: nn.Module,
    traces: dict[nn.Module, _Trace],
) -> BlockSummary:
    trace = traces[module]
    return BlockSummary(
        group="encoder",
        field=field,
        name=title,
        detail=f"{size_text(trace.came)} → {size_text(trace.went)}",
        parameters=_count(module),
        in_shape=trace.came,
        out_shape=trace.went,
        layers=_layers([module], traces) or (_layer(module, trace),),
    )


def _trunk_block(modules: list[nn.Module], traces: dict[nn.Module, _Trace]) -> BlockSummary:
    came, went = traces[modules[0]].came, traces[modules[-1]].went
    return BlockSummary(
        group="trunk",
        field="trunk",
        name=_title(modules[0]),
        detail=f"{size_text(came)} → {size_text(went)}",
        others=tuple(_title(m) for m in modules[1:]),
        parameters=sum(_count(module) for module in modules),
        in_shape=came,
        out_shape=went,
        layers=_layers(modules, traces),
        around=len(_layers(modules[:1], traces)) if _adds_input(modules[0]) else 0,
        place=getattr(modules[0], PLACE, None),
    )


def _adds_input(module: nn.Module) -> bool:
    """Whether it adds what came to what its layers make of it."""
    return bool(getattr(module, "adds_input", False))


def _layers(modules: list[nn.Module], traces: dict[nn.Module, _Trace]) -> tuple[LayerSummary, ...]:
    """The layers inside, as one was done after the other.

    Those without layers of their own, and those with parameters of their own.
    """
    from torch import nn

    inside = [
        m
        for module in modules
        for m in module.modules()
        if m in traces and not isinstance(m, nn.Identity) and (not any(m.children()) or _own(m))
    ]
    inside.sort(key=lambda m: traces[m].place)
    found: list[LayerSummary] = []
    before: _Trace | None = None
    for module in inside:
        trace = traces[module]
        follows = before is not None and trace.took is before.gave
        found.append(_layer(module, trace, follows=follows))
        before = trace
    return tuple(found)


def _layer(module: nn.Module, trace: _Trace, *, follows: bool = False) -> LayerSummary:
    return LayerSummary(
        name=_title(module),
        detail=_detail(module, trace),
        in_shape=_shape(trace.came),
        out_shape=_shape(trace.went),
        parameters=_own(module),
        follows=follows,
    )


def _title(module: nn.Module) -> str:
    """The title that a layer of ours has, marked for translation, or the class's name."""
    return str(getattr(module, "title", type(module).__name__.removesuffix("1d")))


def _detail(module: nn.Module, trace: _Trace) -> str:
    from torch import nn

    if isinstance(module, nn.Dropout):
        return f"p = {module.p:g}"
    if isinstance(module, nn.Embedding):
        return f"{module.num_embeddings} × {module.embedding_dim}"
    if isinstance(module, nn.Linear):
        return f"{module.in_features} → {module.out_features}"
    if (trace.came == trace.went and not hasattr(module, "in_features")) or not trace.came:
        return size_text(trace.went)
    return f"{size_text(trace.came)} → {size_text(trace.went)}"


def size_text(shape: tuple[int, ...]) -> str:
    """`256`, or `5 × 192`."""
    return " × ".join(map(str, shape))


def _shape(shape: tuple[int, ...]) -> str:
    return " × ".join(("batch", *map(str, shape)))


def _count(module: nn.Module) -> int:
    return sum(p.numel() for p in module.parameters())


def _own(module: nn.Module) -> int:
    """Parameters that are not those of a layer inside."""
    return sum(p.numel() for p in module.parameters(recurse=False))


def _seconds_per_step(step: Callable[[], object], device: torch.device) -> float:
    """How long a step takes, once it has been taken for the first time."""
    import torch

    def settle() -> None:
        if device.type == "cuda":
            torch.cuda.synchronize(device)

    step()
    settle()
    count, started = 0, time.perf_counter()
    while count == 0 or time.perf_counter() - started < PROBE_SECONDS:
        step()
        count += 1
        if count % 8 == 0:
            settle()
    settle()
    return (time.perf_counter() - started) / count
