"""Two categories: a column for each level of one, divided by the levels of the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QHelpEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from gui import theme
from gui.i18n import listed, tr
from gui.models.figures import percent_text
from gui.widgets import heat

if TYPE_CHECKING:
    from engine.data.relations.pair import Mosaic

_LABELS = 18.0
_LEGEND_SHARE = 0.3
_GAP = 2.0


class MosaicView(QWidget):
    """Widths are shares of the rows, heights shares of the column. A click names a level."""

    levelClicked = Signal(str, str)  # noqa: N815 - Qt's naming
    """A column and one of its levels."""

    def __init__(self) -> None:
        super().__init__()
        self._mosaic: Mosaic | None = None
        self._x = self._y = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_mosaic(self, mosaic: Mosaic, x: str, y: str) -> None:
        """Draw the counts of two columns."""
        self._mosaic, self._x, self._y = mosaic, x, y
        self.setAccessibleName(tr("{y} by {x}", x=x, y=y))
        said = [
            self._sentence(at, beside)
            for at in range(len(mosaic.x_levels))
            for beside in range(len(mosaic.y_levels))
        ]
        self.setAccessibleDescription(listed(said))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(300, 240)

    def paintEvent(self, event: QPaintEvent) -> None:
        mosaic = self._mosaic
        if mosaic is None or not mosaic.counts.size:
            return
        painter = QPainter(self)
        painter.setFont(theme.font("caption"))
        metrics = QFontMetricsF(painter.font())
        colours = self._colours()
        for at, beside, tile in self._tiles():
            painter.fillRect(tile, colours[beside])
            share = percent_text(self._share(at, beside))
            if tile.height() > 15 and tile.width() > metrics.horizontalAdvance(share) + 6:
                painter.setPen(heat.ink(colours[beside]))
                painter.drawText(tile, Qt.AlignmentFlag.AlignCenter, share)
        painter.setPen(theme.colour("text2"))
        area = self._area()
        for at, (left, width) in enumerate(self._columns()):
            room = QRectF(left, area.bottom() + 2, max(0.0, width - 3), _LABELS)
            text = metrics.elidedText(
                mosaic.x_levels[at], Qt.TextElideMode.ElideRight, room.width()
            )
            painter.drawText(room, Qt.AlignmentFlag.AlignHCenter, text)
        self._paint_legend(painter, metrics, colours)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            tile = self._tile_at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), self._sentence(*tile) if tile else "", self)
            return True
        return super().event(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        tile = self._tile_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and tile is not None and self._mosaic:
            self.levelClicked.emit(self._x, self._mosaic.x_levels[tile[0]])

    def tile_centre(self, at: int, beside: int) -> QPointF:
        """The middle of the tile of two levels, by their positions."""
        return next(tile for x, y, tile in self._tiles() if (x, y) == (at, beside)).center()

    def _area(self) -> QRectF:
        legend = self.width() * _LEGEND_SHARE
        return QRectF(0, 2, max(10.0, self.width() - legend), max(10.0, self.height() - 24))

    def _columns(self) -> list[tuple[float, float]]:
        assert self._mosaic is not None
        totals = self._mosaic.counts.sum(axis=1)
        area = self._area()
        gaps = _GAP * (len(totals) - 1)
        left, columns = area.left(), []
        for total in totals.tolist():
            width = (area.width() - gaps) * total / max(1, int(totals.sum()))
            columns.append((left, width))
            left += width + _GAP
        return columns

    def _tiles(self) -> list[tuple[int, int, QRectF]]:
        if self._mosaic is None:
            return []
        area, tiles = self._area(), []
        for at, (left, width) in enumerate(self._columns()):
            bottom = area.bottom()
            for beside in reversed(range(len(self._mosaic.y_levels))):
                height = area.height() * self._share(at, beside)
                top = bottom - height
                tiles.append((at, beside, QRectF(left, top, width, max(0.0, height - 1))))
                bottom = top
        return tiles

    def _tile_at(self, position: QPointF) -> tuple[int, int] | None:
        return next(
            ((at, beside) for at, beside, tile in self._tiles() if tile.contains(position)), None
        )

    def _share(self, at: int, beside: int) -> float:
        assert self._mosaic is not None
        total = int(self._mosaic.counts[at].sum())
        return int(self._mosaic.counts[at, beside]) / total if total else 0.0

    def _colours(self) -> list[QColor]:
        assert self._mosaic is not None
        count = len(self._mosaic.y_levels)
        if count <= 2:
            return [theme.colour("c0"), theme.colour("c1")][-count:]
        return [heat.fill(0.15 + 0.85 * at / (count - 1)) for at in range(count)]

    def _paint_legend(
        self, painter: QPainter, metrics: QFontMetricsF, colours: list[QColor]
    ) -> None:
        assert self._mosaic is not None
        area = self._area()
        left, top = area.right() + 12, area.top()
        room = self.width() - left - 2
        painter.setPen(theme.colour("muted"))
        name = metrics.elidedText(self._y, Qt.TextElideMode.ElideRight, room)
        painter.drawText(QPointF(left, top + 11), name)
        for at in range(len(colours)):
            top += 18
            painter.fillRect(QRectF(left, top, 10, 10), colours[at])
            painter.setPen(theme.colour("text2"))
            text = metrics.elidedText(
                self._mosaic.y_levels[at], Qt.TextElideMode.ElideRight, room - 16
            )
            painter.drawText(QPointF(left + 16, top + 10), text)
        hidden = [
            tr("{count} more of {column}", count=rest, column=column)
            for rest, column in ((self._mosaic.y_rest, self._y), (self._mosaic.x_rest, self._x))
            if rest
        ]
        for text in hidden:
            top += 18
            painter.setPen(theme.colour("muted"))
            shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)
            painter.drawText(QPointF(left, top + 10), shown)

    def _sentence(self, at: int, beside: int) -> str:
        assert self._mosaic is not None
        return tr(
            "{x} {x_level}: {share} have {y} {y_level} ({rows} rows)",
            x=self._x,
            x_level=self._mosaic.x_levels[at],
            y=self._y,
            y_level=self._mosaic.y_levels[beside],
            share=percent_text(self._share(at, beside)),
            rows=int(self._mosaic.counts[at, beside]),
        )
