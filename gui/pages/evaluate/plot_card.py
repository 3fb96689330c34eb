"""A card with a plot that is made when it is first needed: each takes some 50 ms to build."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from PySide6.QtCore import Qt

from gui.widgets.card import Card
from gui.widgets.plot import Plot
from gui.widgets.text import label

P = TypeVar("P", bound=Plot)


class PlotCard(Card, Generic[P]):
    """A plot with the name of its horizontal axis below, in `below`."""

    def __init__(self, title: str, caption: str, x_title: str, make: Callable[[], P]) -> None:
        super().__init__(title, caption)
        self._make = make
        self._plot: P | None = None
        self.body.setSpacing(2)
        self.below = label(x_title, "caption", "muted")
        self.below.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.body.addWidget(self.below)

    @property
    def has_plot(self) -> bool:
        """Whether it was made."""
        return self._plot is not None

    @property
    def plot(self) -> P:
        """The plot; made on the first call."""
        if self._plot is None:
            self._plot = self._make()
            self.listen(self._plot)
            self.body.insertWidget(0, self._plot, 1)
        return self._plot

    def listen(self, plot: P) -> None:
        """Connect the plot, which was just made: for cards that act on clicks."""
