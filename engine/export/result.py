"""What an export wrote. Light: the window reads it."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict


class Exported(BaseModel):
    """A model file on disk."""

    model_config = ConfigDict(frozen=True)

    run: str
    path: str
    size: int
    """Bytes."""
    files: tuple[str, ...]
    """What the file holds."""


class ExportedRows(BaseModel):
    """Prepared rows on disk."""

    model_config = ConfigDict(frozen=True)

    path: str
    format: Literal["csv", "parquet"]
    size: int
    """Bytes."""
    rows: int
    parts: dict[str, int] = {}
    """Rows of each part of the split; empty where rows were not split."""
    columns: tuple[str, ...]
