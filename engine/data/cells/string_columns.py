"""Questions that are put to whole columns of text cells."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from engine.data.cells.cell_bytes import are_valid


def line_ends(column: pa.StringArray) -> NDArray[np.int64]:
    """How many line ends each cell has: LF, CRLF or CR."""
    count: Any = pc.subtract(
        pc.add(pc.count_substring(column, "\n"), pc.count_substring(column, "\r")),
        pc.count_substring(column, "\r\n"),
    )
    numbers: NDArray[np.int64] = pc.fill_null(count, 0).to_numpy(zero_copy_only=False)
    return numbers


class Marks(NamedTuple):
    """What stands in some cell of a column."""

    line_end: bool
    quote: bool
    empty: bool
    """Whether a cell holds an empty text, which is not the same as nothing."""


def marks_in(columns: Sequence[pa.StringArray], quote: bytes) -> list[Marks]:
    """Which marks the columns have, all of the same length; told at once, for there may be many."""
    if not columns or not len(columns[0]):
        return [Marks(False, False, False)] * len(columns)
    cells = pa.concat_arrays(columns)
    places, text = _text_of(cells)
    lengths = np.diff(places).reshape(len(columns), -1)
    empty = lengths == 0
    if cells.null_count:
        empty &= are_valid(cells).reshape(empty.shape)
    edges = places[:: len(columns[0])].tolist()
    is_in = [
        [text.find(mark, start, end) >= 0 for start, end in pairwise(edges)]
        if mark in text
        else [False] * len(columns)
        for mark in (b"\n", b"\r", quote)
    ]
    return [
        Marks(feed or turn, quoted, hollow)
        for feed, turn, quoted, hollow in zip(*is_in, empty.any(axis=1).tolist(), strict=True)
    ]


def _text_of(cells: pa.StringArray) -> tuple[NDArray[np.int32], bytes]:
    """Where each cell begins in the text of all of them, and where the last one ends."""
    _, places, data = cells.buffers()
    begins = np.frombuffer(places, dtype=np.int32)[cells.offset : cells.offset + len(cells) + 1]
    return begins, b"" if data is None else data.to_pybytes()


def empty_as_null(column: pa.StringArray) -> pa.StringArray:
    """The cells, null where they are empty."""
    empty = pc.equal(pc.binary_length(column), 0)
    if not pc.any(empty).as_py():
        return column
    return pc.if_else(empty, pa.scalar(None, pa.string()), column)
