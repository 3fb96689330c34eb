"""Which rounds one of several processes carries out."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Shard:
    """One process of several."""

    place: int = 0
    """Counted from 0."""
    of: int = 1

    def has(self, number: int) -> bool:
        """Whether a round is one of its own."""
        return number % self.of == self.place
