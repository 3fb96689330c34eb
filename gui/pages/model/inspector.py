"""The Model page's inspector: the block selected, and how the network is trained."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QFrame, QScrollArea, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from engine.models.summary import NamedBlock
from engine.recipe.auto.choose import Plan
from engine.recipe.checks import Finding
from engine.recipe.recipe import Recipe
from engine.recipe.training import Training
from gui.forms.finding_notes import FindingNotes
from gui.forms.form import Form
from gui.i18n import render, tr
from gui.icons import icon
from gui.pages.model.block_panel import BlockPanel
from gui.pages.model.frozen_blocks import FrozenBlocks
from gui.pages.model.reasons import Reasons, reason_lines
from gui.widgets import column, label, row, rule

HELP_LINES = 3


class ModelInspector(QWidget):
    """Tabs Block and Training, and at the foot the help of the field that has the focus."""

    modelEdited = Signal(object)  # noqa: N815 - Qt's naming
    """A `ModelSpec`."""
    trainingEdited = Signal(object)  # noqa: N815
    """A `Training`."""
    fixed = Signal(object)
    """A mended `Recipe`."""

    def __init__(self, recipe: Recipe, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", True)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.tabs = QTabBar()
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.tabs.setUsesScrollButtons(False)
        self.tabs.setElideMode(Qt.TextElideMode.ElideNone)
        self.tabs.addTab(tr("Block"))
        self.tabs.addTab(tr("Training"))
        self.tabs.setAccessibleName(tr("Inspector"))
        self.block = BlockPanel(recipe.model)
        self.block.edited.connect(self.modelEdited)
        self.reasons = Reasons()
        self._blocks: tuple[NamedBlock, ...] = ()
        self.training = Form(recipe.training)
        self.training.changed.connect(self.trainingEdited)
        self._notes = FindingNotes()
        self._notes.setContentsMargins(14, 10, 14, 0)
        self._notes.fixed.connect(self.fixed)
        self._stack = QStackedWidget()
        training = QWidget()
        self.frozen = FrozenBlocks()
        self.frozen.changed.connect(self._freeze)
        training.setLayout(column(self.reasons, self.training, self.frozen, spacing=10))
        for content in (self.block, training):
            self._stack.addWidget(_scrolled(content))
        self.tabs.currentChanged.connect(self._stack.setCurrentIndex)
        self._help = label("", "caption", "muted", wrap=True)
        self._help.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._help.setMinimumHeight(HELP_LINES * self._help.fontMetrics().height())
        self._show_help("")
        for form in (*self.block.forms, self.training):
            form.helped.connect(self._show_help)
            form.fixed.connect(self.fixed)
        self.block.layer.helped.connect(self._show_help)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addLayout(row(self.tabs, None, margins=(4, 0, 4, 0)))
        outer.addWidget(rule())
        outer.addWidget(self._notes)
        outer.addWidget(self._stack, 1)
        outer.addWidget(rule())
        outer.addLayout(column(self._help, margins=(14, 8, 14, 8)))

    def set_recipe(self, recipe: Recipe, findings: Sequence[Finding]) -> None:
        """Show another recipe and what is wrong with it."""
        self.block.set_model(recipe.model)
        self.training.set_model(recipe.training)
        self._show_frozen()
        self.set_findings(findings)

    def show_blocks(self, blocks: Sequence[NamedBlock]) -> None:
        """Offer the blocks of the network to be frozen."""
        self._blocks = tuple(blocks)
        self._show_frozen()

    def _show_frozen(self) -> None:
        model = self.training.model
        assert isinstance(model, Training)
        self.frozen.show_blocks(self._blocks, model.freeze)

    def _show_help(self, text: str) -> None:
        self._help.setText(text or tr("Choose a field to read what it does."))

    def _freeze(self, names: tuple[str, ...]) -> None:
        self.trainingEdited.emit(self.training.model.model_copy(update={"freeze": names}))

    def show_plan(self, plan: Plan | None) -> None:
        """Say what Auto chose of training, and why."""
        note = plan.networks if plan is not None else None
        lines = reason_lines(plan, ("training",))
        self.reasons.show_lines(lines, "" if note is None else render(note))

    def set_findings(self, findings: Sequence[Finding]) -> None:
        """Show what is wrong: at its field, or above if it has none; a tab not in front is marked."""
        self.block.set_findings(findings)
        self.training.set_findings(findings, ("training",))
        self._notes.set_findings([f for f in findings if not _has_field(f)])
        for tab, field in enumerate(("model", "training")):
            is_broken = any(_has_field(f) and f.path[0] == field for f in findings)
            self.tabs.setTabIcon(tab, icon("error", "err") if is_broken else QIcon())
            self.tabs.setTabToolTip(tab, tr("Something here has to be mended") if is_broken else "")


def _has_field(finding: Finding) -> bool:
    """Whether it stands at a field of one of the forms; layers have theirs in a table."""
    if finding.path[:3] == ("model", "trunk", "layers"):
        return False
    return len(finding.path) > 1 and finding.path[0] in ("model", "training")


def _scrolled(content: QWidget) -> QScrollArea:
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    holder = QWidget()
    holder.setProperty("surface", True)
    holder.setLayout(column(content, None, margins=14))
    area.setWidget(holder)
    return area
