"""The cells of a column that do not fit a kind, counted and the first of them listed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from engine.data.cells.cell_types import cast_cells
from engine.data.rejects import Misfit
from engine.data.table import Table
from engine.data.values import type_as
from engine.schema import Kind

LISTED = 1000


@dataclass(frozen=True, slots=True)
class Misfits:
    """How many there are in all, and the first of them."""

    count: int
    first: tuple[Misfit, ...] = ()


def retype(table: Table, name: str, kind: Kind) -> Misfits:
    """The cells that are missing because they do not fit, or would be if the column were of that kind."""
    values = table.column(name)
    if not pa.types.is_string(values.type) or kind not in (Kind.NUMBER, Kind.DATE):
        listed = tuple(misfit for misfit in table.misfits if misfit.column == name)
        return Misfits(table.cell_facts(name).misfits, listed[:LISTED])
    cell_type = type_as(table, name, kind)
    count, start = 0, 0
    rows: list[int] = []
    texts: list[str] = []
    for chunk in values.chunks:
        _, unfit = cast_cells(chunk, cell_type)
        count += int(np.count_nonzero(unfit))
        if len(rows) < LISTED:
            places = np.flatnonzero(unfit)[: LISTED - len(rows)]
            rows += (places + start).tolist()
            texts += chunk.take(pa.array(places)).to_pylist()
        start += len(chunk)
    lines = table.lines(np.array(rows, dtype=np.int64)).tolist()
    listed = tuple(
        Misfit(row, line, name, text, table.has_lines)
        for row, line, text in zip(rows, lines, texts, strict=True)
    )
    return Misfits(count, listed)
