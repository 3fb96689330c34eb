"""Several targets, a line each: rows, metrics and the plainest guess; a line leads to the target's figures."""

from __future__ import annotations

from PySide6.QtCore import Signal

from engine.evaluation.result import Evaluation
from gui.i18n import tr, translate
from gui.models.figures import count_text
from gui.widgets.card import Card
from gui.widgets.results_numbers import figure
from gui.widgets.results_table import Index, ResultTable, TableColumn


class TargetsCard(Card):
    """A table of the targets of a run."""

    chosen = Signal(str)
    """The target whose line was double-clicked, or on which Enter was pressed."""

    def __init__(self) -> None:
        super().__init__(tr("Targets"), padding=4)
        self.set_caption(tr("Double-click a target for its own figures."))
        self.table = ResultTable(tr("Targets"))
        self.table.activated.connect(self._on_activated)
        self.body.addWidget(self.table)

    def show_targets(self, evaluations: tuple[Evaluation, ...]) -> None:
        """Fill the table; all targets have the same metrics."""
        metrics = [m for m in evaluations[0].metrics if m.name != "loss"]
        main = metrics[0].name if metrics else ""
        classes = evaluations[0].task.is_classification
        columns = [TableColumn(tr("Target")), TableColumn(tr("Rows"), figures=True)]
        columns += [
            TableColumn(translate(m.title), figures=True, strong=m.name == main) for m in metrics
        ]
        if metrics:
            guess = tr("Majority class") if classes else tr("Mean")
            title = tr("{metric}, {guess}", metric=translate(metrics[0].title), guess=guess)
            columns.append(TableColumn(title, figures=True, muted=True))
        rows = []
        for each in evaluations:
            found = [each.metric(m.name) for m in metrics]
            guessed = [figure(m.baseline if m is not None else None) for m in found[:1]]
            values = [figure(m.value if m is not None else None) for m in found]
            rows.append((each.target, count_text(each.rows), *values, *guessed))
        self.table.set_rows(columns, rows)

    def _on_activated(self, index: Index) -> None:
        self.chosen.emit(self.table.rows()[index.row()][0])
