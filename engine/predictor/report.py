"""What came of predicting a file, or a single row. Free of torch: the window reads it."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from engine.messages import Message
from engine.outputs import Output


class PredictReport(BaseModel):
    """A predicted file: rows in = rows predicted + rows quarantined."""

    model_config = ConfigDict(frozen=True)

    source: str
    destination: str
    rows: int
    """Rows written."""
    quarantined: int
    """Rows that could not be read as rows of the table; they are not in the destination."""
    quarantined_lines: tuple[int, ...] = ()
    """File lines of the first hundred of them."""
    warnings: tuple[Message, ...] = ()
    seconds: float
    header: tuple[str, ...]
    preview: tuple[tuple[str, ...], ...] = ()
    """The first rows as written (at most 20)."""


class RowOutput(BaseModel):
    """One thing that is told of the row."""

    model_config = ConfigDict(frozen=True)

    output: Output
    name: str
    value: float | str | None
    """None: it is no number."""


class RowPrediction(BaseModel):
    """What a model says of a row."""

    model_config = ConfigDict(frozen=True)

    outputs: tuple[RowOutput, ...]
    warnings: tuple[Message, ...] = ()
    """What in the row is not as in training, such as an unknown category."""
