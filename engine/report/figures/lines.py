"""Curves: losses by epoch, ROC, precision and recall, calibration."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from engine.report.figures import svg
from engine.report.figures.axes import WIDTH, Axes, bounds, legend, round_ticks

MOST_POINTS = 400


@dataclass(frozen=True, slots=True)
class Line:
    """A curve and its name."""

    name: str
    points: Sequence[tuple[float, float]]
    look: str = "s1"
    dashes: str = ""
    dotted: bool = False
    """Whether its points are marked."""


def lines(
    curves: Sequence[Line],
    *,
    told: str,
    x_title: str,
    y_title: str,
    x_range: tuple[float, float] | None = None,
    y_range: tuple[float, float] | None = None,
    mark: tuple[float, str] | None = None,
    spot: tuple[float, float] | None = None,
    diagonal: bool = False,
    counts: bool = False,
    width: float = WIDTH,
) -> str:
    """A chart of curves.

    Args:
        curves: One or several.
        told: What it shows, for who cannot see it.
        x_title: Below the x axis.
        y_title: Above the y axis.
        x_range: None: that of the points.
        y_range: None: that of the points.
        mark: An x with a line from top to bottom, and its name.
        spot: A point that stands out.
        diagonal: Whether to draw the line on which both are equal.
        counts: Whether x is counted: there is nothing between two whole numbers.
        width: Px.
    """
    xs = [x for curve in curves for x, _ in curve.points]
    ys = [y for curve in curves for _, y in curve.points]
    axes = Axes(
        x_range or bounds(xs, margin=0.0), y_range or bounds(_without_peaks(ys)), width=width
    )
    whole = [x for x in round_ticks(*axes.x_range) if x == round(x)]
    parts = axes.frame(x_title, y_title, x_ticks=whole if counts else None)
    if diagonal:
        ends = max(axes.x_range[0], axes.y_range[0]), min(axes.x_range[1], axes.y_range[1])
        parts.append(svg.path(axes.curve([(e, e) for e in ends]), "axis", width=1, dashes="4 3"))
    if mark is not None:
        x = axes.x(mark[0])
        parts.append(
            svg.line(x, axes.y(axes.y_range[0]), x, axes.y(axes.y_range[1]), "muted", "3 3")
        )
        side = "end" if x > axes.width * 0.6 else "start"
        parts.append(svg.text(x + (-5 if side == "end" else 5), 36, mark[1], anchor=side))
    for curve in curves:
        points = _thinned(curve.points)
        parts.append(svg.path(axes.curve(points), curve.look, width=1.6, dashes=curve.dashes))
        if curve.dotted or sum(math.isfinite(y) for _, y in points) == 1:
            parts += [_dot(axes, x, y, curve.look) for x, y in points if math.isfinite(y)]
    if spot is not None:
        parts.append(_dot(axes, *spot, "s2", 4))
    if len(curves) > 1:
        parts += legend([(c.name, c.look, c.dashes) for c in curves], width - 12)
    return svg.picture(axes.width, axes.height, parts, told)


def _dot(axes: Axes, x: float, y: float, look: str, radius: float = 2.5) -> str:
    return (
        f'<circle class="f-{look}" cx="{svg.number(axes.x(x))}" cy="{svg.number(axes.y(y))}" '
        f'r="{radius:g}" fill="{svg.COLOURS[look]}"/>'
    )


def _thinned(points: Sequence[tuple[float, float]]) -> Sequence[tuple[float, float]]:
    """At most about `MOST_POINTS` of them, evenly, the last one among them."""
    if len(points) <= MOST_POINTS:
        return points
    step = len(points) / MOST_POINTS
    return [points[int(place * step)] for place in range(MOST_POINTS)] + [points[-1]]


def _without_peaks(values: Sequence[float]) -> list[float]:
    """Without the few that would press all the others against the axis: a first epoch, an explosion."""
    known = sorted(value for value in values if math.isfinite(value))
    if len(known) < 10:
        return known
    high, low = known[int(0.95 * len(known))], known[0]
    return [value for value in known if value <= high + 1.5 * (high - low)]
