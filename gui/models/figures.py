"""Numbers as people read them in headers, statistics and captions."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

_MINUS = "\u2212"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY = 86_400.0


def count_text(value: int) -> str:
    """A count: `48,842`."""
    return f"{value:,}"


def percent_text(share: float) -> str:
    """A share from 0 to 1 with one decimal; never rounded to a 0 or 100 that it is not."""
    percent = 100 * share
    if 0 < percent < 0.05:
        return "<0.1%"
    if 99.95 <= percent < 100:
        return ">99.9%"
    return f"{percent:.1f}%"


def whole_percent_text(share: float) -> str:
    """A share from 0 to 1 without decimals."""
    return f"{100 * share:.0f}%"


def exact_text(value: float, *, integer: bool = False) -> str:
    """A statistic: whole numbers grouped, others with about four digits that matter."""
    if not math.isfinite(value):
        return "—"
    size = abs(value)
    if size >= 1e15 or 0 < size < 1e-4:
        text = f"{value:.3e}"
    elif integer and value == int(value):
        text = f"{int(value):,}"
    elif size >= 1 or value == 0:
        text = f"{value:,.2f}"
    else:
        text = f"{value:.{2 - math.floor(math.log10(size))}f}"
    return text.replace("-", _MINUS)


def compact_text(value: float) -> str:
    """A bound in a narrow header: `512`, `0.42`, `48.8k`, `1.2M`."""
    if not math.isfinite(value):
        return "—"
    size = abs(value)
    if size >= 1e15:
        text = f"{value:.2e}"
    elif size >= 1e4:
        factor, unit = next((f, u) for f, u in _UNITS if size >= f)
        scaled = value / factor
        text = (f"{scaled:.0f}" if size >= 99.95 * factor else f"{scaled:.3g}") + unit
    else:
        text = f"{value:,.0f}" if size >= 99.95 else f"{value:.3g}"
    return text.replace("-", _MINUS)


_UNITS = ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"))


def date_text(seconds: float, span: float = 0.0) -> str:
    """A moment in seconds since 1970, as fine as an axis of `span` seconds needs it (0: to the second)."""
    try:
        moment = _EPOCH + timedelta(seconds=seconds)
    except (OverflowError, ValueError):
        return "—"
    if span > 6 * 365 * _DAY:
        return f"{moment:%Y}"
    if span > 365 * _DAY:
        return f"{moment:%Y-%m}"
    if span > 3 * _DAY or (span == 0 and seconds % _DAY == 0):
        return f"{moment:%Y-%m-%d}"
    return f"{moment:%H:%M}" if span > 0 else f"{moment:%Y-%m-%d %H:%M:%S}"
