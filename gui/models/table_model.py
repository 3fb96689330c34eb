"""A table of any size as a Qt model: cells are formatted a page at a time and forgotten again.

Nothing is made per row. A page is 64 rows of one column, formatted by the table in one call; the
pages last read are kept. A view that scrolls therefore asks Arrow for a slice once per 64 rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from engine.recipe.rows import CellCorrection
from gui.i18n import listed, tr
from gui.models.corrected_cells import CorrectedCells, told

PAGE_BITS = 6
"""A page holds 2 ** PAGE_BITS rows of one column."""
_PAGE = 1 << PAGE_BITS
_ROW_IN_PAGE = _PAGE - 1
_PAGES_KEPT = 2048

# Enum members are slow to compare with what Qt passes, so roles are compared as plain ints.
_DISPLAY = int(Qt.ItemDataRole.DisplayRole)
_TOOLTIP = int(Qt.ItemDataRole.ToolTipRole)
_ACCESSIBLE = int(Qt.ItemDataRole.AccessibleTextRole)
_ALIGNMENT = int(Qt.ItemDataRole.TextAlignmentRole)
_HORIZONTAL = Qt.Orientation.Horizontal
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)

Index = QModelIndex | QPersistentModelIndex


class Cells(Protocol):
    """What the model needs of a table."""

    @property
    def names(self) -> tuple[str, ...]:
        """Column names in file order."""

    @property
    def rows(self) -> int:
        """Number of rows."""

    def cells(self, name: str, start: int, stop: int) -> list[str | None]:
        """The cells of rows `start` to `stop` of a column as text; `None` is missing."""

    def row(self, place: int) -> int:
        """The row of the file (from 0) that stands at a place."""


class Described(Protocol):
    """Something that can be said in a sentence."""

    def sentence(self) -> str:
        """The sentence."""


class TableModel(QAbstractTableModel):
    """The cells of a table, read when a view asks for them."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._table: Cells | None = None
        self._names: tuple[str, ...] = ()
        self._rows = 0
        self._columns = 0
        self._pages: dict[int, list[str | None]] = {}
        self._right_aligned: frozenset[int] = frozenset()
        self._descriptions: Sequence[Described] = ()
        self._corrected = CorrectedCells()
        self._sort_words: Mapping[str, str] = {}

    def set_table(self, table: Cells | None) -> None:
        """Show another table, or none."""
        self.beginResetModel()
        self._table = table
        self._names = table.names if table is not None else ()
        self._columns = len(self._names)
        self._rows = table.rows if table is not None else 0
        self._pages.clear()
        self._right_aligned = frozenset()
        self._descriptions = ()
        self._corrected = CorrectedCells()
        self.endResetModel()

    def show_rows(self, table: Cells) -> None:
        """Show other rows of the same columns; columns keep their widths, order and selection of one."""
        assert table.names == self._names
        before, after = self._rows, table.rows
        if after < before:
            self.beginRemoveRows(QModelIndex(), after, before - 1)
        elif after > before:
            self.beginInsertRows(QModelIndex(), before, after - 1)
        self._table, self._rows = table, after
        self._pages.clear()
        if after < before:
            self.endRemoveRows()
        elif after > before:
            self.endInsertRows()
        if after:
            self.dataChanged.emit(self.index(0, 0), self.index(after - 1, self._columns - 1))

    def row_of(self, place: int) -> int:
        """The row of the file (from 0) that stands at a place."""
        return self._table.row(place) if self._table is not None else place

    def page_of(self, row: int) -> tuple[int, int]:
        """The places that are formatted together with that of `row`: from, to."""
        start = row & ~_ROW_IN_PAGE
        return start, min(start + _PAGE, self._rows)

    def set_right_aligned(self, columns: frozenset[int]) -> None:
        """Columns whose cells are numbers."""
        self._right_aligned = columns

    def set_descriptions(self, descriptions: Sequence[Described]) -> None:
        """What tooltips and screen readers say of each column."""
        self._descriptions = descriptions

    @property
    def names(self) -> tuple[str, ...]:
        """Column names in file order."""
        return self._names

    def set_sort_words(self, words: Mapping[str, str]) -> None:
        """What tooltips and screen readers say of the columns that rows are sorted by."""
        self._sort_words = words

    def set_corrected(self, cells: CorrectedCells) -> None:
        """Which cells are read as something else; `cell` and `texts` give what stands in the file."""
        self._corrected = cells

    def corrected_columns(self) -> tuple[int, ...]:
        """The columns in which cells are corrected."""
        return tuple(map(self._names.index, self._corrected.columns))

    def corrections_of(self, column: int) -> Mapping[int, CellCorrection]:
        """The corrections of a column, by rows of the file (from 0)."""
        return self._corrected.of(self._names[column])

    def correction(self, row: int, column: int) -> CellCorrection | None:
        """What a cell is corrected to; a correction of another cell than stands there is not used."""
        own = self.corrections_of(column)
        found = own.get(self.row_of(row)) if own else None
        return found if found is not None and found.found == self.cell(row, column) else None

    def is_right_aligned(self, column: int) -> bool:
        """Whether the cells of a column are numbers."""
        return column in self._right_aligned

    def cell(self, row: int, column: int) -> str | None:
        """A cell as text; `None` is missing."""
        page = row >> PAGE_BITS
        # A page's key is one int: tuples cost an allocation and a slower hash for every cell drawn.
        key = page * self._columns + column
        cells = self._pages.get(key)
        if cells is None:
            cells = self._load(key, page, column)
        return cells[row & _ROW_IN_PAGE]

    def texts(self, column: int, first: int, stop: int) -> list[str | None]:
        """The cells of a column from a row up to another as text; `None` is missing."""
        found: list[str | None] = []
        while first < stop:
            page = first >> PAGE_BITS
            key = page * self._columns + column
            cells = self._pages.get(key)
            if cells is None:
                cells = self._load(key, page, column)
            until = min(stop, (page + 1) << PAGE_BITS)
            found += cells[first & _ROW_IN_PAGE : until - (page << PAGE_BITS)]
            first = until
        return found

    def _load(self, key: int, page: int, column: int) -> list[str | None]:
        assert self._table is not None
        start = page << PAGE_BITS
        cells = self._table.cells(self._names[column], start, min(start + _PAGE, self._rows))
        self._pages[key] = cells
        if len(self._pages) > _PAGES_KEPT:
            del self._pages[next(iter(self._pages))]
        return cells

    # Qt's side -----------------------------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else self._rows

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else self._columns

    def data(self, index: Index, role: int = _DISPLAY) -> Any:
        if role == _DISPLAY:
            return self._text(index)
        if role == _TOOLTIP:
            return self._told(index)
        if role == _ACCESSIBLE:
            return tr(
                "{column}, row {row}: {value}",
                column=self._names[index.column()],
                row=self.row_of(index.row()) + 1,
                value=self._told(index),
            )
        if role == _ALIGNMENT:
            return _RIGHT if index.column() in self._right_aligned else _LEFT
        return None

    def _text(self, index: Index) -> str:
        text = self.cell(index.row(), index.column())
        return tr("missing") if text is None else text

    def _told(self, index: Index) -> str:
        """The text of a cell, and what it is corrected to."""
        correction = self.correction(index.row(), index.column())
        return self._text(index) if correction is None else told(correction)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _DISPLAY) -> Any:
        if orientation != _HORIZONTAL:
            return f"{self.row_of(section) + 1:,}" if role == _DISPLAY else None
        if role == _DISPLAY:
            return self._names[section] if section < self._columns else None
        if role in (_TOOLTIP, _ACCESSIBLE) and section < len(self._descriptions):
            sentence = self._descriptions[section].sentence()
            sorted_how = self._sort_words.get(self._names[section])
            return listed([sentence, sorted_how]) if sorted_how else sentence
        return None
