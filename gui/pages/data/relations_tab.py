"""The Relations tab: which columns go together, with the target, and which say the same twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QLayout, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from engine.schema import Kind, Role
from gui import theme
from gui.i18n import sentences, tr, trn
from gui.models.relation_words import (
    BY_KIND,
    INFORMATION,
    RANKS,
    relation_at,
    relation_sentence,
)
from gui.pages.data.association_matrix import AssociationMatrix
from gui.pages.data.column_chooser import ColumnChooser
from gui.pages.data.pair_card import PairCard
from gui.pages.data.ranking_list import RankingList
from gui.pages.data.relations_source import RelationsSource
from gui.pages.data.twins_list import TwinsList
from gui.widgets.buttons import button
from gui.widgets.card import Card
from gui.widgets.choice import Segmented
from gui.widgets.flow import FlowLayout
from gui.widgets.layout import row
from gui.widgets.note import EmptyState
from gui.widgets.text import ElidedLabel

if TYPE_CHECKING:
    from engine.data.relations.pair import Pair
    from engine.data.relations.relations import Relations
    from gui.session import Session

_GAP = 12
_LARGE_TEXT = 1.15
CLUSTERED, FILE_ORDER = "clustered", "file"


class RelationsTab(QWidget):
    """A heat map at the left; the pair chosen, the ranking and near-copies at the right."""

    def __init__(self, session: Session, source: RelationsSource) -> None:
        super().__init__()
        self._session = session
        self.source = source
        self.matrix = AssociationMatrix()
        self.pair = PairCard()
        self.ranking = RankingList()
        self.twins = TwinsList()
        self.measure = Segmented(
            [(BY_KIND, tr("By kind")), (RANKS, tr("Ranks")), (INFORMATION, tr("Information"))],
            small=True,
        )
        self.measure.setAccessibleName(tr("Measure"))
        self.measure.setToolTip(
            tr(
                "By kind: Pearson's correlation, Cramér's V or the correlation ratio. "
                "Ranks: Spearman's correlation between numbers. "
                "Information: mutual information as a share of the smaller entropy."
            )
        )
        self.order = Segmented(
            [(CLUSTERED, tr("Grouped")), (FILE_ORDER, tr("File order"))], small=True
        )
        self.order.setAccessibleName(tr("Order of columns"))
        self.choose = button(tr("Columns"), icon="table", small=True)
        self._chooser: ColumnChooser | None = None
        self._pair: tuple[str, str] | None = None
        self._told: Relations | None = None
        self._lay_out()
        self._connect()
        self._refresh()

    def _lay_out(self) -> None:
        self._about = ElidedLabel("", "small", "muted")
        self._matrix_card = Card(tr("Associations"))
        controls: QLayout = self._matrix_card.header
        if theme.text_scale() > _LARGE_TEXT:  # beside the title there is no room for them
            controls = FlowLayout()
            self._matrix_card.body.addLayout(controls)
        for control in (self.measure, self.order, self.choose):
            controls.addWidget(control)
        self._matrix_card.body.addWidget(self.matrix, 1)
        self._matrix_card.body.addLayout(row(self._about, None))
        self._ranking_card = Card(tr("With the target"), padding=0)
        self._ranking_card.body.addWidget(self.ranking)
        self._twins_card = Card(tr("Say the same"), padding=0)
        self._twins_card.body.addWidget(self.twins)
        right = QSplitter(Qt.Orientation.Vertical)
        for card in (self.pair, self._ranking_card, self._twins_card):
            right.addWidget(card)
        right.setSizes([300, 220, 150])
        both = QSplitter(Qt.Orientation.Horizontal)
        both.addWidget(self._matrix_card)
        both.addWidget(right)
        both.setSizes([560, 400])
        for splitter in (right, both):
            splitter.setHandleWidth(_GAP)
            splitter.setStyleSheet("QSplitter::handle { background: transparent }")
            splitter.setChildrenCollapsible(False)
        self._waiting = EmptyState(tr("Comparing columns"), tr("The relations come in a moment."))
        self._nothing = EmptyState(
            tr("Nothing to compare"),
            tr("It takes two columns of numbers, dates or categories that have different values."),
        )
        self._stack = QStackedWidget()
        for view in (both, self._waiting, self._nothing):
            self._stack.addWidget(view)
        self._both = both
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, _GAP, 16, _GAP)
        layout.addWidget(self._stack)

    def _connect(self) -> None:
        self.measure.changed.connect(lambda _: self._show_matrix())
        self.order.changed.connect(lambda _: self._show_matrix())
        self.choose.clicked.connect(self._open_chooser)
        self.matrix.chosen.connect(self._on_cell)
        self.ranking.chosen.connect(self._on_ranked)
        self.twins.chosen.connect(self._draw)
        self.twins.ignoring.connect(lambda name: self._set_role(name, Role.IGNORE))
        self.twins.using.connect(lambda name: self._set_role(name, Role.FEATURE))
        self.pair.levelClicked.connect(self._filter_level)
        self.source.changed.connect(self._refresh)
        self.source.drawn.connect(self._on_drawn)
        self._session.recipeChanged.connect(self._show_twins)
        self._session.tableChanged.connect(self._forget)

    # Showing ------------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.source.wake(True)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.source.wake(False)

    def _forget(self) -> None:
        self._pair = self._told = None
        self.pair.forget()

    def _refresh(self) -> None:
        found = self.source.relations
        if found is None:
            self._stack.setCurrentWidget(self._waiting)
            return
        if len(found.names) < 2:
            self._stack.setCurrentWidget(self._nothing)
            return
        self._stack.setCurrentWidget(self._both)
        # While other rows are compared, those of before stay, and that is said.
        self._about.set_text(tr("Comparing columns") if self.source.is_busy else _about(found))
        if found is self._told:
            return
        self._told = found
        self._show_matrix()
        self._ranking_card.setVisible(found.target is not None)
        self._ranking_card.title.setText(tr("With {target}", target=found.target or ""))
        self._show_twins()
        if self._pair is None:
            self._draw_strongest(found)

    def _show_matrix(self) -> None:
        found = self.source.relations
        if found is None or len(found.names) < 2:
            return
        measure = self.measure.value()
        values = found.values
        if measure == RANKS:
            values = np.where(np.isnan(found.spearman), found.values, found.spearman)
        elif measure == INFORMATION:
            values = found.shares
        order = found.order if self.order.value() == CLUSTERED else tuple(range(len(found.names)))

        def describe(one: int, other: int) -> str:
            return relation_sentence(relation_at(found, one, other), found.names[other])

        self.matrix.set_matrix(found.names, values, order, describe)
        self.matrix.mark(found.target)
        if found.target is not None:
            self.ranking.show_ranking(found.ranking, found.target, measure)
        self._mark_pair()

    def _show_twins(self) -> None:
        found = self.source.relations
        if found is None:
            return
        roles = {spec.name: spec.role for spec in self._session.recipe.columns}
        ignored = frozenset(
            name for name, role in roles.items() if name is not None and role is Role.IGNORE
        )
        self.twins.show_twins(found.twins, ignored, found.target)
        self._twins_card.setVisible(bool(found.twins))
        self._twins_card.set_caption(
            trn("{count} pair", "{count} pairs", len(found.twins)) if found.twins else ""
        )

    # Pairs --------------------------------------------------------------------------------------

    def _draw_strongest(self, found: Relations) -> None:
        if found.target is not None and found.ranking:
            self._draw(found.ranking[0].name, found.target)
            return
        strength = np.nan_to_num(np.abs(found.values))
        np.fill_diagonal(strength, -1.0)
        one, other = divmod(int(np.argmax(strength)), len(found.names))
        self._draw(found.names[one], found.names[other])

    def _on_cell(self, one: int, other: int) -> None:
        found = self.source.relations
        if found is not None:
            self._draw(found.names[other], found.names[one])
            self._session.select_column(found.names[one])

    def _on_ranked(self, name: str) -> None:
        found = self.source.relations
        if found is not None and found.target is not None:
            self._draw(name, found.target)
            self._session.select_column(name)

    def _draw(self, x: str, y: str) -> None:
        self._pair = (x, y)
        self._mark_pair()
        self.source.draw(x, y)

    def _mark_pair(self) -> None:
        found = self.source.relations
        if found is None or self._pair is None:
            return
        x, y = self._pair
        if x in found.names and y in found.names:
            self.matrix.select(found.names.index(y), found.names.index(x))
        self.ranking.mark(x if y == found.target else y if x == found.target else "")

    def _on_drawn(self, pair: Pair) -> None:
        schema = self._session.used_schema
        if schema is not None and (pair.x, pair.y) == self._pair:
            self.pair.show_pair(pair, schema)

    # Doing --------------------------------------------------------------------------------------

    def _filter_level(self, column: str, level: str) -> None:
        from engine.data.rows.filters import LevelsFilter

        self._session.view.add(LevelsFilter(column=column, values=(level,)))

    def _set_role(self, name: str, role: Role) -> None:
        label = (
            tr("Ignore {column}", column=name)
            if role is Role.IGNORE
            else tr("Use {column} as feature", column=name)
        )
        self._session.set_role(name, role, label)

    def _open_chooser(self) -> None:
        from engine.data.relations.relations import MOST

        schema, found = self._session.schema, self.source.relations
        if schema is None or found is None:
            return
        if self._chooser is None:
            self._chooser = ColumnChooser(self, MOST)
            self._chooser.chosen.connect(self.source.choose)
        kinds = {spec.name: spec.kind for spec in self._session.recipe.columns}
        names = [
            column.name
            for column in schema.columns
            if kinds.get(column.name, column.kind) is not Kind.TEXT and column.distinct > 1
        ]
        self._chooser.open_below(self.choose, names, found.names)


def _about(found: Relations) -> str:
    parts = []
    if found.left_out:
        parts.append(
            trn(
                "{shown} columns are shown, {count} more can be chosen.",
                "{shown} columns are shown, {count} more can be chosen.",
                found.left_out,
                shown=len(found.names),
            )
        )
    if found.sampled:
        parts.append(
            tr("From a random sample of {rows} of {all} rows.", rows=found.rows, all=found.of_rows)
        )
    else:
        parts.append(trn("From {count} row.", "From all {count} rows.", found.rows))
    return sentences(parts)
