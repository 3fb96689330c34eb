"""How many different values there are in a stream: exactly while they are few, then estimated."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

_Number = TypeVar("_Number", np.float64, np.uint64)

_KEPT = 4096
"""Smallest hashes that are kept; the error of the estimate is 1 / √4094 = 1.6% (one deviation)."""
_SPREAD = 2.0**64
_TEXTS = 8192
"""Texts that are hashed at a time: no other thread of Python works meanwhile, the window neither."""


class DistinctCounter:
    """Counts different values with bounded memory.

    Keeps the smallest 64-bit hashes. As long as all of them fit, their number is the answer; beyond
    that it is estimated from the largest one kept, without bias: (k − 1) / U₍k₎ (Beyer, Haas, Reinwald,
    Sismanis and Gemulla, "On synopses for distinct-value estimation under multiset operations", 2007).
    """

    def __init__(self, kept: int = _KEPT) -> None:
        self._most = kept
        self._hashes = np.empty(0, dtype=np.uint64)
        self._full = False

    def add(self, hashes: NDArray[np.uint64]) -> None:
        """Count values, given as hashes; repeated ones do not matter."""
        if self._full:
            hashes = hashes[hashes < self._hashes[-1]]
        if not len(hashes):
            return
        merged = different(np.concatenate((self._hashes, hashes)))
        self._full = self._full or len(merged) > self._most
        self._hashes = merged[: self._most]

    @property
    def is_exact(self) -> bool:
        """Whether `count` is not an estimate."""
        return not self._full

    @property
    def count(self) -> int:
        """Different values so far."""
        if not self._full:
            return len(self._hashes)
        return round((self._most - 1) / ((float(self._hashes[-1]) + 1.0) / _SPREAD))


def different(values: NDArray[_Number]) -> NDArray[_Number]:
    """The different ones among numbers (none of them NaN), in order; `values` are put in order themselves.

    `numpy.unique` builds a hash table, which takes twice the time and several times the memory.
    """
    values.sort()
    is_new = np.ones(len(values), dtype=np.bool_)
    np.not_equal(values[1:], values[:-1], out=is_new[1:])
    return values[is_new]


def hashes_of(values: pa.Array) -> NDArray[np.uint64]:
    """A 64-bit hash of each value; nulls are left out."""
    values = values.drop_null()
    if pa.types.is_string(values.type) or pa.types.is_large_string(values.type):
        texts = pc.unique(values)
        found = [_hashes_of_texts(texts.slice(at, _TEXTS)) for at in range(0, len(texts), _TEXTS)]
        return np.concatenate([np.empty(0, dtype=np.uint64), *found])
    if pa.types.is_timestamp(values.type):
        values = values.cast(pa.int64())
    numbers = values.to_numpy(zero_copy_only=False)
    if numbers.dtype != np.int64:
        numbers = np.asarray(numbers, dtype=np.float64) + 0.0  # −0.0 is 0.0
    return _mixed(numbers.view(np.uint64))


def _hashes_of_texts(texts: pa.Array) -> NDArray[np.uint64]:
    from pandas.util import hash_array

    hashed: NDArray[np.uint64] = hash_array(texts.to_numpy(zero_copy_only=False), categorize=False)
    return hashed


def _mixed(bits: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """SplitMix64's finisher: one-to-one, and every bit of the result depends on all of `bits`."""
    bits = bits + np.uint64(0x9E3779B97F4A7C15)
    bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return bits ^ (bits >> np.uint64(31))
