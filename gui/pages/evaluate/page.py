"""The Evaluate page."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np
from PySide6.QtCore import QTimer
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QHBoxLayout, QWidget

from engine.baselines.result import BaselineScore, SetBeside
from engine.baselines.sentences import comparison, title_of
from engine.errors import TrainyardError
from engine.evaluation.result import Evaluation
from engine.evaluation.thresholds import THRESHOLD_METRICS
from engine.schema import Task as LearningTask
from engine.tasks import EvaluateTask, Part
from gui import theme
from gui.i18n import render, tr, translate, trn
from gui.models.figures import count_text
from gui.pages.answer_page import AnswerPage
from gui.pages.evaluate.beside import (
    Question,
    besides_of,
    is_complete,
    rival_of,
    short_title,
    tone_of,
)
from gui.pages.evaluate.beside_card import BesideCard
from gui.pages.evaluate.beside_strip import BesideStrip
from gui.pages.evaluate.calibration_card import CalibrationCard
from gui.pages.evaluate.class_scores import ClassScore, at_half, class_scores, positive_score
from gui.pages.evaluate.confusion_matrix import ConfusionMatrix
from gui.pages.evaluate.curve_card import CurveCard, ModelCurve, threshold_text
from gui.pages.evaluate.deciding import Deciding
from gui.pages.evaluate.errors_card import ErrorsCard
from gui.pages.evaluate.inspector import EvaluateInspector
from gui.pages.evaluate.legend import MetricLegend
from gui.pages.evaluate.metric_card import MetricCard, MetricFacts
from gui.pages.evaluate.metrics_table import MetricsCard, headlines
from gui.pages.evaluate.origin import Origin
from gui.pages.evaluate.plot_card import PlotCard
from gui.pages.evaluate.plots import ErrorByValuePlot, PredictedPlot, QuantilePlot, ResidualPlot
from gui.pages.evaluate.row_choice import Chosen, RowChoice
from gui.pages.evaluate.run_rows import RunRows
from gui.pages.evaluate.slices_card import SlicesCard, slice_text
from gui.pages.evaluate.targets_card import TargetsCard
from gui.pages.evaluate.threshold_section import ThresholdSection
from gui.pages.page import RefreshWhenShown
from gui.widgets.card import Card
from gui.widgets.choice import ComboBox, Segmented
from gui.widgets.file_choosers import choose_file, documents
from gui.widgets.results_numbers import figure
from gui.widgets.results_table import ResultTable, TableColumn

if TYPE_CHECKING:
    from engine.evaluation.result import CalibrationBin, Slice
    from engine.store.summary import RunSummary
    from gui.notices import Notices
    from gui.session import Session

ChosenBy: TypeAlias = Literal["hand", "cost", "metric"]
FILE = "file"
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
            more_parts=((FILE, tr("New file")),),
        )
        self._ahead = QTimer(self, singleShot=True, interval=0)
        self._ahead.timeout.connect(self._make_ahead)
        self._ahead_of: LearningTask | None = None
        self._file: Path | None = None
        self._part_before = "test"
        self.choice = RowChoice(self)
        self.choice.changed.connect(self._on_choice)
        self.deciding = Deciding(session, self)
        self.deciding.decided.connect(self._on_decided)
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
            (("row", tr("Row %")), ("column", tr("Column %")), ("count", tr("Count"))),
            small=True,
            name=tr("Confusion matrix"),
        )
        self.matrix_mode.changed.connect(self.matrix.set_mode)
        self._matrix_card = Card(tr("Confusion matrix"))
        self._matrix_card.header.addWidget(self.matrix_mode)
        self._matrix_card.body.addWidget(self.matrix)
        self.curve = CurveCard()
        self.curve.threshold_chosen.connect(self._inspector.threshold.set_threshold)
        self.calibration = CalibrationCard()
        self.calibration.chosen.connect(self._on_bin)
        self._inspector.threshold.moved.connect(self._on_threshold)
        self._inspector.threshold.rows_wanted.connect(self._on_chances)
        self._inspector.threshold.wanted.connect(self._on_threshold_wanted)
        self.classes = ResultTable(tr("Scores per class"))
        self._classes_card = _table_card(tr("Classes"), self.classes)
        self.predicted = PlotCard(tr("Predicted against actual"), "", tr("Actual"), PredictedPlot)
        self.residuals = PlotCard(
            tr("Residuals"), tr("rows by size of the error"), tr("Predicted − actual"), ResidualPlot
        )
        self.error_bins = PlotCard(
            tr("Error by predicted value"),
            tr("mean absolute error of tenths of the rows, line: bias"),
            tr("Predicted from"),
            ErrorByValuePlot,
        )
        self.normal = PlotCard(
            tr("Normal quantiles"),
            tr("residuals in deviations"),
            tr("Expected of a normal distribution"),
            QuantilePlot,
        )
        self._is_linked = False
        self.slices = SlicesCard()
        self.slices.chosen.connect(self._on_slice)
        self.metrics = MetricsCard()
        self.targets = TargetsCard()
        self.targets.chosen.connect(self._choose_target)
        self.errors = ErrorsCard()
        self.errors.all_wanted.connect(self._choose_all)
        self.errors.data_wanted.connect(self._show_in_data)
        self.errors.which_changed.connect(self._show_errors)
        middle = QHBoxLayout()
        middle.setSpacing(12)
        for card in (
            self.targets,
            self._matrix_card,
            self.curve,
            self._classes_card,
            self.calibration,
            self.predicted,
            self.residuals,
        ):
            card.setMinimumHeight(276)
            middle.addWidget(card, 1)
        self.errors.setMinimumHeight(170)
        self.besides = besides_of(session)
        self.besides.changed.connect(self._on_beside)
        self.strip = BesideStrip()
        self.strip.asked.connect(self._ask_beside)
        self.strip.cancelled.connect(self._cancel_beside)
        self.beside = BesideCard()
        self.beside.hide()
        self.beside.setMinimumHeight(170)
        shape = QHBoxLayout()
        shape.setSpacing(12)
        for card in (self.error_bins, self.normal):
            card.setMinimumHeight(220)
            shape.addWidget(card, 1)
        below = QHBoxLayout()
        below.setSpacing(12)
        below.addWidget(self.slices, 6)
        below.addWidget(self.errors, 5)
        last = QHBoxLayout()
        last.setSpacing(12)
        last.addWidget(self.beside, 1)
        last.addWidget(self.metrics, 1)
        for card in (self.slices, self.errors, self.metrics):
            card.setMinimumHeight(232)
        self.view.body.addLayout(self._card_row)
        self.view.body.addWidget(self.strip)
        self.view.body.addLayout(middle, 5)
        self.view.body.addLayout(shape, 4)
        self.view.body.addLayout(below, 4)
        self.view.body.addLayout(last, 4)

    def inspector(self) -> QWidget:
        return self._inspector

    # Plots are made ahead -----------------------------------------------------------------------

    def show_run(self, run: RunSummary) -> None:
        super().show_run(run)
        if self._evaluation is None and run.task is not None:
            self._ahead_of = run.task
            self._ahead.start()

    def _make_ahead(self) -> None:
        """Make one plot, each takes some 50 ms, while a worker is at the scores; then the next."""
        holders: tuple[CurveCard | CalibrationCard | ThresholdSection | PlotCard[Any], ...] = ()
        if self._ahead_of is LearningTask.BINARY:
            holders = (self.curve, self.calibration, self._inspector.threshold)
        elif self._ahead_of is LearningTask.MULTICLASS:
            holders = (self.calibration,)
        elif self._ahead_of is LearningTask.REGRESSION:
            holders = (self.predicted, self.residuals, self.error_bins, self.normal)
        for holder in holders:
            if not holder.has_plot:
                _ = holder.plot
                self._ahead.start()
                return

    # The question ------------------------------------------------------------------------------

    def task(self, folder: str, part: Part) -> EvaluateTask:
        if self.parts.value() == FILE:
            return EvaluateTask(run=folder, file=str(self._file))
        return EvaluateTask(run=folder, part=part)

    def asked_beside(self, run: RunSummary) -> tuple[object, ...]:
        file = str(self._file) if self.parts.value() == FILE else ""
        return self.deciding.count(run.id), file

    def on_part(self, part: str) -> None:
        """Choose a file when one is needed; back where it was without one."""
        if part == FILE:
            found = choose_file(self, tr("Score another labelled file"), documents(), "")
            if found is None:
                self.parts.set_value(self._part_before)
            else:
                self._file = found
        self._part_before = self.parts.value()
        self.refresh()

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
        if answer.left_out:
            self.rows.setText(
                tr(
                    "{rows} rows, {count} without a known label left out",
                    rows=answer.rows,
                    count=answer.left_out,
                )
            )
        hue = self._hue(run)
        if not same:
            self.choice.show_answer(answer)
            self._inspector.show_threshold(None if self._is_one_of_several else answer)
        self._inspector.show_gaps(answer.gaps)
        self._inspector.show_looks(answer.looks)
        self._inspector.show_outdated(answer.has_outdated_decision)
        self.targets.setVisible(bool(answer.by_target))
        if answer.confusion:
            if not same:
                self.matrix.set_matrix(answer.classes, answer.confusion)
            scores = class_scores(answer.classes, answer.confusion)
            self._show_classes(scores)
            # Only of two classes the threshold decides; where it can be moved it has its own section.
            two = len(answer.classes) == 2 and answer.sweep is None
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
        self.choice.show_answer(None)
        self._inspector.show_threshold(None)
        self._inspector.show_gaps(())
        self._inspector.show_looks(0)
        self._inspector.show_outdated(False)
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
        if answer.part == "file":
            return None  # and for the parts of the split
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
            self.curve.show_rival(None if rival is None else _curve_of(rival.evaluation, title))
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
        metrics = headlines(answer.metrics, answer.task)
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

    def _show_plots(self, run: RunSummary, answer: Evaluation, hue: QColor) -> None:
        classes = bool(answer.confusion)
        pairs = answer.predicted_vs_actual
        self._matrix_card.setVisible(classes)
        self.curve.setVisible(bool(answer.roc))
        self.calibration.setVisible(bool(answer.calibration))
        self.slices.setVisible(bool(answer.slices))
        self.metrics.show_metrics(answer)
        if answer.slices:
            self.slices.show_slices(answer, hue)
        if answer.calibration:
            error = answer.metric("calibration_error")
            of = answer.positive if len(answer.classes) == 2 else ""
            value = None if error is None else error.value
            self.calibration.show_bins(answer.calibration, value, of, hue)
        self._classes_card.setVisible(classes and len(answer.classes) != 2)
        self.error_bins.setVisible(bool(answer.error_bins))
        self.normal.setVisible(bool(answer.normal_quantiles))
        if answer.error_bins:
            self.error_bins.plot.set_bins(answer.error_bins, hue)
        if answer.normal_quantiles:
            self.normal.plot.set_points(answer.normal_quantiles, hue)
        self.predicted.setVisible(bool(pairs))
        self.residuals.setVisible(bool(pairs))
        if answer.roc:
            own = _curve_of(answer, tr("Run {number}", number=run.number))
            self.curve.show_model(own, hue, answer.threshold, at_half(answer))
            of = tr("“{name}” against the rest", name=answer.positive)
            self.curve.set_caption(of if len(answer.classes) > 2 else "")
        if pairs:
            self.predicted.plot.set_points(pairs, hue)
            self._link_residuals()
            if answer.residuals is not None:
                self.residuals.plot.set_histogram(answer.residuals)
            else:
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
        if answer is None:
            return
        self.errors.show_errors(answer, self._table_rows(), self.choice)
        self.errors.show_in_data.setVisible(self._is_open(answer))

    def _is_open(self, answer: Evaluation) -> bool:
        """Whether the rows that are listed are those of the open table."""
        table, origin = self.session.table, self._origin
        return (
            self.choice.knows_rows
            and not answer.rows_from
            and table is not None
            and origin is not None
            and table.fingerprint == origin.info.fingerprint
        )

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

    # Choosing rows ------------------------------------------------------------------------------

    def _on_cell(self, cell: tuple[int, int] | None) -> None:
        from engine.evaluation.row_table import ByCell

        answer = self._evaluation
        self._inspector.show_cell(answer, cell, self.matrix.counts())
        if answer is None or cell is None:
            self.choice.choose(None)
            return
        title = tr(
            "actual {actual}, predicted {predicted}",
            actual=answer.classes[cell[0]],
            predicted=answer.classes[cell[1]],
        )
        self.choice.choose(Chosen(ByCell(*cell), title))

    def _on_bin(self, found: CalibrationBin) -> None:
        self._on_chances(found.low, found.high, of_predicted=True)

    def _on_chances(self, low: float, high: float, *, of_predicted: bool = False) -> None:
        from engine.evaluation.row_table import ByChance

        title = tr(
            "probability {low} to {high}", low=threshold_text(low), high=threshold_text(high)
        )
        self._choose(Chosen(ByChance(low, high, of_predicted=of_predicted), title))

    def _on_slice(self, found: Slice) -> None:
        from engine.evaluation.row_table import BySlice

        self._choose(Chosen(BySlice(found.columns, found.codes), slice_text(found)), keep=True)

    def _link_residuals(self) -> None:
        """Let bars choose rows; the plots are made with the first answer that needs them."""
        if not self._is_linked:
            self._is_linked = True
            self.residuals.plot.chosen.connect(self._on_residuals)
            self.error_bins.plot.chosen.connect(self._on_values)

    def _on_values(self, low: float, high: float) -> None:
        from engine.evaluation.row_table import ByValue

        title = tr("predicted {low} to {high}", low=figure(low), high=figure(high))
        self._choose(Chosen(ByValue(low, high), title))

    def _on_residuals(self, low: float, high: float) -> None:
        from engine.evaluation.row_table import ByError

        title = tr("predicted − actual {low} to {high}", low=_end(low), high=_end(high))
        self._choose(Chosen(ByError(low, high), title))

    def _choose(self, chosen: Chosen, *, keep: bool = False) -> None:
        if not self.choice.knows_rows:
            return
        self.matrix.select(None)
        if not keep:
            self.slices.clear_choice()
        self.choice.choose(chosen)

    def _choose_all(self) -> None:
        self.matrix.select(None)
        self.slices.clear_choice()
        self.choice.choose(None)

    def _on_choice(self) -> None:
        if self.choice.chosen is not None:
            self.errors.which.set_value(False)
        self._show_errors()

    def _show_in_data(self) -> None:
        """Show the chosen rows, or those listed without a choice, on the Data page."""
        from engine.data.rows.filters import RowsFilter
        from engine.evaluation.row_table import keep_chosen

        answer, chosen, run = self._evaluation, self.choice.chosen, self.focused()
        if answer is None or run is None:
            return
        if self.errors.shows_suspects:
            rows = np.sort(np.array([each.row for each in answer.suspects], np.int64))
            title = tr("likely wrong labels, run {number}", number=run.number)
        elif chosen is None:
            rows = np.sort(np.array([each.row for each in self.choice.errors()], np.int64))
            title = tr("largest errors of run {number}", number=run.number)
        else:
            rows = self.choice.rows()
            title = tr("run {number}: {what}", number=run.number, what=chosen.title)
        try:
            file = keep_chosen(Path(answer.rows_file), rows)
        except TrainyardError as error:
            self.session.failed.emit(error)
            return
        self.session.view.set_filters((RowsFilter(title=title, file=str(file)),))
        self.session.show_page("data")

    # The threshold ------------------------------------------------------------------------------

    @property
    def _is_one_of_several(self) -> bool:
        """Whether the run predicts several targets: a threshold is decided for one only."""
        return self._whole is not None and bool(self._whole.by_target)

    def _at_threshold(self, answer: Evaluation, metric: str) -> float | None:
        """A metric at the threshold that is shown, where that is not the one in force."""
        threshold = self._inspector.threshold.threshold()
        is_moved = answer.sweep is not None and len(answer.classes) == 2
        if (
            not is_moved
            or self._is_one_of_several
            or answer.sweep is None
            or abs(threshold - answer.threshold) < 1e-9
        ):
            return None
        return answer.sweep.at(threshold).score(metric) if metric in THRESHOLD_METRICS else None

    def _on_threshold(self, threshold: float) -> None:
        """Bring all that follows from it in line with the threshold that is shown."""
        answer, run = self._evaluation, self.focused()
        if answer is None or run is None or answer.sweep is None:
            return
        at = answer.sweep.rows_at(threshold)
        positive = answer.classes.index(answer.positive)
        counts = [[0, 0], [0, 0]]
        counts[positive][positive], counts[1 - positive][1 - positive] = at.hits, at.passes
        counts[1 - positive][positive], counts[positive][1 - positive] = at.alarms, at.misses
        self.matrix.set_counts([[round(each) for each in row] for row in counts])
        self._inspector.show_cell(answer, self.matrix.selection(), self.matrix.counts())
        self.curve.set_threshold(threshold)
        question = self._question()
        found = self.besides.of(question, self.folder(run).path) if question else None
        self._show_metrics(answer, self._hue(run), None if found is None else rival_of(found))
        self.choice.set_threshold(threshold)

    def _on_threshold_wanted(
        self, threshold: float, missed: float, alarm: float, how: ChosenBy
    ) -> None:
        run = self.focused()
        if run is not None:
            self.deciding.use_threshold(
                run.id, str(self.folder(run).path), threshold, (missed, alarm), how
            )

    def _on_decided(self, run: str) -> None:
        if run == self.session.focus:
            self.refresh()


def _table_card(title: str, table: ResultTable) -> Card:
    card = Card(title, padding=4)
    card.body.addWidget(table)
    return card


def _end(value: float) -> str:
    return figure(value) if math.isfinite(value) else "−∞" if value < 0 else "∞"


def _curve_of(answer: Evaluation, name: str) -> ModelCurve:
    area, precision = answer.metric("roc_auc"), answer.metric("pr_auc")
    of_class = answer.roc_area
    if of_class is None and area is not None:  # evaluated by an earlier version
        of_class = area.value
    two = len(answer.classes) == 2
    return ModelCurve(
        name=name,
        sweep=answer.sweep,
        roc=[(p.false_positive_rate, p.true_positive_rate) for p in answer.roc],
        roc_area=of_class,
        pr_area=precision.value if precision is not None and two else None,
    )
