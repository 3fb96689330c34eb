"""Two columns against each other: the picture that suits their kinds, and their relation in figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget

from engine.schema import Schema
from gui.i18n import listed, tr
from gui.models.relation_words import bits_text, measure_name, signed_text
from gui.pages.data.boxes_view import BoxesView
from gui.pages.data.mosaic_view import MosaicView
from gui.pages.data.scatter_plot import ScatterPlot
from gui.widgets.card import Card
from gui.widgets.note import EmptyState
from gui.widgets.text import label

if TYPE_CHECKING:
    from engine.data.relations.pair import Pair


class PairCard(Card):
    """A card with the plot of the pair chosen."""

    levelClicked = Signal(str, str)  # noqa: N815 - Qt's naming
    """A column and one of its levels was clicked."""

    def __init__(self) -> None:
        super().__init__(tr("Pair"))
        self.scatter = ScatterPlot()
        self.boxes = BoxesView()
        self.mosaic = MosaicView()
        self._empty = EmptyState(
            tr("No pair chosen"), tr("Click a cell of the matrix, or a column of the list.")
        )
        self.stack = QStackedWidget()
        for view in (self._empty, self.scatter, self.boxes, self.mosaic):
            self.stack.addWidget(view)
        self._facts = label("", "caption", "muted", wrap=True)
        self.body.addWidget(self.stack, 1)
        self.body.addWidget(self._facts)
        self.boxes.levelClicked.connect(self.levelClicked)
        self.mosaic.levelClicked.connect(self.levelClicked)
        self.forget()

    def forget(self) -> None:
        """Show no pair."""
        self.stack.setCurrentWidget(self._empty)
        self.title.setText(tr("Pair"))
        self._facts.hide()

    def show_pair(self, pair: Pair, schema: Schema) -> None:
        """Draw a pair of columns of a table."""
        from engine.data.relations.pair import Boxes, Scatter

        self.title.setText(tr("{y} by {x}", x=pair.x, y=pair.y))
        picture = pair.picture
        if pair.known == 0:
            self._empty.set(tr("Nothing to draw"), tr("No row has a value in both columns."))
            self.stack.setCurrentWidget(self._empty)
        elif isinstance(picture, Scatter):
            self.scatter.show_scatter(picture, schema[pair.x].kind, schema[pair.y].kind)
            self.scatter.setAccessibleName(tr("{y} by {x}", x=pair.x, y=pair.y))
            self.stack.setCurrentWidget(self.scatter)
        elif isinstance(picture, Boxes):
            self.boxes.show_boxes(picture, schema[picture.number].kind)
            self.stack.setCurrentWidget(self.boxes)
        else:
            self.mosaic.show_mosaic(picture, pair.x, pair.y)
            self.stack.setCurrentWidget(self.mosaic)
        self._facts.setText(_facts(pair))
        self._facts.setVisible(pair.known > 0)


def _facts(pair: Pair) -> str:
    relation = pair.relation
    measure = measure_name(relation.measure)
    parts = [f"{measure[0].upper()}{measure[1:]} {signed_text(relation.value)}"]
    if relation.spearman is not None:
        parts.append(
            tr("rank correlation (Spearman) {value}", value=signed_text(relation.spearman))
        )
    parts.append(tr("mutual information {bits}", bits=bits_text(relation.bits)))
    if pair.rows < pair.of_rows:
        parts.append(tr("{rows} of {all} rows", rows=pair.rows, all=pair.of_rows))
    else:
        parts.append(tr("{rows} rows with both values", rows=pair.known))
    return listed(parts)
