"""Between the section that decides how sure predictions are and the run in focus."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QObject

from gui.pages.evaluate.certainty_section import Calibrated
from gui.pages.evaluate.doubt_curve import DoubtCurve

if TYPE_CHECKING:
    from pathlib import Path

    from engine.evaluation.result import Evaluation
    from engine.tasks import CalibrationKind
    from gui.pages.evaluate.certainty_section import CertaintySection
    from gui.pages.evaluate.choosing import Choosing
    from gui.pages.evaluate.deciding import Deciding
    from gui.pages.evaluate.shown import Shown


class CertaintyLink(QObject):
    """Shows what is decided with each answer, and has decisions carried out."""

    def __init__(
        self,
        shown: Shown,
        section: CertaintySection,
        choosing: Choosing,
        deciding: Deciding,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._shown, self._section = shown, section
        self._choosing, self._deciding = choosing, deciding
        self._before: dict[tuple[str, str, int], Calibrated] = {}
        """What calibration was judged by while there was none, by run, part and rows."""
        section.calibration.connect(self._on_calibration)
        section.coverage.connect(self._on_coverage)
        section.confidence.connect(self._on_confidence)
        deciding.busy.connect(self._on_busy)

    def show(self) -> None:
        """Bring the section in line with the answer."""
        run, answer = self._shown.run, self._shown.answer
        if run is None or answer is None or self._shown.is_one_of_several:
            self._section.show_answer(None, None, None)
            return
        key = (run.id, answer.part, answer.rows)
        if not answer.calibrated:
            self._before[key] = Calibrated.of(answer)
        self._section.show_answer(answer, self._before.get(key), self._curve(answer))
        self._section.show_busy(self._deciding.is_busy(run.id))

    def _curve(self, answer: Evaluation) -> DoubtCurve | None:
        table = self._choosing.choice.table
        if table is None or not answer.classes:
            return None
        two = len(answer.classes) == 2 and answer.positive in answer.classes
        return DoubtCurve(table, answer.classes.index(answer.positive) if two else None)

    def _folder(self, run: str) -> Path:
        return self._shown.session.workspace.run(run).path

    def _on_calibration(self, kind: CalibrationKind | Literal["none"]) -> None:
        if self._shown.run is not None:
            run = self._shown.run.id
            self._deciding.calibrate(run, str(self._folder(run)), kind)

    def _on_coverage(self, share: float) -> None:
        if self._shown.run is not None:
            run = self._shown.run.id
            self._deciding.cover(run, str(self._folder(run)), share)

    def _on_confidence(self, least: float) -> None:
        if self._shown.run is not None:
            run = self._shown.run.id
            self._deciding.doubt(run, str(self._folder(run)), least)

    def _on_busy(self, run: str) -> None:
        if self._shown.run is not None and self._shown.run.id == run:
            self._section.show_busy(self._deciding.is_busy(run))
            if not self._deciding.is_busy(run):
                self.show()  # what was refused is shown as it was
