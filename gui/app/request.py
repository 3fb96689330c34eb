"""What a start asks the window to open: in one line, so that it can be handed to a window that runs."""

from __future__ import annotations

import os
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from engine.recipe.reading import Reading


class OpenRequest(BaseModel):
    """A file or a sample, and how to read it if that is known."""

    model_config = ConfigDict(frozen=True)

    path: str = ""
    """Absolute, or the name of a sample; empty: nothing, only come to the front."""
    reading: Reading | None = None
    """`None`: as it was read the last time, or as detected."""

    @classmethod
    def of(cls, path: str | None, reading: Reading | None = None) -> OpenRequest:
        """The request for what was named on the command line."""
        if path is None:
            return cls()
        named = str(Path(path).absolute()) if Path(path).exists() or os.sep in path else path
        return cls(path=named, reading=None if reading == Reading() else reading)

    def to_line(self) -> str:
        """The request as text without a line end."""
        return self.model_dump_json()

    @classmethod
    def from_line(cls, line: str) -> OpenRequest:
        """The inverse of `to_line`; what is no request is taken for a path."""
        try:
            return cls.model_validate_json(line)
        except ValidationError:
            return cls(path=line)
