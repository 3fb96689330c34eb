"""The cards of the page, ordered by what a person asks, and how an evaluation fills them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from engine.schema import Task as LearningTask
from gui.i18n import tr, trn
from gui.models.figures import count_text
from gui.pages.evaluate.beside_card import BesideCard
from gui.pages.evaluate.beside_strip import BesideStrip
from gui.pages.evaluate.calibration_card import CalibrationCard
from gui.pages.evaluate.class_scores import ClassScore, at_half
from gui.pages.evaluate.column_errors_card import ColumnErrorsCard
from gui.pages.evaluate.confusion_matrix import ConfusionMatrix
from gui.pages.evaluate.curve_card import CurveCard
from gui.pages.evaluate.curves import curve_of
from gui.pages.evaluate.errors_card import ErrorsCard
from gui.pages.evaluate.fairness_card import FairnessCard
from gui.pages.evaluate.fold import Fold
from gui.pages.evaluate.metrics_table import MetricsCard
from gui.pages.evaluate.other_runs_card import OtherRunsCard
from gui.pages.evaluate.plot_card import PlotCard
from gui.pages.evaluate.plots import ErrorByValuePlot, PredictedPlot, QuantilePlot, ResidualPlot
from gui.pages.evaluate.slices_card import SlicesCard
from gui.pages.evaluate.targets_card import TargetsCard
from gui.widgets.card import Card
from gui.widgets.choice import Segmented
from gui.widgets.results_numbers import figure
from gui.widgets.results_table import ResultTable, TableColumn

if TYPE_CHECKING:
    from PySide6.QtGui import QColor

    from engine.evaluation.result import Evaluation
    from engine.store.summary import RunSummary
    from gui.pages.evaluate.threshold_section import ThresholdSection

GAP = 12


class EvaluateCards:
    """How good, how sure, where wrong, for whom; a card that has nothing to say is hidden."""

    def __init__(self) -> None:
        self.metric_row = QHBoxLayout()
        self.strip = BesideStrip()
        self.matrix = ConfusionMatrix()
        self.matrix_mode = Segmented(
            (("row", tr("Row %")), ("column", tr("Column %")), ("count", tr("Count"))),
            small=True,
            name=tr("Confusion matrix"),
        )
        self.matrix_mode.changed.connect(self.matrix.set_mode)
        self.matrix_card = Card(tr("Confusion matrix"))
        self.matrix_card.header.addWidget(self.matrix_mode)
        self.matrix_card.body.addWidget(self.matrix)
        self.curve = CurveCard()
        self.calibration = CalibrationCard()
        self.classes = ResultTable(tr("Scores per class"))
        self.classes_card = _table_card(tr("Classes"), self.classes)
        self.predicted = PlotCard(tr("Predicted against actual"), "", tr("Actual"), PredictedPlot)
        self.residuals = PlotCard(
            tr("Residuals"), tr("rows by error"), tr("Predicted − actual"), ResidualPlot
        )
        self.error_bins = PlotCard(
            tr("Error by predicted value"),
            tr("of tenths of the rows; line: bias"),
            tr("Predicted from"),
            ErrorByValuePlot,
        )
        self.normal = PlotCard(
            tr("Normal quantiles"),
            tr("in deviations"),
            tr("Expected of a normal distribution"),
            QuantilePlot,
        )
        self.slices = SlicesCard()
        self.metrics = MetricsCard()
        self.targets = TargetsCard()
        self.errors = ErrorsCard()
        self.beside = BesideCard()
        self.beside.hide()
        self.others = OtherRunsCard()
        self.others.hide()
        self.fairness = FairnessCard()
        self.column_errors = ColumnErrorsCard()
        self.spread_fold = Fold(tr("Where do errors lie?"))
        self.beside_fold = Fold(tr("How good is it beside others?"))
        self.groups_fold = Fold(tr("Is it as good for everyone?"))
        self.all_fold = Fold(tr("All figures"))

    def lay_out(self, body: QVBoxLayout) -> None:
        """Put all cards into the page's column."""
        self.metric_row.setSpacing(GAP)
        body.addLayout(self.metric_row)
        body.addWidget(self.strip)
        looks = (
            self.targets,
            self.matrix_card,
            self.curve,
            self.classes_card,
            self.calibration,
            self.predicted,
            self.residuals,
            self.normal,
        )
        body.addLayout(_row(looks, 276), 5)
        below = _row((self.slices, self.errors), 232)
        below.setStretch(0, 6)
        below.setStretch(1, 5)
        body.addLayout(below, 4)
        for card in (self.column_errors, self.error_bins):
            card.setFixedHeight(290)
        self.spread_fold.body.addLayout(_row((self.column_errors, self.error_bins), 290))
        self.beside_fold.body.addWidget(self.others)
        self.beside.setMinimumHeight(200)
        self.beside_fold.body.addWidget(self.beside)
        self.fairness.setMinimumHeight(232)
        self.groups_fold.body.addWidget(self.fairness)
        self.metrics.setMinimumHeight(420)
        self.all_fold.body.addWidget(self.metrics)
        for fold in (self.spread_fold, self.beside_fold, self.groups_fold, self.all_fold):
            body.addWidget(fold)

    def show_folds(self) -> None:
        """A part of the page is there where any of its cards is."""
        folds = (
            (self.spread_fold, (self.column_errors, self.error_bins)),
            (self.beside_fold, (self.others, self.beside)),
            (self.groups_fold, (self.fairness,)),
        )
        for fold, cards in folds:
            fold.setVisible(any(not card.isHidden() for card in cards))

    def show_answer(self, run: RunSummary, answer: Evaluation, hue: QColor) -> None:
        """Fill the plots that are looked at first, and say which cards there are."""
        classes = bool(answer.confusion)
        self.targets.setVisible(bool(answer.by_target))
        self.matrix_card.setVisible(classes)
        self.classes_card.setVisible(classes and len(answer.classes) != 2)
        self.curve.setVisible(bool(answer.roc))
        self.calibration.setVisible(bool(answer.calibration))
        self.predicted.setVisible(bool(answer.predicted_vs_actual))
        self.residuals.setVisible(bool(answer.predicted_vs_actual))
        self.normal.setVisible(bool(answer.normal_quantiles))
        self.error_bins.setVisible(bool(answer.error_bins))
        self.slices.setVisible(bool(answer.slices))
        self.fairness.setVisible(bool(answer.fairness))
        if answer.calibration:
            error = answer.metric("calibration_error")
            of = answer.positive if len(answer.classes) == 2 else ""
            value = None if error is None else error.value
            self.calibration.show_bins(answer.calibration, value, of, hue)
        if answer.roc:
            own = curve_of(answer, tr("Run {number}", number=run.number))
            self.curve.show_model(own, hue, answer.threshold, at_half(answer))
            of = tr("“{name}” against the rest", name=answer.positive)
            self.curve.set_caption(of if len(answer.classes) > 2 else "")

    def show_tables(self, answer: Evaluation, hue: QColor) -> None:
        """Fill the tables, and the plots that come after them."""
        self.metrics.show_metrics(answer)
        if answer.fairness:
            self.fairness.show_answer(answer)
        if answer.slices:
            self.slices.show_slices(answer, hue)

    def show_classes(self, scores: Sequence[ClassScore]) -> None:
        """Fill the table of classes."""
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

    def show_values(self, answer: Evaluation, hue: QColor) -> None:
        """Fill what is there for predicted numbers only."""
        pairs = answer.predicted_vs_actual
        if answer.error_bins:
            self.error_bins.plot.set_bins(answer.error_bins, hue)
        if answer.normal_quantiles:
            self.normal.plot.set_points(answer.normal_quantiles, hue)
        if not pairs:
            return
        self.spread_fold.set_open(True)
        self.predicted.plot.set_points(pairs, hue)
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


