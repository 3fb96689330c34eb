"""The network layer by layer: edited where it is made by hand, else looked at."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QStackedWidget, QVBoxLayout, QWidget

from engine.models.layer_places import Layers
from engine.models.summary import NetworkSummary
from engine.models.trunks.custom import Custom
from engine.recipe.families import Trunk
from gui.i18n import tr
from gui.pages.model.layer_editor import LayerEditor
from gui.pages.model.layer_words import inputs_of
from gui.pages.model.network_table import NetworkTable
from gui.widgets import ElidedLabel, button, row


class LayersView(QWidget):
    """The table of the network as built, or the editor of a custom trunk's layers."""

    selected = Signal(int)
    """The index of a block, in the network as built."""
    layerSelected = Signal(int)  # noqa: N815 - Qt's naming
    """The place of a layer, in a custom trunk."""
    edited = Signal(object, str)
    """A `Trunk`, and the words for the step."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._trunk: Trunk | None = None
        self._inputs: int | None = None
        self.table = NetworkTable()
        self.editor = LayerEditor()
        self.unfold = button(
            tr("Edit as custom layers"),
            small=True,
            tooltip=tr("The same network as a list of layers that you can change"),
        )
        self._why = ElidedLabel("", "small", "muted")
        built = QWidget()
        column = QVBoxLayout(built)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        bar = QFrame()
        bar.setProperty("surface", True)
        bar.setLayout(row(self._why, None, self.unfold, margins=(14, 8, 12, 8)))
        column.addWidget(bar)
        column.addWidget(self.table, 1)
        self._stack = QStackedWidget()
        self._stack.addWidget(built)
        self._stack.addWidget(self.editor)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._stack)
        self.table.selected.connect(self.selected)
        self.editor.currentChanged.connect(self.layerSelected)
        self.editor.edited.connect(self._on_layers)
        self.unfold.clicked.connect(self._unfold)

    @property
    def is_editor(self) -> bool:
        """Whether the layers can be edited, which needs no network to be built first."""
        return isinstance(self._trunk, Custom)

    @property
    def inputs(self) -> int | None:
        """The width of the encoded row, as far as a network was built that tells it."""
        return self._inputs

    def set_trunk(self, trunk: Trunk | None) -> None:
        """Show another trunk; None is one that is chosen automatically."""
        self._trunk = trunk
        if isinstance(trunk, Custom):
            self.editor.set_layers(trunk.layers, self._inputs)
            self._stack.setCurrentIndex(1)
            return
        self._stack.setCurrentIndex(0)
        layers = trunk.as_layers(self._inputs) if trunk is not None else None
        self.unfold.setVisible(bool(layers))
        self._why.set_text(
            tr("The layers as they will be built.")
            if layers
            else tr("The layers as they will be built. They cannot be edited one by one.")
        )

    def show_network(self, summary: NetworkSummary | None, block: int | None) -> None:
        """Show a network as built, with one block selected; None: it is not known yet."""
        if summary is not None and (inputs := inputs_of(summary)) != self._inputs:
            self._inputs = inputs
            self.set_trunk(self._trunk)
        if not self.is_editor:
            self.table.show_network(summary, block)

    def select_layer(self, place: int) -> None:
        """Bring the editor to a layer."""
        self.editor.choose(place)

    def _unfold(self) -> None:
        layers = self._trunk.as_layers(self._inputs) if self._trunk is not None else None
        if layers:
            self.edited.emit(Custom(layers=layers), tr("edit as custom layers"))

    def _on_layers(self, layers: Layers, words: str) -> None:
        assert isinstance(self._trunk, Custom)
        self.edited.emit(self._trunk.model_copy(update={"layers": layers}), words)
