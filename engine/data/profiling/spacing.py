"""How the moments of a date column follow each other: regular or not, and where the largest gap is."""

from __future__ import annotations

import numpy as np

from engine.data.profiling.column_profile import Spacing
from engine.data.profiling.distinct import different
from engine.data.profiling.histogram import Floats

_MOST, _FEW = 1_000_000, 1 << 16
_COARSER = (0.0, 1.0, 60.0, 3_600.0, 86_400.0)
_DAY = 86_400.0
_UNITS = (
    ("second", 1.0, 1.0), ("minute", 60.0, 60.0), ("hour", 3_600.0, 3_600.0),
    ("day", _DAY, _DAY), ("week", 7 * _DAY, 7 * _DAY), ("month", 28 * _DAY, 31 * _DAY),
    ("quarter", 90 * _DAY, 92 * _DAY), ("year", 365 * _DAY, 366 * _DAY),
)  # fmt: skip


def spacing_of(ordered: Floats, resolution: float = 0.0) -> Spacing | None:
    """The spacing of moments in seconds, in order; `None` for less than three different ones."""
    if len(ordered) < 3:
        return None
    moments = ordered[np.concatenate(([True], ordered[1:] != ordered[:-1]))]
    if len(moments) < 3:
        return None
    gaps = np.round(np.diff(moments), 6)
    widest = int(np.argmax(gaps))
    ends = (float(moments[widest]), float(moments[widest + 1]))
    sizes, counts = np.unique(gaps, return_counts=True)
    step = float(sizes[np.argmax(counts)])
    unit, shortest, longest = next(
        (unit for unit in _UNITS if unit[1] <= step <= unit[2]), ("", step, step)
    )
    like_it = counts[(sizes >= shortest) & (sizes <= longest)].sum()
    return Spacing(step, unit, float(like_it) / len(gaps), ends, resolution)


class MomentsSeen:
    """The different moments of a stream, made coarser when there are too many."""

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._seen: Floats = np.empty(0)
        self._new: list[Floats] = []
        self._waiting = 0
        self._level = 0

    def add(self, moments: Floats) -> None:
        """Note moments in seconds."""
        found = different(np.array(self._rounded(moments)))
        self._new.append(found)
        self._waiting += len(found)
        # With those seen before only once they are about as many: the work stays in proportion.
        if self._waiting >= max(_FEW, len(self._seen)):
            self._merge()

    def spacing(self) -> Spacing | None:
        """How the moments follow each other."""
        self._merge()
        return spacing_of(self._seen, _COARSER[self._level])

    def _merge(self) -> None:
        found = different(np.concatenate((self._seen, *self._new)))
        self._new, self._waiting = [], 0
        while len(found) > self._most and self._level < len(_COARSER) - 1:
            self._level += 1
            found = different(self._rounded(found))
        self._seen = found

    def _rounded(self, moments: Floats) -> Floats:
        unit = _COARSER[self._level]
        return np.floor(moments / unit) * unit if unit else moments
