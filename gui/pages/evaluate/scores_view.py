"""The metric cards and the run beside its baselines: strip, marks, second curve, table."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QColor

from engine.baselines.sentences import comparison, title_of
from engine.evaluation.thresholds import THRESHOLD_METRICS
from gui.i18n import render, tr, translate
from gui.pages.evaluate.beside import (
    Question,
    besides_of,
    is_complete,
    rival_of,
    short_title,
    tone_of,
)
from gui.pages.evaluate.curves import curve_of
from gui.pages.evaluate.legend import MetricLegend
from gui.pages.evaluate.metric_card import MetricCard, MetricFacts
from gui.pages.evaluate.metrics_table import headlines

if TYPE_CHECKING:
    from engine.baselines.result import BaselineScore, SetBeside
    from engine.evaluation.result import Evaluation
    from engine.store.summary import RunSummary
    from gui.pages.evaluate.cards import EvaluateCards
    from gui.pages.evaluate.shown import Shown
    from gui.pages.evaluate.threshold_section import ThresholdSection


class ScoresView(QObject):
    """Keeps cards, strip, rival's curve and table in line with what is known of the baselines.

    `stale` tells that an answer of this page's question has come.
    """

    stale = Signal()

    def __init__(
        self, shown: Shown, cards: EvaluateCards, threshold: ThresholdSection, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._shown, self._cards, self._threshold = shown, cards, threshold
        self.legend = MetricLegend()
        self.legend.hide()
        self.metric_cards: list[MetricCard] = []
        self.besides = besides_of(shown.session)
        self.besides.changed.connect(self._on_beside)
        cards.strip.asked.connect(self._ask)
        cards.strip.cancelled.connect(self._cancel)

    def show(self) -> None:
        """Bring everything in line."""
        run, answer, question = self._shown.run, self._shown.answer, self._question()
        if run is None or answer is None:
            return
        self._cards.strip.setVisible(question is not None)
        found = self._found(run, question)
        rival = None if found is None else rival_of(found)
        hue = self._shown.hue
        self._show_metrics(answer, hue, rival)
        title = "" if rival is None else translate(title_of(rival))
        baseline = tr("Majority class") if answer.task.is_classification else tr("Mean")
        self.legend.set(baseline, hue, title)
        self.legend.show()
        if answer.roc:
            self._cards.curve.show_rival(
                None if rival is None else curve_of(rival.evaluation, title)
            )
        if found is not None and self._cards.beside.isHidden():
            self._cards.beside_fold.set_open(True)
        self._cards.beside.setVisible(found is not None)
        self._cards.show_folds()
        if found is not None:
            self._cards.beside.show_comparison(found, tr("Run {number}", number=run.number))
        if question is not None:
            self._show_strip(question, found)

    def show_metrics(self) -> None:
        """The cards alone: the threshold has moved."""
        run, answer = self._shown.run, self._shown.answer
        if run is None or answer is None:
            return
        found = self._found(run, self._question())
        self._show_metrics(answer, self._shown.hue, None if found is None else rival_of(found))

    def _found(self, run: RunSummary, question: Question | None) -> SetBeside | None:
        return None if question is None else self.besides.of(question, self._folder(run))

    def _folder(self, run: RunSummary) -> Path:
        return self._shown.session.workspace.run(run.id).path

    def _question(self) -> Question | None:
        run, answer = self._shown.run, self._shown.answer
        if run is None or answer is None or answer.run != run.id:
            return None
        if self._shown.is_one_of_several:
            return None  # baselines are for one target
        if answer.part not in ("train", "validation", "test"):
            return None  # and for the parts of the split
        return Question(run.id, answer.part, self._shown.session.history(run.id).best_epoch)

    def _show_strip(self, question: Question, found: SetBeside | None) -> None:
        error = self.besides.error(question)
        if self.besides.is_busy(question):
            self._cards.strip.show_busy(self.besides.share(question))
        elif error is not None:
            self._cards.strip.show_error(render(error))
        elif found is not None:
            sentence = comparison(found, translate)
            self._cards.strip.show_answer(sentence, tone_of(found), complete=is_complete(found))
        else:
            self._cards.strip.show_offer()

    def _on_beside(self, question: Question) -> None:
        if question != self._question():
            return
        if self.besides.is_busy(question):
            self._cards.strip.show_busy(self.besides.share(question))
        else:
            self.stale.emit()

    def _ask(self) -> None:
        run, question = self._shown.run, self._question()
        if run is not None and question is not None:
            self.besides.ask(question, self._folder(run))

    def _cancel(self) -> None:
        question = self._question()
        if question is not None:
            self.besides.cancel(question)

    def _show_metrics(self, answer: Evaluation, hue: QColor, rival: BaselineScore | None) -> None:
        metrics = headlines(answer.metrics, answer.task)
        baseline = tr("Majority") if answer.task.is_classification else tr("Mean")
        while len(self.metric_cards) < len(metrics):
            card = MetricCard()
            self.metric_cards.append(card)
            self._cards.metric_row.addWidget(card, 1)
        for index, card in enumerate(self.metric_cards):
            card.setVisible(index < len(metrics))
            if index < len(metrics):
                metric = metrics[index]
                other = None if rival is None else rival.metric(metric.name)
                moved = self._at_threshold(answer, metric.name)
                value = metric.value if moved is None else moved
                facts = MetricFacts(
                    title=translate(metric.title),
                    value=value if value is not None else float("nan"),
                    low=metric.low if moved is None else None,
                    high=metric.high if moved is None else None,
                    baseline=metric.baseline,
                    baseline_title=baseline,
                    higher_is_better=metric.higher_is_better,
                    rival=None if other is None else other.value,
                    rival_title="" if rival is None else short_title(rival),
                )
                card.set_facts(facts, hue)

    def _at_threshold(self, answer: Evaluation, metric: str) -> float | None:
        """A metric at the threshold that is shown, where that is not the one in force."""
        threshold = self._threshold.threshold()
        sweep = answer.sweep
        if sweep is None or len(answer.classes) != 2 or self._shown.is_one_of_several:
            return None
        if abs(threshold - answer.threshold) < 1e-9 or metric not in THRESHOLD_METRICS:
            return None
        return sweep.at(threshold).score(metric)
