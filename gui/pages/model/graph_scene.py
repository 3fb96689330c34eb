"""A network's picture as a scene of items, for the window and for files."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtWidgets import QGraphicsScene

from engine.models.summary import NetworkSummary
from engine.tasks import SummarizeTask
from gui import theme
from gui.pages.model.graph_items import EdgeItem, HeadingItem, InsidePanel, NodeItem, rect
from gui.pages.model.graph_layout import MOST_COLUMNS, lay_out

MARGIN = 22


def fill_scene(
    scene: QGraphicsScene,
    summary: NetworkSummary,
    task: SummarizeTask,
    block: int | None,
    most_columns: int = MOST_COLUMNS,
) -> tuple[QRectF, list[NodeItem]]:
    """Draw a network into an empty scene.

    Args:
        scene: Gets the items.
        summary: The network.
        task: What it was asked about: the columns.
        block: The block that is opened.
        most_columns: Boxes for columns; of more, the first are shown.

    Returns:
        The area that everything lies in, margins included, and the boxes.
    """
    picture = lay_out(
        summary,
        task,
        block,
        lambda text: theme.text_width(text, "small", 600),
        lambda text: theme.text_width(text, "caption"),
        most_columns,
    )
    area = QRectF()
    nodes: list[NodeItem] = []
    for edge in picture.edges:
        scene.addItem(EdgeItem(edge))
        left, right = edge.sides
        area = area.united(QRectF(left, edge.start[1], right - left, 1))
    for heading in picture.headings:
        scene.addItem(HeadingItem(heading))
    for node in picture.nodes:
        item = NodeItem(node, selected=node.block is not None and node.block == block)
        scene.addItem(item)
        nodes.append(item)
        area = area.united(rect(node.box))
    if picture.inside is not None:
        scene.addItem(InsidePanel(picture.inside))
        area = area.united(rect(picture.inside.box))
    area.setTop(min(area.top(), 0))
    return area.adjusted(-MARGIN, -MARGIN, MARGIN, MARGIN), nodes
