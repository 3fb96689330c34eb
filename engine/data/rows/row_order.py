"""Ordering rows by columns: one column at a time, in runs that are merged, stable, in bounded memory.

Every column becomes 64-bit keys whose order is that of its values. A run of a million keys is sorted at
a time; then the runs are merged range of keys by range of keys. Keys and runs of a long table lie in a
scratch file that is memory-mapped, so that sorting needs no more memory than a few runs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from engine.data.cache import scratch_folder
from engine.data.cells.cell_types import cast_cells
from engine.data.memory import fits_memory
from engine.data.pick import picked
from engine.data.progress import Cancelled
from engine.data.rows.conditions import Kinds
from engine.data.rows.filters import Sort
from engine.data.table import Table, texts
from engine.data.values import type_as
from engine.errors import Cancelled as CancelledError
from engine.errors import UnknownColumn
from engine.expressions.value_types import plain_values
from engine.files import writing
from engine.schema import Kind

Rows = NDArray[np.int64]
Keys = NDArray[np.uint64]
_Whole = TypeVar("_Whole", np.int64, np.uint64)

RUN = 1 << 20
"""Keys that are sorted at a time."""
IN_MEMORY = 1 << 22
"""Rows up to which no scratch file is needed, where there is memory."""
_BYTES_A_ROW = 64
"""Keys, places and rows, before and after, with what is at work in between."""
MOST_LEVELS = 200_000
"""Different texts that are ranked in memory; columns with more of them are ranked on disk."""
_MISSING = np.uint64(2**64 - 1)
_SIGN = np.uint64(1 << 63)


def ordered(
    table: Table,
    rows: Rows | None,
    sorts: Sequence[Sort],
    *,
    kinds: Kinds,
    cancelled: Cancelled,
) -> Rows | None:
    """The rows (`None`: all) in the order that `sorts` give; see `row_view.visible_rows`."""
    for sort in sorts:
        if sort.column not in table.names:
            raise UnknownColumn(sort.column, table.names[0])
    if not sorts:
        return rows
    base = np.arange(table.rows, dtype=np.int64) if rows is None else rows
    places: Rows | None = None
    with _scratch(len(base)) as scratch:
        for sort in reversed(sorts):  # stable: what was sorted first decides last
            # Read in the order of the file and moved afterwards: jumping about in a table is slow.
            keys = scratch.array(np.uint64, len(base))
            _fill_keys(keys, table, base, sort, kinds, scratch, cancelled)
            if places is not None:
                keys = np.take(keys, places, out=scratch.array(np.uint64, len(base)))
            found = _sorted_places(keys, scratch, cancelled)
            places = found if places is None else places[found]
    return base[places]


# Keys --------------------------------------------------------------------------------------------


def _fill_keys(
    keys: Keys,
    table: Table,
    rows: Rows,
    sort: Sort,
    kinds: Kinds,
    scratch: _Scratch,
    cancelled: Cancelled,
) -> None:
    column = table.column(sort.column)
    kind = kinds.get(sort.column)
    as_kind = pa.types.is_string(column.type) and kind in (Kind.NUMBER, Kind.DATE)
    cell_type = type_as(table, sort.column, kind) if as_kind and kind is not None else None
    is_text = cell_type is None and pa.types.is_string(column.type)
    levels = _levels(column, cancelled) if is_text else None
    if is_text and levels is None:
        ranks = _ranks_on_disk(column, rows, scratch, cancelled)
    for start in range(0, len(rows), RUN):
        if cancelled():
            raise CancelledError
        stop = min(start + RUN, len(rows))
        if is_text and levels is None:
            found = ranks[start:stop].copy()
        else:
            values = picked(column, rows[start:stop])
            if cell_type is not None:
                values = cast_cells(values, cell_type)[0]
            found = _level_keys(values, levels) if levels is not None else _number_keys(values)
        if sort.descending:
            known = found != _MISSING
            np.subtract(_MISSING - np.uint64(1), found, out=found, where=known)
        keys[start:stop] = found


def _number_keys(values: pa.Array) -> Keys:
    """Whole numbers, numbers and dates as unsigned integers in the same order; missing is the largest."""
    values = plain_values(values)
    missing = np.asarray(values.is_null().to_numpy(zero_copy_only=False), dtype=np.bool_)
    if pa.types.is_floating(values.type):
        floats = values.fill_null(0.0).to_numpy(zero_copy_only=False) + 0.0  # −0 is 0
        missing = missing | np.isnan(floats)
        bits = floats.view(np.uint64)
        keys: Keys = np.where(bits & _SIGN, ~bits, bits | _SIGN)
    else:
        whole = values.cast(pa.int64()).fill_null(0).to_numpy(zero_copy_only=False)
        keys = whole.astype(np.int64).view(np.uint64) ^ _SIGN
    keys = np.minimum(keys, _MISSING - np.uint64(1))
    keys[missing] = _MISSING
    return keys


def _levels(column: pa.ChunkedArray, cancelled: Cancelled) -> pa.Array | None:
    """The different texts of a column in their order; `None` where there are too many."""
    levels = pa.array([], pa.string())
    for chunk in _in_small_letters(column, cancelled):
        levels = pc.unique(pa.concat_arrays([levels, pc.unique(chunk)]))
        if len(levels) > MOST_LEVELS:
            return None
    levels = levels.drop_null()
    return levels.take(pc.array_sort_indices(levels))


def _level_keys(values: pa.Array, levels: pa.Array) -> Keys:
    ranks = pc.index_in(pc.utf8_lower(texts(values)), levels)
    keys: Keys = ranks.fill_null(0).to_numpy(zero_copy_only=False).astype(np.uint64)
    keys[np.asarray(ranks.is_null().to_numpy(zero_copy_only=False), dtype=np.bool_)] = _MISSING
    return keys


def _in_small_letters(column: pa.ChunkedArray, cancelled: Cancelled) -> Iterator[pa.Array]:
    for start in range(0, len(column), RUN // 4):
        if cancelled():
            raise CancelledError
        for chunk in column.slice(start, RUN // 4).chunks:
            yield pc.utf8_lower(chunk)


def _ranks_on_disk(
    column: pa.ChunkedArray, rows: Rows, scratch: _Scratch, cancelled: Cancelled
) -> Keys:
    """Ranks of texts of which there are too many for memory: small letters in a file, sorted by index."""

    def shown() -> Iterator[pa.Array]:
        for start in range(0, len(rows), RUN // 4):
            if cancelled():
                raise CancelledError
            yield pc.utf8_lower(picked(column, rows[start : start + RUN // 4]))

    lower = scratch.texts(shown())
    places = pc.sort_indices(lower).to_numpy()
    ranks = scratch.array(np.uint64, len(rows))
    rank, last = 0, pa.array([None], pa.string())
    for start in range(0, len(rows), RUN // 4):
        if cancelled():
            raise CancelledError
        here = places[start : start + RUN // 4].astype(np.int64)
        values = picked(lower, here)
        before = pa.concat_arrays([last, values.slice(0, len(values) - 1)])
        is_new = pc.fill_null(pc.not_equal(values, before), False).to_numpy(zero_copy_only=False)
        steps = np.cumsum(is_new, dtype=np.int64) + rank
        missing = np.asarray(values.is_null().to_numpy(zero_copy_only=False), dtype=np.bool_)
        ranks[here] = np.where(missing, _MISSING, steps.astype(np.uint64))
        rank, last = int(steps[-1]), values.slice(len(values) - 1, 1)
    return ranks


# Sorting -----------------------------------------------------------------------------------------


def _sorted_places(keys: Keys, scratch: _Scratch, cancelled: Cancelled) -> Rows:
    """The places of the keys in their order; equal ones stay as they are."""
    size = len(keys)
    if size <= RUN:
        return np.argsort(keys, kind="stable").astype(np.int64, copy=False)
    starts = range(0, size, RUN)
    places = scratch.array(np.int64, size)
    samples = []
    for start in starts:
        if cancelled():
            raise CancelledError
        run = keys[start : start + RUN]
        within = np.argsort(run, kind="stable")
        places[start : start + len(run)] = within + start
        keys[start : start + len(run)] = run[within]
        samples.append(keys[start : start + len(run) : 256].copy())
    sample = np.sort(np.concatenate(samples))
    bounds = np.unique(sample[:: max(1, RUN // 256)])[1:]
    cuts = [
        np.concatenate(
            ([0], np.searchsorted(keys[start : start + RUN], bounds), [min(RUN, size - start)])
        )
        for start in starts
    ]
    merged = np.empty(size, dtype=np.int64)
    at = 0
    for part in range(len(bounds) + 1):
        if cancelled():
            raise CancelledError
        spans = [
            slice(start + cut[part], start + cut[part + 1])
            for start, cut in zip(starts, cuts, strict=True)
        ]
        some = np.concatenate([keys[span] for span in spans])
        theirs = np.concatenate([places[span] for span in spans])
        theirs = theirs[np.argsort(some, kind="stable")]  # quick: it consists of sorted runs
        merged[at : at + len(theirs)] = theirs
        at += len(theirs)
    return merged


class _Scratch:
    """Arrays in memory or, in a folder, mapped from files."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._made = 0

    def array(self, kind: type[_Whole], size: int) -> NDArray[_Whole]:
        """An array of that size, not yet filled."""
        if self._folder is None:
            return np.empty(size, dtype=kind)
        return np.memmap(self._new_file(), dtype=kind, mode="w+", shape=(size,))

    def texts(self, arrays: Iterator[pa.Array]) -> pa.ChunkedArray:
        """The arrays one after the other."""
        if self._folder is None:
            return pa.chunked_array(list(arrays), pa.string())
        path = self._new_file()
        schema = pa.schema([("text", pa.string())])
        with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, schema) as writer:
            for array in arrays:
                writer.write_batch(pa.record_batch([array], schema=schema))
        with pa.memory_map(str(path)) as source:
            return pa.ipc.open_file(source).read_all().column(0)

    def _new_file(self) -> Path:
        assert self._folder is not None
        self._made += 1
        return self._folder / f"{self._made}"


@contextmanager
def _scratch(rows: int) -> Iterator[_Scratch]:
    if rows <= IN_MEMORY and fits_memory(rows * _BYTES_A_ROW):
        yield _Scratch(None)
        return
    with scratch_folder() as folder, writing(folder):
        folder.mkdir(parents=True)
        yield _Scratch(folder)
