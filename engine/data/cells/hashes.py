"""64-bit hashes of cells: equal values have equal ones, whatever the block that they come in.

Two different rows of ten million share a hash with a chance of about one in 400,000.
"""

from __future__ import annotations

import hashlib

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

Hashes = NDArray[np.uint64]

_PIECE = 1 << 19
"""Bytes of text that are hashed at once."""
_LONG = 200
"""Bytes a cell beyond which cells are hashed one by one."""
_BASE = 0x9E3779B97F4A7C15  # odd, so that it has an inverse modulo 2**64
_INVERSE = pow(_BASE, -1, 1 << 64)
_MISSING = np.uint64(0xA5A5F00DDEADBEEF)


def with_cells(hashes: Hashes, cells: pa.Array) -> Hashes:
    """Hashes of rows with one more column, whose cells these are."""
    return mixed(hashes + np.uint64(_BASE) ^ cell_hashes(cells))


def mixed(values: Hashes) -> Hashes:
    """Scatter the bits (splitmix64): close values come to lie far apart."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


def cell_hashes(cells: pa.Array) -> Hashes:
    """Hashes of cells: numbers and dates by value, texts by their bytes, missing cells alike."""
    if pa.types.is_string(cells.type):
        return _of_texts(cells)
    if pa.types.is_floating(cells.type):
        floats = cells.fill_null(0.0).to_numpy(zero_copy_only=False) + 0.0  # one zero, not two
        hashes = mixed(floats.view(np.uint64))
    else:
        whole = cells.cast(pa.int64()).fill_null(0).to_numpy(zero_copy_only=False)
        hashes = mixed(whole.view(np.uint64))
    return _with_missing(hashes, cells)


def _with_missing(hashes: Hashes, cells: pa.Array) -> Hashes:
    if cells.null_count:
        hashes = np.where(cells.is_null().to_numpy(zero_copy_only=False), _MISSING, hashes)
    return hashes


def _of_texts(cells: pa.Array) -> Hashes:
    encoded = cells.dictionary_encode()
    if len(encoded.dictionary) < len(cells) // 2:
        known = np.append(_of_bytes(encoded.dictionary), _MISSING)
        indices = encoded.indices.fill_null(len(encoded.dictionary))
        hashes: Hashes = known[indices.to_numpy(zero_copy_only=False)]
        return hashes
    return _with_missing(_of_bytes(cells), cells)


def _of_bytes(texts: pa.Array) -> Hashes:
    if not len(texts):
        return np.zeros(0, np.uint64)
    _, offset_buffer, data_buffer = texts.buffers()
    offsets = np.frombuffer(offset_buffer, np.int32)[texts.offset : texts.offset + len(texts) + 1]
    data = np.frombuffer(data_buffer or b"", np.uint8)
    hashes = np.empty(len(texts), np.uint64)
    start = 0
    while start < len(texts):
        stop = int(np.searchsorted(offsets, offsets[start] + _PIECE, "right")) - 1
        stop = min(max(stop, start + 1), len(texts))
        bounds = offsets[start : stop + 1].astype(np.int64)
        piece = data[bounds[0] : bounds[-1]]
        hashes[start:stop] = _of_piece(piece, bounds - bounds[0])
        start = stop
    return hashes


def _of_piece(data: NDArray[np.uint8], bounds: NDArray[np.int64]) -> Hashes:
    """Polynomials in the bytes of each text, all at once from the sums up to every byte."""
    if len(data) > max(_LONG * (len(bounds) - 1), 1) or len(data) > _PIECE:
        view = data.tobytes()
        digests = (
            hashlib.blake2b(view[low:high], digest_size=8).digest()
            for low, high in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True)
        )
        return np.frombuffer(b"".join(digests), np.uint64)
    sums = np.zeros(len(data) + 1, np.uint64)
    np.cumsum((data + np.uint64(1)) * _powers(_BASE)[: len(data)], out=sums[1:])
    found = (sums[bounds[1:]] - sums[bounds[:-1]]) * _powers(_INVERSE)[bounds[:-1]]
    return mixed(found + np.diff(bounds).astype(np.uint64))


_tables: dict[int, Hashes] = {}


def _powers(base: int) -> Hashes:
    if base not in _tables:
        factors = np.full(_PIECE + 1, base, np.uint64)
        factors[0] = 1
        _tables[base] = np.cumprod(factors, dtype=np.uint64)
    return _tables[base]
