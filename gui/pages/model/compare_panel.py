"""Two networks side by side: their pictures, what they cost, and what is set differently."""

from __future__ import annotations

from PySide6.QtCore import QStringListModel, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QBoxLayout,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QListView,
    QVBoxLayout,
    QWidget,
)

from engine.messages import format_fact
from engine.models.summary import NetworkSummary
from engine.recipe.diff import differences
from engine.recipe.model import ModelSpec
from engine.recipe.recipe import Recipe
from gui.i18n import render, tr, translate, trn
from gui.pages.model.figures import duration_text, flops_text, size_text
from gui.pages.model.graph_view import GraphView
from gui.pages.model.network_probe import NetworkProbe
from gui.pages.model.other_network import Other
from gui.session import Session
from gui.theme import grown
from gui.widgets import ElidedLabel, button, label, row, rule

_FOOT = 176
_FIGURES = 400
_LEAST = 620
"""Px that a picture is wide at least."""
_COLUMNS = 8
"""Boxes for columns in each picture."""


class ComparePanel(QWidget):
    """The network in force at the left, another one at the right."""

    closed = Signal()

    def __init__(self, session: Session, own: NetworkProbe) -> None:
        super().__init__()
        self._session, self._own = session, own
        self._other: Other | None = None
        self._active = False
        self.probe = NetworkProbe(session, self, recipe=self._recipe, after=own)
        self.probe.changed.connect(self.refresh)
        self.sides = (_Side(tr("This network")), _Side(""))
        self.close_button = button(tr("End comparison"), "x", small=True, tooltip=tr("Esc"))
        self.close_button.clicked.connect(self.closed)
        self.figures = _Figures()
        self.list = QStringListModel()
        self._said = label("", "section")
        self._make_layout()

    def _make_layout(self) -> None:
        self._pictures = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._pictures.setSpacing(1)
        for side in self.sides:
            self._pictures.addWidget(side, 1)
        self.sides[1].head.addWidget(self.close_button)
        view = QListView()
        view.setModel(self.list)
        view.setAccessibleName(tr("Differences"))
        view.setFrameShape(QListView.Shape.NoFrame)
        view.setWordWrap(True)
        view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        said = QVBoxLayout()
        said.setSpacing(4)
        said.addWidget(self._said)
        said.addWidget(view, 1)
        foot = QWidget()
        foot.setProperty("surface", True)
        foot.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        foot.setFixedHeight(grown(_FOOT))
        below = QHBoxLayout(foot)
        below.setContentsMargins(14, 10, 14, 8)
        below.setSpacing(24)
        self.figures.setFixedWidth(grown(_FIGURES))
        below.addWidget(self.figures, 0, Qt.AlignmentFlag.AlignTop)
        below.addLayout(said, 1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addLayout(self._pictures, 1)
        outer.addWidget(rule())
        outer.addWidget(foot)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # Networks are wide: where two do not fit beside each other they stand one above the other.
        is_wide = event.size().width() >= 2 * _LEAST
        direction = QBoxLayout.Direction
        self._pictures.setDirection(direction.LeftToRight if is_wide else direction.TopToBottom)

    @property
    def other(self) -> Other | None:
        """What is compared with; None: nothing, and nothing is asked about."""
        return self._other

    def compare(self, other: Other | None) -> None:
        """Set another network beside the one in force; None ends it."""
        self._other = other
        self._ask()
        if other is not None:
            self.sides[1].set_name(other.name)
            self.probe.ask_again()
            self.refresh()

    def set_active(self, active: bool) -> None:
        """Ask only while someone looks."""
        self._active = active
        self._ask()

    def _ask(self) -> None:
        self.probe.set_active(self._active and self._other is not None)

    def refresh(self) -> None:
        """Show both as they are known now."""
        if self._other is None:
            return
        other = self.probe.summary if self._is_of_other() else None
        self.sides[0].show_probe(self._own, self._own.summary)
        self.sides[1].show_probe(self.probe, other)
        self.figures.show_networks(self._own.summary, other)
        self._show_differences(self._session.recipe, self._recipe())

    def _is_of_other(self) -> bool:
        """Whether what the probe knows is of the network chosen last."""
        task = self.probe.task
        return (
            task is not None and self._other is not None and task.recipe.model == self._other.model
        )

    def _recipe(self) -> Recipe:
        recipe = self._session.recipe
        return self._other.on(recipe) if self._other is not None else recipe

    def _show_differences(self, recipe: Recipe, other: Recipe) -> None:
        lines = [found.render(translate) for found in differences(recipe, other)]
        self.list.setStringList(lines)
        self._said.setText(
            trn("{count} setting differs", "{count} settings differ", len(lines))
            if lines
            else tr("Nothing is set differently")
        )


class _Side(QWidget):
    """One network: its name, its architecture and its picture."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = ElidedLabel(name, "section")
        self._state = ElidedLabel("", "small", "muted")
        self.graph = GraphView(most_columns=_COLUMNS)
        self._block: int | None = None
        self.graph.selected.connect(self._open)
        self.head = row(self.name, self._state, None, margins=(14, 6, 10, 6), spacing=10)
        bar = QWidget()
        bar.setProperty("surface", True)
        bar.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        bar.setLayout(self.head)
        bar.setFixedHeight(grown(36))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(bar)
        layout.addWidget(rule())
        layout.addWidget(self.graph, 1)
        self._shown: NetworkProbe | None = None
        self._summary: NetworkSummary | None = None

    def set_name(self, name: str) -> None:
        """Name the network."""
        self.name.set_text(name)
        self._block = None

    def show_probe(self, probe: NetworkProbe, summary: NetworkSummary | None) -> None:
        """Show what a probe knows."""
        self._shown, self._summary = probe, summary
        task = probe.task
        error = probe.error
        if error is not None and not probe.is_waiting:
            state = " ".join(render(message) for message in error.messages())
        elif probe.is_waiting:
            state = tr("Measuring")
        elif task is not None and summary is not None:
            state = _title(task.recipe.model)
        else:
            state = ""
        self._state.set_text(state if state != self.name.whole_text() else "")
        self.graph.show_network(summary, task, self._block)

    def _open(self, block: int) -> None:
        self._block = None if block == self._block else block
        if self._shown is not None:
            self.show_probe(self._shown, self._summary)


class _Figures(QWidget):
    """What both cost, line by line, and how many times as much the other one does."""

    def __init__(self) -> None:
        super().__init__()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(18)
        grid.setVerticalSpacing(5)
        grid.setColumnStretch(0, 1)
        for column, text in enumerate((tr("This"), tr("Other"), tr("Ratio")), start=1):
            grid.addWidget(label(text, "caption", "muted"), 0, column, _RIGHT)
        names = (
            tr("Parameters"),
            tr("FLOPs per row"),
            tr("Training memory"),
            tr("Time per epoch"),
        )
        self.values: list[tuple[QLabel, QLabel, QLabel]] = []
        for line, name in enumerate(names, start=1):
            grid.addWidget(label(name, "body", "muted"), line, 0)
            cells = tuple(label("—", "body", weight=500) for _ in range(3))
            for column, cell in enumerate(cells, start=1):
                grid.addWidget(cell, line, column, _RIGHT)
            one, other, ratio = cells
            self.values.append((one, other, ratio))

    def show_networks(self, one: NetworkSummary | None, other: NetworkSummary | None) -> None:
        """Show the figures of both; a dash for what is not known."""
        lines = zip(self.values, _costs(one), _costs(other), strict=True)
        for (left, right, ratio), (text, value), (other_text, other_value) in lines:
            left.setText(text)
            right.setText(other_text)
            ratio.setText(_ratio(value, other_value))


def _costs(summary: NetworkSummary | None) -> tuple[tuple[str, float | None], ...]:
    """Each figure as text and as a number."""
    if summary is None:
        return (("—", None),) * 4
    seconds = summary.seconds_per_epoch
    return (
        (format_fact(summary.parameters), summary.parameters),
        (flops_text(summary.flops_per_row), summary.flops_per_row),
        (size_text(summary.memory.total), summary.memory.total),
        (duration_text(seconds), seconds),
    )


def _ratio(value: float | None, other: float | None) -> str:
    if not value or other is None:
        return "—"
    ratio = other / value
    return f"× {ratio:.3g}" if ratio < 1000 else f"× {ratio:,.0f}"


def _title(model: ModelSpec) -> str:
    return tr(model.trunk.title) if model.trunk is not None else tr("Auto")


_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
