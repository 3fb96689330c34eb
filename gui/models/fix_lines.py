"""Lines and cells that can be set right, as a Qt table: what was read, why it did not fit, what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt, Signal

from gui.i18n import tr
from gui.models.fix_line import FixLine, FixLines, Option
from gui.models.table_model import Index

_DISPLAY = int(Qt.ItemDataRole.DisplayRole)
_TOOLTIP = int(Qt.ItemDataRole.ToolTipRole)
_ACCESSIBLE = int(Qt.ItemDataRole.AccessibleTextRole)
_CHECK = int(Qt.ItemDataRole.CheckStateRole)
_ALIGNMENT = int(Qt.ItemDataRole.TextAlignmentRole)
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_LONGEST_TIP = 2000


class Part(IntEnum):
    """The columns."""

    CHECK = 0
    LINE = 1
    TEXT = 2
    WHY = 3
    FIX = 4


class FixLinesModel(QAbstractTableModel):
    """Shows fix lines, those that hold what is searched for."""

    changed = Signal()
    """Something was checked or chosen, or what is likely was found."""

    def __init__(
        self,
        lines: Sequence[FixLine],
        objection: Callable[[str], str],
        *,
        can_fix: bool,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.can_fix = can_fix
        """Whether lines can be checked; else they are only looked at."""
        self.all_lines = lines if isinstance(lines, FixLines) else FixLines(lines)
        self._shown: NDArray[np.int64] = np.arange(len(self.all_lines))
        """Places of the lines that hold what is searched for."""
        self._objection = objection

    # For whoever shows it -----------------------------------------------------------------------

    def line(self, row: int) -> FixLine:
        """The line shown in a row."""
        return self.all_lines[int(self._shown[row])]

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._shown)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(Part)

    def data(self, index: Index, role: int = _DISPLAY) -> Any:
        line, part = self.line(index.row()), Part(index.column())
        if role == _DISPLAY:
            return self._text(line, part)
        if role == _TOOLTIP:
            return self._text(line, part)[:_LONGEST_TIP]
        if role == _ACCESSIBLE:
            return self._spoken(line, part)
        if role == _CHECK and part is Part.CHECK and self.can_fix:
            return (Qt.CheckState.Checked if line.checked else Qt.CheckState.Unchecked).value
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _DISPLAY) -> Any:
        if orientation == Qt.Orientation.Vertical:
            return None
        if role == _DISPLAY:
            cells = bool(self.all_lines) and self.all_lines[0].is_cell
            read = tr("Cell") if cells else tr("As read, and as fixed")
            in_rows = bool(self.all_lines) and not self.all_lines[0].in_lines
            place = tr("Row") if in_rows else tr("Line")
            return ("", place, read, tr("Why"), tr("Fix"))[section]
        if role == _ALIGNMENT:
            return _RIGHT if section == Part.LINE else _LEFT
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if index.column() == Part.CHECK and self.can_fix:
            flags |= Qt.ItemFlag.ItemIsUserCheckable
        if index.column() == Part.TEXT and self.can_fix:
            flags |= Qt.ItemFlag.ItemIsEditable
        return flags

    def _text(self, line: FixLine, part: Part) -> str:
        if part is Part.LINE:
            return f"{line.file} {line.place}".strip()
        if part is Part.TEXT:
            return line.found
        if part is Part.WHY:
            return line.why
        return line.fix_text if part is Part.FIX else ""

    def _spoken(self, line: FixLine, part: Part) -> str:
        if part is Part.CHECK:
            state = tr("to be fixed") if line.checked else tr("not to be fixed")
            if not line.in_lines:
                return tr("Row {row}, {state}", row=line.place, state=state)
            return tr("Line {line}, {state}", line=line.place, state=state)
        if part is Part.TEXT and line.choice:
            return tr("{found}, as fixed: {fixed}", found=line.found, fixed=line.choice)
        return self._text(line, part)

    # What a person does -------------------------------------------------------------------------

    def search(self, text: str) -> None:
        """Show only lines with this text in them, in the reason or as their number."""
        text = text.strip()
        self.beginResetModel()
        everything = np.arange(len(self.all_lines))
        self._shown = self.all_lines.holding(text) if text else everything
        self.endResetModel()

    def toggle(self, row: int) -> None:
        """Check a line, or take the check away."""
        line = self.line(row)
        if self.can_fix and not line.objection:
            line.checked, line.touched = not line.checked, True
            self._tell(row)

    def check_all(self, checked: bool) -> None:
        """Check all lines shown, or none of them."""
        self.all_lines.check(self._shown, checked)
        self._tell_all()

    def choose(self, row: int, text: str) -> None:
        """Decide for one of the options, or with an empty text for none; it is checked then."""
        line = self.line(row)
        line.choice, line.by_hand = text, False
        line.object("")
        line.checked = line.touched = True
        self._tell(row)

    def write(self, row: int, text: str) -> None:
        """Decide for a text of one's own; it is checked unless it would still not fit."""
        line = self.line(row)
        if text == line.found and not line.by_hand:
            return
        line.choice, line.by_hand, line.touched = text, True, True
        line.object("" if line.is_cell else self._objection(text))
        line.checked = not line.objection
        self._tell(row)

    def arrived(self, found: Iterable[tuple[FixLine, tuple[Option, ...]]]) -> None:
        """Take options that were worked out meanwhile."""
        for line, options in found:
            line.arrived(options)
        self._tell_all()

    def checked_lines(self) -> list[FixLine]:
        """All lines that are checked, shown or not."""
        return self.all_lines.checked_lines()

    def count_checked(self) -> int:
        """How many lines are checked, shown or not."""
        return int(np.count_nonzero(self.all_lines.checked))

    def checked_share(self) -> Qt.CheckState:
        """Whether all, some or none of the lines shown are checked."""
        checked = int(np.count_nonzero(self.all_lines.checked[self._shown]))
        if not checked:
            return Qt.CheckState.Unchecked
        whole = checked == len(self._shown)
        return Qt.CheckState.Checked if whole else Qt.CheckState.PartiallyChecked

    def _tell(self, row: int) -> None:
        self.dataChanged.emit(self.index(row, 0), self.index(row, len(Part) - 1))
        self.changed.emit()

    def _tell_all(self) -> None:
        if len(self._shown):
            last = self.index(len(self._shown) - 1, len(Part) - 1)
            self.dataChanged.emit(self.index(0, 0), last)
        self.changed.emit()
