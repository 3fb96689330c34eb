"""What is counted of a column of very many rows takes no memory that grows with them."""

from __future__ import annotations

import pyarrow as pa

from engine.data.columns.column_counts import most_common

CHUNKS, ROWS = 40, 50_000


def test_the_most_common_text_is_found_without_joining_the_chunks() -> None:
    chunk = pa.array(["a long name of a town"] * (ROWS - 1) + ["another one"])
    column = pa.chunked_array([chunk] * CHUNKS)
    pool = pa.proxy_memory_pool(pa.default_memory_pool())
    before = pa.default_memory_pool()
    pa.set_memory_pool(pool)
    try:
        value, share = most_common(column)
    finally:
        pa.set_memory_pool(before)
    assert value == "a long name of a town"
    assert share == (ROWS - 1) / ROWS
    assert pool.max_memory() < chunk.nbytes * CHUNKS / 4
