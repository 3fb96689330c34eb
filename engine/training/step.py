"""One step of training: forward, backward, clipped, optimized."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import torch
from torch import Tensor, nn, optim

from engine.errors import OutOfMemory
from engine.messages import Message, message
from engine.models.network import Network
from engine.recipe.parts import settled
from engine.recipe.training import Training
from engine.training.augmentation.augmenter import augmenter_for
from engine.training.compiling import forward_of
from engine.training.dense_step import Passed, dense_step_for
from engine.training.device import is_out_of_memory, random_states, restore_random
from engine.training.direct import Direct
from engine.training.loss_gradients import GivenLoss
from engine.training.objective import Objective
from engine.training.precision import LossScale, Precision
from engine.training.shrink import Shrink
from engine.training.tensors import Rows

_FEWEST_ROWS = 2
"""Of a part of a step: batch normalization compares rows."""


class Stepped(NamedTuple):
    """What came of a step, still on the device."""

    loss: GivenLoss
    outputs: Tensor
    """Of the batch as it was trained, before the step."""
    norm: Tensor | None
    """Of all gradients, before they were clipped; None if it was not asked for."""


class Stepper:
    """Takes steps. It waits for the device nowhere."""

    def __init__(
        self,
        network: Network,
        parameters: Sequence[nn.Parameter],
        optimizer: optim.Optimizer,
        objective: Objective,
        training: Training,
        tell: Callable[[Message], None] = lambda told: None,
    ) -> None:
        """A stepper.

        Args:
            network: Whose weights are changed, in place.
            parameters: Those that are trained.
            optimizer: Over these.
            objective: What is made small.
            training: Says what is clipped, shrunk and augmented, and how exactly steps compute.
            tell: Takes a note where memory ran out and steps go on in smaller parts.
        """
        self._network, self._parameters, self._objective = network, parameters, objective
        self._tell = tell
        self.clip = training.clip_norm
        """The largest norm of all gradients; None: they are not clipped."""
        self.rows_at_once = self._asked = settled(training.batch_size)
        """Rows that go through the network together; a larger batch goes in parts, their gradients added."""
        self._augmenter = augmenter_for(training.augmentation)
        self._shrink = Shrink(optimizer, training.l1) if training.l1 else None
        device = next(network.parameters()).device
        self.precision = Precision(training.precision, device)
        self._direct = Direct(optimizer, parameters)
        self._by_hand = None
        if self._augmenter is None and not self.precision.is_mixed:
            self._by_hand = dense_step_for(network, parameters, objective)
        # By hand is faster than compiled, and augmentation takes the network apart.
        compiles = training.compile == "on" and self._by_hand is None and self._augmenter is None
        self._forward = forward_of(network, compiles=compiles, tell=tell)
        self.look: Callable[[Sequence[Tensor | None]], None] | None = None
        """Given the gradients of a measured step, in the order of the parameters, before they are clipped."""
        self._proven = 0  # the most rows at once that memory was enough for

    @property
    def rows_that_fit(self) -> int | None:
        """`rows_at_once` where memory ran out; None: as many as were asked for."""
        return self.rows_at_once if self.rows_at_once < self._asked else None

    def restore(self, rows_at_once: int | None, loss_scale: LossScale | None) -> None:
        """Go on from a checkpoint."""
        if rows_at_once is not None:
            self.rows_at_once = min(self.rows_at_once, rows_at_once)
        self.precision.restore(loss_scale)

    def __call__(self, batch: Rows, *, measured: bool) -> Stepped:
        """Take the step of a batch; `measured`: tell the norm of its gradients, and look at each.

        Cheapest where autograd is off; what needs it switches it on.

        Raises:
            OutOfMemory: Even for a few rows at once there is not enough.
        """
        if torch.is_grad_enabled():
            with torch.no_grad():
                return self(batch, measured=measured)
        loss, outputs, gradients = self._fitting_passes(batch)
        return Stepped(loss, outputs, self._optimize(gradients, measured=measured))

    def _optimize(self, gradients: Sequence[Tensor | None], *, measured: bool) -> Tensor | None:
        """Change the weights; the norm of the gradients if they are `measured` and all finite."""
        norm = None
        if measured or self.clip is not None or self.precision.is_scaled:
            given = [gradient for gradient in gradients if gradient is not None]
            if not self.precision.unscale(given):
                return None  # gradients beyond fp16: the next step is scaled less
            if measured and self.look is not None:
                self.look(gradients)
            norm = nn.utils.get_total_norm(given)
            if self.clip is not None:
                # As `clip_grad_norm_` does it, without waiting for the device.
                torch._foreach_mul_(given, torch.clamp(self.clip / (norm + 1e-6), max=1.0))
        self._direct.step(gradients)
        if self._shrink is not None:
            self._shrink.step()
        return norm if measured else None

    def _fitting_passes(self, batch: Rows) -> Passed:
        """The passes of a batch; where memory runs out, they are made anew in smaller parts."""
        device, random = batch.target.device, None
        while True:
            count = self._count(batch)
            rows = -(-len(batch) // count)
            if rows > self._proven:
                random = random_states(device)
            try:
                found = self._passes(batch, count)
            except (MemoryError, RuntimeError) as error:
                if not is_out_of_memory(error):
                    raise
                if self.rows_at_once <= _FEWEST_ROWS:
                    raise OutOfMemory(device.type, rows) from error
            else:
                if rows > self._proven:
                    self._proven = rows
                return found
            # Outside of the handler, whose traceback holds on to what filled the memory.
            self._forget_gradients()
            if device.type == "cuda":
                torch.cuda.empty_cache()
            if random is not None:
                restore_random(random, device)  # as if it had been made in these parts at once
            self.rows_at_once = max(_FEWEST_ROWS, -(-min(rows, self.rows_at_once) // 2))
            self._tell(self._on_parts(rows, len(batch)))

    def _passes(self, batch: Rows, count: int) -> Passed:
        """Loss, outputs and gradients of a batch, all at once or in so many parts."""
        if count == 1:
            if self._by_hand is not None:
                return self._by_hand(batch)
            loss, outputs = self._pass(batch, 1.0)
            return Passed(loss, outputs, self._taken_gradients())
        losses, parts = [], []
        for part, share in self._parts(batch, count):
            loss, outputs = self._pass(part, share)
            losses.append(loss * share)
            parts.append(outputs)
        return Passed(torch.stack(losses).sum(), torch.cat(parts), self._taken_gradients())

    def _pass(self, batch: Rows, share: Tensor | float) -> tuple[Tensor, Tensor]:
        """Forward and backward; `share` times the gradients are added to those that are there."""
        with torch.enable_grad(), self.precision.mixed():
            if self._augmenter is None:
                outputs = self._forward(batch.numbers, batch.codes)
                loss = self._objective(outputs.float(), batch.target, batch.weights)
            else:
                outputs, loss = self._augmenter.forward(self._network, batch, self._objective)
            weighed = loss if isinstance(share, float) and share == 1.0 else loss * share
            self.precision.scaled(weighed).backward()  # type: ignore[no-untyped-call]
        return loss.detach(), outputs.detach().float()

    def _count(self, batch: Rows) -> int:
        """Parts of a batch; a single row left over is none: batch normalization could not take it."""
        return max(1, -(-(len(batch) - 1) // self.rows_at_once))

    def _parts(self, batch: Rows, count: int) -> Iterator[tuple[Rows, Tensor | float]]:
        """Parts of a batch as near to each other in size as can be, each with its share of the loss."""
        start = 0
        for place in range(count):
            stop = len(batch) * (place + 1) // count
            part = batch.between(start, stop)
            yield part, self._objective.share(part, batch)
            start = stop

    def _taken_gradients(self) -> list[Tensor | None]:
        found = [parameter.grad for parameter in self._parameters]
        self._forget_gradients()
        return found

    def _forget_gradients(self) -> None:
        for parameter in self._parameters:
            parameter.grad = None

    def _on_parts(self, before: int, step: int) -> Message:
        return message(
            "Memory ran out with {before} rows at once. Training goes on with {rows} rows at once; a step still learns from {step} rows.",
            before=before,
            rows=self.rows_at_once,
            step=step,
        )
