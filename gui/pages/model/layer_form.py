"""The form of one layer of a custom trunk, with what is wrong with it, its shapes and its size."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from engine.models.layer_places import layer_flaws, places
from engine.models.layers.linear import LinearLayer
from engine.models.trunks.custom import Custom
from gui.forms.form import Form
from gui.i18n import render, tr
from gui.pages.model.layer_moves import replaced
from gui.pages.model.layer_words import flops_text, parameters_text, width_text
from gui.widgets import ElidedLabel, Note, column, label, row, rule


class LayerForm(QWidget):
    """One layer at a time. `edited` is emitted with another `Custom`."""

    edited = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._trunk: Custom | None = None
        self._inputs: int | None = None
        self._place = 0
        self.form = Form(LinearLayer())
        self.form.changed.connect(self._on_layer)
        self._note = Note("", "err")
        self._note.acted.connect(self._mend)
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
        self.setLayout(column(self._note, self.form, rule(), *lines, spacing=8))
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

    def set_trunk(self, trunk: Custom | None, inputs: int | None) -> None:
        """Show a layer of that trunk; `inputs` is the width of the encoded row, where it is known."""
        if trunk != self._trunk or inputs != self._inputs:
            self._trunk, self._inputs = trunk, inputs
            self._show()

    def show_layer(self, place: int) -> None:
        """Show the layer of that place."""
        self._place = place
        self._show()

    def _show(self) -> None:
        layers = self._trunk.layers if self._trunk is not None else ()
        self._place = min(max(self._place, 0), max(len(layers) - 1, 0))
        self.form.setVisible(bool(layers))
        flaws = [flaw for flaw in layer_flaws(layers) if flaw.index == self._place]
        self._note.setVisible(bool(flaws))
        if flaws:
            action = render(flaws[0].fix_label).rstrip(".。")
            self._note.set("", "err", action, title=render(flaws[0].problem))
        if not layers:
            for value in self._values.values():
                value.setText("—")
            return
        self.form.set_model(layers[self._place])
        self.form.setVisible(bool(self.form.editors()))
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

    def _mend(self) -> None:
        assert self._trunk is not None
        flaws = [flaw for flaw in layer_flaws(self._trunk.layers) if flaw.index == self._place]
        if flaws:
            self.edited.emit(self._trunk.model_copy(update={"layers": flaws[0].fixed}))
