"""The title line of the drawer: what there is, a filter, a menu, and the chevron that opens it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout

from gui.i18n import tr, trn
from gui.icons import icon
from gui.models.run_words import run_title, score, validation_title
from gui.widgets.buttons import button, icon_button
from gui.widgets.fields import SearchField
from gui.widgets.text import ElidedLabel, label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.store.summary import RunSummary

HEIGHT = 34


class TitleLine(QFrame):
    """34 px that stay when the drawer is collapsed; a click on it opens and closes the drawer."""

    toggled = Signal()
    filtered = Signal(str)
    compareAsked = Signal()  # noqa: N815 - Qt's naming
    menuAsked = Signal(QPoint)  # noqa: N815 - Qt's naming
    """The menu of the run in focus is wanted at this point of the screen."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("surface", True)
        self.setProperty("rule", "top")
        self.setFixedHeight(HEIGHT)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(9, 0, 16, 0)
        layout.setSpacing(8)
        self._chevron = icon_button("down", tr("Collapse runs"), tone="text2", size=22)
        self._chevron.clicked.connect(self.toggled)
        self._counts = ElidedLabel("", "small", "muted")
        self._best = ElidedLabel("", "small", "text2")
        self.filter = SearchField(tr("Filter runs"), 170, small=True)
        self.filter.textChanged.connect(self.filtered)
        self.compare = button(tr("Compare"), small=True)
        self.compare.setToolTip(tr("Set the runs that are ticked side by side."))
        self.compare.clicked.connect(self.compareAsked)
        self._more = icon_button("more", tr("More for the run in focus"), tone="text2")
        self._more.clicked.connect(
            lambda: self.menuAsked.emit(self._more.mapToGlobal(self._more.rect().bottomLeft()))
        )
        layout.addWidget(self._chevron)
        layout.addWidget(label(tr("Runs"), "section"))
        layout.addSpacing(2)
        layout.addWidget(self._counts)
        layout.addWidget(self._best)
        layout.addStretch(1)
        layout.addWidget(self.filter)
        layout.addWidget(self.compare)
        layout.addWidget(self._more)

    def set_collapsed(self, collapsed: bool) -> None:
        """Turn the chevron, and show the filter only beside a table."""
        self._chevron.setIcon(icon("up" if collapsed else "down", "text2"))
        name = tr("Show runs") if collapsed else tr("Collapse runs")
        self._chevron.setAccessibleName(name)
        self._chevron.setToolTip(name)
        self.filter.setVisible(not collapsed)
        self._more.setVisible(not collapsed)
        self.compare.setVisible(not collapsed)
        self._best.setVisible(collapsed)

    def set_runs(self, runs: Sequence[RunSummary], overlaid: int) -> None:
        """Say how many runs there are, are running and are drawn, and which is best."""
        self._counts.set_text(_counts(runs, overlaid))
        best = _best(runs)
        self._best.set_text(
            ""
            if best is None
            else tr(
                "· Best: {run} {name}, {metric} {value}",
                run=run_title(best),
                name=best.name,
                metric=validation_title(best.monitor, start=False),
                value=score(best.best),
            )
        )
        self.compare.setEnabled(bool(runs))
        self.filter.setEnabled(bool(runs))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.toggled.emit()


def _counts(runs: Sequence[RunSummary], overlaid: int) -> str:
    if not runs:
        return tr("Runs appear here once you train.")
    states = [run.status.value for run in runs]
    running = states.count("running") + states.count("starting")
    paused, queued = states.count("paused"), states.count("queued")
    parts = [tr("{count} running", count=running)] if running else []
    parts += [tr("{count} paused", count=paused)] if paused else []
    parts += [tr("{count} queued", count=queued)] if queued else []
    if not parts:
        parts = [trn("{count} run", "{count} runs", len(runs)), tr("none running")]
    drawn = tr("{drawn} of {all} overlaid", drawn=overlaid, all=len(runs))
    return tr("{runs} · {overlaid}", runs=tr(", ").join(parts), overlaid=drawn)


def _best(runs: Sequence[RunSummary]) -> RunSummary | None:
    """The best of the runs that compare with the newest one that has a score."""
    scored = [run for run in runs if run.best is not None]
    if not scored:
        return None
    newest = max(scored, key=lambda run: run.created)
    kind = (newest.dataset, newest.target, newest.monitor)
    sign = 1 if newest.higher_is_better else -1
    rivals = [run for run in scored if (run.dataset, run.target, run.monitor) == kind]
    return max(rivals, key=lambda run: sign * (run.best or 0.0))
