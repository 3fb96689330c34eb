"""The rail: seven stations on one line, each with its state, name and result."""

from __future__ import annotations

from typing import Any, TypeAlias

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPointF,
    QRectF,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from gui import theme
from gui.icons import paint_icon
from gui.shell.stations import State, Station

Index: TypeAlias = QModelIndex | QPersistentModelIndex

WIDE, NARROW, HEIGHT, TOP = 144, 64, 52, 8
_TURN_MS, _FRAME_MS = 1600, 80
_WORDS = 57
"""Where the words of a station begin, px from the left."""
_STATION = Qt.ItemDataRole.UserRole


BESIDE = "train"
"""The station at which the pages are that are no stations: sweep, queue, comparison."""


class Rail(QListView):
    """The list of stations; `chosen` names the page that a person picked."""

    chosen = Signal(str)

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setObjectName("rail")
        self.setStyleSheet(
            f"#rail {{ background: {theme.colour('window').name()}; border: 0;"
            f" border-right: 1px solid {theme.colour('line').name()}; padding-top: {TOP}px }}"
        )
        self._stations = _Stations(self)
        self._delegate = _StationDelegate(self)
        self.setModel(self._stations)
        self.setItemDelegate(self._delegate)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.set_narrow(False)
        self._current = "data"
        self._timer = QTimer(self, interval=_FRAME_MS)
        self._timer.timeout.connect(self._turn)
        self.selectionModel().currentChanged.connect(self._on_current)
        self.clicked.connect(self._on_current)  # of the station selected, from a page beside it

    def set_stations(self, stations: tuple[Station, ...], current: str) -> None:
        """Show the stations, with the page `current` selected."""
        self._stations.set(stations)
        pages = [station.page for station in stations]
        row = pages.index(current if current in pages else BESIDE)
        self._current = pages[row]
        if self.currentIndex().row() != row:
            self.setCurrentIndex(self._stations.index(row))
        self._current = current
        runs = any(station.state is State.RUNNING for station in stations)
        if runs and not self._timer.isActive():
            self._timer.start()
        elif not runs:
            self._timer.stop()

    def set_narrow(self, narrow: bool) -> None:
        """64 px without result lines instead of 144."""
        self._delegate.narrow = narrow
        self.setFixedWidth(NARROW if narrow else theme.grown(WIDE))
        self.doItemsLayout()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Letters would search and Space would select: leave both to the window.
        if event.text().strip() or event.key() == Qt.Key.Key_Space:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def _turn(self) -> None:
        self._delegate.turn = (self._delegate.turn + _FRAME_MS / _TURN_MS) % 1
        for row, station in enumerate(self._stations.all):
            if station.state is State.RUNNING:
                place = self.visualRect(self._stations.index(row))
                self.viewport().update(place.adjusted(0, 0, _WORDS - place.width(), 0))

    def _on_current(self, index: QModelIndex) -> None:
        station = self._stations.all[index.row()] if index.isValid() else None
        if station is None or station.state is State.LOCKED:
            return
        if station.page != self._current:
            self._current = station.page
            self.chosen.emit(station.page)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Hide:
            self._timer.stop()
        return super().event(event)


