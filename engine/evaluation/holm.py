"""Many tests at once: which of them count (Holm, Scandinavian Journal of Statistics 6, 1979)."""

from __future__ import annotations

from collections.abc import Sequence

LEVEL = 0.05


def holm_limit(chances: Sequence[float], level: float = LEVEL) -> float:
    """The greatest chance that still counts, all tests considered; below 0 where none does.

    The chance that any of them counts by mistake is at most `level`.
    """
    limit = -1.0
    for place, chance in enumerate(sorted(chances)):
        if chance > level / (len(chances) - place):
            break
        limit = chance
    return limit
