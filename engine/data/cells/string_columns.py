"""Questions that are put to whole columns of text cells."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray


def line_ends(column: pa.StringArray) -> NDArray[np.int64]:
    """How many line ends each cell has: LF, CRLF or CR."""
    count: Any = pc.subtract(
        pc.add(pc.count_substring(column, "\n"), pc.count_substring(column, "\r")),
        pc.count_substring(column, "\r\n"),
    )
    numbers: NDArray[np.int64] = pc.fill_null(count, 0).to_numpy(zero_copy_only=False)
    return numbers


class Marks(NamedTuple):
    """What stands in some cell of a column, or might."""

    line_end: bool
    quote: bool


def marks_in(column: pa.StringArray, quote: bytes) -> Marks:
    """Which marks the bytes behind a column have."""
    buffer = column.buffers()[2]
    if buffer is None:
        return Marks(False, False)
    data = buffer.to_pybytes()
    return Marks(b"\n" in data or b"\r" in data, quote in data)


def empty_as_null(column: pa.StringArray) -> pa.StringArray:
    """The cells, null where they are empty."""
    empty = pc.equal(pc.binary_length(column), 0)
    if not pc.any(empty).as_py():
        return column
    return pc.if_else(empty, pa.scalar(None, pa.string()), column)
