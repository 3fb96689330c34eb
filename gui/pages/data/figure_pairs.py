"""Words at the left and figures at the right, in one or two halves of a grid."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel

from gui.models.statistics import Pairs
from gui.widgets.text import ElidedLabel, label


def fill_pairs(grid: QGridLayout, left: Pairs, right: Pairs) -> None:
    """Words at the left and figures at the right of each half."""
    grid.setHorizontalSpacing(8)
    grid.setVerticalSpacing(4)
    for first_column, pairs in ((0, left), (3, right)):
        for at in range(max(grid.rowCount(), len(pairs))):
            name, value = _pair_at(grid, at, first_column, make=at < len(pairs))
            if name is None or value is None:
                continue
            name.setVisible(at < len(pairs))
            value.setVisible(at < len(pairs))
            if at < len(pairs):
                word, figure = pairs[at]
                name.set_text(word)
                value.setText(_unbroken(figure))
                value.setWordWrap(not right)
                value.setAccessibleName(f"{word}: {figure}")
        # The figures keep their width; of the words, those are cut that find no room beside them.
        grid.setColumnStretch(first_column + 1, 1 if pairs else 0)
    grid.setColumnMinimumWidth(2, 14 if right else 0)


def make_pairs(grid: QGridLayout, rows: int) -> None:
    """Make labels ahead of the first figures, while nobody waits."""
    for at in range(rows):
        for first_column in (0, 3):
            for widget in _pair_at(grid, at, first_column, make=True):
                if widget is not None:
                    widget.hide()


def _pair_at(
    grid: QGridLayout, at: int, column: int, *, make: bool
) -> tuple[ElidedLabel | None, QLabel | None]:
    """The word and the figure at a place of the grid; labels are made once, and filled many times."""
    item = grid.itemAtPosition(at, column)
    if item is not None:
        return item.widget(), grid.itemAtPosition(at, column + 1).widget()
    if not make:
        return None, None
    name, value = ElidedLabel("", "small", "text2"), label("", "small", selectable=True)
    value.setAlignment(Qt.AlignmentFlag.AlignRight)
    grid.addWidget(name, at, column)
    grid.addWidget(value, at, column + 1)
    return name, value


def _unbroken(figure: str) -> str:
    """A figure and its unit stay on one line; what stands after a comma may come below."""
    start, blank, end = figure.rpartition(" ")
    return figure if not blank or start.endswith(",") else f"{start}\u00a0{end}"
