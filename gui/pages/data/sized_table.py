"""A table whose columns are as wide as what stands in them, or as a person made them."""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Mapping, Sequence

from PySide6.QtCore import QTimer
from PySide6.QtGui import QFontMetricsF, QResizeEvent
from PySide6.QtWidgets import QWidget

from engine.schema import Kind
from gui import theme
from gui.i18n import tr
from gui.models.column_facts import ColumnFacts
from gui.models.corrected_cells import before_and_after
from gui.models.table_model import TableModel
from gui.pages.data.arranged_table import ArrangedTable
from gui.pages.data.cells import BETWEEN_BOTH, PADDING

_SAMPLE_ROWS = 64
_LONGEST_TEXTS = 8
"""Of the cells looked at, so many with the most letters are measured: one of them is the widest."""
_NARROWEST = 50
_WIDEST = 156
_WITH_HISTOGRAM = 56
"""A histogram narrower than this says nothing."""
_TEXT_AT_LEAST = 76
"""Columns of text give way down to this, so that a table that nearly fits does fit."""
_MEASURED = 200
"""Columns whose cells are measured; the others of a very wide table are as wide as these are."""
_AT_ONCE = 30
"""Columns whose widths are found before a table is drawn: nobody is to see them jump."""
_TICK_SECONDS = 0.008
"""How long widths are looked for between two events."""


