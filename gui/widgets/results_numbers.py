"""Figures as the result pages write them: metrics, intervals, file sizes."""

from __future__ import annotations

import math


def figure(value: float | None) -> str:
    """A metric: three decimals, fewer when it is large, an exponent when it is huge or tiny."""
    if value is None or not math.isfinite(value):
        return "—"
    size = abs(value)
    if size >= 1e8:
        text = f"{value:.2e}".replace("e+", "e")
    elif size >= 1000:
        text = f"{value:,.0f}"
    elif size >= 10:
        text = f"{value:.1f}" if size >= 100 else f"{value:.2f}"
    elif size >= 0.001 or size == 0:
        text = f"{value:.3f}"
    else:
        text = f"{value:.1e}"
    return text.replace("-", "\u2212")


def interval(low: float | None, high: float | None) -> str:
    """Both ends of an interval, or nothing where it is not defined."""
    if low is None or high is None or not (math.isfinite(low) and math.isfinite(high)):
        return ""
    return f"{figure(low)} – {figure(high)}"


def file_size(count: int) -> str:
    """A number of bytes in the unit that keeps it short."""
    amount = float(count)
    unit = "B"
    for larger in ("kB", "MB", "GB"):
        if amount < 1000:
            break
        amount, unit = amount / 1000, larger
    return f"{amount:.0f} {unit}" if unit == "B" or amount >= 100 else f"{amount:.1f} {unit}"
