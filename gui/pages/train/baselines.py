"""What baselines score on the validation rows, where a run has been set beside them."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from engine.errors import TrainyardError
from gui.i18n import tr
from gui.pages.train.chart_board import MetricReference

if TYPE_CHECKING:
    from engine.store.summary import RunSummary
    from gui.session import Session

PAUSE_SECONDS = 2.0
"""Between two looks into the folder of a run: they may be set beside at any time."""


class Baselines:
    """Read from the folders of runs."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._known: dict[str, tuple[float, int, tuple[MetricReference, ...]]] = {}

    def of(self, run: RunSummary, best_epoch: int) -> tuple[MetricReference, ...]:
        """Every metric of every baseline; empty before a run has ended."""
        if run.status.is_alive or not best_epoch:
            return ()
        known = self._known.get(run.id)
        is_fresh = known is not None and time.monotonic() - known[0] < PAUSE_SECONDS
        if known is not None and is_fresh and known[1] == best_epoch:
            return known[2]
        found = self._read(run.id, best_epoch)
        self._known[run.id] = (time.monotonic(), best_epoch, found)
        return found

    def _read(self, run: str, best_epoch: int) -> tuple[MetricReference, ...]:
        from engine.baselines.comparisons import kept_comparison

        try:
            folder = self._session.workspace.run(run).path
        except TrainyardError:
            return ()
        beside = kept_comparison(folder, "validation", best_epoch)
        if beside is None:
            return ()
        return tuple(
            MetricReference(metric.name, metric.value, tr(baseline.title))
            for baseline in beside.baselines
            for metric in baseline.evaluation.metrics
            if metric.value is not None
        )
