"""Colours behind cells that say something about their values, worked out a page at a time."""

from __future__ import annotations

from bisect import bisect_right
from enum import StrEnum
from typing import TYPE_CHECKING

from PySide6.QtGui import QColor

from engine.schema import Kind
from gui import theme
from gui.models.table_model import TableModel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.data.profiling.profile import ColumnProfile, Profile

_PAGES_KEPT = 1024
_STEPS = ("s0", "s1", "s2")
"""Pale enough for text in ink on top."""


class ColourBy(StrEnum):
    """What the colour behind a cell says."""

    NOTHING = "nothing"
    VALUE = "value"
    """How large the value is among those of its column; how frequent a category is."""
    TARGET = "target"
    """The target of the row."""
    MISSING = "missing"
    OUTLIERS = "outliers"
    """Values more than 1.5 times the distance of the quartiles away from them."""


class CellTints:
    """The colour of each cell of a model, or none."""

    def __init__(self, model: TableModel) -> None:
        self._model = model
        self._by = ColourBy.NOTHING
        self._figures: dict[str, ColumnProfile] = {}
        self._target: str | None = None
        self._pages: dict[tuple[int, int], list[QColor | None]] = {}

    @property
    def by(self) -> ColourBy:
        """What the colours say."""
        return self._by

    def colour_by(self, by: ColourBy) -> None:
        """Let the colours say something else."""
        self._by = by
        self._pages.clear()

    def set_figures(self, profile: Profile | None, target: str | None) -> None:
        """What values are measured against: the profile of the whole table, and the target."""
        self._figures = profile.columns if profile is not None else {}
        self._target = target
        self._pages.clear()

    def forget(self) -> None:
        """Other rows are shown."""
        self._pages.clear()

    def at(self, row: int, column: int) -> QColor | None:
        """The colour behind a cell."""
        start, stop = self._model.page_of(row)
        key = (start, column if self._by is not ColourBy.TARGET else -1)
        page = self._pages.get(key)
        if page is None:
            cells = [self._model.cell(at, self._source(column)) for at in range(start, stop)]
            page = self._pages[key] = self._colours(self._source(column), cells)
            if len(self._pages) > _PAGES_KEPT:
                del self._pages[next(iter(self._pages))]
        return page[row - start]

    def _source(self, column: int) -> int:
        names = self._model.names
        if self._by is ColourBy.TARGET and self._target in names:
            return names.index(self._target)
        return column

    def _colours(self, column: int, cells: Sequence[str | None]) -> list[QColor | None]:
        if self._by is ColourBy.MISSING:
            mark = theme.colour("warnbg")
            return [mark if cell is None else None for cell in cells]
        figures = self._figures.get(self._model.names[column])
        if figures is None or (self._by is ColourBy.TARGET and self._target is None):
            return [None] * len(cells)
        if self._by is ColourBy.OUTLIERS:
            return self._outliers(figures, cells)
        if figures.kind is Kind.NUMBER:
            return self._by_size(figures, cells)
        if figures.kind is Kind.CATEGORY:
            return self._by_level(figures, cells)
        return [None] * len(cells)

    def _by_size(self, figures: ColumnProfile, cells: Sequence[str | None]) -> list[QColor | None]:
        if figures.quartiles is None:
            return [None] * len(cells)
        low, middle, high = figures.quartiles
        marks = [theme.colour("surface"), *(theme.colour(step) for step in _STEPS)]
        bounds = [low, middle, high]
        found = [_number(cell) for cell in cells]
        return [None if x is None else marks[bisect_right(bounds, x)] for x in found]

    def _by_level(self, figures: ColumnProfile, cells: Sequence[str | None]) -> list[QColor | None]:
        marks = [_pale(theme.run_colour(slot)) for slot in range(6)]
        levels = sorted(value for value, _ in figures.top[:6])
        colours = dict(zip(levels, marks, strict=False))
        return [colours.get(cell) if cell is not None else None for cell in cells]

    def _outliers(self, figures: ColumnProfile, cells: Sequence[str | None]) -> list[QColor | None]:
        if figures.quartiles is None or figures.kind is not Kind.NUMBER:
            return [None] * len(cells)
        low, _, high = figures.quartiles
        reach = 1.5 * (high - low)
        mark = theme.colour("warnbg")
        found = [_number(cell) for cell in cells]
        return [
            mark if x is not None and not low - reach <= x <= high + reach else None for x in found
        ]


def _number(cell: str | None) -> float | None:
    try:
        return float(cell) if cell is not None else None
    except ValueError:
        return None


def _pale(hue: QColor) -> QColor:
    """A hue at a sixth over the ground of the table, so that ink stays readable on it."""
    ground = theme.colour("surface")
    share = 0.22
    return QColor.fromRgbF(
        *(
            g + (h - g) * share
            for h, g in zip(
                (hue.redF(), hue.greenF(), hue.blueF()),
                (ground.redF(), ground.greenF(), ground.blueF()),
                strict=True,
            )
        )
    )
