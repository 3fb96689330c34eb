"""The line of figures under the network: its size, what it needs, how long it takes."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QWidget

from engine.models.summary import NetworkSummary
from gui.i18n import render, tr, trn
from gui.pages.model.figures import duration_text, flops_text, size_text
from gui.pages.model.network_probe import NetworkProbe
from gui.widgets import ElidedLabel, label
from gui.widgets.text import set_tone

HEIGHT = 46


class Footer(QFrame):
    """Parameters, work for a row, training memory, time per epoch and in all."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", True)
        self.setProperty("rule", "top")
        self.setFixedHeight(HEIGHT)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(14, 0, 14, 0)
        layout.setSpacing(7)
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
        self._total_name.setText(
            tr("In all") if epochs is None else trn("{count} epoch", "{count} epochs", epochs)
        )
        summary = probe.summary
        if summary is not None:
            self._show(summary, epochs)
        else:
            for figure in (self.parameters, self.flops, self.memory, self.epoch, self.total):
                figure.setText("—")
        if probe.error is not None and not probe.is_waiting:
            self.state.set_text(render(probe.error))
        elif probe.is_waiting:
            self.state.set_text(tr("Measuring"))
        else:
            self.state.set_text("")

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
            total = seconds * epochs * self._networks
        if self._minutes is not None:
            most = 60 * self._minutes
            total = most if total is None else min(total, most)
        self.total.setText(duration_text(total))

    def _figure(self, layout: QHBoxLayout, name: str, title: QLabel | None = None) -> QLabel:
        title = title or label(name, "body", "muted")
        value = label("—", "body", weight=500)
        layout.addWidget(title)
        layout.addWidget(value)
        layout.addSpacing(16)
        title.setBuddy(value)
        return value
