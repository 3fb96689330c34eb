"""The confusion matrix as a heat map; of a hundred classes too."""

from __future__ import annotations

from collections.abc import Sequence

from engine.report.figures import svg

_SHADES = ("#EEF5F5", "#CFE4E4", "#9CC8CB", "#57999F", "#2A7F88", "#0B5A63")
_LIMITS = (0.02, 0.1, 0.3, 0.55, 0.8)
"""Shares of a row at which the next shade begins."""
_NAMED = 26
"""Of more classes some are named, and no counts are written."""
_NAME = 110.0
_SIZE = 380.0


def matrix(
    classes: Sequence[str],
    counts: Sequence[Sequence[int]],
    *,
    told: str,
    actual: str,
    predicted: str,
) -> str:
    """Rows are actual classes, columns predicted ones; shades are shares of each row.

    Args:
        classes: Names.
        counts: `counts[actual][predicted]`.
        told: What it shows, for who cannot see it.
        actual: Title of the rows.
        predicted: Title of the columns.
    """
    size = len(classes)
    names = [svg.shortened(name, _NAME) for name in classes]
    left = max(svg.width_of(name) for name in names) + 26
    cell = max(4.0, min(72.0, _SIZE / size))
    slanted = any(svg.width_of(name) > cell - 6 for name in names)
    top = 22 + (max(svg.width_of(name) for name in names) + 6 if slanted else 18)
    side = cell * size
    every = 1 if size <= _NAMED else -(-size // 25)
    letters = min(11.0, max(6.0, cell * 0.55))
    parts = [
        svg.text(left + side / 2, 13, predicted, anchor="middle"),
        svg.text(11, top + side / 2, actual, anchor="middle", turned=True),
    ]
    parts += _cells(counts, left, top, cell)
    for place in range(0, size, every):
        middle = (place + 0.5) * cell
        y = top + middle + 4
        parts.append(svg.text(left - 6, y, names[place], anchor="end", look="text"))
        x = left + middle
        if slanted:
            parts.append(svg.text(x + 4, top - 6, names[place], look="text", turned=True))
        else:
            parts.append(svg.text(x, top - 6, names[place], anchor="middle", look="text"))
    widest = max(len(f"{count:,}") for row in counts for count in row)
    if size <= _NAMED and letters * 0.56 * widest < cell:
        for row, line in enumerate(counts):
            total = sum(line)
            for column, count in enumerate(line):
                if count:
                    dark = total and count / total >= _LIMITS[3]
                    x, y = left + (column + 0.5) * cell, top + (row + 0.5) * cell + letters * 0.36
                    look = "#FFFFFF" if dark else "#182123"
                    parts.append(
                        svg.text(x, y, f"{count:,}", anchor="middle", look=look, size=letters)
                    )
    frame = f"M{svg.number(left)} {svg.number(top)}h{svg.number(side)}v{svg.number(side)}h{svg.number(-side)}z"
    parts.append(svg.path(frame, "axis", width=1))
    return svg.picture(left + side + 8, top + side + 8, parts, told)


def _cells(counts: Sequence[Sequence[int]], left: float, top: float, cell: float) -> list[str]:
    """One path for each shade: ten thousand cells make six shapes."""
    drawn: list[list[str]] = [[] for _ in _SHADES]
    gap = 1.0 if cell >= 12 else 0.0
    side = svg.number(cell - gap)
    for row, line in enumerate(counts):
        total = sum(line)
        for column, count in enumerate(line):
            share = count / total if total else 0.0
            shade = 0 if not count else max(1, sum(share >= limit for limit in _LIMITS))
            if shade or gap:
                x, y = svg.number(left + column * cell), svg.number(top + row * cell)
                drawn[shade].append(f"M{x} {y}h{side}v{side}h-{side}z")
    return [
        f'<path class="h-{shade}" fill="{_SHADES[shade]}" d="{"".join(paths)}"/>'
        for shade, paths in enumerate(drawn)
        if paths
    ]
