"""Arrays that grow while they are being looked at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.int64]


class Column:
    """An array that grows; appending does not copy what is there."""

    def __init__(self, kind: type[np.float64] | type[np.int64] = np.float64) -> None:
        self._data: NDArray[Any] = np.empty(64, kind)
        self._size = 0

    def append(self, value: float) -> None:
        """Add one value."""
        if self._size == len(self._data):
            self._data = np.concatenate([self._data, np.empty_like(self._data)])
        self._data[self._size] = value
        self._size += 1

    def extend(self, values: NDArray[Any]) -> None:
        """Add several values."""
        size = self._size + len(values)
        if size > len(self._data):
            room = np.empty(max(size, 2 * len(self._data)) - self._size, self._data.dtype)
            self._data = np.concatenate([self._data[: self._size], room])
        self._data[self._size : size] = values
        self._size = size

    def cut(self, size: int) -> None:
        """Keep the first `size` values."""
        self._size = min(self._size, size)

    @property
    def array(self) -> NDArray[Any]:
        """The values, as a view that must not be written to."""
        view = self._data[: self._size]
        view.flags.writeable = False
        return view

    def __len__(self) -> int:
        return self._size


@dataclass(frozen=True, slots=True)
class Steps:
    """The steps reported, thinned out by the run itself to some 30 a second."""

    step: Ints
    epoch: Floats
    """Place on the epoch axis, with fraction."""
    time: Floats
    """Seconds of training since the start, pauses left out."""
    loss: Floats
    learning_rate: Floats
    rows_per_second: Floats
