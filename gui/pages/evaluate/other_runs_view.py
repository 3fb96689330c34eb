"""Which runs stand beside the one in focus: their card, their curves over its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject

from gui import theme
from gui.i18n import render, tr
from gui.pages.evaluate.curves import curve_of
from gui.pages.evaluate.label_desk import retrained_of
from gui.pages.evaluate.other_runs import OtherRuns, RunsQuestion
from gui.pages.evaluate.other_runs_card import Offered
from gui.pages.run_page import has_result

if TYPE_CHECKING:
    from PySide6.QtGui import QColor

    from engine.store.summary import RunSummary
    from engine.tasks import Part
    from gui.pages.evaluate.cards import EvaluateCards
    from gui.pages.evaluate.deciding import Deciding
    from gui.pages.evaluate.shown import Shown


class OtherRunsView(QObject):
    """Chosen are the runs that a person chose; first of all what the run was trained again from."""

    def __init__(
        self, shown: Shown, cards: EvaluateCards, deciding: Deciding, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._shown, self._cards, self._deciding = shown, cards, deciding
        self._chosen: dict[str, tuple[str, ...]] = {}
        self.runs = OtherRuns(shown.session, self)
        self.runs.changed.connect(self._show)
        self._retrained = retrained_of(shown.session)
        cards.others.chosen.connect(self._on_chosen)
        cards.matrix_mode.changed.connect(cards.others.set_mode)

    def show(self) -> None:
        """Bring the card in line with the run and its part."""
        run, answer = self._shown.run, self._shown.answer
        parts = ("train", "validation", "test")
        there = run is not None and answer is not None and answer.part in parts
        offered = self._offered(run) if run is not None and there else []
        self._cards.others.setVisible(bool(offered))
        if run is None or answer is None or not offered:
            self.runs.leave()
            self._cards.curve.show_others(())
            return
        wanted = self._wanted(run, {each.id for each in offered})
        self._cards.others.offer(offered, wanted)
        self.runs.compare(self._question(run, wanted))
        if self._before(run) in wanted:
            self._cards.beside_fold.set_open(True)
        self._show()

    def _offered(self, run: RunSummary) -> list[Offered]:
        session = self._shown.session
        return [
            Offered(each.id, self._title(each.id), self._hue(each.id))
            for each in session.runs
            if each.id != run.id
            and has_result(each)
            and each.dataset == run.dataset
            and each.target == run.target
        ]

    def _before(self, run: RunSummary) -> str:
        return self._retrained.before.get(run.id, "")

    def _wanted(self, run: RunSummary, there: set[str]) -> tuple[str, ...]:
        first = self._before(run)
        chosen = self._chosen.get(run.id, (first,) if first else ())
        return tuple(each for each in chosen if each in there)

    def _question(self, run: RunSummary, wanted: tuple[str, ...]) -> RunsQuestion | None:
        answer = self._shown.answer
        if answer is None or not wanted:
            return None
        summaries = (run, *(self._shown.session.run(each) for each in wanted))
        stamps = tuple(
            (each.epoch, each.best, self._deciding.count(each.id))
            for each in summaries
            if each is not None
        )
        return RunsQuestion(run.id, wanted, cast("Part", answer.part), stamps)

    def _show(self) -> None:
        run = self._shown.run
        if run is None:
            return
        card = self._cards.others
        found = self.runs.value
        if self.runs.key is None:
            card.show_nothing()
        elif found is not None:
            card.show_answer(found, self._title, again=found.run in self._retrained.before)
        elif self.runs.error is not None:
            card.show_error(" ".join(render(each) for each in self.runs.error.messages()))
        else:
            card.show_busy(self.runs.done)
        others = () if found is None else found.others
        if self._shown.answer is not None and self._shown.answer.roc:
            self._cards.curve.show_others(
                [
                    (curve_of(each.evaluation, self._title(each.run)), self._hue(each.run))
                    for each in others
                    if each.evaluation.roc
                ]
            )

    def _title(self, run: str) -> str:
        summary = self._shown.session.run(run)
        if summary is None:
            return run
        return tr("Run {number}", number=summary.number)

    def _hue(self, run: str) -> QColor:
        slot = self._shown.session.overlay.get(run)
        if slot is None:
            numbers = sorted(each.id for each in self._shown.session.runs)
            slot = 1 + numbers.index(run) if run in numbers else 1
        return theme.run_colour(slot)

    def _on_chosen(self, runs: tuple[str, ...]) -> None:
        if self._shown.run is not None:
            self._chosen[self._shown.run.id] = runs
            self.show()
