"""The network's picture: seen whole at first, zoomed by wheel or button, moved by dragging."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QGraphicsScene, QGraphicsView, QHBoxLayout, QWidget

from engine.models.summary import NetworkSummary
from engine.tasks import SummarizeTask
from gui import theme
from gui.i18n import tr
from gui.pages.model.graph_items import NodeItem, dots
from gui.pages.model.graph_layout import MOST_COLUMNS, neighbour
from gui.pages.model.graph_scene import fill_scene
from gui.widgets import button, icon_button

SMALLEST, LARGEST = 0.2, 3.0


class GraphView(QGraphicsView):
    """Draws a `NetworkSummary`. `selected` is emitted with the index of a block."""

    selected = Signal(int)

    def __init__(self, parent: QWidget | None = None, most_columns: int = MOST_COLUMNS) -> None:
        """`most_columns` boxes stand for columns at most."""
        super().__init__(parent)
        self._most_columns = most_columns
        self._summary: NetworkSummary | None = None
        self._task: SummarizeTask | None = None
        self._block: int | None = None
        self._fits = True
        self._scene = QGraphicsScene(self)
        self.setScene(self._scene)
        self.setFrameShape(QGraphicsView.Shape.NoFrame)
        self.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
        self.setDragMode(QGraphicsView.DragMode.ScrollHandDrag)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.AnchorUnderMouse)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.FullViewportUpdate)
        self.setAccessibleName(tr("Network"))
        self.viewport().setAccessibleName(tr("Network"))
        self.viewport().setCursor(Qt.CursorShape.ArrowCursor)
        self._tools = self._make_tools()

    def show_network(
        self, summary: NetworkSummary | None, task: SummarizeTask | None, block: int | None
    ) -> None:
        """Draw a network with one block selected; nothing without a summary."""
        self._summary, self._task, self._block = summary, task, block
        focused = self.hasFocus() and self._scene.focusItem() is not None
        self._scene.clear()
        if summary is None or task is None:
            self.setAccessibleDescription("")
            return
        self._area, nodes = fill_scene(self._scene, summary, task, block, self._most_columns)
        for item in nodes:
            item.chosen.connect(self.selected)
            if focused and item.node.block == block:
                item.setFocus()
        self._scene.setSceneRect(self._area.adjusted(-600, -600, 600, 600))
        self.setAccessibleDescription(" → ".join(tr(b.name) for b in summary.blocks))
        if self._fits:
            self.fit()

    def node_item(self, block: int) -> NodeItem:
        """The item that stands for a block.

        Raises `KeyError` if it is not drawn.
        """
        for item in self._scene.items():
            if isinstance(item, NodeItem) and item.node.block == block:
                return item
        raise KeyError(block)

    def zoom(self) -> float:
        """The scale of the picture."""
        return self.transform().m11()

    def fit(self) -> None:
        """Show all of it, not larger than drawn."""
        self._fits = True
        if self._summary is None:
            return
        size = self.viewport().size()
        room = max(1, size.height() - self._tools.height() - 24)  # above the buttons
        scale = min(size.width() / self._area.width(), room / self._area.height(), 1.0)
        self._scale_to(max(scale, SMALLEST))
        # A picture that leaves room is shown at the upper left, where people begin to read.
        shown = QRectF(0, 0, size.width() / self.zoom(), size.height() / self.zoom())
        shown.moveTopLeft(self._area.topLeft())
        if self._area.width() < shown.width():
            shown.moveLeft(self._area.left() - (shown.width() - self._area.width()) / 2)
        spare = shown.height() - self._area.height()
        shown.moveTop(self._area.top() - min(max(spare, 0) / 4, 24))
        self.centerOn(shown.center())

    def zoom_by(self, factor: float) -> None:
        """Make the picture larger or smaller."""
        self._fits = False
        self._scale_to(min(max(self.zoom() * factor, SMALLEST), LARGEST))

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.zoom_by(1.0015 ** event.angleDelta().y())
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if event.key() in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom_by(1.25)
        elif event.key() == Qt.Key.Key_Minus:
            self.zoom_by(0.8)
        elif event.key() == Qt.Key.Key_0:
            self.fit()
        elif step is not None and self._summary is not None:
            block = neighbour(self._summary.blocks, self._block, step)
            if block is not None:
                self.selected.emit(block)
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._tools.adjustSize()
        self._tools.move(
            self.width() - self._tools.width() - 12, self.height() - self._tools.height() - 12
        )
        if self._fits:
            self.fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_scene"):
            self._scene.update()

    def drawBackground(self, painter: QPainter, area: QRectF | QRect) -> None:
        where = QRectF(area)
        painter.fillRect(where, theme.colour("window"))
        if self.zoom() >= 0.4:
            dots(painter, where, 20, theme.colour("line2"))

    def _scale_to(self, scale: float) -> None:
        factor = scale / self.zoom()
        self.scale(factor, factor)
        self._percent.setText(f"{round(100 * self.zoom())}%")

    def _make_tools(self) -> QWidget:
        tools = QWidget(self)
        line = QHBoxLayout(tools)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(4)
        smaller = icon_button("minus", tr("Zoom out"), framed=True)
        smaller.clicked.connect(lambda: self.zoom_by(0.8))
        self._percent = button("100%", small=True, tooltip=tr("Original size"))
        self._percent.setMinimumWidth(52)
        self._percent.clicked.connect(lambda: self.zoom_by(1 / self.zoom()))
        larger = icon_button("plus", tr("Zoom in"), framed=True)
        larger.clicked.connect(lambda: self.zoom_by(1.25))
        whole = icon_button("zoom", tr("Show all"), framed=True)
        whole.clicked.connect(self.fit)
        for tool in (smaller, self._percent, larger, whole):
            line.addWidget(tool)
        return tools
