"""Which training rows an epoch takes where the classes are balanced by drawing rows.

Each class gives the same number of rows to every epoch: as many as the largest class has
(oversampling) or the smallest (undersampling). Rows of a class that must give more than it has are all
taken equally often, and the rest is drawn from them without replacement. Everything follows from seed
and epoch, so that a run can go on anywhere.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from engine.messages import Message, message
from engine.recipe.target import Resampling

Places = NDArray[np.int64]

_CHUNK = 1 << 20
"""Rows whose classes are counted at a time."""


class Balance:
    """The draw of all epochs of a run."""

    def __init__(self, target: Tensor, classes: int, resampling: Resampling, seed: int) -> None:
        """A draw from training rows.

        Args:
            target: Class codes, (rows,) or (rows, 1), of any type; they may lie on disk.
            classes: Number of classes.
            resampling: Which rows are drawn; not `NONE`.
            seed: What the draws follow from, together with the epoch.
        """
        self._target, self._classes, self._seed = target, classes, seed
        self._counts = np.zeros(classes, np.int64)
        for start in range(0, len(target), _CHUNK):
            codes = self.codes(start, start + _CHUNK)
            self._counts += np.bincount(codes, minlength=classes)
        present = self._counts[self._counts > 0]
        self.each = int(present.max() if resampling is Resampling.OVERSAMPLE else present.min())
        """Rows of each class in an epoch."""
        self.rows = self.each * len(present)
        """Rows of an epoch."""
        self._by_class: tuple[Places, ...] | None = None
        self._by_block: tuple[int, NDArray[np.int64]] | None = None

    @property
    def note(self) -> Message:
        """What it does, for people."""
        return message(
            "Each epoch takes {each} rows of every class, {rows} in all.",
            each=self.each,
            rows=self.rows,
        )

    @property
    def times(self) -> NDArray[np.int64]:
        """How often every row of each class is taken for certain; 0 for a class without rows."""
        return self.each // np.maximum(self._counts, 1) * (self._counts > 0)

    @property
    def rest(self) -> NDArray[np.int64]:
        """How many rows of each class are taken once more."""
        return np.where(self._counts > 0, self.each - self.times * self._counts, 0)

    def codes(self, start: int, stop: int) -> Places:
        """The classes of consecutive rows."""
        return self._target[start:stop].reshape(-1).cpu().numpy().astype(np.int64)

    def drawn(self, epoch: int) -> Places:
        """The rows of an epoch, class by class; a row may stand there several times."""
        if self._by_class is None:
            codes = self.codes(0, len(self._target))
            self._by_class = tuple(np.flatnonzero(codes == c) for c in range(self._classes))
        pieces = []
        for code, (places, times, rest) in enumerate(
            zip(self._by_class, self.times.tolist(), self.rest.tolist(), strict=True)
        ):
            pieces += [places] * times
            pieces.append(self.generator(epoch, code).choice(places, rest, replace=False))
        return np.concatenate(pieces)

    def counts_by_block(self, size: int) -> NDArray[np.int64]:
        """Rows of each class in each block of `size` rows, (blocks, classes)."""
        if self._by_block is None or self._by_block[0] != size:
            blocks = -(-len(self._target) // size)
            found = np.zeros((blocks, self._classes), np.int64)
            step = max(1, _CHUNK // size)
            for first in range(0, blocks, step):
                codes = self.codes(first * size, (first + step) * size)
                cells = np.arange(len(codes)) // size * self._classes + codes
                here = min(step, blocks - first)
                table = np.bincount(cells, minlength=here * self._classes)
                found[first : first + here] = table.reshape(here, self._classes)
            self._by_block = (size, found)
        return self._by_block[1]

    def generator(self, epoch: int, *numbers: int) -> np.random.Generator:
        """Random numbers that follow from the seed and these numbers."""
        # None of them may be a zero at the end, which would be the same as none.
        return np.random.default_rng((self._seed, epoch, *(number + 1 for number in numbers)))


class BlockDraw:
    """An epoch's draw where rows are read in blocks: how many rows each block gives, and which.

    The rows that are taken once more are dealt to the blocks by a multivariate hypergeometric
    distribution and drawn within each block, which is a draw from all rows of the class.
    """

    def __init__(self, balance: Balance, size: int, epoch: int) -> None:
        self._balance, self._size, self._epoch = balance, size, epoch
        counts = balance.counts_by_block(size)
        self._more = np.zeros_like(counts)
        for code, rest in enumerate(balance.rest.tolist()):
            if rest:
                generator = balance.generator(epoch, code)
                self._more[:, code] = generator.multivariate_hypergeometric(
                    counts[:, code], rest, method="marginals"
                )
        self.lengths: NDArray[np.int64] = counts @ balance.times + self._more.sum(axis=1)
        """Rows that each block gives."""

    def places(self, block: int) -> Places:
        """The rows that a block gives, by number; a row may stand there several times."""
        start = block * self._size
        codes = self._balance.codes(start, start + self._size)
        found = np.repeat(np.arange(start, start + len(codes)), self._balance.times[codes])
        pieces = [found]
        for code in np.flatnonzero(self._more[block]).tolist():
            generator = self._balance.generator(self._epoch, code, block)
            own = np.flatnonzero(codes == code) + start
            pieces.append(generator.choice(own, int(self._more[block, code]), replace=False))
        return np.concatenate(pieces)
