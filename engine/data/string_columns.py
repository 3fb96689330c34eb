"""Questions that are put to whole columns of text cells."""

from __future__ import annotations

from typing import Any

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


def has_line_ends(column: pa.StringArray) -> bool:
    """Whether a line end stands in some cell, or might."""
    return has_bytes(column, b"\n", b"\r")


def has_bytes(column: pa.StringArray, *needles: bytes) -> bool:
    """Whether one of these stands in some cell, or might."""
    buffer = column.buffers()[2]
    if buffer is None:
        return False
    data = buffer.to_pybytes()
    return any(needle in data for needle in needles)


def empty_as_null(column: pa.StringArray) -> pa.StringArray:
    """The cells, null where they are empty."""
    empty = pc.equal(pc.binary_length(column), 0)
    if not pc.any(empty).as_py():
        return column
    return pc.if_else(empty, pa.scalar(None, pa.string()), column)
