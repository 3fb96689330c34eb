"""When the doctor looks at a run: while it trains now and then, and once it is over."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from engine.errors import TrainyardError

if TYPE_CHECKING:
    from engine.doctor.finding import Finding
    from engine.store.summary import RunSummary
    from engine.training.history import History
    from gui.pages.train.run_facts import RunOrigin
    from gui.session import Session

PAUSE_SECONDS = 2.0
"""Between two looks at a run that trains; one takes some milliseconds."""


class DoctorVisits:
    """What the doctor found in each run, looked up anew when there is more to see."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._found: dict[str, tuple[tuple[int, bool], float, tuple[Finding, ...]]] = {}
        self._classes: dict[str, tuple[str, ...]] = {}

    def findings(self, run: RunSummary, history: History, origin: RunOrigin) -> tuple[Finding, ...]:
        """What there is to say of a run; empty for one that holds others."""
        if origin.recipe is None or origin.holds_others or not history.epoch:
            return ()
        seen = (history.epoch, history.ended is not None)
        known = self._found.get(run.id)
        if known is not None and (known[0] == seen or self._is_too_soon(known, seen)):
            return known[2]
        from engine.doctor.case import Case
        from engine.doctor.examine import examine

        found = examine(Case(history, origin.recipe, self._classes_of(run)))
        self._found[run.id] = (seen, time.monotonic(), found)
        return found

    def _is_too_soon(
        self, known: tuple[tuple[int, bool], float, tuple[Finding, ...]], seen: tuple[int, bool]
    ) -> bool:
        is_over = seen[1] and not known[0][1]
        return not is_over and time.monotonic() - known[1] < PAUSE_SECONDS

    def _classes_of(self, run: RunSummary) -> tuple[str, ...]:
        """Names of the classes; they are on disk from the first step on."""
        if run.id not in self._classes:
            from engine.data.preparing.preparation import Preparation

            try:
                folder = self._session.workspace.run(run.id)
                self._classes[run.id] = Preparation.load(folder.preparation).classes
            except (TrainyardError, OSError):
                return ()
        return self._classes[run.id]
