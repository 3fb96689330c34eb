"""The feature columns as trees take them: numbers in their own unit, levels as places, NaN for missing.

What the recipe says of columns holds: only those that the run uses, hidden and derived as it has them,
clipped, rare levels merged. Scales, encodings and what stands in for a missing value are left out: trees
need none.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from engine.data.cells import typed
from engine.data.preparing.columnar import Source, column_cells, spans
from engine.data.preparing.dates.fitted_date import FittedDate
from engine.data.preparing.fitted import FittedColumn
from engine.data.preparing.numbers.fitted_number import FittedNumber
from engine.data.preparing.preparation import Preparation

BYTES = 8


def is_category(preparation: Preparation) -> tuple[bool, ...]:
    """Which of the columns hold places of levels."""
    found: list[bool] = []
    for column in preparation.fitted:
        found += [not isinstance(column, FittedNumber | FittedDate)] * _width(column)
    return tuple(found)


def cells_of(
    preparation: Preparation, source: Source, rows: NDArray[np.int64]
) -> NDArray[np.float64]:
    """(rows, columns), column by column as `is_category` says.

    Args:
        preparation: Of the run.
        source: The table that the rows are counted in, as it was read.
        rows: Row numbers.
    """
    seen = preparation.seen(source)
    columns = preparation.fitted
    found = np.full((len(rows), sum(map(_width, columns))), np.nan)
    if not columns or not len(rows):
        return found
    done = 0
    for span in spans(seen, columns[0].name, rows):
        place = 0
        for column in columns:
            cells = column_cells(seen, column.name, span)
            stop = place + _width(column)
            _write(column, cells, found[done : done + len(cells), place:stop])
            place = stop
        done += len(cells)
    return found


def _width(column: FittedColumn) -> int:
    return len(column.inputs) - column.flag if isinstance(column, FittedDate) else 1


def _write(column: FittedColumn, cells: pa.Array, out: NDArray[np.float64]) -> None:
    if isinstance(column, FittedNumber):
        out[:, 0] = typed.numbers(cells, column.cell_type)[0]
        if column.clip is not None:
            np.clip(out, *column.clip, out=out)
    elif isinstance(column, FittedDate):
        inputs = np.empty((len(cells), len(column.inputs)), np.float32)
        read = column.write(cells, inputs, np.empty((len(cells), 0), np.int32))
        out[:] = inputs[:, : out.shape[1]]
        out[read.missing] = np.nan
    else:
        texts, _ = typed.levels(cells, column.cell_type)
        codes, _ = column.codes_of(texts)
        out[:, 0] = codes - 1
        out[(codes == 0) | texts.is_null().to_numpy(zero_copy_only=False), 0] = np.nan
