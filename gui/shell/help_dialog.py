"""Keyboard and help: every shortcut, and the way from a table to a model in a few lines."""

from __future__ import annotations

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QGridLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from gui.i18n import tr
from gui.shell.actions import Actions
from gui.widgets.text import label

_COLUMNS = 2


class HelpDialog(QDialog):
    """Not modal, so that it can stay beside the window."""

    def __init__(self, parent: QWidget, actions: Actions) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Keyboard and help"))
        self.resize(720, 620)
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(10)
        column.addWidget(label(tr("From a table to a model"), "title"))
        for step in _steps():
            column.addWidget(label(step, "body", "text2", wrap=True))
        column.addSpacing(10)
        column.addWidget(label(tr("Keyboard"), "title"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(6)
        shown = [action for action in _all(actions) if action.shortcuts()]
        half = (len(shown) + 1) // _COLUMNS
        for position, action in enumerate(shown):
            row, side = position % half, position // half
            grid.addWidget(label(_plain(action), "body"), row, 2 * side)
            keys = ", ".join(
                key.toString(QKeySequence.SequenceFormat.NativeText) for key in action.shortcuts()
            )
            grid.addWidget(label(keys, "body", "muted"), row, 2 * side + 1)
        column.addLayout(grid)
        column.addSpacing(10)
        column.addWidget(label(tr("The same without a window"), "title"))
        column.addWidget(
            label(
                tr("Everything here can be done in a terminal as well; start with this:"),
                "body",
                "text2",
                wrap=True,
            )
        )
        command = QLabel("trainyard --help")
        command.setFont(label("", "mono").font())
        column.addWidget(command)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setAccessibleName(tr("Keyboard and help"))
        scroll.setWidget(content)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(scroll)


def _steps() -> tuple[str, ...]:
    return (
        tr("1. Drop a CSV on the window, or paste a table. The first station shows its columns."),
        tr("2. Choose the target, the column to predict, in the bar above."),
        tr("3. Press Train. The curves move while the network learns; pause or stop at any time."),
        tr("4. Evaluate tells how good it is on rows that it never saw."),
        tr("5. Deploy predicts a second file, or saves the model as one file."),
    )


def _all(actions: Actions) -> list[QAction]:
    return [action for action in actions.children() if isinstance(action, QAction)]


def _plain(action: QAction) -> str:
    return action.text().rstrip("…").replace("&", "")
