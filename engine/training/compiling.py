"""A network's forward pass, compiled by torch where that is asked for.

Compiling takes seconds to minutes and a compiler that a machine may lack, and not every layer can be
compiled. So each size of batch is tried out before a step relies on it, and what cannot be compiled goes
on as it is, with a note.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from engine.messages import Message, message
from engine.training.device import is_out_of_memory, random_states, restore_random

Forward = Callable[[Tensor, Tensor], Tensor]


def forward_of(network: nn.Module, *, compiles: bool, tell: Callable[[Message], None]) -> Forward:
    """The forward pass of a network in training; `tell` takes a note if it cannot be compiled."""
    return CompiledForward(network, tell) if compiles else network


class CompiledForward:
    """The compiled forward pass, or the network's own where compiling failed.

    On CUDA whole passes are recorded as graphs (torch's mode `reduce-overhead`), which spares the
    processor from starting each operation.
    """

    def __init__(self, network: nn.Module, tell: Callable[[Message], None]) -> None:
        """Nothing is compiled before the first batch."""
        self._network, self._tell = network, tell
        self._device = next(network.parameters()).device
        mode = "reduce-overhead" if self._device.type == "cuda" else None
        self._compiled: Callable[..., Any] | None = None
        self._tried: set[int] = set()
        try:
            self._compiled = torch.compile(network, mode=mode, dynamic=False)
        except RuntimeError as error:  # so torch says it where it knows no such Python
            self._give_up(error)

    @property
    def is_compiled(self) -> bool:
        """Whether passes are compiled, as far as is known."""
        return self._compiled is not None

    def __call__(self, numbers: Tensor, codes: Tensor) -> Tensor:
        """Outputs, as the network gives them."""
        if self._compiled is not None and len(numbers) not in self._tried:
            self._try(numbers, codes)
        if self._compiled is None:
            outputs: Tensor = self._network(numbers, codes)
            return outputs
        return self._passed(numbers, codes)

    def _passed(self, numbers: Tensor, codes: Tensor) -> Tensor:
        assert self._compiled is not None
        if self._device.type != "cuda":
            found: Tensor = self._compiled(numbers, codes)
            return found
        torch.compiler.cudagraph_mark_step_begin()  # type: ignore[no-untyped-call]
        found = self._compiled(numbers, codes)
        return found.clone()  # the next pass overwrites what a recorded one has given

    def _try(self, numbers: Tensor, codes: Tensor) -> None:
        """Compile both ways for batches of this size; nothing is changed by it."""
        self._tried.add(len(numbers))
        random = random_states(self._device)
        buffers = [(buffer, buffer.clone()) for buffer in self._network.buffers()]
        parameters = [each for each in self._network.parameters() if each.requires_grad]
        try:
            with torch.enable_grad():
                outputs = self._passed(numbers, codes)
                torch.autograd.grad(outputs.float().sum(), parameters, allow_unused=True)
        except Exception as error:  # of many kinds: no compiler, a layer that it does not know
            if is_out_of_memory(error):
                self._tried.discard(len(numbers))
                raise
            self._give_up(error)
        finally:
            with torch.no_grad():
                for buffer, before in buffers:
                    buffer.copy_(before)
            restore_random(random, self._device)

    def _give_up(self, error: Exception) -> None:
        self._compiled = None
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
        self._tell(
            message(
                "The network cannot be compiled on this machine, so it trains as it is: {reason}",
                reason=reason[:200],
            )
        )
