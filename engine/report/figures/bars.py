"""Bars: histograms, and figures by name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

from engine.report.figures import svg
from engine.report.figures.axes import WIDTH, Axes, legend
from engine.report.words import figure

_LINE = 20.0
_NAMES = 150.0


def histogram(
    edges: Sequence[float],
    counts: Sequence[int],
    others: Sequence[int] = (),
    *,
    told: str,
    x_title: str,
    y_title: str,
    names: tuple[str, str] = ("", ""),
) -> str:
    """Counts between edges; `others` stand on top of `counts`."""
    tops = [a + b for a, b in zip(counts, others or [0] * len(counts), strict=True)]
    axes = Axes((edges[0], edges[-1]), (0.0, max(1.0, *tops) * 1.04))
    parts = axes.frame(x_title, y_title)
    base = axes.y(0)
    for place, (low, high) in enumerate(pairwise(edges)):
        x, width = axes.x(low) + 0.5, axes.x(high) - axes.x(low) - 1
        first = axes.y(counts[place])
        parts.append(svg.rectangle(x, first, width, base - first, "s1"))
        if others and others[place]:
            top = axes.y(tops[place])
            parts.append(svg.rectangle(x, top, width, first - top, "plain"))
    if others:
        parts += legend([(names[0], "s1", ""), (names[1], "plain", "")], axes.width - 12)
    return svg.picture(axes.width, axes.height, parts, told)


def bars(
    entries: Sequence[tuple[str, float]],
    *,
    told: str,
    ends: Sequence[tuple[float, float]] = (),
    written: Callable[[float], str] = figure,
    width: float = WIDTH,
) -> str:
    """Figures by name, lying; `ends` are the ends of the interval of each."""
    values = [value for _, value in entries] + [end for pair in ends for end in pair]
    low, high = min(0.0, *values), max(0.0, *values)
    if low == high:
        high = 1.0
    left = min(_NAMES, max(svg.width_of(name) for name, _ in entries)) + 12
    right = max(svg.width_of(written(value)) for _, value in entries) + 12
    scale = (width - left - right) / (high - low)
    zero = left - low * scale
    height = _LINE * len(entries) + 8
    parts = []
    for place, (name, value) in enumerate(entries):
        y = 4 + place * _LINE
        parts.append(
            svg.text(left - 8, y + 14, svg.shortened(name, left - 12), anchor="end", look="text")
        )
        start, end = sorted((zero, zero + value * scale))
        parts.append(svg.rectangle(start, y + 4, end - start, _LINE - 8, "soft"))
        reach = end
        if ends:
            x1, x2 = (zero + bound * scale for bound in ends[place])
            parts.append(svg.line(x1, y + 10, x2, y + 10, "s1"))
            reach = max(reach, x2)
        parts.append(svg.text(reach + 5, y + 14, written(value), look="text"))
    parts.append(svg.line(zero, 2, zero, height - 2, "axis"))
    return svg.picture(width, height, parts, told)
