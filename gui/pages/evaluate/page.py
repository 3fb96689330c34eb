"""The Evaluate page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtGui import QColor
from PySide6.QtWidgets import QHBoxLayout, QWidget

from engine.baselines.result import BaselineScore, SetBeside
from engine.baselines.sentences import comparison, title_of
from engine.errors import TrainyardError
from engine.evaluation.result import Evaluation
from engine.tasks import EvaluateTask, Part
from gui import theme
from gui.i18n import render, tr, translate, trn
from gui.models.figures import count_text
from gui.pages.answer_page import AnswerPage
from gui.pages.evaluate.beside import (
    Besides,
    Question,
    is_complete,
    rival_of,
    short_title,
    tone_of,
)
from gui.pages.evaluate.beside_card import BesideCard
from gui.pages.evaluate.beside_strip import BesideStrip
from gui.pages.evaluate.class_scores import ClassScore, at_half, class_scores, positive_score
from gui.pages.evaluate.confusion_matrix import ConfusionMatrix
from gui.pages.evaluate.errors_card import ErrorsCard
from gui.pages.evaluate.inspector import EvaluateInspector
from gui.pages.evaluate.legend import MetricLegend
from gui.pages.evaluate.metric_card import MetricCard, MetricFacts
from gui.pages.evaluate.origin import Origin
from gui.pages.evaluate.plot_card import PlotCard
from gui.pages.evaluate.plots import PredictedPlot, ResidualPlot, RocPlot
from gui.pages.evaluate.run_rows import RunRows
from gui.pages.evaluate.targets_card import TargetsCard
from gui.pages.page import RefreshWhenShown
from gui.widgets.card import Card
from gui.widgets.choice import ComboBox, Segmented
from gui.widgets.results_numbers import figure
from gui.widgets.results_table import ResultTable, TableColumn

if TYPE_CHECKING:
    from engine.store.summary import RunSummary
    from gui.notices import Notices
    from gui.session import Session

ALL = ""
"""Stands for all of several targets together."""


class EvaluatePage(AnswerPage[Evaluation]):
    """How good the run in focus is on validation or test, how sure that is, and where it is wrong."""

    name = "evaluate"

    def __init__(self, session: Session, notices: Notices) -> None:
        super().__init__(
            session,
            notices,
            Evaluation,
            title=tr("Evaluate"),
            icon="evaluate",
            purpose=tr(
                "Then you see here how good it is, how sure that is, and where it is wrong."
            ),
        )
        self._evaluation: Evaluation | None = None
        self._whole: Evaluation | None = None
        self._origin: Origin | None = None
        self._origin_of = ""
        self.target = ComboBox(name=tr("Target"))
        self.target.changed.connect(lambda _name: self._show_chosen())
        self.target.hide()
        self.header.left.addWidget(self.target)
        self._legend = MetricLegend()
        self._legend.hide()
        self.header.right.addWidget(self._legend)
        RefreshWhenShown(self, self._on_recipe, session.recipeChanged)
        RefreshWhenShown(self, self._on_table, session.tableChanged)
        self._rows: RunRows | None = None
        self._inspector = EvaluateInspector()
        self._cards: list[MetricCard] = []
        self._card_row = QHBoxLayout()
        self._card_row.setSpacing(12)
        self.matrix = ConfusionMatrix()
        self.matrix.selected.connect(self._on_cell)
        self.matrix_mode = Segmented(
            ((True, tr("Row %")), (False, tr("Count"))), small=True, name=tr("Confusion matrix")
        )
        self.matrix_mode.changed.connect(self.matrix.set_rows_percent)
        self._matrix_card = Card(tr("Confusion matrix"))
        self._matrix_card.header.addWidget(self.matrix_mode)
        self._matrix_card.body.addWidget(self.matrix)
        self.roc = PlotCard(
            tr("ROC"), tr("true against false positive rate"), tr("False positive rate"), RocPlot
        )
        self.classes = ResultTable(tr("Scores per class"))
        self._classes_card = _table_card(tr("Classes"), self.classes)
        self.predicted = PlotCard(tr("Predicted against actual"), "", tr("Actual"), PredictedPlot)
        self.residuals = PlotCard(
            tr("Residuals"), tr("rows by size of the error"), tr("Predicted − actual"), ResidualPlot
        )
        self.targets = TargetsCard()
        self.targets.chosen.connect(self._choose_target)
        self.errors = ErrorsCard()
        self.errors.all_wanted.connect(lambda: self.matrix.select(None))
        middle = QHBoxLayout()
        middle.setSpacing(12)
        for card in (
            self.targets,
            self._matrix_card,
            self.roc,
            self._classes_card,
            self.predicted,
            self.residuals,
        ):
            card.setMinimumHeight(276)
            middle.addWidget(card, 1)
        self.errors.setMinimumHeight(170)
        self.besides = Besides(session, self)
        self.besides.changed.connect(self._on_beside)
        self.strip = BesideStrip()
        self.strip.asked.connect(self._ask_beside)
        self.strip.cancelled.connect(self._cancel_beside)
        self.beside = BesideCard()
        self.beside.hide()
        self.beside.setMinimumHeight(170)
        below = QHBoxLayout()
        below.setSpacing(12)
        below.addWidget(self.beside, 1)
        below.addWidget(self.errors, 1)
        self.view.body.addLayout(self._card_row)
        self.view.body.addWidget(self.strip)
        self.view.body.addLayout(middle, 5)
        self.view.body.addLayout(below, 4)

    def inspector(self) -> QWidget:
        return self._inspector

    # The question ------------------------------------------------------------------------------

    def task(self, folder: str, part: Part) -> EvaluateTask:
        return EvaluateTask(run=folder, part=part)

    def loading_text(self) -> str:
        run = self.focused()
        return tr("Scoring run {number}", number=run.number if run else 0)

    # The answer --------------------------------------------------------------------------------

    def show_answer(self, run: RunSummary, answer: Evaluation) -> None:
        self._whole = answer
        several = bool(answer.by_target)
        if several:
            names = [(each.target, each.target) for each in answer.by_target]
            self.target.set_choices([(ALL, tr("All targets")), *names])
            self.targets.show_targets(answer.by_target)
        self.target.setVisible(several)
        chosen = self.target.value() if several else ALL
        own = (each for each in answer.by_target if each.target == chosen)
        self._show_evaluation(run, next(own, answer))

    def _choose_target(self, name: str) -> None:
        self.target.set_value(name)
        self._show_chosen()

    def _show_chosen(self) -> None:
        """Show all targets, or the one that is chosen."""
        run = self.focused()
        if run is not None and self._whole is not None:
            self.show_answer(run, self._whole)

    def _show_evaluation(self, run: RunSummary, answer: Evaluation) -> None:
        same = answer is self._evaluation
        self._evaluation = answer
        self.rows.setText(trn("{count} row", "{count} rows", answer.rows))
        hue = self._hue(run)
        self.targets.setVisible(bool(answer.by_target))
        if answer.confusion:
            if not same:
                self.matrix.set_matrix(answer.classes, answer.confusion)
            scores = class_scores(answer.classes, answer.confusion)
            self._show_classes(scores)
            two = len(answer.classes) == 2  # only there the threshold decides
            self._inspector.show_class(positive_score(answer) if two else None, answer.rows)
        else:
            self._inspector.show_class(None, 0)
        self._show_plots(run, answer, hue)
        self._show_errors()
        self._show_beside()
        self._legend.show()

    def update_run(self, run: RunSummary) -> None:
        origin = self._read_origin(run)
        self._inspector.show_run(run, origin.info if origin else None, self.session.history(run.id))
        self._inspector.show_notices(
            test=self.parts.value() == "test",
            recipe_changed=origin is not None and origin.differs_from(self.session),
        )

    def leave_run(self) -> None:
        super().leave_run()
        self._inspector.show_nothing()

    def clear(self) -> None:
        self._legend.hide()
        self._evaluation = self._whole = None
        self.target.hide()
        self._rows = None
        self._inspector.show_cell(None, None)
        self._inspector.show_class(None, 0)

    def _read_origin(self, run: RunSummary) -> Origin | None:
        """What the run was made from, read once; `None` where it cannot be read."""
        if self._origin_of != run.id:
            self._origin_of, self._rows = run.id, None
            try:
                self._origin = Origin.read(self.folder(run))
            except TrainyardError:
                self._origin = None
        return self._origin

    def _hue(self, run: RunSummary) -> QColor:
        return theme.run_colour(self.session.overlay.get(run.id, 0))

    # Beside baselines --------------------------------------------------------------------------

    def _question(self) -> Question | None:
        run, answer = self.focused(), self._evaluation
        if run is None or answer is None or answer.run != run.id:
            return None
        if self._whole is not None and self._whole.by_target:
            return None  # baselines are for one target
        return Question(run.id, answer.part, self.session.history(run.id).best_epoch)

    def _show_beside(self) -> None:
        """Bring strip, cards, curve and table in line with what is known of the baselines."""
        run, answer, question = self.focused(), self._evaluation, self._question()
        if run is None or answer is None:
            return
        self.strip.setVisible(question is not None)
        found = None
        if question is not None:
            found = self.besides.of(question, self.folder(run).path)
        rival = None if found is None else rival_of(found)
        hue = self._hue(run)
        self._show_metrics(answer, hue, rival)
        title = "" if rival is None else translate(title_of(rival))
        baseline = tr("Majority class") if answer.task.is_classification else tr("Mean")
        self._legend.set(baseline, hue, title)
        if answer.roc:
            points = () if rival is None else rival.evaluation.roc
            area = None if rival is None else rival.evaluation.roc_area
            pairs = [(p.false_positive_rate, p.true_positive_rate) for p in points]
            self.roc.plot.set_rival(pairs, title, area)
        self.beside.setVisible(found is not None)
        if found is not None:
            self.beside.show_comparison(found, tr("Run {number}", number=run.number))
        if question is not None:
            self._show_strip(question, found)

    def _show_strip(self, question: Question, found: SetBeside | None) -> None:
        error = self.besides.error(question)
        if self.besides.is_busy(question):
            self.strip.show_busy(self.besides.share(question))
        elif error is not None:
            self.strip.show_error(render(error))
        elif found is not None:
            sentence = comparison(found, translate)
            self.strip.show_answer(sentence, tone_of(found), complete=is_complete(found))
        else:
            self.strip.show_offer()

    def _on_beside(self, question: Question) -> None:
        current = self._question()
        if question != current or not self.isVisible():
            return
        if self.besides.is_busy(question):
            self.strip.show_busy(self.besides.share(question))
        else:
            self._show_beside()

    def _ask_beside(self) -> None:
        run, question = self.focused(), self._question()
        if run is not None and question is not None:
            self.besides.ask(question, self.folder(run).path)

    def _cancel_beside(self) -> None:
        question = self._question()
        if question is not None:
            self.besides.cancel(question)

    def _show_metrics(self, answer: Evaluation, hue: QColor, rival: BaselineScore | None) -> None:
        metrics = [metric for metric in answer.metrics if metric.value is not None]
        # The loss is what was trained; people look for the others first.
        metrics = [m for m in metrics if m.name != "loss"] + [
            m for m in metrics if m.name == "loss"
        ]
        baseline = tr("Majority") if answer.task.is_classification else tr("Mean")
        while len(self._cards) < len(metrics):
            card = MetricCard()
            self._cards.append(card)
            self._card_row.addWidget(card, 1)
        for index, card in enumerate(self._cards):
            card.setVisible(index < len(metrics))
            if index < len(metrics):
                metric = metrics[index]
                other = None if rival is None else rival.metric(metric.name)
                facts = MetricFacts(
                    title=translate(metric.title),
                    value=metric.value if metric.value is not None else float("nan"),
                    low=metric.low,
                    high=metric.high,
                    baseline=metric.baseline,
                    baseline_title=baseline,
                    higher_is_better=metric.higher_is_better,
                    rival=None if other is None else other.value,
                    rival_title="" if rival is None else short_title(rival),
                )
                card.set_facts(facts, hue)

    def _show_plots(self, run: RunSummary, answer: Evaluation, hue: QColor) -> None:
        classes = bool(answer.confusion)
        pairs = answer.predicted_vs_actual
        self._matrix_card.setVisible(classes)
        self.roc.setVisible(bool(answer.roc))
        self._classes_card.setVisible(classes and len(answer.classes) != 2)
        self.predicted.setVisible(bool(pairs))
        self.residuals.setVisible(bool(pairs))
        if answer.roc:
            metric = answer.metric("roc_auc")
            area = answer.roc_area
            if area is None and metric is not None:  # evaluated by an earlier version
                area = metric.value
            self.roc.plot.set_curve(
                [(p.false_positive_rate, p.true_positive_rate) for p in answer.roc],
                at_half(answer),
                tr("Run {number}", number=run.number),
                area,
                hue,
            )
            way = tr("true against false positive rate")
            named = tr("“{name}”: true against false positive rate", name=answer.positive)
            self.roc.set_caption(named if answer.positive else way)
        if pairs:
            self.predicted.plot.set_points(pairs, hue)
            self.residuals.plot.set_points(pairs)
            drawn = len(pairs)
            self.predicted.set_caption(
                tr("{drawn} of {rows} rows", drawn=drawn, rows=answer.rows)
                if drawn < answer.rows
                else trn("{count} row", "{count} rows", drawn)
            )

    def _show_classes(self, scores: Sequence[ClassScore]) -> None:
        self.classes.set_rows(
            (
                TableColumn(tr("Class")),
                TableColumn(tr("Rows"), figures=True),
                TableColumn(tr("Precision"), figures=True),
                TableColumn(tr("Recall"), figures=True),
                TableColumn(tr("F1"), figures=True, strong=True),
            ),
            [
                (s.name, count_text(s.rows), figure(s.precision), figure(s.recall), figure(s.f1))
                for s in scores
            ],
        )

    def _show_errors(self) -> None:
        answer = self._evaluation
        if answer is not None:
            cell = self.matrix.selection() if answer.confusion else None
            self.errors.show_errors(answer, cell, self._table_rows())

    def _table_rows(self) -> RunRows | None:
        origin = self._origin
        if self._rows is None and origin is not None:
            self._rows = RunRows(self.session.table, origin.info, origin.resolved)
        return self._rows

    def _on_table(self) -> None:
        if self._rows is None or not self._rows.columns:
            self._rows = None  # the table may now be the one of the run
            self._show_errors()
        self._on_recipe()

    def _on_recipe(self) -> None:
        run = self.focused()
        if run is not None and run.id == self._origin_of and self._evaluation is not None:
            self.update_run(run)

    def _on_cell(self, cell: tuple[int, int] | None) -> None:
        self._inspector.show_cell(self._evaluation, cell)
        self._show_errors()


def _table_card(title: str, table: ResultTable) -> Card:
    card = Card(title, padding=4)
    card.body.addWidget(table)
    return card
