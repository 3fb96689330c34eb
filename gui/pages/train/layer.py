"""A sheet over the view of a plot that paints in pixels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic, TypeVar

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtWidgets import QGraphicsItem


class Layer(pg.GraphicsObject):
    """An item as large as the view box, in its pixels; it takes no part in mouse or range."""

    def __init__(self, view: pg.ViewBox, z: float, *, cached: bool = False) -> None:
        super().__init__()
        self.view = view
        self.setParentItem(view)
        self.setZValue(z)
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemClipsToShape)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        if cached:
            self.setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)
        view.sigRangeChanged.connect(self._on_range_changed)
        view.sigResized.connect(self._on_resized)

    def view_changed(self) -> None:
        """The view shows another part of the plot, or has another size."""
        self.update()

    def boundingRect(self) -> QRectF:
        """The whole view box."""
        return self.view.rect()

    def pixel(self, x: float, y: float) -> QPointF:
        """A point of the plot in this item's pixels."""
        rect = self.boundingRect()
        (left, right), (bottom, top) = self.view.viewRange()
        return QPointF(
            (x - left) / ((right - left) or 1.0) * rect.width(),
            (top - y) / ((top - bottom) or 1.0) * rect.height(),
        )

    def _on_range_changed(self, *_: object) -> None:
        self.view_changed()

    def _on_resized(self, *_: object) -> None:
        self.prepareGeometryChange()
        self.view_changed()


Item = TypeVar("Item")


class ItemLayer(Layer, Generic[Item]):
    """A sheet with things of one kind on it, painted anew when others are set."""

    def __init__(self, view: pg.ViewBox, z: float, *, cached: bool = False) -> None:
        super().__init__(view, z, cached=cached)
        self._items: tuple[Item, ...] = ()

    @property
    def items(self) -> tuple[Item, ...]:
        """What is shown."""
        return self._items

    def set_items(self, items: Sequence[Item]) -> None:
        """Show these."""
        if tuple(items) != self._items:
            self._items = tuple(items)
            self.update()
