"""The threshold moves: matrix, curve, cards and chosen rows follow it at once; used, predictions do too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from PySide6.QtCore import QObject

if TYPE_CHECKING:
    from gui.pages.evaluate.cards import EvaluateCards
    from gui.pages.evaluate.choosing import Choosing
    from gui.pages.evaluate.deciding import Deciding
    from gui.pages.evaluate.inspector import EvaluateInspector
    from gui.pages.evaluate.scores_view import ScoresView
    from gui.pages.evaluate.shown import Shown

ChosenBy: TypeAlias = Literal["hand", "cost", "metric"]


class ThresholdLink(QObject):
    """Between the threshold of the inspector and all that follows from it."""

    def __init__(
        self,
        shown: Shown,
        cards: EvaluateCards,
        inspector: EvaluateInspector,
        scores: ScoresView,
        choosing: Choosing,
        deciding: Deciding,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._shown, self._cards, self._inspector = shown, cards, inspector
        self._scores, self._choosing, self._deciding = scores, choosing, deciding
        inspector.threshold.moved.connect(self._on_moved)
        inspector.threshold.wanted.connect(self._on_wanted)
        cards.curve.threshold_chosen.connect(inspector.threshold.set_threshold)

    def _on_moved(self, threshold: float) -> None:
        answer = self._shown.answer
        if answer is None or answer.sweep is None:
            return
        at = answer.sweep.rows_at(threshold)
        positive = answer.classes.index(answer.positive)
        counts = [[0.0, 0.0], [0.0, 0.0]]
        counts[positive][positive], counts[1 - positive][1 - positive] = at.hits, at.passes
        counts[1 - positive][positive], counts[positive][1 - positive] = at.alarms, at.misses
        matrix = self._cards.matrix
        matrix.set_counts([[round(each) for each in row] for row in counts])
        self._inspector.show_cell(answer, matrix.selection(), matrix.counts())
        self._cards.curve.set_threshold(threshold)
        self._scores.show_metrics()
        self._choosing.choice.set_threshold(threshold)

    def _on_wanted(self, threshold: float, missed: float, alarm: float, how: ChosenBy) -> None:
        run = self._shown.run
        if run is not None:
            folder = self._shown.session.workspace.run(run.id).path
            self._deciding.use_threshold(run.id, str(folder), threshold, (missed, alarm), how)
