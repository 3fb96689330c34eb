"""Large CSV files for benchmarks: numbers, categories, dates, text and missing values."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

_ROWS = 100_000
"""Rows that are made at a time."""
_CITIES = np.array(
    ["Berlin", "Paris", "São Paulo", "New York", "上海", "Kraków", "Oslo", "Cape Town"]
)
_TEXT = (
    "the red train leaves a small town before noon with mail coal timber and seven tired men while "
    "rain falls on roofs of tin and nobody waits at platform two"
)
NUMBERS, WHOLE, CATEGORIES, DATES, TEXTS = 9, 4, 4, 2, 1
"""Columns of each kind in a row of some 190 bytes; the target comes on top."""


def _sentences(count: int) -> pa.Array:
    rng = np.random.default_rng(1)
    words = np.array(_TEXT.split())
    chosen = words[rng.integers(0, len(words), (count, 5))].tolist()
    return pa.array([f"{a} {b},{c} {d} {e}" for a, b, c, d, e in chosen])


_SENTENCES = _sentences(50_000)


def write_table(path: Path, size: int, seed: int = 0) -> int:
    """Write a CSV file of about `size` bytes; the number of its rows."""
    rng = np.random.default_rng(seed)
    rows = 0
    with path.open("wb") as file:
        while file.tell() < size:
            block = _block(rng, rows)
            share = (size - file.tell()) / max(1, file.tell() / rows * _ROWS) if rows else 1.0
            if share < 1:
                block = block.slice(0, max(1, round(share * _ROWS)))
            if rows == 0:
                file.write(f"{','.join(block.column_names)}\n".encode())
            file.write(_lines(block))
            rows += block.num_rows
    return rows


def write_wide_table(path: Path, rows: int, columns: int, seed: int = 0) -> None:
    """Write a CSV file of many columns: numbers, whole numbers and categories, some with gaps."""
    rng = np.random.default_rng(seed)
    made: dict[str, pa.Array] = {}
    for i in range(columns):
        if i % 5 < 3:
            values = pa.array(rng.normal(10 * (i % 7), 5, rows).round(2 + i % 3))
        elif i % 5 == 3:
            values = pa.array(rng.integers(0, 1000, rows))
        else:
            values = pa.array(_CITIES[rng.integers(0, len(_CITIES), rows)])
        made[f"column_{i}"] = _with_gaps(values, rng, 0.1 * (i % 2))
    with path.open("wb") as file:
        file.write(f"{','.join(made)}\n".encode())
        file.write(_lines(pa.table(made)))


def _block(rng: np.random.Generator, first: int) -> pa.Table:
    columns: dict[str, pa.Array] = {}
    signal = np.zeros(_ROWS)
    for i in range(NUMBERS):
        values = rng.normal(50 * i, 1 + i, _ROWS)
        signal += (values - 50 * i) / (1 + i) * (i % 3 - 1)
        columns[f"number_{i}"] = _with_gaps(pa.array(values.round(4)), rng, 0.02 * (i % 3))
    for i in range(WHOLE):
        whole = pa.array(rng.integers(0, 10 ** (2 + 2 * i), _ROWS))
        columns[f"whole_{i}"] = _with_gaps(whole, rng, 0.01 * (i % 2))
    for i in range(CATEGORIES):
        city = rng.integers(0, len(_CITIES) - i, _ROWS)
        signal += city == i
        columns[f"city_{i}"] = _with_gaps(pa.array(_CITIES[city]), rng, 0.03 * (i % 2))
    for i in range(DATES):
        seconds = rng.integers(1_500_000_000, 1_700_000_000, _ROWS)
        if i:
            stamps = pa.array((seconds // 86_400).astype(np.int32)).cast(pa.date32())
        else:
            stamps = pa.array(seconds).cast(pa.timestamp("s"))
        texts = stamps.cast(pa.string())
        columns[f"date_{i}"] = _with_gaps(texts, rng, 0.01)
    for i in range(TEXTS):
        chosen = pa.array(rng.integers(0, len(_SENTENCES), _ROWS))
        columns[f"text_{i}"] = _SENTENCES.take(chosen)
    answer = np.where(signal + rng.normal(0, 1, _ROWS) > 0, "yes", "no")
    columns["answer"] = pa.array(answer)
    return pa.table(columns)


def _lines(block: pa.Table) -> bytes:
    """The rows as a spreadsheet would write them: quotes only around cells with commas."""
    cells = []
    for column in block.columns:
        text = pc.fill_null(column.combine_chunks().cast(pa.string()), "")
        if pa.types.is_string(column.type):
            quoted = pc.binary_join_element_wise('"', text, '"', "")
            text = pc.if_else(pc.match_substring(text, ","), quoted, text)
        cells.append(text)
    lines = pc.binary_join_element_wise(*cells, ",")
    whole = pa.ListArray.from_arrays(pa.array([0, len(lines)], pa.int32()), lines)
    text: bytes = pc.binary_join(whole, "\n")[0].as_buffer().to_pybytes()
    return text + b"\n"


def _with_gaps(values: pa.Array, rng: np.random.Generator, share: float) -> pa.Array:
    if not share:
        return values
    return pc.if_else(
        pa.array(rng.random(len(values)) < share), pa.scalar(None, values.type), values
    )
