"""What happened when a file was predicted. Free of torch: the window reads it."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from engine.messages import Message


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
