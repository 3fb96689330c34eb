"""The form of one layer of a custom trunk, with its shapes and its size."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from engine.models.layer_places import places
from engine.models.layers.linear import LinearLayer
from engine.models.trunks.custom import Custom
from engine.recipe.layer_family import Layer
from gui.forms.form import Form
from gui.i18n import tr
from gui.pages.model.layer_moves import replaced
from gui.pages.model.layer_words import flops_text, parameters_text, width_text
from gui.widgets import ElidedLabel, column, label, row, rule


class LayerForm(QWidget):
    """One layer at a time. `edited` is emitted with another `Custom`."""

    edited = Signal(object)
    helped = Signal(str)
    """Help of the field that has the focus; empty when none has."""

    def __init__(self) -> None:
        super().__init__()
        self._trunk: Custom | None = None
        self._inputs: int | None = None
        self._place = 0
        self._forms: dict[str, Form] = {}
        self._form_column = QVBoxLayout()
        self._form_column.setContentsMargins(0, 0, 0, 0)
        self.form = self._form_of(LinearLayer())
        self._values = {
            name: label("", "small", "text", weight=500)
            for name in ("in", "out", "parameters", "flops")
        }
        titles = {
            "in": tr("In"),
            "out": tr("Out"),
            "parameters": tr("Parameters"),
            "flops": tr("FLOPs per row"),
        }
        lines = [
            row(ElidedLabel(titles[name], "small", "text2"), None, value)
            for name, value in self._values.items()
        ]
        self.setLayout(column(self._form_column, rule(), *lines, spacing=8))
        self._show()

    @property
    def title(self) -> str:
        """The layer's kind."""
        layers = self._trunk.layers if self._trunk is not None else ()
        return tr(layers[self._place].title) if layers else tr(Custom.title)

    @property
    def summary(self) -> str:
        """What the layer is for."""
        layers = self._trunk.layers if self._trunk is not None else ()
        return tr(layers[self._place].summary) if layers else tr(Custom.summary)

    @property
    def place_text(self) -> str:
        """Which of the layers it is."""
        layers = self._trunk.layers if self._trunk is not None else ()
        if not layers:
            return ""
        return tr("layer {place} of {count}", place=self._place + 1, count=len(layers))

    def set_trunk(self, trunk: Custom | None, inputs: int | None, place: int | None = None) -> None:
        """Show a layer of that trunk, the one of `place` or the same place as before.

        `inputs` is the width of the encoded row, where it is known.
        """
        place = self._place if place is None else place
        if (trunk, inputs, place) != (self._trunk, self._inputs, self._place):
            self._trunk, self._inputs, self._place = trunk, inputs, place
            self._show()

    def _form_of(self, layer: Layer) -> Form:
        """The form for layers of that kind; each is made once, for making one takes milliseconds."""
        form = self._forms.get(layer.kind)
        if form is None:
            form = self._forms[layer.kind] = Form(layer)
            form.changed.connect(self._on_layer)
            form.helped.connect(self.helped)
            self._form_column.addWidget(form)
        return form

    def _show(self) -> None:
        layers = self._trunk.layers if self._trunk is not None else ()
        self._place = min(max(self._place, 0), max(len(layers) - 1, 0))
        if not layers:
            for value in self._values.values():
                value.setText("—")
            self.form.hide()
            return
        form = self._form_of(layers[self._place])
        form.set_model(layers[self._place])
        if form is not self.form:
            self.form.hide()
            self.form = form
        form.setVisible(bool(form.editors()))
        where = places(layers)[self._place]
        texts = {
            "in": width_text(where.came, self._inputs),
            "out": width_text(where.went, self._inputs),
            "parameters": parameters_text(where, self._inputs),
            "flops": flops_text(where, self._inputs),
        }
        for name, text in texts.items():
            self._values[name].setText(text)

    def _on_layer(self, layer: object) -> None:
        assert self._trunk is not None
        layers = replaced(self._trunk.layers, self._place, layer).layers  # type: ignore[arg-type]
        self.edited.emit(self._trunk.model_copy(update={"layers": layers}))
