"""Prepared rows as tensors on the training device, and the batches of an epoch."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from engine.data.arrays import Arrays
from engine.schema import Task

_GATHER_ROWS = 16_384
"""Rows gathered by one `index_select`; batches are views of it, so small batches cost nothing."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Contiguous tensors with one entry per row."""

    numbers: Tensor
    codes: Tensor
    target: Tensor
    """int64 (rows,) for several classes, else float32 (rows, 1)."""

    @classmethod
    def of(cls, arrays: Arrays, task: Task, device: torch.device) -> Rows:
        """Tensors of prepared rows; on the CPU they share the arrays' memory where types agree."""
        assert arrays.target is not None
        target = torch.from_numpy(arrays.target)
        if task is not Task.MULTICLASS:
            target = target.to(torch.float32).unsqueeze(1)
        return cls(
            torch.from_numpy(arrays.numbers).to(device),
            torch.from_numpy(arrays.codes).to(device),
            target.to(device),
        )

    def __len__(self) -> int:
        return len(self.numbers)

    def select(self, places: Tensor) -> Rows:
        """A copy of the rows at `places`, in that order."""
        return Rows(*(t.index_select(0, places) for t in (self.numbers, self.codes, self.target)))

    def between(self, start: int, stop: int) -> Rows:
        """A view of consecutive rows."""
        return Rows(self.numbers[start:stop], self.codes[start:stop], self.target[start:stop])


def steps_per_epoch(rows: int, batch_size: int) -> int:
    """Number of batches; a single row left over joins the batch before it.

    Alone it would have no variance, which batch normalization needs.
    """
    return max(1, rows // batch_size + (rows % batch_size > 1))


def epoch_order(rows: int, seed: int, epoch: int) -> Tensor:
    """The order of rows in an epoch: a function of seed and epoch, so that resuming needs no state."""
    state = np.random.SeedSequence((seed, epoch)).generate_state(1, np.uint64)[0]
    generator = torch.Generator().manual_seed(int(state) & 0x7FFF_FFFF_FFFF_FFFF)
    return torch.randperm(rows, generator=generator)


def batches(rows: Rows, order: Tensor, batch_size: int, first: int) -> Iterator[Rows]:
    """The batches of an epoch from number `first` on."""
    count = len(order)
    steps = steps_per_epoch(count, batch_size)
    group = max(1, _GATHER_ROWS // batch_size)
    for start in range(first, steps, group):
        stop = min(start + group, steps)
        end = count if stop == steps else stop * batch_size
        base = start * batch_size
        gathered = rows.select(order[base:end])
        for step in range(start, stop):
            finish = count if step == steps - 1 else (step + 1) * batch_size
            yield gathered.between(step * batch_size - base, finish - base)
