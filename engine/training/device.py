"""Where a network is trained, and with how many threads."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager

import torch
from torch import Tensor

from engine.errors import OutOfMemory
from engine.messages import Message, message


def choose_device(choice: str) -> tuple[torch.device, Message | None]:
    """The device for `auto`, `cpu`, `cuda` or `mps`, and a note if it is not the one asked for."""
    found = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    if choice == "auto":
        return torch.device(next((name for name, there in found.items() if there), "cpu")), None
    if choice != "cpu" and not found[choice]:
        note = message(
            "This machine has no {device} device, so the run trains on the CPU.", device=choice
        )
        return torch.device("cpu"), note
    return torch.device(choice), None


def threads_for(running: int) -> int:
    """Torch threads of one of `running` runs: one core is left to the window."""
    affinity = getattr(os, "sched_getaffinity", None)
    cores = len(affinity(0)) if affinity is not None else os.cpu_count() or 1
    return max(1, (cores - 1) // max(1, running))


def use_threads(count: int) -> None:
    """Let torch's operations use `count` threads in this process."""
    if torch.get_num_threads() != count:
        torch.set_num_threads(count)


def own_random(device: torch.device) -> AbstractContextManager[None]:
    """Random generators of its own, so that neither the caller nor the run disturbs the other."""
    devices = [device] if device.type == "cuda" else []
    return torch.random.fork_rng(devices=devices)


def random_states(device: torch.device) -> dict[str, Tensor]:
    """The generators that dropout and the like draw from."""
    states = {"cpu": torch.get_rng_state()}
    if device.type == "cuda":
        states["cuda"] = torch.cuda.get_rng_state(device)
    elif device.type == "mps":
        states["mps"] = torch.mps.get_rng_state()
    return states


def restore_random(states: Mapping[str, Tensor], device: torch.device) -> None:
    """The inverse of `random_states`."""
    torch.set_rng_state(states["cpu"])
    if device.type == "cuda" and "cuda" in states:
        torch.cuda.set_rng_state(states["cuda"], device)
    elif device.type == "mps" and "mps" in states:
        torch.mps.set_rng_state(states["mps"])


def is_out_of_memory(error: BaseException) -> bool:
    """Whether memory ran out, as torch tells it in several ways."""
    text = str(error)
    return (
        isinstance(error, (MemoryError, torch.OutOfMemoryError))
        or "can't allocate memory" in text
        or "not enough memory" in text
    )


@contextmanager
def told_as_out_of_memory(device: torch.device, batch_size: int) -> Iterator[None]:
    """Memory that runs out becomes `OutOfMemory`."""
    try:
        yield
    except (MemoryError, RuntimeError) as error:
        if is_out_of_memory(error):
            raise OutOfMemory(device.type, batch_size) from error
        raise
