"""Categories hashed to a fixed number of codes."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from engine.messages import N_
from engine.recipe.column_families import Encoding


class HashedEncoding(Encoding):
    """The hashing trick (Weinberger et al., ICML 2009): a level's code is a hash of its text.

    The hash is BLAKE2b of the UTF-8 text, 8 bytes read as a little-endian number, modulo the buckets:
    the same everywhere and forever. No level is unknown, none is kept; several may share a code.
    """

    title: ClassVar[str] = N_("Hashed")
    summary: ClassVar[str] = N_(
        "A fixed number of codes for any number of levels; several share one."
    )
    order: ClassVar[int] = 40

    kind: Literal["hashed"] = "hashed"
    count: int = Field(
        default=1024,
        ge=2,
        le=10_000_000,
        title=N_("Buckets"),
        description=N_("More of them let fewer levels share a code."),
        json_schema_extra={"log": True},
    )

    @property
    def buckets(self) -> int:
        """As set."""
        return self.count
