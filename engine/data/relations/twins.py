"""Columns that say the same: identical, rescaled, recoded, or nearly so."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from engine.data.profiling.histogram import Floats
from engine.data.profiling.profile_target import encoded
from engine.data.progress import Cancelled
from engine.data.relations.association import Codes
from engine.data.relations.relation_sample import Related
from engine.data.rows.row_selection import Selection, taken
from engine.data.table import Table
from engine.data.values import floats, numbers, seconds
from engine.errors import Cancelled as CancelledError
from engine.schema import Column, Kind, Schema

NEARLY = 0.98
"""Strength of a relation from which on two columns are nearly the same."""
_CHECKED_ROWS = 2_000_000
"""Rows of a table in which twins are checked on all of them; a longer one is checked on a sample."""
_SLACK = 1e-9
"""How far numbers may be from a straight line, as a share of their range, and still be on it."""


class Likeness(StrEnum):
    """In what way two columns say the same."""

    IDENTICAL = "identical"
    SCALED = "scaled"
    RECODED = "recoded"
    NEARLY = "nearly"


@dataclass(frozen=True, slots=True)
class Twins:
    """Two columns of which one is enough."""

    kept: str
    """The one that comes first in the file."""
    other: str
    likeness: Likeness
    factor: float = math.nan
    """`other` = factor × `kept` + offset, where it is `SCALED`."""
    offset: float = math.nan
    strength: float = 1.0
    """The relation of columns that are `NEARLY` the same."""
    rows: int = 0
    """Rows in which it was checked."""


def find_twins(
    table: Table,
    schema: Schema,
    related: Sequence[Related],
    strength: Floats,
    rows: Selection,
    sample: Selection,
    cancelled: Cancelled,
) -> tuple[Twins, ...]:
    """The twins among the related columns, and others that are identical.

    `strength` [columns, columns] are the relations of `related`, which was read from `sample`.
    Raises `engine.errors.Cancelled`.
    """
    checked = rows if rows.count <= _CHECKED_ROWS else sample
    place = {name: at for at, name in enumerate(schema.names)}
    suspected = dict(_suspected(related, strength))
    compared = {column.name for column in related}
    rest = [c for c in schema.columns if c.name not in compared and c.distinct > 1]
    for pair in _alike(table, rest, sample, cancelled):
        suspected.setdefault(pair, math.nan)
    found = []
    settled: set[str] = set()  # a copy of a copy is told once
    for one, other in sorted(suspected, key=lambda pair: (place[pair[0]], place[pair[1]])):
        if cancelled():
            raise CancelledError
        if other in settled:
            continue
        twins = _compared(
            table, schema[one], schema[other], checked, suspected[one, other], cancelled
        )
        if twins is not None:
            found.append(twins)
            if twins.likeness is Likeness.IDENTICAL:
                settled.add(other)
    ranks = list(Likeness)
    return tuple(sorted(found, key=lambda twins: ranks.index(twins.likeness)))


def _suspected(
    related: Sequence[Related], strength: Floats
) -> Iterator[tuple[tuple[str, str], float]]:
    for at, beside in np.argwhere(np.triu(np.nan_to_num(strength) >= NEARLY, k=1)).tolist():
        yield (related[at].name, related[beside].name), float(strength[at, beside])
    codings: dict[bytes, list[int]] = {}
    for at, column in enumerate(related):
        if column.levels > 1:
            codings.setdefault(_coding(column.codes), []).append(at)
    for alike in codings.values():
        for beside in alike[1:]:
            yield (related[alike[0]].name, related[beside].name), float(strength[alike[0], beside])


def _coding(codes: Codes) -> bytes:
    """The same for columns whose levels correspond one to one."""
    _, first, inverse = np.unique(codes, return_index=True, return_inverse=True)
    by_appearance = np.argsort(np.argsort(first))
    return by_appearance[inverse].astype(np.int32).tobytes()


def _alike(
    table: Table, columns: Sequence[Column], sample: Selection, cancelled: Cancelled
) -> Iterator[tuple[str, str]]:
    """Columns with the same values in a few rows, in pairs with the first of them."""
    few = sample.sample(2_000)
    seen: dict[bytes, str] = {}
    for column in columns:
        values = taken(table, column.name, few, cancelled)
        if _is_number(values.type):
            key = floats(values).tobytes()
        else:
            key = repr(values.to_pylist()).encode("utf-8", "surrogatepass")
        first = seen.setdefault(key, column.name)
        if first != column.name:
            yield first, column.name


def _compared(
    table: Table, one: Column, other: Column, rows: Selection, strength: float, cancelled: Cancelled
) -> Twins | None:
    first = taken(table, one.name, rows, cancelled)
    second = taken(table, other.name, rows, cancelled)
    if _same(first, second):
        return Twins(one.name, other.name, Likeness.IDENTICAL, rows=rows.count)
    if one.kind is not Kind.CATEGORY and other.kind is not Kind.CATEGORY:
        line = _line(_numbers(table, one, rows), _numbers(table, other, rows))
        if line is not None:
            return Twins(one.name, other.name, Likeness.SCALED, *line, rows=rows.count)
    if _one_to_one(first, second):
        return Twins(one.name, other.name, Likeness.RECODED, rows=rows.count)
    if strength >= NEARLY:
        return Twins(one.name, other.name, Likeness.NEARLY, strength=strength, rows=rows.count)
    return None


def _same(first: pa.ChunkedArray, second: pa.ChunkedArray) -> bool:
    if first.type != second.type:
        if not (_is_number(first.type) and _is_number(second.type)):
            return False
        try:
            first, second = first.cast(pa.float64()), second.cast(pa.float64())
        except pa.ArrowInvalid:
            return False
    if first.null_count != second.null_count:
        return False
    if first.null_count and not pc.all(pc.equal(first.is_null(), second.is_null())).as_py():
        return False
    return pc.all(pc.equal(first, second)).as_py() is not False


def _is_number(stored: pa.DataType) -> bool:
    return bool(pa.types.is_integer(stored) or pa.types.is_floating(stored))


def _numbers(table: Table, column: Column, rows: Selection) -> Floats:
    if column.kind is Kind.DATE:
        return seconds(table, column.name, rows.rows)
    return numbers(table, column.name, rows.rows)


def _line(one: Floats, other: Floats) -> tuple[float, float] | None:
    """Factor and offset by which `other` follows from `one` in every row; `None` if it does not."""
    known = ~np.isnan(one)
    if not np.array_equal(known, ~np.isnan(other)):
        return None
    one, other = one[known], other[known]
    if len(one) < 3:
        return None
    low, high = int(np.argmin(one)), int(np.argmax(one))
    width = one[high] - one[low]
    rise = other[high] - other[low]
    if not (0 < width < math.inf and 0 < abs(rise) < math.inf) or len(np.unique(one[:1000])) < 3:
        return None
    factor = float(rise / width)
    offset = float(other[low] - factor * one[low])
    slack = _SLACK * abs(rise) + 4e-16 * float(np.abs(other).max())
    with np.errstate(over="ignore", invalid="ignore"):
        off = np.abs(factor * (one - one[low]) + other[low] - other)
    return (factor, offset) if bool(np.all(off <= slack)) else None


def _one_to_one(first: pa.ChunkedArray, second: pa.ChunkedArray) -> bool:
    """Whether each value of one goes with one value of the other; not told of keys, where it must."""
    codes, names = encoded(first)
    others, other_names = encoded(second)
    levels = len(names)
    if levels != len(other_names) or levels < 2 or levels > len(codes) // 2:
        return False
    if not np.array_equal(codes < 0, others < 0):
        return False
    known = codes >= 0
    return len(np.unique(codes[known] * levels + others[known])) == levels
