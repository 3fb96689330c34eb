"""Looks into a network while it trains: norms per block, units that do nothing, classes predicted, memory.

A few steps of each epoch are measured, and what is measured stays on the device until it is told. A
look follows another only once it has cost less than a hundredth of the time in between, so that watching
never slows training down, however short its steps are.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import psutil
import torch
from torch import Tensor, nn

from engine.data.preparing.inputs import OutputForm
from engine.data.preparing.preparation import Preparation
from engine.events import BlocksWatched, ClassesPredicted, RunEvent
from engine.models.parts import blocks_of
from engine.training.activations import Units

STEPS_SHARE, SCORINGS_SHARE = 0.005, 0.003
"""Of the time since the last look at a step, or at a scoring, that the next one may take. What a look takes
is processor time: on a busy machine there would be none else, and the doctor would see nothing."""


class Watch:
    """Measures steps and scorings, and tells of them."""

    def __init__(
        self,
        network: nn.Module,
        trained: Sequence[nn.Parameter],
        preparation: Preparation,
        validation: Tensor,
        emit: Callable[[RunEvent], None],
    ) -> None:
        """Nothing is seen yet.

        Args:
            network: Looked into.
            trained: Its parameters in the order in which `see_gradients` is given theirs.
            preparation: Tells which classes there are.
            validation: The codes of their rows.
            emit: Takes what is found.
        """
        self._emit, self._trained = emit, trained
        self._network = network
        self._preparation = preparation
        count = len(preparation.classes)
        self._actual: tuple[int, ...] = ()
        if count:
            codes = validation.reshape(len(validation)).long()
            self._actual = tuple(torch.bincount(codes, minlength=count).tolist())
        blocks = blocks_of(network)
        self._names = tuple(blocks)
        self._units = Units(list(blocks.values()))
        self._parameters: list[Tensor]
        self._parameters, self._block = _by_block(blocks)
        self._before: list[Tensor] = []
        self._gradients: dict[int, Tensor] = {}
        self._is_looking = False
        self._norms: Tensor | None = None
        """(3, parameters): gradient, weight and update of the measured step, on the device."""
        self._classes: list[Tensor] = []
        self._dead: tuple[float, ...] = (math.nan,) * len(self._names)
        self._ends_epoch = False
        self._is_scored = False
        self._due = self._scoring_due = 0.0
        self._cost = 0.0
        self._process = psutil.Process()

    # While a step is taken ------------------------------------------------------------------------

    @contextmanager
    def step(self, *, measured: bool, last: bool) -> Iterator[None]:
        """Around a training step; `measured`: it may be looked into, `last`: it ends an epoch."""
        waits = self._norms is not None and not last
        if not measured or waits or time.perf_counter() < self._due:
            yield
            return
        began = time.thread_time()
        self._gradients.clear()
        if not self._before:
            self._before = [torch.empty_like(each) for each in self._parameters]
        with torch.no_grad():
            torch._foreach_copy_(self._before, self._parameters)
        self._is_looking = True
        self._cost = time.thread_time() - began
        try:
            yield
        finally:
            self._is_looking = False
        began = time.thread_time()
        self._norms = self._measure()
        self._ends_epoch = last
        self._cost += time.thread_time() - began

    @torch.no_grad()
    def see_gradients(self, gradients: Sequence[Tensor | None]) -> None:
        """Take up the gradients of a step, as they are before they are clipped; in fp16 no longer scaled."""
        if not self._is_looking:
            return
        began = time.thread_time()
        given = [each for each in gradients if each is not None]
        owners = [p for p, each in zip(self._trained, gradients, strict=True) if each is not None]
        norms = torch._foreach_norm(given)
        self._gradients = {id(owner): norm for owner, norm in zip(owners, norms, strict=True)}
        self._cost += time.thread_time() - began

    @torch.no_grad()
    def _measure(self) -> Tensor:
        weights = torch._foreach_norm(self._before)
        torch._foreach_sub_(self._before, self._parameters)
        updates = torch._foreach_norm(self._before)
        unknown = torch.full((), math.nan, device=weights[0].device)
        gradients = [self._gradients.get(id(each), unknown) for each in self._parameters]
        rows = (gradients, weights, updates)
        return torch.stack([torch.stack([each.float() for each in row]) for row in rows])

    # While validation rows are scored -------------------------------------------------------------

    @contextmanager
    def scoring(self) -> Iterator[None]:
        """Around the scoring of the validation rows at the end of an epoch."""
        if time.perf_counter() < self._scoring_due:
            yield
            return
        began = time.thread_time()
        self._classes.clear()
        hooks = self._units.listen()
        if self._preparation.classes:
            hooks.append(self._network.register_forward_hook(self._note_classes))
        spent = time.thread_time() - began
        try:
            yield
        finally:
            for hook in hooks:
                hook.remove()
        self._dead = self._units.dead()
        self._is_scored = True
        self._scoring_due = time.perf_counter() + (spent + self._units.seconds) / SCORINGS_SHARE

    def _note_classes(self, _: nn.Module, given: object, outputs: Tensor) -> None:
        count = len(self._preparation.classes)
        chosen = _classes(outputs.detach(), self._preparation.form)
        if chosen is not None:
            self._classes.append(torch.bincount(chosen, minlength=count))

    # Telling --------------------------------------------------------------------------------------

    def tell(self, epoch: int, step: int, *, scored: bool = False) -> None:
        """Tell what was found; what belongs to the end of an epoch waits until that is `scored`."""
        if self._norms is None and not self._is_scored:
            return
        if self._ends_epoch and not scored:
            return
        began, now = time.thread_time(), time.time()
        blocks = len(self._names)
        if self._norms is None:
            gradient = weight = update = (math.nan,) * blocks
        else:
            rows = self._norms.tolist()
            gradient, weight, update = (_joined(row, self._block, blocks) for row in rows)
        self._emit(
            BlocksWatched(
                time=now,
                epoch=epoch,
                step=step,
                blocks=self._names,
                gradient_norm=gradient,
                weight_norm=weight,
                update_ratio=tuple(map(_ratio, update, weight)),
                dead=self._dead,
                memory=self._memory(),
            )
        )
        if self._classes:
            counts = torch.stack(self._classes).sum(0).tolist()
            self._classes.clear()
            self._emit(ClassesPredicted(now, epoch, step, tuple(counts), self._actual))
        if self._norms is not None:
            spent = self._cost + time.thread_time() - began
            self._due = time.perf_counter() + spent / STEPS_SHARE
        self._norms, self._ends_epoch, self._is_scored = None, False, False

    def _memory(self) -> int:
        device = self._parameters[0].device if self._parameters else torch.device("cpu")
        if device.type == "cuda":
            return torch.cuda.memory_allocated(device)
        return int(self._process.memory_info().rss)


def _by_block(
    blocks: dict[str, tuple[nn.Module, ...]],
) -> tuple[list[Tensor], tuple[int, ...]]:
    """Every parameter once, and the place of its block."""
    found: dict[int, tuple[nn.Parameter, int]] = {}
    for place, layers in enumerate(blocks.values()):
        for layer in layers:
            for parameter in layer.parameters():
                found.setdefault(id(parameter), (parameter, place))
    pairs = [each for each in found.values() if each[0].is_floating_point()]
    return [parameter for parameter, _ in pairs], tuple(place for _, place in pairs)


def _joined(norms: Sequence[float], block: Sequence[int], blocks: int) -> tuple[float, ...]:
    """The norm of each block from those of its parameters; what is not known (NaN) is left out."""
    squares = [math.nan] * blocks
    for norm, place in zip(norms, block, strict=True):
        if not math.isnan(norm):
            before = squares[place]
            squares[place] = norm * norm + (0.0 if math.isnan(before) else before)
    return tuple(math.sqrt(each) if each >= 0 else math.nan for each in squares)


def _ratio(update: float, weight: float) -> float:
    return update / weight if weight > 0 else math.nan


def _classes(outputs: Tensor, form: OutputForm) -> Tensor | None:
    """The class that each row (rows, outputs) is predicted to be; None of several targets."""
    match form:
        case OutputForm.SHARES:
            return outputs.argmax(1)
        case OutputForm.LOGITS if outputs.shape[1] == 1:
            return (outputs[:, 0] > 0).long()
        case OutputForm.THRESHOLDS:
            return (outputs > 0).sum(1)
    return None
