"""A line of controls that gives way step by step where it has too little room."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

Step = Callable[[bool], None]
"""Gives way (true), or takes its room again (false)."""


class GivingWay:
    """Takes as many steps, in their order, as are needed for all to fit into a widget's width."""

    def __init__(self, widget: QWidget, steps: Sequence[Step]) -> None:
        self._widget, self._steps = widget, tuple(steps)
        policy = widget.sizePolicy()
        policy.setHorizontalPolicy(QSizePolicy.Policy.Ignored)
        widget.setSizePolicy(policy)

    def release(self) -> None:
        """Take all room again, before other things are shown; `fit` follows."""
        for step in self._steps:
            step(False)

    def fit(self) -> None:
        """Look again; call it when the widget or what it shows has changed."""
        layout = self._widget.layout()
        if layout is None:
            return
        self.release()
        for step in (*self._steps, None):
            layout.invalidate()
            if step is None or layout.totalMinimumSize().width() <= self._widget.width():
                return
            step(True)


def only_icons(*buttons: QPushButton) -> Step:
    """Buttons without their words; these stay as their names."""

    def step(gives_way: bool) -> None:
        for each in buttons:
            words = each.accessibleName() or each.text()
            if gives_way and each.text():
                each.setAccessibleName(each.text())
                each.setText("")
            elif not gives_way and not each.text():
                each.setText(words)

    return step


def hidden(*widgets: QWidget) -> Step:
    """Widgets that are left out; of those hidden for another reason nothing is said."""
    left_out: list[QWidget] = []

    def step(gives_way: bool) -> None:
        if gives_way:
            left_out[:] = [each for each in widgets if not each.isHidden()]
            for each in left_out:
                each.hide()
        else:
            for each in left_out:
                each.show()
            left_out.clear()

    return step
