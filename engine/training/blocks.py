"""The order of an epoch over rows on disk: read in blocks, shuffled within groups of many blocks.

A group of blocks, drawn from all over the rows, is read from the disk in one go and shuffled in memory
while the group before is being trained on. Everything follows from seed and epoch, so that a run can go
on anywhere.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.data.ahead import ahead
from engine.training.balance import Balance, BlockDraw
from engine.training.tensors import Rows, generator_of, steps_per_epoch

BLOCK_BYTES = 1 << 16
"""Read in a row from the disk."""
GROUP_BYTES = 16 << 20
"""Shuffled in memory; some three times as much is held."""
_MOST_ROWS = 4096
"""Rows of a block, at most."""

Run = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Group:
    """Some steps of an epoch, and where in the order of blocks their rows stand."""

    number: int
    first_step: int
    last_step: int
    start: int
    stop: int


class BlockEpoch:
    """One epoch over rows, block by block."""

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
        self._seed, self._epoch = seed, epoch
        self._count = len(rows) if balance is None else balance.rows
        self._steps = steps_per_epoch(self._count, batch_size)
        size = max(1, rows.bytes_per_row)
        block = min(max(1, BLOCK_BYTES // size), _MOST_ROWS)
        self._group_steps = max(1, GROUP_BYTES // size // batch_size)
        order = torch.randperm(-(-len(rows) // block), generator=generator_of(seed, epoch)).numpy()
        self._starts = order * block
        self._lengths = np.minimum(len(rows) - self._starts, block)
        self._order, self._draw = order, None
        if balance is not None:
            self._draw = BlockDraw(balance, block, epoch)
            self._lengths = self._draw.lengths[order]
        self._ends = np.cumsum(self._lengths)

    def batches(self, first: int) -> Generator[Rows]:
        """The batches from number `first` on, on the device."""
        with closing(ahead(self._groups(first), depth=1)) as groups:
            for group, rows in groups:
                rows = rows.to(self._device)
                steps = range(max(first, group.first_step), group.last_step)
                spans = [self._span_of(step, step + 1) for step in steps]
                done = spans[0][0] - group.start if spans else len(rows)
                left = rows.between(done, len(rows))
                yield from left.divided([stop - start for start, stop in spans])

    def last(self, count: int) -> NDArray[np.int64]:
        """The places of the last `count` rows of the epoch, in order."""
        found: list[NDArray[np.int64]] = []
        number = -(-self._steps // self._group_steps) - 1
        missing = count
        while missing > 0 and number >= 0:
            group = self._group(number)
            places = self._places(group)
            shuffled = places[self._shuffle(group).numpy()][-missing:]
            found.insert(0, shuffled)
            missing -= len(shuffled)
            number -= 1
        return np.concatenate(found)

    def _groups(self, first: int) -> Iterator[tuple[_Group, Rows]]:
        for number in range(first // self._group_steps, -(-self._steps // self._group_steps)):
            group = self._group(number)
            gathered = self._gathered(group)
            yield group, gathered.select(self._shuffle(group).to(gathered.numbers.device))

    def _group(self, number: int) -> _Group:
        first = number * self._group_steps
        last = min(first + self._group_steps, self._steps)
        return _Group(number, first, last, *self._span_of(first, last))

    def _span_of(self, first: int, last: int) -> Run:
        """Where the rows of these steps begin and end in the order; the last step takes the rest."""
        stop = self._count if last == self._steps else last * self._batch_size
        return first * self._batch_size, stop

    def _gathered(self, group: _Group) -> Rows:
        """The rows of a group in memory, in the order of the blocks."""
        if self._draw is None:
            return self._rows.joined(self._runs(group))
        # Few rows of a block may have been drawn: only these are taken from the disk.
        places = torch.from_numpy(self._places(group))
        return self._rows.select(places.to(self._rows.numbers.device))

    def _runs(self, group: _Group) -> list[Run]:
        """The pieces of consecutive rows in a group, in the order of the blocks."""
        starts = ((int(self._starts[place]), *span) for place, *span in self._pieces(group))
        return [(begin + first, begin + last) for begin, first, last in starts]

    def _places(self, group: _Group) -> NDArray[np.int64]:
        """The rows of a group by number, in the order of the blocks."""
        if self._draw is None:
            return np.concatenate([np.arange(*run) for run in self._runs(group)])
        return np.concatenate(
            [
                self._draw.places(int(self._order[place]))[first:last]
                for place, first, last in self._pieces(group)
            ]
        )

    def _pieces(self, group: _Group) -> Iterator[tuple[int, int, int]]:
        """Place in the order of blocks, and which of the rows that the block gives."""
        place = int(np.searchsorted(self._ends, group.start, side="right"))
        position = group.start
        while position < group.stop:
            end, length = int(self._ends[place]), int(self._lengths[place])
            if length:
                first = position - (end - length)
                taken = min(end, group.stop) - position
                yield place, first, first + taken
                position += taken
            place += 1

    def _shuffle(self, group: _Group) -> Tensor:
        generator = generator_of(self._seed, self._epoch, group.number + 1)
        return torch.randperm(group.stop - group.start, generator=generator)
