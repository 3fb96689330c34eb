"""Which blocks of the network keep the weights they begin with."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QWidget

from engine.models.summary import NamedBlock
from engine.recipe.training import Training
from gui.i18n import tr, trn
from gui.widgets import column, label


class FrozenBlocks(QWidget):
    """A tick for each block; a name that the network does not have stands there too, to be taken out."""

    changed = Signal(object)
    """The names of the frozen blocks, in the order of the network."""
    helped = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        field = Training.model_fields["freeze"]
        self._title = label(tr(field.title or ""), "section")
        self._title.setToolTip(tr(field.description or ""))
        self._blocks: tuple[NamedBlock, ...] = ()
        self._frozen: tuple[str, ...] = ()
        self._shown: object = None
        self.ticks: dict[str, QCheckBox] = {}
        self._column = column(self._title, spacing=4)
        self.setLayout(self._column)
        self.hide()

    def show_blocks(self, blocks: Sequence[NamedBlock], frozen: Sequence[str]) -> None:
        """Show the blocks of a network and which are frozen."""
        self._blocks, self._frozen = tuple(blocks), tuple(frozen)
        if self._shown == (self._blocks, self._frozen):
            return
        self._shown = (self._blocks, self._frozen)
        names = [block.name for block in self._blocks]
        gone = [name for name in self._frozen if name not in names]
        wanted = [*names, *gone]
        if list(self.ticks) != wanted:
            self._build(wanted)
        for block in self._blocks:
            self._describe(block)
        for name in gone:
            self.ticks[name].setText(tr("{name} · not in this network", name=name))
        for name, tick in self.ticks.items():
            tick.blockSignals(True)
            tick.setChecked(name in self._frozen)
            tick.blockSignals(False)
        self.setVisible(bool(wanted))

    def _build(self, names: Sequence[str]) -> None:
        for tick in self.ticks.values():
            self._column.removeWidget(tick)
            tick.deleteLater()
        self.ticks = {}
        for name in names:
            tick = QCheckBox()
            tick.toggled.connect(lambda _on: self._tell())
            self._column.addWidget(tick)
            self.ticks[name] = tick

    def _describe(self, block: NamedBlock) -> None:
        self.ticks[block.name].setText(
            trn(
                "{name} · {count} parameter",
                "{name} · {count} parameters",
                block.parameters,
                name=block.name,
            )
        )

    def _tell(self) -> None:
        self.changed.emit(tuple(name for name, tick in self.ticks.items() if tick.isChecked()))
