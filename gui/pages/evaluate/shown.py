"""What the page shows now; its parts look here, so that none of them holds an older answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtGui import QColor

from gui import theme

if TYPE_CHECKING:
    from engine.evaluation.result import Evaluation
    from engine.store.summary import RunSummary
    from gui.pages.evaluate.origin import Origin
    from gui.session import Session


@dataclass(slots=True)
class Shown:
    """The run in focus and what is known of it; `answer` is None while nothing is."""

    session: Session
    run: RunSummary | None = None
    answer: Evaluation | None = None
    """Of several targets that of the one that is chosen."""
    whole: Evaluation | None = None
    """Of all targets."""
    origin: Origin | None = None
    """None too where the run cannot be read."""

    @property
    def is_one_of_several(self) -> bool:
        """Whether the run predicts several targets."""
        return self.whole is not None and bool(self.whole.by_target)

    @property
    def hue(self) -> QColor:
        """The run's."""
        slot = 0 if self.run is None else self.session.overlay.get(self.run.id, 0)
        return theme.run_colour(slot)

    @property
    def is_of_open_table(self) -> bool:
        """Whether the rows that are listed are those of the open table."""
        table, answer, origin = self.session.table, self.answer, self.origin
        return (
            answer is not None
            and not answer.rows_from
            and answer.part != "file"
            and table is not None
            and origin is not None
            and table.fingerprint == origin.info.fingerprint
        )

    def forget(self) -> None:
        """Nothing is known any more."""
        self.answer = self.whole = None
