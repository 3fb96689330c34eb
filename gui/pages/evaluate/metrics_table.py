"""All metrics in one table, each with its interval and the plainest guess."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gui.i18n import tr, translate
from gui.pages.evaluate.number_field import threshold_text
from gui.widgets.card import Card
from gui.widgets.results_numbers import figure, interval
from gui.widgets.results_table import ResultTable, TableColumn

if TYPE_CHECKING:
    from engine.evaluation.result import Evaluation, MetricValue
    from engine.schema import Task

HEADLINES = {
    "binary": ("accuracy", "roc_auc", "pr_auc", "f1", "log_loss"),
    "multiclass": ("accuracy", "balanced_accuracy", "macro_f1", "roc_auc", "log_loss"),
    "regression": ("mae", "rmse", "r2", "median_error", "coverage"),
}
MOST_CARDS = 5


def headlines(metrics: tuple[MetricValue, ...], task: Task) -> list[MetricValue]:
    """The metrics that have a card: those people look for first, those trained by last."""
    known = [metric for metric in metrics if metric.value is not None]
    wanted = HEADLINES.get(task.value, ())
    first = [metric for name in wanted for metric in known if metric.name == name]
    if len(first) >= MOST_CARDS - 1:
        return first[:MOST_CARDS]
    rest = [metric for metric in known if metric not in first]
    rest.sort(key=lambda metric: metric.name in ("loss", "log_loss"))
    return [*first, *rest][:MOST_CARDS]


class MetricsCard(Card):
    """The table; what is not defined is not there."""

    def __init__(self) -> None:
        super().__init__(tr("All metrics"), padding=4)
        self.table = ResultTable(tr("All metrics"))
        self.body.addWidget(self.table)

    def show_metrics(self, answer: Evaluation) -> None:
        """Fill the table."""
        guess = tr("Plainest guess")
        self.set_caption(
            tr(
                "95% bootstrap intervals, at threshold {threshold}",
                threshold=threshold_text(answer.threshold),
            )
            if answer.sweep is not None and len(answer.classes) == 2
            else tr("95% bootstrap intervals")
        )
        columns = (
            TableColumn(tr("Metric")),
            TableColumn(tr("Value"), figures=True, strong=True),
            TableColumn(tr("95% interval"), figures=True),
            TableColumn(guess, figures=True, muted=True),
        )
        rows = [
            (
                translate(metric.title),
                figure(metric.value),
                interval(metric.low, metric.high) or "—",
                figure(metric.baseline),
            )
            for metric in answer.metrics
            if metric.value is not None
        ]
        self.table.set_rows(columns, rows)
