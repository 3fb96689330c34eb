"""How many different values a column has, and how often its most common one stands there."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from engine.data.profiling.distinct import DistinctCounter, hashes_of
from engine.data.rows.row_selection import pieces

_MANY_ROWS = 200_000
"""Rows up to which different texts are counted rather than estimated."""
_VERY_MANY_ROWS = 10_000_000
"""Rows from which on nothing but an estimate is affordable, in time and memory."""
_PREFIX = 100_000
_SAMPLED = 10_000


def distinct_values(values: pa.ChunkedArray) -> int:
    """The number of different values; of very many texts, or in very many rows, an estimate."""
    if len(values) > _VERY_MANY_ROWS:
        counter = DistinctCounter()
        for piece in pieces(values):
            counter.add(hashes_of(piece))
        return min(counter.count, len(values) - int(values.null_count))
    if not pa.types.is_string(values.type):
        numbers = np.concatenate([_numbers(chunk) for chunk in values.chunks] or [_NOTHING])
        numbers.sort()  # several times faster than hashing
        return int(len(numbers) > 0) + int(np.count_nonzero(numbers[1:] != numbers[:-1]))
    if len(values) > _MANY_ROWS:
        prefix = values.slice(0, _PREFIX)
        found = int(pc.count_distinct(prefix).as_py())
        if found > len(prefix) // 2:
            return round(found / len(prefix) * (len(values) - int(values.null_count)))
    return int(pc.count_distinct(values).as_py())


_NOTHING = np.empty(0, dtype=np.int64)


def _numbers(chunk: pa.Array) -> NDArray[Any]:
    if pa.types.is_timestamp(chunk.type):
        chunk = chunk.cast(pa.int64())
    found: NDArray[Any] = chunk.drop_null().to_numpy(zero_copy_only=False)
    return found


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
    sample = _every(values, step)
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


def _every(values: pa.ChunkedArray, step: int) -> pa.ChunkedArray:
    """Every `step`-th value, chunk by chunk: taken from all at once, texts are joined in memory first."""
    if step == 1:
        return values
    taken, start = [], 0
    for chunk in values.chunks:
        first = -start % step
        if first < len(chunk):
            taken.append(chunk.take(pa.array(np.arange(first, len(chunk), step))))
        start += len(chunk)
    return pa.chunked_array(taken, values.type)
