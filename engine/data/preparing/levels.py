"""Levels of category columns: counting them, their order, their codes."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from engine.data.cells import typed
from engine.data.cells.cell_types import CellType


class LevelCounts:
    """The levels of cells that come in pieces, with the number of each."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.missing = 0

    def add(self, values: pa.Array, cell_type: CellType) -> LevelCounts:
        """Count these cells too."""
        texts, _ = typed.levels(values, cell_type)
        self.missing += texts.null_count
        found = pc.value_counts(texts.drop_null())
        for level, count in zip(
            found.field(0).to_pylist(), found.field(1).to_pylist(), strict=True
        ):
            self.counts[level] += count
        return self


def sorted_levels(names: Collection[str]) -> tuple[str, ...]:
    """By value if all are numbers, else by text."""
    try:
        values = {name: float(name) for name in names}
    except ValueError:
        return tuple(sorted(names))
    if not all(map(math.isfinite, values.values())):  # "nan" and "inf" are words here
        return tuple(sorted(names))
    return tuple(sorted(names, key=lambda name: (values[name], name)))


def level_codes(texts: pa.Array, names: tuple[str, ...]) -> NDArray[np.int32]:
    """The place of each text among `names`, −1 where it is none of them or null."""
    places = pc.index_in(texts, value_set=pa.array(names, pa.string()), skip_nulls=True)
    codes: NDArray[np.int32] = pc.fill_null(places, -1).to_numpy(zero_copy_only=False)
    return codes