class _Stations(QAbstractListModel):
    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.all: tuple[Station, ...] = ()

    def set(self, stations: tuple[Station, ...]) -> None:
        if len(stations) != len(self.all):
            self.beginResetModel()
            self.all = stations
            self.endResetModel()
        else:
            before, self.all = self.all, stations
            for row, (old, new) in enumerate(zip(before, stations, strict=True)):
                if old != new:
                    self.dataChanged.emit(self.index(row), self.index(row))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(self.all)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        station = self.all[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return station.title
            case Qt.ItemDataRole.AccessibleTextRole | Qt.ItemDataRole.ToolTipRole:
                return f"{station.title}: {station.result} ({station.state_text})"
            case Qt.ItemDataRole.UserRole:
                return station
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        if self.all[index.row()].state is State.LOCKED:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable


class _StationDelegate(QStyledItemDelegate):
    narrow = False
    turn = 0.0

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(NARROW if self.narrow else theme.grown(WIDE), theme.grown(HEIGHT))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        station: Station = index.data(_STATION)
        area = QRectF(option.rect)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        locked = station.state is State.LOCKED
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        dot = QPointF(area.left() + 17, area.top() + 16)
        if chosen or (hovered and not locked):
            painter.fillRect(area, theme.colour("selected" if chosen else "hover"))
        if not chosen:
            self._paint_line(painter, area, dot, index)
        if chosen:
            painter.fillRect(
                QRectF(area.left(), area.top(), 3, area.height()), theme.colour("accent")
            )
        paint_state(painter, dot, station.state, self.turn)
        ink = theme.colour("muted" if locked else "text")
        icon_left = 36 if self.narrow else 34
        paint_icon(
            painter, QRectF(area.left() + icon_left, area.top() + 10, 16, 16), station.icon, ink
        )
        if not self.narrow:
            self._paint_words(painter, area, station, ink, chosen)
        if option.state & QStyle.StateFlag.State_HasFocus and _shows_focus(option.widget):
            painter.setPen(QPen(theme.colour("accent"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(area.adjusted(4, 2, -3, -2), 4, 4)
        painter.restore()

    def _paint_line(self, painter: QPainter, area: QRectF, dot: QPointF, index: Index) -> None:
        last = index.model().rowCount() - 1
        top = dot.y() if index.row() == 0 else area.top()
        bottom = dot.y() if index.row() == last else area.bottom()
        painter.fillRect(QRectF(dot.x() - 1, top, 2, bottom - top), theme.colour("line2"))

    def _paint_words(
        self, painter: QPainter, area: QRectF, station: Station, ink: QColor, chosen: bool
    ) -> None:
        left, width = area.left() + _WORDS, area.width() - _WORDS - 4
        top = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        weight = 600 if chosen else 400 if station.state is State.LOCKED else 500
        painter.setFont(theme.font("body", weight))
        painter.setPen(ink)
        line = theme.grown(18)
        painter.drawText(QRectF(left, area.top() + 8, width, line), top, station.title)
        result_font = theme.font("caption")
        painter.setFont(result_font)
        painter.setPen(theme.colour("warn" if station.state is State.ATTENTION else "muted"))
        elided = QFontMetricsF(result_font).elidedText(
            station.result, Qt.TextElideMode.ElideRight, width
        )
        below = QRectF(left, area.top() + 8 + line, width, theme.grown(16))
        painter.drawText(below, top, elided)


def paint_state(painter: QPainter, centre: QPointF, state: State, turn: float) -> None:
    """The mark of a state, about 12 px: disc, diamond, arc, ring or small ring."""
    window, no_pen = theme.colour("window"), Qt.PenStyle.NoPen
    match state:
        case State.DONE:
            painter.setPen(no_pen)
            painter.setBrush(theme.colour("text2"))
            painter.drawEllipse(centre, 5.5, 5.5)
            painter.setPen(_pen(window, 1.5))
            check = [(-2.4, 0.2), (-0.7, 1.9), (2.5, -1.7)]
            painter.drawPolyline(QPolygonF([centre + QPointF(x, y) for x, y in check]))
        case State.ATTENTION:
            painter.setPen(_pen(theme.colour("warnfill"), 1.5))
            painter.setBrush(theme.colour("warnfill"))
            corners = [(0, -5.2), (5.2, 0), (0, 5.2), (-5.2, 0)]
            painter.drawPolygon(QPolygonF([centre + QPointF(x, y) for x, y in corners]))
            painter.setPen(_pen(theme.colour("window" if theme.is_dark() else "text"), 1.5))
            painter.drawLine(centre + QPointF(0, -2.8), centre + QPointF(0, 0.6))
            painter.drawPoint(centre + QPointF(0, 2.9))
        case State.RUNNING:
            box = QRectF(centre.x() - 5, centre.y() - 5, 10, 10)
            painter.setBrush(window)
            painter.setPen(_pen(theme.colour("line2"), 2))
            painter.drawEllipse(box)
            painter.setPen(_pen(theme.colour("accent"), 2))
            painter.drawArc(box, round((90 - 360 * turn) * 16), -150 * 16)
            painter.setPen(no_pen)
            painter.setBrush(theme.colour("accent"))
            painter.drawEllipse(centre, 1.8, 1.8)
        case State.READY:
            painter.setPen(_pen(theme.colour("ctl"), 1.5))
            painter.setBrush(window)
            painter.drawEllipse(centre, 4.8, 4.8)
        case State.LOCKED:
            painter.setPen(_pen(theme.colour("line2"), 1.5))
            painter.setBrush(window)
            painter.drawEllipse(centre, 3, 3)


def _pen(colour: QColor, width: float) -> QPen:
    cap, join = Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin
    return QPen(colour, width, Qt.PenStyle.SolidLine, cap, join)


def _shows_focus(view: QWidget | None) -> bool:
    return view is not None and view.window().testAttribute(
        Qt.WidgetAttribute.WA_KeyboardFocusChange
    )
