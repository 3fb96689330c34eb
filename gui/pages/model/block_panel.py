"""What the block selected in the network is made of: its form, its parameters and its shapes."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from engine.messages import N_, format_fact
from engine.models.summary import BlockSummary, NetworkSummary
from engine.models.trunks.custom import Custom
from engine.recipe.auto.choose import Plan
from engine.recipe.checks import Finding
from engine.recipe.families import Trunk
from engine.recipe.model import ModelSpec
from gui.forms.form import Form
from gui.i18n import render, tr, trn
from gui.pages.model.gallery import AUTOMATIC
from gui.pages.model.layer_form import LayerForm
from gui.pages.model.layer_words import inputs_of
from gui.pages.model.reasons import Reasons, reason_lines
from gui.widgets import ElidedLabel, column, label, row, rule

MOST_FIGURES = 24
_UNCHOSEN = Trunk.default("linear")
"""What the form of the trunk holds while it is hidden."""


class BlockPanel(QWidget):
    """The block selected; the trunk while none is."""

    edited = Signal(object)
    """A `ModelSpec`."""

    def __init__(self, model: ModelSpec) -> None:
        super().__init__()
        self._model = model
        self._inputs: int | None = None
        self.title = ElidedLabel("", "title")
        self._place = label("", "caption", "muted")
        self._about = label("", "small", "muted", wrap=True)
        self.reasons = Reasons()
        self.trunk = Form(model.trunk or _UNCHOSEN)
        self.layer = LayerForm()
        self.numbers = Form(model, only=("numbers",))
        self.categories = Form(model, only=("categories",))
        self.trunk.changed.connect(lambda trunk: self._edit("trunk", trunk))
        self.layer.edited.connect(lambda trunk: self._edit("trunk", trunk))
        self.numbers.changed.connect(lambda edited: self._edit("numbers", edited.numbers))
        self.categories.changed.connect(lambda edited: self._edit("categories", edited.categories))
        self._figures = Figures()
        layout = column(
            row(self.title, None, self._place),
            self._about,
            self.reasons,
            self.trunk,
            self.layer,
            self.numbers,
            self.categories,
            self._figures,
            spacing=10,
        )
        self.setLayout(layout)
        self.show_block(None, None)

    @property
    def forms(self) -> tuple[Form, ...]:
        """The forms, of which that of the block selected is shown."""
        return (self.trunk, self.numbers, self.categories)

    def set_model(self, model: ModelSpec) -> None:
        """Show another model."""
        self._model = model
        self.trunk.set_model(model.trunk or _UNCHOSEN)
        self.layer.set_trunk(model.trunk if isinstance(model.trunk, Custom) else None, self._inputs)
        self.numbers.set_model(model)
        self.categories.set_model(model)

    def set_findings(self, findings: Sequence[Finding]) -> None:
        """Show broken rules at their fields."""
        self.trunk.set_findings(findings, ("model", "trunk"))
        self.numbers.set_findings(findings, ("model",))
        self.categories.set_findings(findings, ("model",))

    def show_layer(self, trunk: Custom, place: int) -> None:
        """Show a layer of a custom trunk."""
        self.layer.set_trunk(trunk, self._inputs, place)

    def show_block(self, summary: NetworkSummary | None, selected: int | None) -> None:
        """Show a block of the network."""
        self._inputs = inputs_of(summary)
        blocks = summary.blocks if summary is not None else ()
        block = blocks[selected] if selected is not None and selected < len(blocks) else None
        field = block.field or block.group if block is not None else "trunk"
        plan = summary.plan if summary is not None else None
        self._show_reasons(plan, field)
        chosen = self._model.trunk or (plan.model.trunk if plan is not None else None)
        shown = [place for place, other in enumerate(blocks) if other.group != "columns"]
        if block is not None and selected in shown:
            self.title.set_text(tr(block.name))
            self._place.setText(
                tr("{place} of {count}", place=shown.index(selected) + 1, count=len(shown))
            )
        else:
            self.title.set_text(tr(chosen.title if chosen is not None else N_("Auto")))
            self._place.setText("")
        self._about.setText(
            tr(
                "Follows from the target: one output for two classes or a value, else one per class."
            )
            if field == "head"
            else tr(chosen.summary if chosen is not None else AUTOMATIC.summary)
        )
        self._about.setVisible(field in ("head", "trunk"))
        own = self._model.trunk is not None and bool(self.trunk.editors())
        self.trunk.setVisible(field == "trunk" and own)
        self.reasons.set_ruled(field in ("numbers", "categories") or (field == "trunk" and own))
        self.numbers.setVisible(field == "numbers")
        self.categories.setVisible(field == "categories")
        by_hand = isinstance(self._model.trunk, Custom) and field == "trunk"
        self._figures.show_block(None if by_hand else block)
        self.layer.setVisible(by_hand)
        if by_hand:
            self._show_layer_instead()

    def _show_reasons(self, plan: Plan | None, field: str) -> None:
        """Why the block is as it is, and, at the trunk, which networks follow."""
        is_trunk = field == "trunk"
        note = plan.networks if plan is not None and is_trunk else None
        lines = reason_lines(plan, ("model", field))
        self.reasons.show_lines(lines, "" if note is None else render(note))

    def _show_layer_instead(self) -> None:
        """The chosen layer of a custom trunk, rather than the block that it became part of."""
        assert isinstance(self._model.trunk, Custom)
        self.layer.set_trunk(self._model.trunk, self._inputs)
        self.title.set_text(self.layer.title)
        self._place.setText(self.layer.place_text)
        self._about.setText(self.layer.summary)

    def _edit(self, field: str, part: object) -> None:
        self.edited.emit(self._model.model_copy(update={field: part}))


class Figures(QWidget):
    """Parameters of each layer and the widths of a block, line by line."""

    def __init__(self) -> None:
        super().__init__()
        self._outer = QVBoxLayout(self)
        self._outer.setContentsMargins(0, 0, 0, 0)
        self._content = QWidget()
        self._outer.addWidget(self._content)
        self._shown: BlockSummary | None = None

    def show_block(self, block: BlockSummary | None) -> None:
        """Show the figures of a block, or none."""
        if block == self._shown:
            return
        self._shown = block
        self._outer.removeWidget(self._content)
        self._content.hide()
        self._content.deleteLater()
        self._content = QWidget()
        lines = column(spacing=5)
        if block is not None:
            self._add_parameters(lines, block)
            self._add_shapes(lines, block)
        self._content.setLayout(lines)
        self._outer.addWidget(self._content)

    def _add_parameters(self, lines: QVBoxLayout, block: BlockSummary) -> None:
        counted = [layer for layer in block.layers if layer.parameters]
        _add_heading(lines, tr("Parameters"))
        if len(counted) > 1:
            for layer in counted[:MOST_FIGURES]:
                name = f"{tr(layer.name)} {layer.detail}".strip()
                lines.addLayout(_figure(name, format_fact(layer.parameters)))
        rest = counted[MOST_FIGURES:]
        if rest:
            name = trn("{count} more layer", "{count} more layers", len(rest))
            lines.addLayout(_figure(name, format_fact(sum(x.parameters for x in rest))))
        lines.addLayout(_figure(tr("Together"), format_fact(block.parameters), strong=True))

    def _add_shapes(self, lines: QVBoxLayout, block: BlockSummary) -> None:
        _add_heading(lines, tr("Shapes"))
        for name, shape in ((tr("In"), block.in_shape), (tr("Out"), block.out_shape)):
            width = " × ".join(map(format_fact, shape))
            lines.addLayout(_figure(name, tr("batch × {width}", width=width), strong=True))


def _add_heading(lines: QVBoxLayout, text: str) -> None:
    lines.addSpacing(5)
    lines.addWidget(rule())
    lines.addSpacing(5)
    lines.addWidget(label(text, "section"))


def _figure(name: str, value: str, *, strong: bool = False) -> QVBoxLayout:
    left = ElidedLabel(name, "small", "text2")
    right = label(value, "small", "text", weight=500 if strong else None)
    return row(left, None, right)  # type: ignore[return-value]
