"""The value at a rank, of numbers that may not fit into memory."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.data.preparing.splits.facts import RowFacts

_SIGN = np.uint64(1 << 63)
_BITS = 16


def sortable(values: NDArray[Any]) -> NDArray[np.uint64]:
    """Numbers as unsigned integers in the same order; not for NaN."""
    bits = (np.asarray(values, np.float64) + 0.0).view(np.uint64)  # −0 is 0
    found: NDArray[np.uint64] = np.where(bits & _SIGN, ~bits, bits | _SIGN)
    return found


def original(key: int) -> float:
    """The number behind a key of `sortable`."""
    bits = np.uint64(key)
    bits = bits ^ _SIGN if bits & _SIGN else ~bits
    return float(np.array([bits], np.uint64).view(np.float64)[0])


def value_at(facts: RowFacts, values: NDArray[np.float64], rank: int) -> float:
    """The value that stands at `rank` (from 0) when the values, NaN left out, are sorted.

    Digit by digit of 16 bits: four passes, whatever the number of values.
    """
    prefix, known = 0, 0
    for step in range(64 // _BITS):
        shift = np.uint64(64 - _BITS * (step + 1))
        counts = np.zeros(1 << _BITS, np.int64)
        for span in facts.spans():
            here = np.asarray(values[span])
            keys = sortable(here[~np.isnan(here)])
            if step:
                keys = keys[(keys >> (shift + np.uint64(_BITS))) == np.uint64(prefix)]
            digits = ((keys >> shift) & np.uint64((1 << _BITS) - 1)).astype(np.int64)
            counts += np.bincount(digits, minlength=1 << _BITS)
        reach = known + np.cumsum(counts)
        digit = int(np.searchsorted(reach, rank, "right"))
        known = int(reach[digit] - counts[digit])
        prefix = (prefix << _BITS) | digit
    return original(prefix)
