"""The tables that were open before: size, target, best run, when."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRectF,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QMenu,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from gui import theme
from gui.i18n import language, tr
from gui.icons import paint_icon
from gui.settings import Recent

if TYPE_CHECKING:
    from engine.store.summary import RunSummary

Index: TypeAlias = QModelIndex | QPersistentModelIndex

ROW, HEADER, SHOWN = 34, 26, 5
_RECENT = Qt.ItemDataRole.UserRole
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class RecentsTable(QTableView):
    """One click on a row opens it; a file that is gone asks where it is now."""

    opened = Signal(Path)
    located = Signal(Path)
    """A file that is no longer where it was."""
    removed = Signal(Path)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(tr("Recent datasets"))
        self._table = _Recents(self)
        self.setModel(self._table)
        self.setItemDelegate(_RowDelegate(self))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._menu)
        rows, header = self.verticalHeader(), self.horizontalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(ROW)
        header.setFixedHeight(HEADER)
        header.setStyleSheet(
            "QHeaderView::section:first { padding-left: 12px }"
            "QHeaderView::section:last { padding-right: 12px }"
        )
        header.setHighlightSections(False)
        header.setSectionsClickable(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column, width in enumerate((0, 104, 80, 96, 96)):
            if width:
                self.setColumnWidth(column, round(width * theme.text_scale()))
        self.clicked.connect(self._open)

    def set_recents(self, recents: tuple[Recent, ...], runs: tuple[RunSummary, ...]) -> None:
        """List these, with the best run of each found among `runs`."""
        self._table.set(recents, runs)
        self.setFixedHeight(HEADER + ROW * min(SHOWN, max(1, len(recents))))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._open(self.currentIndex())
        elif event.key() == Qt.Key.Key_Delete and self.currentIndex().isValid():
            self.removed.emit(Path(self.currentIndex().data(_RECENT).path))
        else:
            super().keyPressEvent(event)

    def _open(self, index: QModelIndex) -> None:
        if index.isValid():
            path = Path(index.data(_RECENT).path)
            (self.opened if path.exists() else self.located).emit(path)

    def _menu(self, position: QPoint) -> None:
        index = self.indexAt(position)
        if not index.isValid():
            return
        path = Path(index.data(_RECENT).path)
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if path.exists():
            menu.addAction(tr("Open"), lambda: self.opened.emit(path))
        else:
            menu.addAction(tr("Locate…"), lambda: self.located.emit(path))
        menu.addAction(tr("Remove from the list"), lambda: self.removed.emit(path))
        menu.popup(self.viewport().mapToGlobal(position))


class _Recents(QAbstractTableModel):
    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._recents: tuple[Recent, ...] = ()
        self._best: dict[str, str] = {}
        self._there: dict[str, bool] = {}

    def set(self, recents: tuple[Recent, ...], runs: tuple[RunSummary, ...]) -> None:
        self.beginResetModel()
        self._recents = recents
        self._there = {recent.path: Path(recent.path).exists() for recent in recents}
        self._best = {recent.path: _best_run(recent, runs) for recent in recents}
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(self._recents)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 5

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation is Qt.Orientation.Horizontal:
            if role == Qt.ItemDataRole.DisplayRole:
                titles = (
                    tr("Dataset"),
                    tr("Rows × columns"),
                    tr("Target"),
                    tr("Best run"),
                    tr("Opened"),
                )
                return titles[section]
            if role == Qt.ItemDataRole.TextAlignmentRole:
                return _LEFT if section in (0, 2) else _RIGHT
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        recent = self._recents[index.row()]
        there = self._there[recent.path]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._text(recent, index.column())
            case Qt.ItemDataRole.UserRole:
                return recent
            case Qt.ItemDataRole.TextAlignmentRole:
                return _LEFT if index.column() in (0, 2) else _RIGHT
            case Qt.ItemDataRole.ForegroundRole:
                return theme.colour("text" if there else "muted")
            case Qt.ItemDataRole.ToolTipRole:
                if there:
                    return recent.path
                return tr("{path} is no longer there. Click to locate it.", path=recent.path)
        return None

    def _text(self, recent: Recent, column: int) -> str:
        match column:
            case 0:
                return Path(recent.path).name
            case 1:
                return tr("{rows} × {columns}", rows=recent.rows, columns=recent.columns)
            case 2:
                return recent.target or "—"
            case 3:
                return self._best[recent.path]
        return when(recent.opened, datetime.now(recent.opened.tzinfo))


class _RowDelegate(QStyledItemDelegate):
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        area = QRectF(option.rect)
        view = self.parent()
        assert isinstance(view, RecentsTable)
        hovered = (
            view.indexAt(view.viewport().mapFromGlobal(view.cursor().pos())).row() == index.row()
        )
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        if chosen and view.hasFocus():
            painter.fillRect(area, theme.colour("selected"))
        elif hovered and view.underMouse():
            painter.fillRect(area, theme.colour("hover"))
        if index.row():
            painter.fillRect(QRectF(area.left(), area.top(), area.width(), 1), theme.colour("line"))
        ink = index.data(Qt.ItemDataRole.ForegroundRole)
        inner = area.adjusted(
            12 if index.column() == 0 else 8, 0, -12 if index.column() == 4 else -8, 0
        )
        if index.column() == 0:
            self._paint_name(painter, inner, index.data(_RECENT), ink)
            return
        quiet = index.column() in (1, 4)
        painter.setFont(theme.font("small"))
        painter.setPen(theme.colour("muted" if quiet else "text2") if quiet else ink)
        text = painter.fontMetrics().elidedText(
            index.data(), Qt.TextElideMode.ElideRight, round(inner.width())
        )
        painter.drawText(inner, index.data(Qt.ItemDataRole.TextAlignmentRole), text)

    def _paint_name(self, painter: QPainter, area: QRectF, recent: Recent, ink: QColor) -> None:
        path = Path(recent.path)
        box = QRectF(area.left(), area.center().y() - 8, 16, 16)
        paint_icon(painter, box, "table", theme.colour("text2"))
        area = area.adjusted(25, 0, 0, 0)
        font = theme.font("small", 500)
        metrics = QFontMetricsF(font)
        name = metrics.elidedText(path.name, Qt.TextElideMode.ElideMiddle, area.width())
        painter.setFont(font)
        painter.setPen(ink)
        painter.drawText(area, _LEFT, name)
        area = area.adjusted(metrics.horizontalAdvance(name) + 9, 0, 0, 0)
        if area.width() > 40:
            painter.setFont(theme.font("caption"))
            painter.setPen(theme.colour("muted"))
            folder = painter.fontMetrics().elidedText(
                _short(path.parent), Qt.TextElideMode.ElideLeft, round(area.width())
            )
            painter.drawText(area, _LEFT, folder)


def when(opened: datetime, now: datetime) -> str:
    """A moment as people say it: today with the time, yesterday, or the date."""
    days = (now.date() - opened.date()).days
    if days <= 0:
        return tr("Today {time}", time=f"{opened:%H:%M}")
    if days == 1:
        return tr("Yesterday")
    if language() == "zh_CN":
        return f"{opened.year}/{opened.month}/{opened.day}"
    return f"{opened:%d %b}" if opened.year == now.year else f"{opened:%d %b %Y}"


def _short(folder: Path) -> str:
    try:
        return str(Path("~") / folder.relative_to(Path.home()))
    except ValueError:
        return str(folder)


def _best_run(recent: Recent, runs: tuple[RunSummary, ...]) -> str:
    """The best validation figure among the runs of that file, by the metric of its newest run."""
    from engine.metrics import METRICS

    names = (Path(recent.path).stem, Path(recent.path).name)
    own = [run for run in runs if run.dataset in names and run.best is not None]
    own = [run for run in own if run.monitor == own[0].monitor]
    if not own:
        return "—"
    figures = [run.best for run in own if run.best is not None]
    best = max(figures) if own[0].higher_is_better else min(figures)
    metric = METRICS.get(own[0].monitor)
    title = tr(metric.title) if metric is not None else own[0].monitor
    return f"{best:.4g} {title}".replace("-", "\u2212")
