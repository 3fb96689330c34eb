"""Many columns of one type and few rows, cast in one go: each call costs more than the work in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from engine.data.cells.cell_bytes import are_valid, edges_of, places_like
from engine.data.cells.cell_types import CellKind, CellType, cast_cells
from engine.data.cells.planning import swapped
from engine.data.cells.shapes import AMONG_VALUES_MISSING
from engine.data.cells.tally import Tally

_Mask: TypeAlias = NDArray[np.bool_]


def add_alike(
    tallies: Sequence[Tally], columns: Sequence[pa.Array], first_row: int
) -> list[pa.Array]:
    """What `Tally.add` comes to for each of the columns, which have one type and length.

    Args:
        tallies: Those of the columns; their `cell_type` is the same, and they are not typed unless
            there is but one.
        columns: The cells of one batch.
        first_row: The row of the table that the batch begins with.
    """
    rows = len(columns[0])
    alone = len(tallies) == 1 or rows == 0 or bool(tallies[0].cell_type.fixes)
    if alone or len({column.type for column in columns}) > 1:
        return [t.add(cells, first_row) for t, cells in zip(tallies, columns, strict=True)]
    cell_type = tallies[0].cell_type
    cells = pa.concat_arrays(columns)
    values, unfit = cast_cells(cells, cell_type)
    parts = [values.slice(start, rows) for start in range(0, len(values), rows)]
    fits = rows - _nulls(values, rows)
    unusual = (rows - _nulls(cells, rows) != fits) | _worth_a_look(cells, values, cell_type, rows)
    for i in np.flatnonzero(unusual).tolist():
        start = i * rows
        tallies[i].note(columns[i], parts[i], unfit[start : start + rows], first_row)
    usual = np.flatnonzero(~unusual).tolist()
    counts = fits.tolist()
    for i in usual:
        if not tallies[i].hopeless:
            tallies[i].fits += counts[i]
    if cell_type.kind is CellKind.INTEGER:
        numbers = values.fill_null(0).to_numpy(zero_copy_only=False).reshape(-1, rows)
        least, most = numbers.min(axis=1).tolist(), numbers.max(axis=1).tolist()
        for i in usual:
            if counts[i]:
                tallies[i].seen_numbers(least[i], most[i])
    return parts


def _nulls(cells: pa.Array, rows: int) -> NDArray[np.int64]:
    """How many cells of each column are null."""
    if not cells.null_count:
        return np.zeros(len(cells) // rows, dtype=np.int64)
    counts: NDArray[np.int64] = np.count_nonzero(~are_valid(cells).reshape(-1, rows), axis=1)
    return counts


def _worth_a_look(cells: pa.Array, values: pa.Array, cell_type: CellType, rows: int) -> _Mask:
    """The columns of which more has to be noted than how many cells fit."""
    looked = np.zeros(len(cells) // rows, dtype=np.bool_)
    if swapped(cell_type) is not None:
        looked[:] = True
    elif cell_type.kind is CellKind.TEXT:
        looked[places_like(edges_of(values), AMONG_VALUES_MISSING) // rows] = True
    elif cell_type.kind is CellKind.INTEGER:
        edges = edges_of(cells)
        padded = (edges.first == ord(" ")) | ((edges.first == ord("0")) & (edges.lengths > 1))
        looked[np.flatnonzero(padded) // rows] = True
    return looked
