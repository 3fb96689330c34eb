"""What a person decided about the texts of a column, where the cells come typed instead of as text."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from engine.data.cells.cell_types import CellKind, CellType
from engine.data.cells.shapes import is_number
from engine.data.cells.stored import as_text


def has_wishes(cell_type: CellType) -> bool:
    """Whether typed cells may have to be changed: the usual texts for no value never are numbers."""
    if cell_type.fixes or cell_type.kind is CellKind.TEXT:
        return bool(cell_type.fixes or cell_type.missing)
    return any(is_number(text) for text in cell_type.missing)


def as_wished(values: pa.Array, cell_type: CellType) -> tuple[pa.Array, pa.Array]:
    """The values with what was decided about them, and the texts that they had before."""
    texts = as_text(values)
    gone = [*cell_type.missing, *(found for found, value in cell_type.fixes if not value)]
    values = pc.if_else(
        pc.is_in(texts, pa.array(gone, pa.string())), pa.scalar(None, values.type), values
    )
    for found, value in cell_type.fixes:
        if value:
            here = pc.fill_null(pc.equal(texts, found), False)
            values = pc.if_else(here, _scalar(value, values.type), values)
    return values, texts


def _scalar(text: str, wanted: pa.DataType) -> pa.Scalar:
    try:
        return pa.scalar(text, pa.string()).cast(wanted)
    except pa.ArrowInvalid:
        return pa.scalar(None, wanted)
