"""The runs as a Qt table: filtered, sorted and folded here, and updated row by row."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeAlias

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFont

from engine.store.run_filter import RunFilter
from gui import theme
from gui.i18n import tr
from gui.models.run_words import short_title
from gui.runs_drawer import columns
from gui.runs_drawer.columns import Column
from gui.runs_drawer.rows import Row, Wanted, changed_runs, stays, visible

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from engine.store.summary import RunSummary

Index: TypeAlias = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole

RUN_ROLE = int(Role.UserRole)
ROW_ROLE = RUN_ROLE + 1
"""The `Row`: the run and how it folds."""
HUE_ROLE = RUN_ROLE + 2
"""Overlay slot of the run, or None."""


class RunsModel(QAbstractTableModel):
    """The runs of the workspace that pass the filter, members folded under their head."""

    renamed = Signal(str, str)
    """Run id and the new name that a person typed."""
    overlaid = Signal(str, bool)
    """Run id and whether it is to be drawn."""
    starred = Signal(str, bool)
    """Run id and whether it is to be a favourite."""
    noted = Signal(str, str, object)
    """Run id, note and tags that a person typed."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._all: tuple[RunSummary, ...] = ()
        self._shown: list[Row] = []
        self._rows: dict[str, int] = {}
        self._wanted = Wanted(RunFilter())
        self._overlay: dict[str, int] = {}
        self._leaders: frozenset[str] = frozenset()
        self._monitor = ""
        """The metric that all runs share, if they do."""

    # What is in it -------------------------------------------------------------------------------

    def set_runs(self, runs: Sequence[RunSummary]) -> None:
        """Take the runs over, touching only the rows that are new, gone, moved or different."""
        before, self._all = self._all, tuple(runs)
        changed = changed_runs(before, self._all)
        if changed is not None and all(stays(was, run, self._wanted) for was, run in changed):
            for _, run in changed:
                place = self._rows.get(run.id)
                if place is not None:
                    self._shown[place] = replace(self._shown[place], run=run)
                    self._row_changed(place)
        else:
            self._show()
        if changed is None or any(_leads_by(was) != _leads_by(run) for was, run in changed):
            self._find_leaders()

    def set_words(self, text: str) -> None:
        """Keep the runs that `RunFilter` lets through; all without words."""
        self._wanted = replace(self._wanted, filter=RunFilter.parse(text))
        self._show()

    def set_unfolded(self, head: str, unfolded: bool) -> None:
        """Show the members of a run below it, or no longer."""
        others = self._wanted.unfolded - {head}
        self._wanted = replace(self._wanted, unfolded=others | {head} if unfolded else others)
        self._show()

    def unfold_to(self, run: str) -> None:
        """Make a folded member visible."""
        found = next((each for each in self._all if each.id == run), None)
        if run not in self._rows and found is not None and found.group is not None:
            self.set_unfolded(found.group, True)

    def set_overlay(self, overlay: Mapping[str, int]) -> None:
        """Take over which runs are drawn, and in which hue."""
        before, self._overlay = self._overlay, dict(overlay)
        for run in before.keys() | self._overlay.keys():
            if before.get(run) != self._overlay.get(run) and run in self._rows:
                self._row_changed(self._rows[run])

    def row_of(self, run: str) -> int | None:
        """The row of a run, None when it is not shown."""
        return self._rows.get(run)

    def row(self, place: int) -> Row:
        """The line in that row."""
        return self._shown[place]

    # Qt's questions --------------------------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(self._shown)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(Column)

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        descending = order is Qt.SortOrder.DescendingOrder
        self._wanted = replace(self._wanted, column=Column(column), descending=descending)
        self._show()

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row, column = self._shown[index.row()], Column(index.column())
        run = row.run
        match role:
            case Role.DisplayRole:
                return self._text(run, column)
            case Role.EditRole:
                return self._typed(run, column)
            case Role.ToolTipRole | Role.AccessibleTextRole:
                return self._spoken(row, column)
            case Role.CheckStateRole if column in (Column.OVERLAY, Column.STAR):
                is_on = run.favourite if column is Column.STAR else run.id in self._overlay
                return Qt.CheckState.Checked if is_on else Qt.CheckState.Unchecked
            case Role.TextAlignmentRole if column in columns.RIGHT_ALIGNED:
                return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            case Role.FontRole:
                return self._font(run, column)
            case Role.ForegroundRole:
                return self._ink(run, column)
            case _ if role == RUN_ROLE:
                return run
            case _ if role == ROW_ROLE:
                return row
            case _ if role == HUE_ROLE:
                return self._overlay.get(run.id)
        return None

    def setData(self, index: Index, value: Any, role: int = Role.EditRole) -> bool:
        run, column = self._shown[index.row()].run, Column(index.column())
        if role == Role.CheckStateRole and column in (Column.OVERLAY, Column.STAR):
            signal = self.overlaid if column is Column.OVERLAY else self.starred
            signal.emit(run.id, Qt.CheckState(value) == Qt.CheckState.Checked)
            return True
        if role == Role.EditRole and column is Column.NAME:
            name = str(value).strip()
            if name and name != run.name:
                self.renamed.emit(run.id, name)
            return True
        if role == Role.EditRole and column is Column.NOTE:
            if str(value).strip() != columns.note_as_typed(run):
                self.noted.emit(run.id, *columns.note_and_tags(str(value)))
            return True
        return False

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        damaged = self._shown[index.row()].run.status.value == "damaged"
        if index.column() in (Column.OVERLAY, Column.STAR):
            flags |= Qt.ItemFlag.ItemIsUserCheckable
        if index.column() in (Column.NAME, Column.NOTE) and not damaged:
            flags |= Qt.ItemFlag.ItemIsEditable
        return flags

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole
    ) -> Any:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        column = Column(section)
        if role == Role.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignLeft
            if column in columns.RIGHT_ALIGNED:
                side = Qt.AlignmentFlag.AlignRight
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        if role == Role.AccessibleTextRole and column in (Column.OVERLAY, Column.STAR):
            return tr("Overlay") if column is Column.OVERLAY else tr("Favourite")
        if role != Role.DisplayRole:
            return None
        if column is Column.BEST and self._monitor:
            return columns.best_title(self._monitor)
        return columns.title(column)

    # Rows that come, go and move ------------------------------------------------------------------

    def _show(self) -> None:
        wanted = visible(self._all, self._wanted)
        ids = [row.run.id for row in wanted]
        if ids != [row.run.id for row in self._shown]:
            self._take_away(frozenset(ids))
            self._put_in_order([run for run in ids if run in self._rows])
            self._put_in(wanted)
        for place, row in enumerate(wanted):
            known = self._shown[place]
            if known.run is not row.run or known != row:
                changed = known != row
                self._shown[place] = row
                if changed:
                    self._row_changed(place)

    def _take_away(self, kept: frozenset[str]) -> None:
        last = len(self._shown)
        while last > 0:
            last -= 1
            if self._shown[last].run.id in kept:
                continue
            first = last
            while first > 0 and self._shown[first - 1].run.id not in kept:
                first -= 1
            self.beginRemoveRows(QModelIndex(), first, last)
            del self._shown[first : last + 1]
            self.endRemoveRows()
            last = first
        self._index_rows()

    def _put_in_order(self, ids: list[str]) -> None:
        """Move the rows that stay; selection and editors move with them."""
        if ids == [row.run.id for row in self._shown]:
            return
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        held = [self._shown[index.row()].run.id for index in before]
        self._shown = [self._shown[self._rows[run]] for run in ids]
        self._index_rows()
        after = [
            self.index(self._rows[run], index.column())
            for run, index in zip(held, before, strict=True)
        ]
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()

    def _put_in(self, wanted: list[Row]) -> None:
        place = 0
        while place < len(wanted):
            if wanted[place].run.id in self._rows:
                place += 1
                continue
            end = place
            while end + 1 < len(wanted) and wanted[end + 1].run.id not in self._rows:
                end += 1
            self.beginInsertRows(QModelIndex(), place, end)
            self._shown[place:place] = wanted[place : end + 1]
            self.endInsertRows()
            place = end + 1
        self._index_rows()

    def _index_rows(self) -> None:
        self._rows = {row.run.id: place for place, row in enumerate(self._shown)}

    def _row_changed(self, row: int) -> None:
        self.dataChanged.emit(self.index(row, 0), self.index(row, len(Column) - 1))

    # What a cell says and how it looks --------------------------------------------------------------

    def _text(self, run: RunSummary, column: Column) -> str:
        text = columns.text(column, run)
        mixed = column is Column.BEST and run.best is not None and not self._monitor
        return " ".join((text, short_title(run.monitor))) if mixed else text

    def _typed(self, run: RunSummary, column: Column) -> str:
        if column is Column.NAME:
            return run.name
        return columns.note_as_typed(run) if column is Column.NOTE else columns.text(column, run)

    def _spoken(self, row: Row, column: Column) -> str:
        run = row.run
        said = columns.spoken(column, run, overlaid=run.id in self._overlay)
        said = said or columns.text(column, run)
        if column is Column.RUN and row.members:
            folded = tr("unfolded") if row.unfolded else tr("folded")
            return tr(
                "{run}, {count} runs in it, {folded}", run=said, count=row.members, folded=folded
            )
        if column is Column.NOTE and run.tags:
            return " ".join((*(f"#{tag}" for tag in run.tags), said))
        return said

    def _font(self, run: RunSummary, column: Column) -> QFont | None:
        if column is Column.RUN or (column is Column.BEST and run.id in self._leaders):
            return theme.font("small", 600 if column is Column.BEST else 500)
        return None

    def _ink(self, run: RunSummary, column: Column) -> QColor | None:
        if column is Column.NOTE:
            bad = run.status.value in ("failed", "damaged")
            return theme.colour("err" if bad else "muted")
        return None

    def _find_leaders(self) -> None:
        """The best of the runs that can be compared: same data, target and metric, none a part of another."""
        groups: dict[tuple[str, str, str], list[RunSummary]] = {}
        for run in self._all:
            if run.best is not None and run.group is None:
                groups.setdefault((run.dataset, run.target, run.monitor), []).append(run)
        leaders = set()
        for group in groups.values():
            if len(group) > 1:
                sign = 1 if group[0].higher_is_better else -1
                leaders.add(max(group, key=lambda run: sign * (run.best or 0.0)).id)
        for moved in self._leaders ^ leaders:
            if moved in self._rows:
                self._row_changed(self._rows[moved])
        self._leaders = frozenset(leaders)
        monitors = {run.monitor for run in self._all if run.monitor}
        monitor = monitors.pop() if len(monitors) == 1 else ""
        if monitor != self._monitor:
            self._monitor = monitor
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, Column.BEST, Column.BEST)


def _leads_by(run: RunSummary) -> tuple[object, ...]:
    """What says whether a run is the best of its like."""
    return run.best, run.monitor, run.dataset, run.target, run.higher_is_better
