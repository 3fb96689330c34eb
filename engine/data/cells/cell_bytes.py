"""Looks at the bytes of columns of text that tell at a glance what most columns do not have."""

from __future__ import annotations

from functools import cached_property, lru_cache

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

_LONGEST = 31
"""Lengths from this on count as one."""
_SPREAD = np.uint8(37)
"""Spreads the last bytes, so that pairs of first and last bytes hardly come to the same."""
_EDGE = 0x20
"""The last of the blanks and control characters of ASCII."""
_BEYOND_ASCII = 0x80
_FIRST = (0xC2, 0xE1, 0xE2, 0xE3)
_LAST = (*range(0x80, 0x8B), 0x9F, 0xA0, 0xA8, 0xA9, 0xAF)
"""Bytes that the other blanks of Unicode begin and end with."""


class Edges:
    """The lengths of cells in bytes, and the bytes that they begin and end with, as they are asked for.

    Those of an empty cell are those of another cell beside it.
    """

    def __init__(self, places: NDArray[np.int32], text: NDArray[np.uint8]) -> None:
        """`places` says where in the `text` each cell begins, and where the last one ends."""
        self._starts, self._ends, self._text = places[:-1], places[1:], text

    @cached_property
    def lengths(self) -> NDArray[np.int32]:
        """Bytes of each cell."""
        return self._ends - self._starts

    @cached_property
    def first(self) -> NDArray[np.uint8]:
        """The first byte of each cell."""
        return self._text.take(np.minimum(self._starts, len(self._text) - 1))

    @cached_property
    def last(self) -> NDArray[np.uint8]:
        """The last byte of each cell."""
        return self._text.take(np.maximum(self._ends, 1) - 1)

    @cached_property
    def keys(self) -> NDArray[np.int32]:
        """One number for the length, the first and the last byte of each cell."""
        keys = np.minimum(self.lengths, _LONGEST)
        keys <<= 8
        keys |= self.first + self.last * _SPREAD  # wraps
        return keys


def edges_of(cells: pa.StringArray) -> Edges:
    """The edges of all cells."""
    if not pa.types.is_string(cells.type):  # nothing but nulls
        cells = cells.cast(pa.string())
    _, places, data = cells.buffers()
    if data is None or not data.size or not len(cells):
        return Edges(np.zeros(len(cells) + 1, dtype=np.int32), np.full(1, ord("-"), dtype=np.uint8))
    offsets = np.frombuffer(places, dtype=np.int32)[cells.offset : cells.offset + len(cells) + 1]
    return Edges(offsets, np.frombuffer(data, dtype=np.uint8))


def has_empty_text(cells: pa.StringArray, edges: Edges) -> bool:
    """Whether some cell is an empty text, which is not the same as nothing."""
    empty = edges.lengths == 0
    return bool(empty.any()) and bool((empty & are_valid(cells)).any())


def are_valid(cells: pa.Array) -> NDArray[np.bool_]:
    """Which cells are not null."""
    validity = cells.buffers()[0]
    if validity is None:
        return np.full(len(cells), cells.null_count == 0)
    bits = np.frombuffer(validity, dtype=np.uint8)[: (cells.offset + len(cells) + 7) // 8]
    found = np.unpackbits(bits, bitorder="little")[cells.offset : cells.offset + len(cells)]
    return found.view(np.bool_)


def may_have_blanks(edges: Edges) -> bool:
    """Whether some cell may begin or end with a blank of any kind."""
    for looked_at, blanks in zip((edges.first, edges.last), _blanks(), strict=True):
        if not len(looked_at):
            return False
        if looked_at.min() <= _EDGE:
            return True
        if looked_at.max() >= _BEYOND_ASCII and blanks.take(looked_at).any():
            return True
    return False


def places_like(edges: Edges, texts: tuple[str, ...]) -> NDArray[np.intp]:
    """The places of the cells that may be one of the texts: they begin and end alike, as long."""
    return np.flatnonzero(_known(texts).take(edges.keys))


@lru_cache(maxsize=1)
def _blanks() -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    first = np.arange(256) <= _EDGE
    last = first.copy()
    first[list(_FIRST)] = True
    last[list(_LAST)] = True
    return first, last


@lru_cache(maxsize=64)
def _known(texts: tuple[str, ...]) -> NDArray[np.bool_]:
    """By their keys."""
    known = np.zeros((_LONGEST + 1) << 8, dtype=np.bool_)
    if "" in texts:
        known[: 1 << 8] = True
    if any(texts):
        known[edges_of(pa.array([text for text in texts if text])).keys] = True
    return known
