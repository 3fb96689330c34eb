"""The card of runs side by side: metrics with intervals, paired differences, matrices."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from engine.baselines.result import MetricDifference, RunsBeside
from engine.baselines.sentences import difference_text, in_sentence
from engine.evaluation.result import Evaluation
from engine.metrics import METRICS
from gui.i18n import tr, translate, trn
from gui.models.figures import count_text
from gui.pages.evaluate.beside_card import difference_cell
from gui.pages.evaluate.confusion_matrix import ConfusionMatrix, Mode
from gui.pages.evaluate.metrics_table import headlines
from gui.widgets.buttons import button
from gui.widgets.card import Card
from gui.widgets.progress import ProgressBar
from gui.widgets.results_numbers import figure, interval
from gui.widgets.results_table import ResultTable, TableColumn
from gui.widgets.text import ElidedLabel, label

MOST_MATRICES = 4
MOST_METRICS = 3
SCROLL_BAR = 18


@dataclass(frozen=True, slots=True)
class Offered:
    """A run that can be set beside the one in focus."""

    id: str
    title: str
    hue: QColor


class OtherRunsCard(Card):
    """`chosen` carries the ids of the runs that a person wants to see beside the one in focus."""

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__(tr("Beside other runs"), padding=4)
        self._offered: tuple[Offered, ...] = ()
        self._wanted: tuple[str, ...] = ()
        self._bar = ProgressBar(tr("Progress"), width=120)
        self.choose = button(tr("Choose runs"), small=True)
        self._menu = QMenu(self.choose)
        self._menu.aboutToShow.connect(self._fill)
        self.choose.setMenu(self._menu)
        self.header.addWidget(self._bar)
        self.header.addWidget(self.choose)
        self.sentence = label("", "body", wrap=True)
        self.sentence.setContentsMargins(8, 0, 8, 4)
        self.table = ResultTable(tr("Runs side by side"))
        self._matrices = QWidget()
        self._row = QHBoxLayout(self._matrices)
        self._row.setContentsMargins(8, 4, 8, 8)
        self._row.setSpacing(12)
        self._kept: list[tuple[QWidget, ElidedLabel, ConfusionMatrix]] = []
        self._note = label("", "caption", "muted", wrap=True)
        self._note.setContentsMargins(8, 0, 8, 4)
        for widget in (self.sentence, self.table, self._matrices, self._note):
            self.body.addWidget(widget)
        self._mode: Mode = "row"
        self.show_nothing()

    def offer(self, runs: Sequence[Offered], wanted: Sequence[str]) -> None:
        """Offer runs to choose from; `wanted` are chosen now."""
        self._offered, self._wanted = tuple(runs), tuple(wanted)
        self.choose.setEnabled(bool(runs))
        self.choose.setToolTip(
            "" if runs else tr("Train another run of this table and target to compare them.")
        )

    def show_nothing(self) -> None:
        """Nothing is compared."""
        self._bar.hide()
        self._note.hide()
        self.table.hide()
        self._matrices.hide()
        self.sentence.setText(
            tr("Choose runs to see them side by side, on rows that none of them has learned from.")
        )

    def show_busy(self, share: float) -> None:
        """A worker is at it."""
        self._bar.show()
        self._bar.set_share(share)

    def show_error(self, text: str) -> None:
        """Say what went wrong."""
        self.show_nothing()
        self.sentence.setText(text)

    def set_mode(self, mode: Mode) -> None:
        """Colour the matrices as the large one."""
        self._mode = mode
        for _, _, matrix in self._kept:
            matrix.set_mode(mode)

    def show_answer(self, found: RunsBeside, title: Callable[[str], str], *, again: bool) -> None:
        """Show runs; `again`: the first of the others is what was trained again with other labels."""
        self._bar.hide()
        self.set_caption(
            trn("{count} row that all keep aside", "{count} rows that all keep aside", found.rows)
        )
        self.sentence.setText(_sentence(found, title, again=again))
        self.table.setVisible(bool(found.others))
        self._show_table(found, title)
        self._show_matrices(found, title)
        note = [_why(title(each.run), each.why) for each in found.left_out]
        self._note.setText(" ".join(note))
        self._note.setVisible(bool(note))

    def _show_table(self, found: RunsBeside, title: Callable[[str], str]) -> None:
        metrics = headlines(found.evaluation.metrics, found.evaluation.task)
        paired = {each.name for other in found.others for each in other.differences}
        names = [metric.name for metric in metrics]
        names.sort(key=lambda name: (name != found.metric, name not in paired))
        names = names[:MOST_METRICS]
        columns = [TableColumn(tr("Run"))]
        for name in names:
            metric = found.evaluation.metric(name)
            assert metric is not None
            columns.append(TableColumn(translate(metric.title), figures=True, strong=True))
            columns.append(TableColumn(tr("95% interval"), figures=True, muted=True))
            if name in paired:
                columns.append(TableColumn(tr("Difference"), figures=True))
        each: list[tuple[str, Evaluation, Sequence[MetricDifference]]] = [
            (found.run, found.evaluation, ()),
            *((other.run, other.evaluation, other.differences) for other in found.others),
        ]
        rows = []
        for run, answer, differences in each:
            known = {one.name: one for one in differences}
            cells = [title(run)]
            for name in names:
                metric = answer.metric(name)
                cells.append(figure(None if metric is None else metric.value))
                cells.append("" if metric is None else interval(metric.low, metric.high))
                if name in paired:
                    cells.append(difference_cell(known.get(name)) if differences else "")
            rows.append(cells)
        self.table.set_rows(columns, rows)
        # With room for a scroll bar below the last line.
        self.table.setFixedHeight(self.table.sizeHint().height() + SCROLL_BAR)

    def _show_matrices(self, found: RunsBeside, title: Callable[[str], str]) -> None:
        shown = [(found.run, found.evaluation)]
        shown += [(each.run, each.evaluation) for each in found.others]
        same = [pair for pair in shown if pair[1].classes == found.evaluation.classes]
        same = [pair for pair in same if pair[1].confusion][:MOST_MATRICES]
        self._matrices.setVisible(len(same) > 1)
        while len(self._kept) < len(same):
            holder = QWidget()
            column = QVBoxLayout(holder)
            column.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(2)
            name, matrix = ElidedLabel("", "small", "text2"), ConfusionMatrix()
            matrix.set_mode(self._mode)
            matrix.setMinimumHeight(200)
            column.addWidget(name, 0, Qt.AlignmentFlag.AlignHCenter)
            column.addWidget(matrix, 1)
            self._row.addWidget(holder, 1)
            self._kept.append((holder, name, matrix))
        for place, (holder, name, matrix) in enumerate(self._kept):
            holder.setVisible(place < len(same))
            if place < len(same):
                run, answer = same[place]
                name.set_text(title(run))
                matrix.setAccessibleName(tr("Confusion matrix, {run}", run=title(run)))
                matrix.set_matrix(answer.classes, answer.confusion)

    def _fill(self) -> None:
        self._menu.clear()
        for run in self._offered:
            action = self._menu.addAction(run.title)
            action.setCheckable(True)
            action.setChecked(run.id in self._wanted)
            action.toggled.connect(lambda on, run=run.id: self._on_toggled(run, on))

    def _on_toggled(self, run: str, on: bool) -> None:
        others = [each for each in self._wanted if each != run]
        self.chosen.emit((*others, run) if on else tuple(others))


def _sentence(found: RunsBeside, title: Callable[[str], str], *, again: bool) -> str:
    if not found.others:
        return tr("None of the runs that were chosen can be compared.")
    first = found.others[0]
    difference = first.difference(found.metric)
    if difference is None or difference.value is None:
        return ""
    facts = {
        "run": title(found.run),
        "other": title(first.run),
        "metric": in_sentence(translate(METRICS[found.metric].title)),
    }
    if difference.verdict == "level":
        sentences = [tr("{run} and {other} are level in {metric}.", **facts)]
    else:
        ahead = difference.verdict == "ahead"
        if not ahead:
            facts["run"], facts["other"] = facts["other"], facts["run"]
        facts["by"] = difference_text(difference, abs(difference.value), translate)
        low, high = sorted((difference.low or 0.0, difference.high or 0.0), key=abs)
        facts["low"] = difference_text(difference, abs(low), translate).split(" ")[0]
        facts["high"] = difference_text(difference, abs(high), translate).split(" ")[0]
        sentences = [
            tr(
                "{run} is ahead of {other} by {by} in {metric} (95% interval {low} to {high}).",
                **facts,
            )
            if difference.is_clear
            else tr("{run} is ahead of {other} by {by} in {metric}; it may be chance.", **facts)
        ]
    if found.corrected:
        sentences.append(
            trn(
                "Of the {rows} rows {count} has a corrected label; both runs are measured by it.",
                "Of the {rows} rows {count} have a corrected label; both runs are measured by them.",
                found.corrected,
                rows=count_text(found.rows),
            )
        )
    elif again:
        sentences.append(
            tr("No label of these {rows} rows was corrected.", rows=count_text(found.rows))
        )
    return " ".join(sentences)


def _why(run: str, why: str) -> str:
    reasons = {
        "table": tr("{run} was trained on another table.", run=run),
        "target": tr("{run} predicts something else.", run=run),
        "classes": tr("{run} predicts other classes.", run=run),
        "rows": tr("{run} has none of these rows in that part.", run=run),
    }
    return reasons[why]
