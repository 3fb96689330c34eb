"""The run and its baselines, a line each: their metrics and how far the run is from them."""

from __future__ import annotations

from engine.baselines.result import BaselineScore, MetricDifference, SetBeside
from engine.baselines.sentences import difference_text, title_of
from engine.metrics import METRICS
from gui.i18n import listed, tr, translate
from gui.widgets.card import Card
from gui.widgets.results_numbers import figure
from gui.widgets.results_table import ResultTable, TableColumn
from gui.widgets.text import ElidedLabel


class BesideCard(Card):
    """A table with the run in the first line; differences are of the metric that counts."""

    def __init__(self) -> None:
        super().__init__(tr("Beside baselines"), padding=4)
        self.table = ResultTable(tr("Run and baselines"))
        self.body.addWidget(self.table)
        self._note = ElidedLabel("", "caption", "muted")
        self._note.setContentsMargins(8, 0, 8, 4)
        self.body.addWidget(self._note)

    def show_comparison(self, beside: SetBeside, run: str) -> None:
        """Fill the table; `run` is what the run is called."""
        title = translate(METRICS[beside.metric].title)
        self.set_caption(tr("difference in {metric}: run − baseline, 95% interval", metric=title))
        # The one that counts comes first, the loss last.
        names = [m.name for m in beside.scored if m.value is not None]
        names.sort(key=lambda name: (name != beside.metric, name == "loss"))
        own = {metric.name: metric.value for metric in beside.scored}
        columns = [TableColumn(tr("Model"))]
        for name in names:
            columns.append(
                TableColumn(
                    translate(METRICS[name].title), figures=True, strong=name == beside.metric
                )
            )
            if name == beside.metric:
                columns.append(TableColumn(tr("Difference"), figures=True))
        rows = [[run, *_cells(names, own, beside.metric, "")]]
        for each in beside.baselines:
            values = {m.name: m.value for m in each.evaluation.metrics}
            told = difference_cell(each.difference(beside.metric))
            rows.append([translate(title_of(each)), *_cells(names, values, beside.metric, told)])
        self.table.set_rows(tuple(columns), rows)
        note = self._of(beside)
        self._note.set_text(note)
        self._note.setVisible(bool(note))

    def _of(self, beside: SetBeside) -> str:
        few = [each for each in beside.baselines if each.learned_from < beside.train_rows]
        if few:
            return tr(
                "{baselines} learned from {count} of {rows} training rows: all of them do not fit the memory.",
                baselines=listed(_titles(few)),
                count=few[0].learned_from,
                rows=beside.train_rows,
            )
        if beside.missing:
            return tr("Not installed: {baselines}.", baselines=listed(beside.missing))
        return ""


def _titles(scores: list[BaselineScore]) -> list[str]:
    return [translate(title_of(each)) for each in scores]


def _cells(names: list[str], values: dict[str, float | None], metric: str, told: str) -> list[str]:
    cells = []
    for name in names:
        cells.append(figure(values.get(name)))
        if name == metric:
            cells.append(told)
    return cells


def difference_cell(found: MetricDifference | None) -> str:
    """A difference with its sign and its 95% interval."""
    if found is None or found.value is None:
        return "—"
    value = _signed(found, found.value)
    if found.low is None or found.high is None:
        return value
    low, high = (_signed(found, end).split(" ")[0] for end in (found.low, found.high))
    return tr("{value} ({low} to {high})", value=value, low=low, high=high)


def _signed(found: MetricDifference, value: float) -> str:
    """A difference with its sign and its unit."""
    text = difference_text(found, abs(value), translate)
    return f"+{text}" if value > 0 else f"\u2212{text}" if value < 0 else text
