"""What the finders of problems look at, and what they share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias, TypeVar
from weakref import WeakKeyDictionary

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from engine.data.problems.problem import MOST_ROWS, Problem
from engine.data.profiling.profile import Profile
from engine.data.progress import Cancelled, never
from engine.data.table import Table
from engine.errors import Cancelled as CancelledError
from engine.recipe.recipe import Recipe
from engine.schema import Column, Role, Schema

SAMPLE = 50_000
"""Rows of a longer table that are looked at one by one."""
_BLOCKS = 100
BATCH = 1 << 16

Result = TypeVar("Result")
_known: WeakKeyDictionary[Table, dict[object, Any]] = WeakKeyDictionary()


@dataclass(frozen=True)
class Case:
    """A table and how it is meant to be used."""

    table: Table
    schema: Schema
    profile: Profile
    recipe: Recipe
    cancelled: Cancelled = never

    @cached_property
    def roles(self) -> dict[str, Role]:
        """The role of each column in the recipe."""
        return {spec.name: spec.role or Role.FEATURE for spec in self.recipe.columns if spec.name}

    def role(self, name: str) -> Role:
        """The role of a column."""
        return self.roles.get(name, Role.FEATURE)

    def used(self) -> Iterator[Column]:
        """The columns that the recipe learns from."""
        for column in self.schema.columns:
            if self.role(column.name) is Role.FEATURE:
                self.go_on()
                yield column

    @property
    def target(self) -> Column | None:
        """The column to predict."""
        name = self.recipe.target
        return self.schema[name] if name is not None and name in self.schema else None

    def go_on(self) -> None:
        """Raise `Cancelled` if nobody waits for the answer any more."""
        if self.cancelled():
            raise CancelledError

    def once(self, key: object, found: Callable[[], Result]) -> Result:
        """What depends on the table and on `key` alone, worked out the first time it is asked for."""
        known = _known.setdefault(self.table, {})
        if key not in known:
            known[key] = found()
        result: Result = known[key]
        return result

    @cached_property
    def sample(self) -> NDArray[np.int64]:
        """Rows that stand for all: every row, or blocks spread evenly over the table."""
        rows = self.table.rows
        if rows <= SAMPLE:
            return np.arange(rows, dtype=np.int64)
        size = SAMPLE // _BLOCKS
        starts = np.linspace(0, rows - size, _BLOCKS).astype(np.int64)
        return (starts[:, None] + np.arange(size)).ravel()

    @property
    def is_sampled(self) -> bool:
        """Whether the sample is less than all rows."""
        return self.table.rows > SAMPLE

    def sampled(self, name: str) -> pa.Array:
        """The values of a column in the rows of `sample`."""
        values = self.table.column(name)
        if self.is_sampled:
            size = SAMPLE // _BLOCKS
            blocks = [values.slice(int(start), size) for start in self.sample[::size]]
            values = pa.chunked_array([chunk for block in blocks for chunk in block.chunks])
        return values.combine_chunks()

    def batches(self, name: str) -> Iterator[tuple[int, pa.Array]]:
        """The values of a column, a batch at a time, each with the row that it begins at."""
        values = self.table.column(name)
        for start in range(0, self.table.rows, BATCH):
            self.go_on()
            yield start, values.slice(start, BATCH).combine_chunks()

    def first_rows(
        self, name: str, is_meant: Callable[[pa.Array], pa.Array]
    ) -> tuple[tuple[int, ...], int]:
        """The first rows whose cell is meant, and how many there are in all."""
        rows: list[int] = []
        count = 0
        for start, cells in self.batches(name):
            mask = is_meant(cells)
            found = mask.true_count
            if found and len(rows) < MOST_ROWS:
                places: NDArray[np.int64] = pc.indices_nonzero(mask).to_numpy()
                rows += (places[: MOST_ROWS - len(rows)] + start).tolist()
            count += found
        return tuple(rows), count


Finder: TypeAlias = Callable[[Case], Iterator[Problem]]


def percent(share: float) -> str:
    """A share from 0 to 1 as people read it, never rounded to a 0 or 100 that it is not."""
    value = 100 * share
    if 0 < value < 0.1:
        return "<0.1"
    if 99.9 < value < 100:
        return ">99.9"
    return f"{value:.1f}"
