"""What is settled on this machine before a run begins: what memory has room for, how exactly and how steps compute."""

from __future__ import annotations

import copy
import time
from dataclasses import dataclass
from typing import Literal

import torch
from torch.utils.flop_counter import FlopCounterMode

from engine.data.preparing.dataset import Dataset
from engine.data.preparing.inputs import Inputs
from engine.errors import NetworkTooLarge
from engine.messages import Message, message
from engine.models.memory import on_meta, require_memory, zero_rows
from engine.models.network import Network
from engine.recipe.parts import settled
from engine.recipe.recipe import Recipe
from engine.schema import Task
from engine.training.augmentation.augmenter import augmenter_for
from engine.training.compiling import CompiledForward, Forward
from engine.training.device import choose_device
from engine.training.precision import Choice, Precision

_WORTH_A_PROBE = 2e9
"""Operations of a step; below, other things than arithmetic take the time."""
_WORTH_IT = 1.3
"""How much faster bf16 has to be: it is less exact."""
_COMPILED_WORTH_IT = 1.1
"""How much faster a compiled step has to be."""
_REPAID = 2.0
"""How many times over the time that compiling takes must be gained in a run."""
_TIMES = 4
_FLOP_ROWS = 4


def fitted_to_memory(
    recipe: Recipe, inputs: Inputs, rows: int, task: Task
) -> tuple[Recipe, Message | None]:
    """The recipe with batches that fit into memory, as many of them to a step as make up for it.

    Args:
        recipe: Without Auto.
        inputs: What the network is fed with.
        rows: Training rows there are.
        task: What is predicted.

    Raises:
        NetworkTooLarge: No batch fits.
    """
    try:
        require_memory(recipe, inputs, rows, task)
    except NetworkTooLarge as error:
        if error.fitting == 0:
            raise
        training = recipe.training
        asked = settled(training.batch_size)
        count = -(-min(asked, max(rows, error.fitting)) // error.fitting) * training.accumulate
        told = message(
            "Batches of {asked} rows would take {needed} GB of memory and {free} GB are free: a step adds up {count} batches of {rows} rows.",
            asked=asked,
            needed=error.needed,
            free=error.free,
            count=count,
            rows=error.fitting,
        )
        update = {"batch_size": error.fitting, "accumulate": count}
        return recipe.model_copy(update={"training": training.model_copy(update=update)}), told
    return recipe, None


def with_precision(
    recipe: Recipe, network: Network, dataset: Dataset
) -> tuple[Recipe, Message | None]:
    """The recipe with its precision chosen, and what was measured for it.

    Only where a step is mostly arithmetic are some steps timed, on a copy of the network; so small runs
    are in float32 on every machine.
    """
    training = recipe.training
    if training.precision != "auto":
        return recipe, None
    device, _ = choose_device(training.device)
    inputs, task = dataset.preparation.inputs, dataset.preparation.task
    rows = max(2, min(settled(training.batch_size), len(dataset.train)))
    chosen: Literal["float32", "bf16"] = "float32"
    told: Message | None = None
    if _flops_per_row(recipe, inputs, task) * rows >= _WORTH_A_PROBE and device.type != "mps":
        exact, mixed = seconds_per_pass(network, inputs, rows, device)
        facts = {"exact": _ms(exact), "mixed": _ms(mixed)}
        if exact >= _WORTH_IT * mixed:
            chosen = "bf16"
            told = message(
                "Steps compute in bf16: one takes {mixed} ms on this machine, in float32 {exact} ms.",
                **facts,
            )
        else:
            told = message(
                "Steps compute in float32: one takes {exact} ms on this machine, in bf16 {mixed} ms.",
                **facts,
            )
    training = training.model_copy(update={"precision": chosen})
    return recipe.model_copy(update={"training": training}), told


@dataclass(frozen=True, slots=True)
class Compiled:
    """What a compiled pass was found to take, in seconds."""

    plain: float
    compiled: float
    """A pass afterwards; infinite if it cannot be compiled."""
    compiling: float


def with_compiling(
    recipe: Recipe, network: Network, dataset: Dataset
) -> tuple[Recipe, Message | None]:
    """The recipe with its network compiled or not, and what was measured for it.

    Only on CUDA is anything tried out, on a copy of the network. On CPUs, compiled passes were found
    slower than these (0.7 to 1.1 times as fast) for the networks here.
    """
    training = recipe.training
    if training.compile != "auto":
        return recipe, None
    device, _ = choose_device(training.device)
    chosen: Literal["on", "off"] = "off"
    told: Message | None = None
    if device.type == "cuda" and augmenter_for(training.augmentation) is None:
        rows = max(2, min(settled(training.batch_size), len(dataset.train)))
        steps = settled(training.epochs) * -(-len(dataset.train) // rows)
        found = compiled_pass(network, dataset.preparation.inputs, rows, device, training.precision)
        gained = steps * (found.plain - found.compiled)
        faster = found.plain >= _COMPILED_WORTH_IT * found.compiled
        if faster and gained >= _REPAID * found.compiling:
            chosen = "on"
            told = message(
                "The network is compiled: a step takes {compiled} ms, as it is {plain} ms.",
                compiled=_ms(found.compiled),
                plain=_ms(found.plain),
            )
    training = training.model_copy(update={"compile": chosen})
    return recipe.model_copy(update={"training": training}), told


def compiled_pass(
    network: Network,
    inputs: Inputs,
    rows: int,
    device: torch.device,
    precision: Choice = "float32",
) -> Compiled:
    """What forward and backward of a batch take as they are, compiled, and to be compiled."""
    probed = copy.deepcopy(network).to(device).train()
    numbers, codes = zero_rows(inputs, rows, device)
    mixed = Precision(precision, device)

    def seconds(forward: Forward) -> float:
        _wait_for(device)
        started = time.perf_counter()
        with mixed.mixed():
            outputs = forward(numbers, codes).float()
        outputs.square().mean().backward()  # type: ignore[no-untyped-call]
        probed.zero_grad()
        _wait_for(device)
        return time.perf_counter() - started

    compiled = CompiledForward(probed, lambda told: None)
    with torch.random.fork_rng(devices=[device] if device.type == "cuda" else []):
        numbers.normal_()
        seconds(probed)
        plain = min(seconds(probed) for _ in range(_TIMES))
        compiling = seconds(compiled)
        if not compiled.is_compiled:
            return Compiled(plain, float("inf"), compiling)
        seconds(compiled)  # graphs are recorded
        return Compiled(plain, min(seconds(compiled) for _ in range(_TIMES)), compiling)


def seconds_per_pass(
    network: Network, inputs: Inputs, rows: int, device: torch.device
) -> tuple[float, float]:
    """What forward and backward of a batch take in float32 and in bf16, the best of a few in turns."""
    probed = copy.deepcopy(network).to(device).train()
    numbers, codes = zero_rows(inputs, rows, device)
    best = [float("inf"), float("inf")]
    with torch.random.fork_rng(devices=[device] if device.type == "cuda" else []):
        numbers.normal_()
        for turn in range(1 + _TIMES):
            for place, precision in enumerate((Precision("float32", device), _bf16(device))):
                _wait_for(device)
                started = time.perf_counter()
                with precision.mixed():
                    outputs = probed(numbers, codes).float()
                outputs.square().mean().backward()
                probed.zero_grad()
                _wait_for(device)
                if turn:
                    best[place] = min(best[place], time.perf_counter() - started)
    return best[0], best[1]


def _bf16(device: torch.device) -> Precision:
    return Precision("bf16", device)


def _wait_for(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize(device)


def _flops_per_row(recipe: Recipe, inputs: Inputs, task: Task) -> float:
    """Of products of matrices in a step: forward, and twice as much back."""
    network = on_meta(recipe.model, inputs, task)
    counter = FlopCounterMode(display=False)
    with torch.no_grad(), counter:
        network(*zero_rows(inputs, _FLOP_ROWS, "meta"))
    return 3 * counter.get_total_flops() / _FLOP_ROWS


def _ms(seconds: float) -> float:
    return float(f"{seconds * 1000:.2g}")