class PlotsAhead(QTimer):
    """Makes plots, each takes some 50 ms, while a worker is at the scores: one, then events, then the next."""

    def __init__(
        self, cards: EvaluateCards, threshold: ThresholdSection, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent, singleShot=True, interval=0)
        self._cards, self._threshold = cards, threshold
        self._of: LearningTask | None = None
        self.timeout.connect(self._make_next)

    def begin(self, task: LearningTask) -> None:
        """Make those that this task needs."""
        self._of = task
        self.start()

    def _make_next(self) -> None:
        cards = self._cards
        holders: tuple[CurveCard | CalibrationCard | ThresholdSection | PlotCard[Any], ...] = ()
        if self._of is LearningTask.BINARY:
            holders = (cards.curve, cards.calibration, self._threshold)
        elif self._of is LearningTask.MULTICLASS:
            holders = (cards.calibration,)
        elif self._of is LearningTask.REGRESSION:
            holders = (cards.predicted, cards.residuals, cards.error_bins, cards.normal)
        for holder in holders:
            if not holder.has_plot:
                _ = holder.plot
                self.start()
                return


def _row(cards: Sequence[Card], height: int) -> QBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(GAP)
    for card in cards:
        card.setMinimumHeight(height)
        row.addWidget(card, 1)
    return row


def _table_card(title: str, table: ResultTable) -> Card:
    card = Card(title, padding=4)
    card.body.addWidget(table)
    return card
