"""Prepared rows as tensors, and the batches of an epoch."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.data.memory import Storage
from engine.data.preparing.arrays import Arrays
from engine.data.preparing.target.several import UNKNOWN
from engine.schema import Task
from engine.training.balance import Balance

_GATHER_ROWS = 16_384
"""Rows gathered by one `index_select`; batches are views of it, so small batches cost nothing."""
_CONVERTED = 1 << 20
"""Targets on disk that are converted at a time."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Contiguous tensors with one entry per row."""

    numbers: Tensor
    codes: Tensor
    target: Tensor
    """int64 (rows,) for several classes, else float32 (rows, targets), NaN where one of several is missing."""
    weights: Tensor | None = None
    """float32 (rows,); None: every row counts the same."""

    @classmethod
    def of(cls, arrays: Arrays, task: Task, device: torch.device) -> Rows:
        """Tensors of prepared rows; on the CPU they share the arrays' memory where types agree.

        Rows that lie on disk stay there; what is taken of them has to be brought to the device.
        """
        assert arrays.target is not None
        if arrays.is_on_disk:
            device = torch.device("cpu")
        target = torch.from_numpy(_as_trained(arrays, task))
        if task is not Task.MULTICLASS:
            target = target.to(torch.float32)
            target = target.unsqueeze(1) if target.dim() == 1 else target
        numbers, codes = torch.from_numpy(arrays.numbers), torch.from_numpy(arrays.codes)
        weights = None if arrays.weights is None else torch.from_numpy(arrays.weights)
        return cls(numbers, codes, target, weights).to(device)

    def __len__(self) -> int:
        return self.numbers.shape[0]

    @property
    def bytes_per_row(self) -> int:
        """Size of one row."""
        return sum(t[:1].numel() * t.element_size() for t in self._tensors)

    def to(self, device: torch.device) -> Rows:
        """The same rows on a device."""
        return Rows(*(t.to(device) for t in self._tensors))

    def select(self, places: Tensor) -> Rows:
        """A copy of the rows at `places`, in that order."""
        return Rows(*(t.index_select(0, places) for t in self._tensors))

    def between(self, start: int, stop: int) -> Rows:
        """A view of consecutive rows."""
        return Rows(*(t[start:stop] for t in self._tensors))

    def divided(self, sizes: Sequence[int]) -> Iterator[Rows]:
        """Views of so many rows each, one behind the other; there is nothing left over."""
        # All views in one go: this is done for every batch.
        return map(Rows, *(torch.split(t, list(sizes)) for t in self._tensors))

    def joined(self, runs: Sequence[tuple[int, int]]) -> Rows:
        """A copy of several pieces of consecutive rows, behind each other."""
        return Rows(*(torch.cat([t[start:stop] for start, stop in runs]) for t in self._tensors))

    @property
    def _tensors(self) -> tuple[Tensor, ...]:
        if self.weights is None:
            return self.numbers, self.codes, self.target
        return self.numbers, self.codes, self.target, self.weights


def _as_trained(arrays: Arrays, task: Task) -> NDArray[np.generic]:
    """The target in the type of the loss, NaN for a missing label; on disk if it was there."""
    target = arrays.target
    assert target is not None
    labels = task is Task.MULTI_LABEL
    if task is Task.MULTICLASS or target.dtype == np.float32:
        return target
    if not arrays.is_on_disk and not labels:
        return target
    found = Storage(on_disk=arrays.is_on_disk).empty(target.shape, np.float32)
    for start in range(0, len(target), _CONVERTED):
        span = slice(start, start + _CONVERTED)
        found[span] = target[span]
        if labels:
            found[span][target[span] == UNKNOWN] = np.nan
    return found


def steps_per_epoch(rows: int, batch_size: int) -> int:
    """Number of batches; a single row left over joins the batch before it.

    Alone it would have no variance, which batch normalization needs.
    """
    return max(1, rows // batch_size + (rows % batch_size > 1))


def generator_of(*numbers: int) -> torch.Generator:
    """Random numbers that follow from these ones."""
    state = np.random.SeedSequence(numbers).generate_state(1, np.uint64)[0]
    return torch.Generator().manual_seed(int(state) & 0x7FFF_FFFF_FFFF_FFFF)


def epoch_order(rows: int, seed: int, epoch: int) -> Tensor:
    """The order of rows in an epoch: a function of seed and epoch, so that resuming needs no state."""
    return torch.randperm(rows, generator=generator_of(seed, epoch))


class ShuffledEpoch:
    """One epoch over rows in memory, every order equally likely."""

    def __init__(
        self,
        rows: Rows,
        seed: int,
        epoch: int,
        batch_size: int,
        device: torch.device,
        balance: Balance | None = None,
    ) -> None:
        """The epoch's rows: all of them, or those that `balance` draws."""
        self._rows, self._batch_size, self._device = rows, batch_size, device
        self._order = epoch_order(len(rows) if balance is None else balance.rows, seed, epoch)
        if balance is not None:
            self._order = torch.from_numpy(balance.drawn(epoch)).index_select(0, self._order)

    def batches(self, first: int) -> Generator[Rows]:
        """The batches from number `first` on, on the device."""
        order = self._order.to(self._rows.numbers.device)
        count, batch_size = len(order), self._batch_size
        steps = steps_per_epoch(count, batch_size)
        group = max(1, _GATHER_ROWS // batch_size)
        for start in range(first, steps, group):
            stop = min(start + group, steps)
            end = count if stop == steps else stop * batch_size
            base = start * batch_size
            gathered = self._rows.select(order[base:end]).to(self._device)
            before_last = (stop - start - 1) * batch_size
            yield from gathered.divided(
                [batch_size] * (stop - start - 1) + [end - base - before_last]
            )

    def last(self, count: int) -> NDArray[np.int64]:
        """The places of the last `count` rows of the epoch, in order."""
        found: NDArray[np.int64] = self._order[-count:].numpy()
        return found
