"""Points: predicted against actual values, residuals against normal quantiles."""

from __future__ import annotations

from collections.abc import Sequence

from engine.report.figures import svg
from engine.report.figures.axes import Axes, bounds

MOST = 1_000


def points(pairs: Sequence[tuple[float, float]], *, told: str, x_title: str, y_title: str) -> str:
    """(x, y) of up to `MOST` rows with the line on which both are equal."""
    step = max(1, -(-len(pairs) // MOST))
    shown = pairs[::step]
    span = bounds([value for pair in pairs for value in pair])
    axes = Axes(span, span)
    parts = axes.frame(x_title, y_title)
    parts.append(svg.path(axes.curve([(e, e) for e in span]), "axis", width=1, dashes="4 3"))
    # Dots are lines of no length with round ends: short, and one shape for all.
    places = "".join(f"M{svg.number(axes.x(x))} {svg.number(axes.y(y))}h0" for x, y in shown)
    colour = svg.COLOURS["s1"]
    parts.append(
        f'<path class="l-s1" d="{places}" fill="none" stroke="{colour}" stroke-width="3.6" '
        'stroke-linecap="round" opacity="0.45"/>'
    )
    return svg.picture(axes.width, axes.height, parts, told)
