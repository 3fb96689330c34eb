"""The runs as a Qt table: updated row by row, sorted and filtered by a proxy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSortFilterProxyModel,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFont

from gui import theme
from gui.i18n import tr
from gui.models.run_words import metric_title
from gui.runs_drawer import columns
from gui.runs_drawer.columns import Column

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from engine.store.summary import RunSummary

Index: TypeAlias = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole

RUN_ROLE = int(Role.UserRole)
SORT_ROLE = RUN_ROLE + 1
HUE_ROLE = RUN_ROLE + 2
"""Overlay slot of the run, or None."""


class RunsModel(QAbstractTableModel):
    """All runs of the workspace, newest first."""

    renamed = Signal(str, str)
    """Run id and the new name that a person typed."""
    overlaid = Signal(str, bool)
    """Run id and whether it is to be drawn."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runs: list[RunSummary] = []
        self._rows: dict[str, int] = {}
        self._overlay: dict[str, int] = {}
        self._leaders: frozenset[str] = frozenset()
        self._monitor = ""
        """The metric that all runs share, if they do."""

    # What is in it -------------------------------------------------------------------------------

    def set_runs(self, runs: Sequence[RunSummary]) -> None:
        """Take the runs over, touching only the rows that are new, gone or different."""
        wanted = {run.id for run in runs}
        for row in range(len(self._runs) - 1, -1, -1):
            if self._runs[row].id not in wanted:
                self.beginRemoveRows(QModelIndex(), row, row)
                del self._runs[row]
                self.endRemoveRows()
        self._index_rows()
        fresh = [run for run in runs if run.id not in self._rows]
        if fresh:
            self.beginInsertRows(QModelIndex(), 0, len(fresh) - 1)
            self._runs[:0] = fresh
            self._index_rows()
            self.endInsertRows()
        for run in runs:
            row = self._rows[run.id]
            if self._runs[row] != run:
                self._runs[row] = run
                self._row_changed(row)
        self._find_leaders()

    def set_overlay(self, overlay: Mapping[str, int]) -> None:
        """Take over which runs are drawn, and in which hue."""
        before, self._overlay = self._overlay, dict(overlay)
        for run in before.keys() | self._overlay.keys():
            if before.get(run) != self._overlay.get(run) and run in self._rows:
                self._row_changed(self._rows[run])

    def row_of(self, run: str) -> int | None:
        """The row of a run, None when it is not there."""
        return self._rows.get(run)

    @property
    def runs(self) -> tuple[RunSummary, ...]:
        """The runs as they are shown now."""
        return tuple(self._runs)

    # Qt's questions --------------------------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(self._runs)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(Column)

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        if not index.isValid():
            return None
        run, column = self._runs[index.row()], Column(index.column())
        match role:
            case Role.DisplayRole:
                text = columns.text(column, run)
                mixed = column is Column.BEST and run.best is not None and not self._monitor
                return " ".join((text, metric_title(run.monitor))) if mixed else text
            case Role.EditRole:
                return run.name if column is Column.NAME else columns.text(column, run)
            case Role.ToolTipRole | Role.AccessibleTextRole:
                said = columns.spoken(column, run, overlaid=run.id in self._overlay)
                return said or columns.text(column, run)
            case Role.CheckStateRole if column is Column.OVERLAY:
                return Qt.CheckState.Checked if run.id in self._overlay else Qt.CheckState.Unchecked
            case Role.TextAlignmentRole if column in columns.RIGHT_ALIGNED:
                return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            case Role.FontRole:
                return self._font(run, column)
            case Role.ForegroundRole:
                return self._ink(run, column)
            case _ if role == RUN_ROLE:
                return run
            case _ if role == SORT_ROLE:
                return columns.sort_key(column, run)
            case _ if role == HUE_ROLE:
                return self._overlay.get(run.id)
        return None

    def setData(self, index: Index, value: Any, role: int = Role.EditRole) -> bool:
        run, column = self._runs[index.row()], Column(index.column())
        if column is Column.OVERLAY and role == Role.CheckStateRole:
            self.overlaid.emit(run.id, Qt.CheckState(value) == Qt.CheckState.Checked)
            return True
        if column is Column.NAME and role == Role.EditRole:
            name = str(value).strip()
            if name and name != run.name:
                self.renamed.emit(run.id, name)
            return True
        return False

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        if index.column() == Column.OVERLAY:
            flags |= Qt.ItemFlag.ItemIsUserCheckable
        if index.column() == Column.NAME and self._runs[index.row()].status.value != "damaged":
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
        if role == Role.AccessibleTextRole and column is Column.OVERLAY:
            return tr("Overlay")
        if role != Role.DisplayRole:
            return None
        if column is Column.BEST and self._monitor:
            return columns.best_title(self._monitor)
        return columns.title(column)

    # ---------------------------------------------------------------------------------------------

    def _index_rows(self) -> None:
        self._rows = {run.id: row for row, run in enumerate(self._runs)}

    def _row_changed(self, row: int) -> None:
        self.dataChanged.emit(self.index(row, 0), self.index(row, len(Column) - 1))

    def _font(self, run: RunSummary, column: Column) -> QFont | None:
        if column is Column.RUN or (column is Column.BEST and run.id in self._leaders):
            return theme.font("small", 600 if column is Column.BEST else 500)
        return None

    def _ink(self, run: RunSummary, column: Column) -> QColor | None:
        if column is Column.NOTE:
            return theme.colour("err" if run.status.value in ("failed", "damaged") else "muted")
        return None

    def _find_leaders(self) -> None:
        """The best of the runs that can be compared: same data, target and metric."""
        groups: dict[tuple[str, str, str], list[RunSummary]] = {}
        for run in self._runs:
            if run.best is not None:
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
        monitors = {run.monitor for run in self._runs if run.monitor}
        monitor = monitors.pop() if len(monitors) == 1 else ""
        if monitor != self._monitor:
            self._monitor = monitor
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, Column.BEST, Column.BEST)


class RunsFilter(QSortFilterProxyModel):
    """Sorts by the shown column and keeps the runs that contain the words typed."""

    def __init__(self, source: RunsModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._words: tuple[str, ...] = ()
        self.setSourceModel(source)
        self.setSortRole(SORT_ROLE)
        self.setDynamicSortFilter(True)

    def set_words(self, text: str) -> None:
        """Keep the runs in which every word occurs somewhere; all without words."""
        self.beginFilterChange()
        self._words = tuple(text.casefold().split())
        self.endFilterChange()

    def filterAcceptsRow(self, row: int, parent: Index) -> bool:
        if not self._words:
            return True
        run: RunSummary = self.sourceModel().index(row, 0).data(RUN_ROLE)
        parts = (columns.text(Column.RUN, run), run.name, columns.text(Column.STATUS, run))
        more = (run.trunk, run.dataset, run.target, columns.text(Column.NOTE, run))
        text = " ".join((*parts, *more)).casefold()
        return all(word in text for word in self._words)

    def lessThan(self, left: Index, right: Index) -> bool:
        first, second = left.data(SORT_ROLE), right.data(SORT_ROLE)
        if first[0] != second[0]:  # what has no value stays at the foot in both directions
            ascending = self.sortOrder() is Qt.SortOrder.AscendingOrder
            return bool(first[0] < second[0]) is ascending
        return bool(first[1] < second[1])
