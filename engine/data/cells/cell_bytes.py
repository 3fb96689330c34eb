"""Looks at the bytes of columns of text that tell at a glance what most columns do not have."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

_LONGEST = 31
"""Lengths from this on count as one."""
_EDGE = 0x20
"""The last of the blanks and control characters of ASCII."""
_FIRST = (0xC2, 0xE1, 0xE2, 0xE3)
_LAST = (*range(0x80, 0x8B), 0x9F, 0xA0, 0xA8, 0xA9, 0xAF)
"""Bytes that the other blanks of Unicode begin and end with."""


class Edges(NamedTuple):
    """The lengths of cells in bytes, and the bytes that they begin and end with.

    Those of an empty cell are those of another cell beside it.
    """

    lengths: NDArray[np.int32]
    first: NDArray[np.uint8]
    last: NDArray[np.uint8]


def edges_of(cells: pa.StringArray) -> Edges:
    """The edges of all cells."""
    if not pa.types.is_string(cells.type):  # nothing but nulls
        cells = cells.cast(pa.string())
    _, places, data = cells.buffers()
    if data is None or not data.size or not len(cells):
        none = np.full(len(cells), ord("-"), dtype=np.uint8)
        return Edges(np.zeros(len(cells), dtype=np.int32), none, none)
    offsets = np.frombuffer(places, dtype=np.int32)[cells.offset : cells.offset + len(cells) + 1]
    text = np.frombuffer(data, dtype=np.uint8)
    starts, ends = offsets[:-1], offsets[1:]
    return Edges(
        ends - starts,
        text[np.minimum(starts, len(text) - 1)],
        text[np.maximum(ends, 1) - 1],
    )


def may_have_blanks(edges: Edges) -> bool:
    """Whether some cell may begin or end with a blank of any kind."""
    first, last = _blanks()
    return bool(first[edges.first].any() or last[edges.last].any())


def places_like(edges: Edges, texts: tuple[str, ...]) -> NDArray[np.intp]:
    """The places of the cells that may be one of the texts: they begin like one and are as long."""
    keys = np.minimum(edges.lengths, _LONGEST)
    keys <<= 8
    keys |= edges.first
    return np.flatnonzero(_known(texts)[keys])


@lru_cache(maxsize=1)
def _blanks() -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    first = np.arange(256) <= _EDGE
    last = first.copy()
    first[list(_FIRST)] = True
    last[list(_LAST)] = True
    return first, last


@lru_cache(maxsize=64)
def _known(texts: tuple[str, ...]) -> NDArray[np.bool_]:
    known = np.zeros((_LONGEST + 1) << 8, dtype=np.bool_)
    for text in texts:
        data = text.encode()
        if data:
            known[min(len(data), _LONGEST) << 8 | data[0]] = True
        else:
            known[:256] = True
    return known
