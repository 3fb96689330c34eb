"""The line of figures under the network: its size, what it needs, how long it takes."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QWidget

from engine.models.summary import NetworkSummary
from gui.i18n import render, tr, trn
from gui.pages.model.network_probe import NetworkProbe
from gui.widgets import ElidedLabel, label

HEIGHT = 46


class Footer(QFrame):
    """Parameters, training memory, time per epoch and in all."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", True)
        self.setProperty("rule", "top")
        self.setFixedHeight(HEIGHT)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(14, 0, 14, 0)
        layout.setSpacing(7)
        self.parameters = self._figure(layout, tr("Parameters"))
        self.memory = self._figure(layout, tr("Training memory"))
        self.epoch = self._figure(layout, tr("Time per epoch"))
        self._total_name = label("", "body", "muted")
        self.total = self._figure(layout, "", self._total_name)
        layout.addStretch(1)
        self.state = ElidedLabel("", "small", "muted")
        layout.addWidget(self.state)

    def show_figures(self, probe: NetworkProbe, epochs: int) -> None:
        """Show what is known; while the network is being built anew the last figures stay."""
        self._total_name.setText(trn("{count} epoch", "{count} epochs", epochs))
        summary = probe.summary
        if summary is not None:
            self._show(summary, epochs)
        else:
            for figure in (self.parameters, self.memory, self.epoch, self.total):
                figure.setText("—")
        if probe.error is not None and not probe.is_waiting:
            self.state.set_text(render(probe.error))
        elif probe.is_waiting:
            self.state.set_text(tr("Measuring"))
        else:
            self.state.set_text("")

    def _show(self, summary: NetworkSummary, epochs: int) -> None:
        seconds = summary.seconds_per_epoch
        self.parameters.setText(f"{summary.parameters:,}")
        self.memory.setText(size_text(summary.memory.total))
        self.epoch.setText(duration_text(seconds))
        self.total.setText(duration_text(seconds * epochs if seconds is not None else None))

    def _figure(self, layout: QHBoxLayout, name: str, title: QLabel | None = None) -> QLabel:
        title = title or label(name, "body", "muted")
        value = label("—", "body", weight=500)
        layout.addWidget(title)
        layout.addWidget(value)
        layout.addSpacing(20)
        title.setBuddy(value)
        return value


def size_text(size: int) -> str:
    """Bytes as people read them."""
    if size < 1_000_000:
        return tr("{size} kB", size=max(1, round(size / 1e3)))
    if size < 1_000_000_000:
        return tr("{size} MB", size=round(size / 1e6))
    return tr("{size} GB", size=round(size / 1e9, 1))


def duration_text(seconds: float | None) -> str:
    """A length of time as people read it; a dash where it is not known."""
    if seconds is None:
        return "—"
    if seconds < 0.095:
        return tr("{time} ms", time=max(1, round(seconds * 1e3)))
    if seconds < 60:
        return tr("{time} s", time=f"{seconds:.1f}" if seconds < 10 else f"{seconds:.0f}")
    if seconds < 3600:
        return tr("{time} min", time=round(seconds / 60))
    return tr("{time} h", time=f"{seconds / 3600:.1f}")
