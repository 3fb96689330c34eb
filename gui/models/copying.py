"""Selected cells as text that spreadsheets take: tab-separated, quoted where needed."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

from gui.models.table_model import Cells

MOST_CELLS = 500_000
"""A clipboard is not the place for more."""


@dataclass(frozen=True, slots=True)
class Block:
    """A rectangle of cells; bounds are inclusive."""

    top: int
    left: int
    bottom: int
    right: int

    def has(self, row: int, column: int) -> bool:
        """Whether the cell lies inside."""
        return self.top <= row <= self.bottom and self.left <= column <= self.right


@dataclass(frozen=True, slots=True)
class Copied:
    """The text, and how much of the selection is in it."""

    text: str
    rows: int
    columns: int
    rows_selected: int

    @property
    def is_cut(self) -> bool:
        """Whether rows were left out because there were too many."""
        return self.rows < self.rows_selected


def copy_blocks(
    table: Cells,
    blocks: Sequence[Block],
    most: int = MOST_CELLS,
    *,
    order: Sequence[int] | None = None,
    with_names: bool = False,
) -> Copied:
    """The cells of `blocks` as tab-separated lines.

    Missing cells, and cells between blocks that are not selected, are empty. Whole columns come with their
    names on top, others do with `with_names`. At most `most` cells are copied. `order` are the columns
    from left to right, those that are hidden left out; `None`: all as in the file.
    """
    chosen = {column for b in blocks for column in range(b.left, b.right + 1)}
    columns = [
        column for column in (sorted(chosen) if order is None else order) if column in chosen
    ]
    spans = _merged([(b.top, b.bottom) for b in blocks])
    selected = sum(bottom - top + 1 for top, bottom in spans)
    room = max(1, most // max(1, len(columns)))
    buffer = io.StringIO()
    writer = csv.writer(buffer, dialect="excel-tab", lineterminator="\n")
    if with_names or (selected == table.rows and table.rows > 1):
        writer.writerow([table.names[column] for column in columns])
    rows = 0
    for top, bottom in spans:
        stop = min(bottom + 1, top + room - rows)
        if stop <= top:
            break
        cells = [table.cells(table.names[column], top, stop) for column in columns]
        if len(blocks) > 1:
            cells = [
                [
                    text if any(b.has(top + at, column) for b in blocks) else ""
                    for at, text in enumerate(texts)
                ]
                for column, texts in zip(columns, cells, strict=True)
            ]
        writer.writerows(zip(*([text or "" for text in texts] for texts in cells), strict=True))
        rows += stop - top
    text = buffer.getvalue()
    if rows == 1 and len(columns) == 1 and not with_names:
        text = next(csv.reader([text], dialect="excel-tab"))[0] if text.strip() else ""
    return Copied(text, rows, len(columns), selected)


def _merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for top, bottom in sorted(spans):
        if merged and top <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(merged[-1][1], bottom))
        else:
            merged.append((top, bottom))
    return merged
