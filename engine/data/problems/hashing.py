"""A 64-bit hash of every row, made column by column and batch by batch: eight bytes a row in memory."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence

import numpy as np

from engine.data.cells.hashes import Hashes as Hashes
from engine.data.cells.hashes import cell_hashes as cell_hashes
from engine.data.cells.hashes import mixed as mixed
from engine.data.cells.hashes import with_cells
from engine.data.problems.case import BATCH, Case

_IN_MEMORY = 1 << 24
"""Rows beyond which the hashes lie in a temporary file."""


def row_hashes(case: Case, names: Sequence[str]) -> Hashes:
    """Hashes of the rows over some columns; equal rows have equal ones, in the same order of columns."""
    hashes = _zeros(case.table.rows)
    columns = [case.table.column(name) for name in names]
    for start in range(0, case.table.rows, BATCH):
        case.go_on()
        part = hashes[start : start + BATCH]
        for values in columns:
            cells = values.slice(start, BATCH).combine_chunks()
            part[:] = with_cells(part, cells)
    return hashes


def _zeros(rows: int) -> Hashes:
    if rows <= _IN_MEMORY:
        return np.zeros(rows, np.uint64)
    with tempfile.TemporaryFile() as file:  # it goes when the array does
        return np.memmap(file, np.uint64, "w+", shape=(rows,))
