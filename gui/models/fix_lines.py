"""Lines and cells that can be set right, as a Qt table: what was read, why it did not fit, what to do."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt, Signal

from engine.messages import Message
from gui.i18n import render, tr
from gui.models.figures import count_text
from gui.models.table_model import Index

if TYPE_CHECKING:
    from engine.data.rejects import Misfit, Reject

_DISPLAY = int(Qt.ItemDataRole.DisplayRole)
_TOOLTIP = int(Qt.ItemDataRole.ToolTipRole)
_ACCESSIBLE = int(Qt.ItemDataRole.AccessibleTextRole)
_CHECK = int(Qt.ItemDataRole.CheckStateRole)
_ALIGNMENT = int(Qt.ItemDataRole.TextAlignmentRole)
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_WORD = re.compile(r"[^\W\d_]{2,}")
_LONGEST_TIP = 2000


class Part(IntEnum):
    """The columns."""

    CHECK = 0
    LINE = 1
    TEXT = 2
    WHY = 3
    FIX = 4


@dataclass(frozen=True, slots=True)
class Option:
    """A way to set a line or a cell right."""

    text: str
    """What is read instead; empty: nothing."""
    label: str
    """What the choice is called."""
    why: str = ""
    """What speaks for it."""


@dataclass(slots=True, eq=False)
class FixLine:
    """A line kept out, or a text that does not fit its column; and what is to become of it."""

    found: str
    line: int | None
    reason: str
    file: str = ""
    column: str = ""
    """Of a cell; empty for a whole line."""
    in_lines: bool = True
    """Whether `line` counts lines; of a sheet or a database it counts rows."""
    row: int | None = None
    """The table's row in which the cell stands first."""
    count: int = 1
    """Cells in which the text stands."""
    options: tuple[Option, ...] | None = None
    """Likely ways; `None` while they are being looked for."""
    choice: str = ""
    by_hand: bool = False
    checked: bool = False
    touched: bool = False
    """Whether a person has decided something here."""
    objection: str = ""
    """Why what was written by hand would still not fit."""
    reject_reason: Message | None = None
    """The reason against a whole line, as the engine gives it."""

    @classmethod
    def of_reject(cls, reject: Reject) -> FixLine:
        """A line that was kept out."""
        reason = render(reject.reason)
        return cls(reject.text, reject.line, reason, reject.file, reject_reason=reject.reason)

    @classmethod
    def of_misfits(cls, misfits: Sequence[Misfit], reason: str) -> list[FixLine]:
        """Cells of one column, each text once."""
        lines: dict[str, FixLine] = {}
        for misfit in misfits:
            known = lines.get(misfit.text)
            if known is not None:
                known.count += 1
            else:
                lines[misfit.text] = cls(
                    misfit.text,
                    misfit.line,
                    reason,
                    column=misfit.column,
                    in_lines=misfit.in_lines,
                    row=misfit.row,
                )
        return list(lines.values())

    @property
    def is_cell(self) -> bool:
        """Whether it is about a cell rather than a whole line."""
        return bool(self.column)

    @property
    def place(self) -> str:
        """Where it stands in the file."""
        return "—" if self.line is None else count_text(self.line)

    @property
    def why(self) -> str:
        """What is wrong with it, or what speaks for the choice."""
        if self.objection:
            return self.objection
        chosen = self._chosen()
        return chosen.why if self.is_cell and chosen is not None and chosen.why else self.reason

    @property
    def fix_text(self) -> str:
        """What the choice is called."""
        if self.options is None and not self.touched:
            return tr("Looking …")
        if self.by_hand:
            return tr("Read as {value}", value=self.choice) if self.is_cell else tr("As edited")
        chosen = self._chosen()
        if chosen is not None:
            return chosen.label
        return tr("Leave missing") if self.is_cell else tr("Leave out")

    def arrived(self, options: tuple[Option, ...]) -> None:
        """Take the ways that were found; the first one is chosen where it is likely enough."""
        self.options = options
        if self.touched or not options:
            return
        likeliest = options[0].text
        if self.is_cell:
            is_sure = _WORD.search(self.found) is None
        else:  # a line that was cut off does not become whole by blank cells
            is_sure = any(map(str.isalnum, likeliest.removeprefix(self.found)))
        if is_sure or not self.is_cell:
            self.choice = likeliest
        self.checked = is_sure

    def _chosen(self) -> Option | None:
        if self.by_hand or not self.choice:
            return None
        return next((o for o in self.options or () if o.text == self.choice), None)


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
        self.all_lines = list(lines)
        self._shown: list[FixLine] = self.all_lines
        self._objection = objection

    # For whoever shows it -----------------------------------------------------------------------

    def line(self, row: int) -> FixLine:
        """The line shown in a row."""
        return self._shown[row]

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._shown)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(Part)

    def data(self, index: Index, role: int = _DISPLAY) -> Any:
        line, part = self._shown[index.row()], Part(index.column())
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
        text = text.strip().casefold()
        self.beginResetModel()
        self._shown = list(_holding(self.all_lines, text)) if text else self.all_lines
        self.endResetModel()

    def toggle(self, row: int) -> None:
        """Check a line, or take the check away."""
        line = self._shown[row]
        if self.can_fix and not line.objection:
            line.checked, line.touched = not line.checked, True
            self._tell(row)

    def check_all(self, checked: bool) -> None:
        """Check all lines shown, or none of them."""
        for line in self._shown:
            if line.checked is not checked and not line.objection:
                line.checked, line.touched = checked, True
        self._tell_all()

    def choose(self, row: int, text: str) -> None:
        """Decide for one of the options, or with an empty text for none; it is checked then."""
        line = self._shown[row]
        line.choice, line.by_hand, line.objection = text, False, ""
        line.checked = line.touched = True
        self._tell(row)

    def write(self, row: int, text: str) -> None:
        """Decide for a text of one's own; it is checked unless it would still not fit."""
        line = self._shown[row]
        if text == line.found and not line.by_hand:
            return
        line.choice, line.by_hand, line.touched = text, True, True
        line.objection = "" if line.is_cell else self._objection(text)
        line.checked = not line.objection
        self._tell(row)

    def arrived(self, found: Iterable[tuple[FixLine, tuple[Option, ...]]]) -> None:
        """Take options that were worked out meanwhile."""
        for line, options in found:
            line.arrived(options)
        self._tell_all()

    def checked_lines(self) -> list[FixLine]:
        """All lines that are checked, shown or not."""
        return [line for line in self.all_lines if line.checked]

    def checked_share(self) -> Qt.CheckState:
        """Whether all, some or none of the lines shown are checked."""
        checked = sum(line.checked for line in self._shown)
        if not checked:
            return Qt.CheckState.Unchecked
        whole = checked == len(self._shown)
        return Qt.CheckState.Checked if whole else Qt.CheckState.PartiallyChecked

    def _tell(self, row: int) -> None:
        self.dataChanged.emit(self.index(row, 0), self.index(row, len(Part) - 1))
        self.changed.emit()

    def _tell_all(self) -> None:
        if self._shown:
            last = self.index(len(self._shown) - 1, len(Part) - 1)
            self.dataChanged.emit(self.index(0, 0), last)
        self.changed.emit()


def _holding(lines: Iterable[FixLine], text: str) -> Iterator[FixLine]:
    """The lines with this text in them, in the reason or as their number; there are few reasons."""
    number = text.replace(",", "")
    of_reason: dict[str, bool] = {}
    for line in lines:
        if line.reason not in of_reason:
            of_reason[line.reason] = text in line.reason.casefold()
        if (
            of_reason[line.reason]
            or text in line.found.casefold()
            or number == str(line.line)
            or (line.file and text in line.file.casefold())
        ):
            yield line


def option_of_line(text: str, label: Message) -> Option:
    """A proposal for a whole line."""
    return Option(text, render(label))


def option_of_cell(value: str, label: Message) -> Option:
    """A proposal for a cell."""
    if not value:
        return Option("", tr("Leave missing"))
    why = re.sub(rf"^{re.escape(value)}\s*[:：]\s*", "", render(label))
    return Option(value, tr("Read as {value}", value=value), why[:1].upper() + why[1:])
