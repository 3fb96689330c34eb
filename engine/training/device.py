"""Where a network is trained, and with how many threads."""

from __future__ import annotations

import os

import torch

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
