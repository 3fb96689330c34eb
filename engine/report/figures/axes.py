"""The frame of a chart: scales with ticks at round numbers, grid, names of the axes."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from engine.report.figures import svg
from engine.report.words import figure

WIDTH, HEIGHT = 380.0, 250.0
WIDE = 780.0
_RIGHT, _TOP, _BOTTOM = 12.0, 26.0, 38.0
_TICK = 4.0
_TOO_LARGE = 1e150
"""Differences of such figures are beyond what can be computed with."""


def round_ticks(low: float, high: float, most: int = 6) -> list[float]:
    """Round numbers from `low` to `high`."""
    span = high - low
    if not math.isfinite(span) or span <= 0:
        return [low]
    rough = span / most
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(size * power for size in (1, 2, 2.5, 5, 10) if size * power >= rough * 0.999)
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return [round(place * step, 12) for place in range(first, last + 1)]


def bounds(
    values: Iterable[float], *, margin: float = 0.04, zero: bool = False
) -> tuple[float, float]:
    """The least and the greatest of the finite values, with a little room; 0 to 1 without any."""
    known = [value for value in values if abs(value) < _TOO_LARGE]
    if zero:
        known.append(0.0)
    if not known:
        return 0.0, 1.0
    low, high = min(known), max(known)
    if low == high:
        room = abs(low) * 0.1 or 0.5
        return low - room, high + room
    room = (high - low) * margin
    return (low if zero and low == 0 else low - room), high + room


def tick_text(value: float) -> str:
    """As short as it can be: `0.5`, `1,200`, `2M`."""
    size = abs(value)
    if size >= 1e12 or 0 < size < 1e-4:
        return figure(value)
    for limit, unit, letter in ((1e9, 1e9, "G"), (1e6, 1e6, "M"), (1e4, 1e3, "k")):
        if size >= limit:
            return f"{value / unit:g}{letter}".replace("-", "\u2212")
    return f"{value:,.6g}".replace("-", "\u2212")


@dataclass(frozen=True, slots=True)
class Axes:
    """A chart's frame; `x` and `y` give the place of values in px."""

    x_range: tuple[float, float]
    y_range: tuple[float, float]
    width: float = WIDTH
    height: float = HEIGHT
    left: float = 46.0
    bottom: float = _BOTTOM

    def x(self, value: float) -> float:
        """Px from the left."""
        low, high = self.x_range
        return self.left + (value - low) / (high - low) * (self.width - self.left - _RIGHT)

    def y(self, value: float) -> float:
        """Px from the top."""
        low, high = self.y_range
        return self.height - self.bottom - (value - low) / (high - low) * self.inner_height

    @property
    def inner_height(self) -> float:
        """Of the plot itself, px."""
        return self.height - self.bottom - _TOP

    def frame(
        self,
        x_title: str,
        y_title: str = "",
        *,
        x_ticks: Sequence[float] | None = None,
        y_ticks: Sequence[float] | None = None,
    ) -> list[str]:
        """Grid, ticks and titles; the y axis has its title above it."""
        parts = []
        base = self.height - self.bottom
        for value in round_ticks(*self.y_range, 5) if y_ticks is None else y_ticks:
            parts.append(
                svg.line(self.left, self.y(value), self.width - _RIGHT, self.y(value), "grid")
            )
            parts.append(svg.text(self.left - 6, self.y(value) + 4, tick_text(value), anchor="end"))
        for value in round_ticks(*self.x_range, 6) if x_ticks is None else x_ticks:
            parts.append(svg.line(self.x(value), base, self.x(value), base + _TICK, "axis"))
            parts.append(svg.text(self.x(value), base + 16, tick_text(value), anchor="middle"))
        parts.append(svg.line(self.left, base, self.width - _RIGHT, base, "axis"))
        middle = (self.left + self.width - _RIGHT) / 2
        if x_title:
            parts.append(svg.text(middle, self.height - 6, x_title, anchor="middle"))
        if y_title:
            parts.append(svg.text(4, 12, y_title))
        return parts

    def curve(self, points: Iterable[tuple[float, float]]) -> str:
        """Points as the `d` of a path; those that cannot be drawn interrupt it."""
        found: list[str] = []
        begins = True
        for x, y in points:
            if not (abs(x) < _TOO_LARGE and abs(y) < _TOO_LARGE):
                begins = True
                continue
            inside = min(max(y, self.y_range[0]), self.y_range[1])
            place = f"{svg.number(self.x(x))} {svg.number(self.y(inside))}"
            found.append(("M" if begins else "L") + place)
            begins = False
        return "".join(found)


def legend(entries: Sequence[tuple[str, str, str]], right: float, y: float = 12) -> list[str]:
    """Keys at the right end of the line above a chart: (words, look, dashes)."""
    parts: list[str] = []
    for words, look, dashes in reversed(entries):
        if not words:
            continue
        right -= svg.width_of(words)
        parts.append(svg.text(right, y, words))
        right -= 6
        parts.append(
            svg.path(f"M{svg.number(right - 16)} {y - 4}h16", look, width=2, dashes=dashes)
        )
        right -= 30
    return parts
