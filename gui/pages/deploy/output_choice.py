"""Which of what a model can tell of a row is written."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from engine.outputs import Output, Outputs
from gui.i18n import tr, trn
from gui.widgets.buttons import button
from gui.widgets.layout import row


class OutputChoice(QWidget):
    """A button with a menu of ticks; at least one stays ticked. `changed` follows each change."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._menu = QMenu(self)
        self._menu.setToolTipsVisible(True)
        self.actions_by_output: dict[Output, QAction] = {}
        for output, (text, tooltip) in _texts().items():
            action = self._menu.addAction(text)
            action.setCheckable(True)
            action.setToolTip(tooltip)
            action.setChecked(Outputs().wants(output))
            action.toggled.connect(self._on_toggled)
            self.actions_by_output[output] = action
        self.button = button("", icon="table")
        self.button.setMenu(self._menu)
        self.button.setToolTip(tr("What is added to each row"))
        layout = row(self.button)
        self.setLayout(layout)
        self._show()

    def set_given(self, given: Iterable[Output]) -> None:
        """Offer only what the model gives."""
        known = tuple(given)
        for output, action in self.actions_by_output.items():
            action.setVisible(output in known)
        self._show()

    def outputs(self) -> Outputs:
        """What is ticked."""
        ticked = [o for o, action in self.actions_by_output.items() if action.isChecked()]
        return Outputs.only(*ticked)

    def _on_toggled(self) -> None:
        self._show()
        self.changed.emit()

    def _show(self) -> None:
        there = [action for action in self.actions_by_output.values() if action.isVisible()]
        ticked = [action for action in there if action.isChecked()]
        for action in there:  # the last one cannot be taken away
            action.setEnabled(len(ticked) > 1 or not action.isChecked())
        text = trn("{count} output", "{count} outputs", len(ticked))
        self.button.setText(ticked[0].text() if len(ticked) == 1 else text)
        self.button.setAccessibleName(tr("Outputs: {chosen}", chosen=self.button.text()))


def _texts() -> dict[Output, tuple[str, str]]:
    return {
        Output.PREDICTION: (tr("Prediction"), tr("The class or the value")),
        Output.PROBABILITIES: (tr("Probabilities"), tr("One column for each class")),
        Output.INTERVAL: (tr("Interval"), tr("Between which the value lies")),
        Output.SET: (tr("Set of classes"), tr("The classes that the true one is among")),
        Output.FLAG: (tr("Threshold flag"), tr("Whether the probability is above the threshold")),
        Output.SURE: (
            tr("Sure or “don't know”"),
            tr("Whether the answer is sure enough to be given"),
        ),
    }
