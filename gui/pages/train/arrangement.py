"""Where the charts stand: two large above three small, or one alone; kept for the next start."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QPoint, QSettings, Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from gui.pages.train.chart import Chart

_KEY = "train/charts"
_COLUMNS = 6
_LARGE = 2
_HEIGHTS = (275, 148)


class Arrangement(QWidget):
    """Cards in a grid, by the order of their keys."""

    changed = Signal()
    exportAsked = Signal(object, str)  # noqa: N815 - Qt's naming
    """A chart, and the suffix of the format."""

    def __init__(self, charts: dict[str, Chart], workspace: Path | None = None) -> None:
        """`charts` by their keys, in the order of the design; `workspace` keeps another order."""
        super().__init__()
        self._charts = charts
        self._settings = (
            QSettings(str(workspace / "window.ini"), QSettings.Format.IniFormat)
            if workspace is not None
            else None
        )
        self.order: list[str] = self._kept() or list(charts)
        self.enlarged: str | None = None
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(12)
        for place in range(_COLUMNS):
            self._grid.setColumnStretch(place, 1)
        for key, chart in charts.items():
            chart.dropped.connect(lambda at, key=key: self.drop(key, self.mapFromGlobal(at)))
            menu = chart.menu
            menu.aboutToShow.connect(lambda key=key: self._prepare_menu(key))
            menu.enlargeAsked.connect(lambda key=key: self.enlarge(None if self.enlarged else key))
            menu.moveAsked.connect(lambda places, key=key: self.shift(key, places))
            menu.exportAsked.connect(
                lambda suffix, chart=chart: self.exportAsked.emit(chart, suffix)
            )
        self._place_all()

    def is_large(self, chart: Chart) -> bool:
        """Whether a chart has room for words at its axes."""
        places = [self._charts[key] for key in self.order[:_LARGE]]
        return self.enlarged is not None or chart in places

    def shift(self, key: str, places: int) -> None:
        """Let a chart change places with the one so many places on."""
        place = self.order.index(key)
        other = min(max(place + places, 0), len(self.order) - 1)
        self._swap(place, other)

    def drop(self, key: str, at: QPoint) -> None:
        """Let a chart change places with the one at a point of this widget."""
        for other, chart in self._charts.items():
            if other != key and chart.isVisible() and chart.geometry().contains(at):
                self._swap(self.order.index(key), self.order.index(other))
                return

    def enlarge(self, key: str | None) -> None:
        """Show one chart alone; None shows all."""
        self.enlarged = key
        self._place_all()
        self.changed.emit()

    def _swap(self, one: int, other: int) -> None:
        if one == other:
            return
        order = self.order
        order[one], order[other] = order[other], order[one]
        self._place_all()
        if self._settings is not None:
            self._settings.setValue(_KEY, ",".join(order))
        self.changed.emit()

    def _prepare_menu(self, key: str) -> None:
        chart, enlarged = self._charts[key], self.enlarged is not None
        chart.menu.set_place(self.order.index(key), len(self.order), enlarged=enlarged)

    def _kept(self) -> list[str]:
        if self._settings is None:
            return []
        found = str(self._settings.value(_KEY, "")).split(",")
        return found if sorted(found) == sorted(self._charts) else []

    def _place_all(self) -> None:
        for chart in self._charts.values():
            self._grid.removeWidget(chart)
        shown: Sequence[str] = self.order if self.enlarged is None else (self.enlarged,)
        for place, key in enumerate(shown):
            chart = self._charts[key]
            if self.enlarged is not None:
                self._grid.addWidget(chart, 0, 0, 1, _COLUMNS)
            elif place < _LARGE:
                self._grid.addWidget(chart, 0, 3 * place, 1, 3)
            else:
                self._grid.addWidget(chart, 1, 2 * (place - _LARGE), 1, 2)
        for row, height in enumerate(_HEIGHTS):
            self._grid.setRowStretch(row, height if self.enlarged is None else 1 - row)
        for key, chart in self._charts.items():
            chart.setVisible(key in shown)
