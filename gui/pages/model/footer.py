"""The line of figures under the network: its size, what it needs, how long it takes."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QWidget

from engine.models.summary import NetworkSummary
from gui.i18n import render, tr, trn
from gui.pages.model.figures import duration_text, flops_text, size_text
from gui.pages.model.network_probe import NetworkProbe
from gui.widgets import ElidedLabel, label, row
from gui.widgets.text import set_tone

HEIGHT = 46
MARGIN, GAP = 14, 20
LEAST_STATE = 260
"""Px that a reason why there is no network gets, or less if it is shorter."""


class Footer(QFrame):
    """Parameters, work for a row, training memory, time per epoch and in all.

    Where there is no room for all figures the last ones of `_by_weight` are left out; the tooltip has all.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", True)
        self.setProperty("rule", "top")
        self.setFixedHeight(HEIGHT)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(MARGIN, 0, MARGIN, 0)
        layout.setSpacing(GAP)
        self._titles: dict[QLabel, QLabel] = {}
        self.parameters = self._figure(layout, tr("Parameters"))
        self.flops = self._figure(layout, tr("FLOPs per row"))
        self.flops.setToolTip(
            tr("Additions and multiplications in products of matrices, for one prediction")
        )
        self.memory = self._figure(layout, tr("Training memory"))
        self.epoch = self._figure(layout, tr("Time per epoch"))
        self._total_name = label("", "body", "muted")
        self.total = self._figure(layout, "", self._total_name)
        self._minutes: float | None = None
        self._networks = 1
        self._differ = False
        self._failed = False
        self._by_weight = (self.parameters, self.epoch, self.memory, self.total, self.flops)
        layout.addStretch(1)
        self.state = ElidedLabel("", "small", "muted")
        layout.addWidget(self.state)

    def show_figures(
        self, probe: NetworkProbe, epochs: int | None, minutes: float | None = None
    ) -> None:
        """Show what is known; while the network is being built anew the last figures stay.

        Args:
            probe: What was told of the network.
            epochs: As the recipe asks for; None: as many as Auto chooses.
            minutes: The time budget, if there is one.
        """
        plan = probe.summary.plan if probe.summary is not None else None
        if epochs is None and plan is not None:
            epochs = plan.training.epochs
        self._minutes = minutes
        self._networks = len(plan.titles) if plan is not None else 1
        # How long networks of other kinds take is not known before they are built.
        self._differ = plan is not None and len(set(plan.titles)) > 1
        if minutes is not None:
            self._total_name.setText(tr("At most"))
        elif self._networks > 1 and self._differ:
            self._total_name.setText(tr("First of {count}", count=self._networks))
        elif epochs is None or self._networks > 1:
            self._total_name.setText(tr("In all"))
        else:
            self._total_name.setText(trn("{count} epoch", "{count} epochs", epochs))
        summary = probe.summary
        if summary is not None:
            self._show(summary, epochs)
        else:
            for figure in (self.parameters, self.flops, self.memory, self.epoch, self.total):
                figure.setText("—")
        if probe.is_waiting:
            for figure in (self.epoch, self.total):
                figure.setText("…" if figure.text() == "—" else figure.text())
        self.setToolTip("\n".join(self._told(value) for value in self._by_weight))
        self._failed = probe.error is not None and not probe.is_waiting
        if self._failed and probe.error is not None:
            self.state.set_text(render(probe.error))
        else:
            self.state.set_text(tr("Measuring") if probe.is_waiting else "")
        self._fit()

    def _show(self, summary: NetworkSummary, epochs: int | None) -> None:
        seconds = summary.seconds_per_epoch
        self.parameters.setText(f"{summary.parameters:,}")
        self.flops.setText(flops_text(summary.flops_per_row))
        need = summary.memory
        self.memory.setText(size_text(need.total))
        set_tone(self.memory, "text" if summary.fitting_batch is None else "err")
        self.memory.setToolTip(
            tr(
                "Weights {weights}, gradients {gradients}, optimizer {optimizer}, activations of a batch {activations}; {free} are free",
                weights=size_text(need.weights),
                gradients=size_text(need.gradients),
                optimizer=size_text(need.optimizer),
                activations=size_text(need.activations),
                free=size_text(summary.free_bytes),
            )
        )
        self.epoch.setText(duration_text(seconds))
        total = None
        if seconds is not None and epochs is not None:
            total = seconds * epochs * (1 if self._differ else self._networks)
        if self._minutes is not None:
            most = 60 * self._minutes
            total = most if total is None or self._differ else min(total, most)
        self.total.setText(duration_text(total))

    def minimumSizeHint(self) -> QSize:
        return QSize(0, HEIGHT)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Show as many figures as there is room for; what went wrong comes before them, waiting after."""
        left = self.width() - 2 * MARGIN + GAP
        wanted = self.state.sizeHint().width() + GAP if self.state.whole_text() else 0
        if self._failed:
            left -= min(wanted, LEAST_STATE + GAP)
        for value in self._by_weight:
            cell = value.parentWidget()
            left -= cell.sizeHint().width() + GAP
            cell.setVisible(left >= 0)
        self.state.setVisible(self._failed or 0 < wanted <= left)

    def _told(self, value: QLabel) -> str:
        return f"{self._titles[value].text()}: {value.text()}"

    def _figure(self, layout: QHBoxLayout, name: str, title: QLabel | None = None) -> QLabel:
        title = title or label(name, "body", "muted")
        value = label("—", "body", weight=500)
        title.setBuddy(value)
        self._titles[value] = title
        cell = QWidget()
        cell.setLayout(row(title, value, spacing=7))
        layout.addWidget(cell)
        return value