class SizedTable(ArrangedTable):
    """Finds the widths of its columns, those of very many between other events."""

    def __init__(self, model: TableModel, parent: QWidget | None = None) -> None:
        super().__init__(model, parent)
        self._facts: tuple[ColumnFacts, ...] = ()
        self._had_bars = False
        self._unsized = 0
        self._natural_widths: list[int] = []
        self._widest_cells: dict[Kind, int] = {}
        self._sizes_itself = False
        self._reveals_chosen = False
        """Whether the chosen column is still to be brought into sight, once the widths are known."""
        self._widths_by_hand: dict[int, int] = {}
        self._sizing = QTimer(self, interval=0)
        self._sizing.timeout.connect(self._size_some_columns)
        self.header.sectionResized.connect(self._on_resized)
        self.layoutEdited.connect(self._squeeze_texts)

    def set_facts(self, facts: Sequence[ColumnFacts]) -> None:
        """What the header says of each column; the first facts of a table also set the widths."""
        if self._facts and tuple(facts) == self._facts:
            return
        first = not self._facts
        # Only the first figures of a table: with every filter columns would jump.
        gained_bars = not self._had_bars and any(each.bars for each in facts)
        self._had_bars |= gained_bars
        self._facts = tuple(facts)
        self.header.set_facts(self._facts)
        if (first or gained_bars) and len(self._widths_by_hand) < len(self._facts):
            self._unsized = 0
            self._natural_widths.clear()
            self._widest_cells.clear()
            self._reveals_chosen |= first
            self.setUpdatesEnabled(False)
            self._sizing.start()

    def set_sorts(self, sorts: Mapping[int, tuple[bool, int]]) -> None:
        """Mark columns as sorted, with room for the mark; see `ColumnHeader.set_sorts`."""
        self.header.set_sorts(sorts)
        self._sizes_itself = True
        for column in sorts:
            if column < len(self._facts) and column not in self._widths_by_hand:
                least = self.header.width_of_name(self._facts[column])
                if 0 < self.columnWidth(column) < least:
                    self.setColumnWidth(column, least)
        self._sizes_itself = False

    def make_room_for_corrections(self) -> None:
        """Widen columns so that a corrected cell shows both of its values; those set by hand stay."""
        self._sizes_itself = True
        for column in self._model.corrected_columns():
            if column >= len(self._natural_widths) or column in self._widths_by_hand:
                continue
            wanted = self._fitting_width(column)
            self._natural_widths[column] = max(wanted, self._natural_widths[column])
            if 0 < self.columnWidth(column) < wanted:
                self.setColumnWidth(column, wanted)
        self._sizes_itself = False

    def arrange(
        self,
        order: Sequence[int],
        hidden: Iterable[int],
        frozen: int,
        widths: Mapping[int, int],
    ) -> None:
        """Arrange the columns, and give some of them widths that a person chose."""
        self.arrange_columns(order, hidden, frozen)
        self._widths_by_hand = dict(widths)
        self._sizes_itself = True
        for column, natural in enumerate(self._natural_widths):
            if not self.isColumnHidden(column):
                self.setColumnWidth(column, widths.get(column, natural))
        self._sizes_itself = False
        self._refresh_frozen()
        self._squeeze_texts()

    @property
    def widths_by_hand(self) -> dict[int, int]:
        """Widths that a person set."""
        return dict(self._widths_by_hand)

    @property
    def is_sizing(self) -> bool:
        """Whether the widths of some columns of many have still to be found."""
        return self._sizing.isActive()

    def _size_some_columns(self) -> None:
        """Set the widths of the next columns; a table of 10,000 of them is done between events."""
        began, start = time.perf_counter(), self._unsized
        self._sizes_itself = True
        while self._unsized < len(self._facts) and (
            self._unsized == start or time.perf_counter() - began < _TICK_SECONDS
        ):
            column = self._unsized
            width = self._fitting_width(column)
            self._natural_widths.append(width)
            self.setColumnWidth(column, self._widths_by_hand.get(column, width))
            self._unsized += 1
        self._sizes_itself = False
        if self._unsized >= len(self._facts):
            self._sizing.stop()
            self._squeeze_texts()
        if self._unsized >= min(_AT_ONCE, len(self._facts)) and not self.updatesEnabled():
            self._draw_again()

    def _draw_again(self) -> None:
        reveals, self._reveals_chosen = self._reveals_chosen, False
        chosen = self._cells.chosen_column
        if reveals and self.isVisible() and 0 <= chosen < self._model.columnCount():
            self._reveal_column(chosen)
        self.setUpdatesEnabled(True)

    def _squeeze_texts(self) -> None:
        """Make columns of text narrower where that spares the sideways scrolling."""
        if self._widths_by_hand or len(self._natural_widths) != len(self._facts):
            return
        widths = [
            0 if self.isColumnHidden(column) else width
            for column, width in enumerate(self._natural_widths)
        ]
        room = {
            column: max(0, widths[column] - max(_TEXT_AT_LEAST, self.header.width_of(facts)))
            for column, facts in enumerate(self._facts)
            if facts.kind is Kind.TEXT and widths[column]
        }
        lacking = sum(widths) - self.viewport().width()
        available = sum(room.values())
        share = lacking / available if 0 < lacking <= available else 0.0
        self._sizes_itself = True
        for column, spare in room.items():
            self.setColumnWidth(column, widths[column] - math.ceil(spare * share))
        self._sizes_itself = False

    def _on_resized(self, column: int, before: int, after: int) -> None:
        if not self._sizes_itself and before and after:  # not hidden, not shown again
            self._widths_by_hand[column] = after
            self.layoutEdited.emit()
        if column in self.header.frozen:
            self._refresh_frozen()

    def _fitting_width(self, column: int) -> int:
        facts = self._facts[column]
        widest = max(self._widest_cell(column, facts.kind), self._widest_correction(column))
        least = _WITH_HISTOGRAM if len(facts.bars) > 3 else _NARROWEST
        wanted = max(self.header.width_of(facts), widest + 2 * PADDING + 2, least)
        scale = theme.text_scale()
        return min(wanted, max(round(_WIDEST * scale), self.header.width_of_name(facts)))

    def _widest_cell(self, column: int, kind: Kind) -> int:
        """How wide the longest of the first cells is."""
        if column >= _MEASURED and kind in self._widest_cells:
            return self._widest_cells[kind]
        rows = min(_SAMPLE_ROWS, self._model.rowCount())
        cells = {(self._model.cell(row, column) or tr("missing"))[:60] for row in range(rows)}
        texts = sorted(cells, key=len)[-_LONGEST_TEXTS:]
        metrics = QFontMetricsF(theme.font("small"))
        widest = round(max(map(metrics.horizontalAdvance, texts), default=0))
        self._widest_cells[kind] = max(widest, self._widest_cells.get(kind, 0))
        return widest

    def _widest_correction(self, column: int) -> int:
        """How wide the longest of the corrected cells is, with both values."""
        both = {before_and_after(each) for each in self._model.corrections_of(column).values()}
        longest = sorted(both, key=lambda pair: len(pair[0]) + len(pair[1]))[-_LONGEST_TEXTS:]
        metrics = QFontMetricsF(theme.font("small"))
        widths = (sum(map(metrics.horizontalAdvance, pair)) + BETWEEN_BOTH for pair in longest)
        return math.ceil(max(widths, default=0))

    def forget_widths(self) -> None:
        """Another table is shown: its columns have widths of their own."""
        self._facts = ()
        self._had_bars = False
        self._natural_widths.clear()
        self._widths_by_hand.clear()
        self._sizing.stop()
        self._reveals_chosen = False
        self.setUpdatesEnabled(True)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._squeeze_texts()
