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
_BEST, _LAST = 3, 4
_RECENT = Qt.ItemDataRole.UserRole
_IS_THERE = Qt.ItemDataRole.UserRole + 1
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class RecentsTable(QTableView):
    """One click on a row opens it; a file that is gone asks where it is now, or leaves the list."""

    opened = Signal(object)
    """A `Recent`, here and below."""
    located = Signal(object)
    """A file that is no longer where it was."""
    removed = Signal(object)

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
            self.removed.emit(self.currentIndex().data(_RECENT))
        else:
            super().keyPressEvent(event)

    def _open(self, index: QModelIndex) -> None:
        if not index.isValid():
            return
        recent: Recent = index.data(_RECENT)
        if Path(recent.path).exists():
            self.opened.emit(recent)
        elif index.column() == _LAST:
            self.removed.emit(recent)
        else:
            self.located.emit(recent)

    def _menu(self, position: QPoint) -> None:
        index = self.indexAt(position)
        if not index.isValid():
            return
        recent: Recent = index.data(_RECENT)
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if Path(recent.path).exists():
            menu.addAction(tr("Open"), lambda: self.opened.emit(recent))
        else:
            menu.addAction(tr("Locate…"), lambda: self.located.emit(recent))
        menu.addAction(tr("Remove from the list"), lambda: self.removed.emit(recent))
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
                if not there and index.column() in (_BEST, _LAST):
                    return tr("Locate…") if index.column() == _BEST else tr("Remove")
                return self._text(recent, index.column())
            case _ if role == _RECENT:
                return recent
            case _ if role == _IS_THERE:
                return there
            case Qt.ItemDataRole.TextAlignmentRole:
                return _LEFT if index.column() in (0, 2) else _RIGHT
            case Qt.ItemDataRole.ForegroundRole:
                return theme.colour("text" if there else "muted")
            case Qt.ItemDataRole.ToolTipRole:
                if there:
                    return recent.path
                if index.column() == _LAST:
                    return tr("Remove from the list")
                return tr("{path} is no longer there. Click to locate it.", path=recent.path)
        return None

    def _text(self, recent: Recent, column: int) -> str:
        match column:
            case 0:
                name = Path(recent.path).name
                return f"{name}, {recent.part}" if recent.part else name
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
            12 if index.column() == 0 else 8, 0, -12 if index.column() == _LAST else -8, 0
        )
        if index.column() == 0:
            self._paint_name(painter, inner, index.data(_RECENT), ink)
            return
        quiet = index.column() in (1, _LAST)
        acts = not index.data(_IS_THERE) and index.column() in (_BEST, _LAST)
        painter.setFont(theme.font("small", 500 if acts else None))
        painter.setPen(theme.colour("accentText" if acts else "muted") if acts or quiet else ink)
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
        shown = f"{path.name}, {recent.part}" if recent.part else path.name
        name = metrics.elidedText(shown, Qt.TextElideMode.ElideMiddle, area.width())
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
