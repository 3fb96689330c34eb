"""The Model page: architectures at the left, the network in the middle, its settings at the right."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from engine.models.summary import BlockSummary
from engine.models.trunks.custom import Custom
from engine.recipe.auto.choose import Plan, as_new
from engine.recipe.checks import Finding
from engine.recipe.families import Trunk
from engine.recipe.model import ModelSpec
from engine.recipe.parts import AUTO
from engine.recipe.recipe import Recipe
from engine.recipe.training import Training
from gui.forms.json_view import JsonView
from gui.i18n import render, tr, trn
from gui.pages.model.compare_panel import ComparePanel
from gui.pages.model.footer import Footer
from gui.pages.model.gallery import TrunkGallery
from gui.pages.model.graph_view import GraphView
from gui.pages.model.inspector import ModelInspector
from gui.pages.model.layers_view import LayersView
from gui.pages.model.memory_finding import memory_finding
from gui.pages.model.network_probe import NetworkProbe
from gui.pages.model.other_network import CompareMenu, Other
from gui.pages.model.picture_file import NetworkPicture
from gui.pages.model.picture_menu import PictureMenu
from gui.pages.model.presets_panel import PresetsPanel
from gui.pages.model.sizes_probe import SizesProbe
from gui.pages.page import Page, PageHeader, RefreshWhenShown
from gui.widgets import Badge, EmptyState, Segmented, button, label, rule

if TYPE_CHECKING:
    from gui.notices import Notices
    from gui.session import Session

GRAPH, LAYERS, JSON = "graph", "layers", "json"


class ModelPage(Page):
    """Which network, how large, trained how."""

    name = "model"

    def __init__(self, session: Session, notices: Notices) -> None:
        super().__init__(session, notices)
        self._selected: int | None = None
        self._earlier: dict[str, Trunk] = {}
        self.probe = NetworkProbe(session, self)
        self.sizes = SizesProbe(session.ask, self)
        self.gallery = TrunkGallery()
        self.presets = PresetsPanel(session, notices)
        self.graph = GraphView()
        self.layers = LayersView()
        self.json = JsonView(ModelSpec(), tr("Model as JSON"))
        self.compare = ComparePanel(session, self.probe)
        self.compare_menu = CompareMenu(session, self)
        self.pictures = PictureMenu(self._picture, self._picture_name, notices)
        self.footer = Footer()
        self._inspector = ModelInspector(session.recipe)
        self._make_header()
        self._views = QStackedWidget()
        self._empty = EmptyState("", icon="model")
        for view in (self.graph, self.layers, self.json, self.compare, self._empty):
            self._views.addWidget(view)
        self._lay_out()
        self._connect()
        self._show_recipe()

    def inspector(self) -> QWidget:
        return self._inspector

    def _make_header(self) -> None:
        self.header = PageHeader(tr("Model"))
        self.badge = Badge("", "accent")
        self.header.left.addWidget(self.badge)
        self.edited = label(tr("Edited"), "body", "muted")
        self.header.left.addWidget(self.edited)
        self.view = Segmented(
            ((GRAPH, tr("Graph")), (LAYERS, tr("Layers")), (JSON, tr("JSON"))), name=tr("View")
        )
        self.undo = button(tr("Undo"), "undo")
        self.reset = button(tr("Reset"), tooltip=tr("Back to the defaults of this architecture"))
        compare, pictures = self.compare_menu.button, self.pictures.button
        for tool in (self.view, self.undo, self.reset, compare, pictures):
            self.header.right.addWidget(tool)

    def _lay_out(self) -> None:
        middle = QVBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self._views, 1)
        middle.addWidget(self.footer)
        body = QHBoxLayout()
        body.setSpacing(0)
        left = QVBoxLayout()
        left.setSpacing(0)
        left.addWidget(self.gallery, 1)
        left.addWidget(self.presets)
        body.addLayout(left)
        body.addWidget(rule("column"))
        body.addLayout(middle, 1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(self.header)
        outer.addLayout(body, 1)

    def _connect(self) -> None:
        session = self.session
        self.view.changed.connect(lambda _view: self._compare(None))
        self.view.changed.connect(lambda _view: self._show_recipe())
        self.compare_menu.chosen.connect(self._compare)
        self.compare.closed.connect(lambda: self._compare(None))
        self._leave = QShortcut(QKeySequence(Qt.Key.Key_Escape), self)
        self._leave.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self._leave.setEnabled(False)
        self._leave.activated.connect(lambda: self._compare(None))
        self.undo.clicked.connect(session.undo)
        self.reset.clicked.connect(self._reset)
        self.gallery.chosen.connect(self._choose)
        self.presets.used.connect(session.edit)
        self.graph.selected.connect(self._select)
        self.layers.selected.connect(self._select)
        self.layers.layerSelected.connect(self._select_layer)
        self.layers.edited.connect(self._on_trunk)
        self.json.edited.connect(lambda model: self._edit_model(model, tr("edit as JSON")))
        self._inspector.modelEdited.connect(self._on_form)
        self._inspector.trainingEdited.connect(self._on_training)
        self._inspector.fixed.connect(lambda recipe: session.edit(recipe, tr("fix")))
        self.probe.changed.connect(self._show_network)
        self.probe.answered.connect(self._ask_sizes)
        self.sizes.changed.connect(self.gallery.trunks.set_parameters)
        RefreshWhenShown(self, self._show_recipe, session.recipeChanged)
        session.tableChanged.connect(self._on_table)
        session.pageChanged.connect(self._on_page)
        self._on_page()

    # What is shown --------------------------------------------------------------------------------

    def _show_recipe(self) -> None:
        recipe = self.session.recipe
        trunk = recipe.model.trunk
        self.gallery.set_kind(_kind_of(trunk))
        if self.view.value() == JSON:
            self.json.set_model(recipe.model)
        self.presets.mark()
        self._inspector.set_recipe(recipe, self._findings())
        self.layers.set_trunk(trunk)
        is_default = (
            recipe == as_new(recipe) if trunk is None else trunk == Trunk.default(trunk.kind)
        )
        self.reset.setEnabled(not is_default)
        self.edited.setVisible(not is_default)
        self.undo.setEnabled(self.session.can_undo)
        step = self.session.undo_label
        self.undo.setToolTip(tr("Undo {step}", step=step) if step else tr("Nothing to undo"))
        self._show_network()

    def _show_network(self) -> None:
        summary, task = self.probe.summary, self.probe.task
        plan = summary.plan if summary is not None else None
        if summary is None:
            self._selected = None
        self.badge.setText(self._badge(plan))
        self.badge.setToolTip(" → ".join(tr(title) for title in plan.titles) if plan else "")
        self._inspector.show_plan(plan)
        self._inspector.show_blocks(() if summary is None else summary.named)
        if summary is not None and task is not None:
            self.gallery.trunks.set_inputs(len(task.numbers), len(task.categories))
            gone = self._selected is None or self._selected >= len(summary.blocks)
            if gone and not self.probe.is_waiting:  # else these are the blocks of another network
                self._selected = _first_of(summary.blocks, "trunk")
        if self.view.value() == GRAPH:  # laid out only while someone looks
            self.graph.show_network(summary, task, self._selected)
        self.layers.show_network(summary, self._selected)
        self._inspector.block.show_block(summary, self._selected)
        self._inspector.set_findings(self._findings())
        training = self.session.recipe.training
        self.footer.show_figures(self.probe, training.epochs, training.time_budget)
        self._show_view()

    def _findings(self) -> tuple[Finding, ...]:
        """Broken rules of the recipe, and of the network that it makes."""
        summary = self.probe.summary
        too_large = None
        if summary is not None and not self.probe.is_waiting:
            too_large = memory_finding(self.session.recipe, summary)
        return (*self.session.findings, *([too_large] if too_large is not None else []))

    def _ask_sizes(self) -> None:
        """How large the network comes out with each architecture, as choosing it would set it."""
        summary, task = self.probe.summary, self.probe.task
        if summary is None or task is None:
            return
        chosen = _kind_of(task.recipe.model.trunk)
        self.gallery.trunks.set_parameters({chosen: summary.parameters})
        kinds = (member.kind_name() for member in Trunk.networks())
        others = [self._trunk_of(kind) for kind in kinds if kind != chosen]
        self.sizes.want(task, others)

    def _trunk_of(self, kind: str) -> Trunk:
        """What choosing an architecture sets: as it was when it was last chosen, or its defaults."""
        return self._earlier.get(kind) or Trunk.default(kind)

    def _badge(self, plan: Plan | None) -> str:
        """The architecture in force; of Auto, what it chose."""
        trunk = self.session.recipe.model.trunk
        if trunk is not None:
            return tr(trunk.title)
        if plan is None:
            return tr("Auto")
        first, *others = (tr(title) for title in plan.titles)
        if not others:
            return tr("Auto: {title}", title=first)
        return trn(
            "Auto: {title}, then {count} other",
            "Auto: {title}, then {count} others",
            len(others),
            title=first,
        )

    def _show_view(self) -> None:
        view = self.view.value()
        has_network = self.probe.summary is not None
        self.pictures.set_enabled(has_network)
        self.compare_menu.button.setEnabled(has_network)
        if self.compare.other is not None:
            self.compare.refresh()
            self._views.setCurrentWidget(self.compare)
        elif view == JSON:
            self._views.setCurrentWidget(self.json)
        elif view == LAYERS and self.layers.is_editor:
            self._views.setCurrentWidget(self.layers)
        elif self.probe.summary is None:
            self._say_why_empty()
            self._views.setCurrentWidget(self._empty)
        else:
            self._views.setCurrentWidget(self.graph if view == GRAPH else self.layers)

    def _say_why_empty(self) -> None:
        if self.probe.error is not None:
            found, *advice = (render(message) for message in self.probe.error.messages())
            self._empty.set(found, " ".join(advice))
        elif self.session.table is None:
            self._empty.set(tr("No network yet"), tr("Open a table first."))
        elif self.session.task is None:
            self._empty.set(tr("No network yet"), tr("Choose the column to predict."))
        elif self.probe.is_waiting:
            self._empty.set(tr("Building the network"))
        else:
            self._empty.set(
                tr("No network yet"), tr("No column is left to learn from. See Prepare.")
            )

    def _on_page(self) -> None:
        is_shown = self.session.page == self.name
        self.probe.set_active(is_shown)
        self.compare.set_active(is_shown)

    def _on_table(self) -> None:
        self._selected = None
        self.gallery.trunks.forget()
        self.sizes.forget()
        self._compare(None)

    def _compare(self, other: Other | None) -> None:
        """Set another network beside the one in force; None ends that."""
        self._leave.setEnabled(other is not None)
        self.compare.compare(other)
        self._show_view()
        if other is not None:
            self.compare.close_button.setFocus()

    def _picture(self) -> NetworkPicture | None:
        summary, task = self.probe.summary, self.probe.task
        if summary is None or task is None:
            return None
        return NetworkPicture(summary, task, self._selected)

    def _picture_name(self) -> str:
        table = self.session.table
        name = table.path.stem if table is not None else tr("network")
        return f"{name}-{_kind_of(self.session.recipe.model.trunk)}"

    # What a person does ---------------------------------------------------------------------------

    def _select(self, block: int) -> None:
        self._selected = block
        self._inspector.tabs.setCurrentIndex(0)
        summary = self.probe.summary
        place = summary.blocks[block].place if summary is not None else None
        trunk = self.session.recipe.model.trunk
        if isinstance(trunk, Custom) and place is not None:
            self.layers.select_layer(place)
            self._inspector.block.show_layer(trunk, place)
        self._show_network()

    def _select_layer(self, place: int) -> None:
        """A layer of a custom trunk; in the picture, the block that it is part of."""
        summary, trunk = self.probe.summary, self.session.recipe.model.trunk
        if isinstance(trunk, Custom):
            self._inspector.block.show_layer(trunk, place)
        before = [
            index
            for index, block in enumerate(summary.blocks if summary is not None else ())
            if block.place is not None and block.place <= place
        ]
        if before:
            self._selected = before[-1]
        self._inspector.block.show_block(summary, self._selected)

    def _choose(self, kind: str) -> None:
        """Another trunk."""
        trunk = self.session.recipe.model.trunk
        if kind == _kind_of(trunk):
            return
        if trunk is not None:
            self._earlier[trunk.kind] = trunk
        self._selected = None
        if kind == AUTO:
            left = {"trunk": None, "numbers": None, "categories": None, "members": ()}
            self._edit_model(self.session.recipe.model.model_copy(update=left), tr("Auto"))
            return
        chosen = self._trunk_of(kind)
        model = self.session.recipe.model.model_copy(update={"trunk": chosen})
        self._edit_model(model, tr(chosen.title))

    def _on_trunk(self, trunk: Trunk, words: str) -> None:
        model = self.session.recipe.model.model_copy(update={"trunk": trunk})
        self._edit_model(model, words)

    def _reset(self) -> None:
        recipe = self.session.recipe
        if recipe.model.trunk is None:
            self.session.edit(as_new(recipe), tr("reset"))
            return
        trunk = Trunk.default(recipe.model.trunk.kind)
        self._edit_model(recipe.model.model_copy(update={"trunk": trunk}), tr("reset"))

    def _on_form(self, model: ModelSpec) -> None:
        trunk = model.trunk
        title = tr("Auto") if trunk is None else tr(trunk.title)
        self._edit_model(model, tr("edit {title}", title=title))

    def _on_training(self, training: Training) -> None:
        recipe = self.session.recipe.model_copy(update={"training": training})
        self.session.edit(recipe, tr("edit training"))

    def _edit_model(self, model: ModelSpec, words: str) -> None:
        recipe: Recipe = self.session.recipe.model_copy(update={"model": model})
        self.session.edit(recipe, words)


def _kind_of(trunk: Trunk | None) -> str:
    return AUTO if trunk is None else trunk.kind


def _first_of(blocks: Sequence[BlockSummary], group: str) -> int | None:
    """The first block of a group that has something inside; without one, any."""
    places = [place for place, block in enumerate(blocks) if block.group == group]
    open_ones = [place for place in places if len(blocks[place].layers) > 1]
    others = [place for place, block in enumerate(blocks) if block.group != "columns"]
    return next(iter((*open_ones, *places, *others)), None)
