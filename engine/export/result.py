"""What an export wrote. Light: the window reads it."""

from __future__ import annotations

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
