"""How many different values a column has, and how often its most common one stands there."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from engine.data.distinct import DistinctCounter, hashes_of

_MANY_ROWS = 200_000
"""Rows up to which different values are counted rather than estimated from hashes."""
_SAMPLED = 10_000


def distinct_values(values: pa.ChunkedArray) -> int:
    """The number of different values; of very many in very many rows an estimate (within 5%)."""
    if len(values) > _MANY_ROWS:
        counter = DistinctCounter()
        for chunk in values.chunks:
            counter.add(hashes_of(chunk))
        return min(counter.count, len(values) - int(values.null_count))
    if pa.types.is_string(values.type):
        return int(pc.count_distinct(values).as_py())
    numbers = np.sort(values.drop_null().to_numpy())  # several times faster than hashing
    return int(len(numbers) > 0) + int(np.count_nonzero(numbers[1:] != numbers[:-1]))


def all_differ(values: pa.ChunkedArray, distinct: int) -> bool:
    """Whether no value stands twice; `distinct` is what `distinct_values` found."""
    filled = len(values) - int(values.null_count)
    if len(values) <= _MANY_ROWS or distinct < 0.9 * filled:
        return distinct == filled
    return int(pc.count_distinct(values).as_py()) == filled


def most_common(values: pa.ChunkedArray) -> tuple[Any, float]:
    """A value that stands in most rows that have one, and its share of them; (None, 0) without.

    Of many rows a sample tells the value; its share is counted in all of them.
    """
    step = max(1, len(values) // _SAMPLED)
    sample = values.take(pa.array(np.arange(0, len(values), step))) if step > 1 else values
    counts = sample.drop_null().value_counts()
    filled = len(values) - int(values.null_count)
    if not len(counts):
        return None, 0.0
    best = int(pc.index(counts.field(1), pc.max(counts.field(1))).as_py())
    value = counts.field(0)[best]
    found = counts.field(1)[best].as_py() / (len(sample) - sample.null_count)
    if step > 1 and found > 0.5:
        found = (pc.sum(pc.equal(values, value)).as_py() or 0) / filled
    return value.as_py(), float(found)
