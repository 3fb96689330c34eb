"""Whether a replay came to what the run came to that it repeats: told as the last thing before its end."""

from __future__ import annotations

import time
from collections.abc import Callable

import torch

from engine.errors import TrainyardError
from engine.events import Noted, RunEvent, RunFinished, RunStopped
from engine.messages import Message, message
from engine.store.run_folder import RunFolder
from engine.training.checkpoint import load_best


def have_same_weights(run: RunFolder, other: RunFolder) -> bool:
    """Whether the best weights of two runs are equal to the bit. Raises `RunDamaged`."""
    one, two = load_best(run.checkpoints), load_best(other.checkpoints)
    if one is None or two is None:
        return False
    weights, others = one[0], two[0]
    return weights.keys() == others.keys() and all(
        torch.equal(tensor, others[name]) for name, tensor in weights.items()
    )


def verdict(run: RunFolder, past: RunFolder) -> Message:
    """The comparison in words; `past` is the run that was repeated."""
    try:
        number = past.info().number
        if have_same_weights(run, past):
            return message("The weights are those of run {number}, to the bit.", number=number)
    except TrainyardError as error:
        return error.messages()[0]
    return message(
        "The weights are not those of run {number}: other versions, another machine, or one of the two "
        "is not over.",
        number=number,
    )


def with_verdict(
    run: RunFolder, past: str, emit: Callable[[RunEvent], None]
) -> Callable[[RunEvent], None]:
    """As `emit`; before the run's end it is told how it compares with the run `past`."""

    def told(event: RunEvent) -> None:
        if isinstance(event, RunFinished | RunStopped):
            emit(Noted(time.time(), verdict(run, RunFolder(run.path.parent / past))))
        emit(event)

    return told
