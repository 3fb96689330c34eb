"""The groups of a column side by side, and how far apart their rates are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from engine.messages import N_
from gui.i18n import tr
from gui.models.figures import count_text, percent_text
from gui.widgets.card import Card
from gui.widgets.choice import ComboBox
from gui.widgets.results_numbers import figure
from gui.widgets.results_table import ResultTable, TableColumn
from gui.widgets.text import label

if TYPE_CHECKING:
    from engine.evaluation.result import Evaluation, Fairness, Gap

RATES = {
    "selected": N_("Selected"),
    "recall": N_("Recall"),
    "false_positive": N_("False positives"),
    "calibration": N_("Predicted − came"),
}


class FairnessCard(Card):
    """A table of one column's groups, with the gaps that are clear said above it."""

    def __init__(self) -> None:
        super().__init__(tr("Fairness"), padding=4)
        self.column = ComboBox(small=True, name=tr("Groups by"))
        self.column.changed.connect(lambda _column: self._show())
        self.header.addWidget(self.column)
        self._said = label("", "small", "text2", wrap=True)
        self._said.setContentsMargins(8, 0, 8, 4)
        self.table = ResultTable(tr("Rates of groups"))
        self.body.addWidget(self._said)
        self.body.addWidget(self.table)
        self._groups: tuple[Fairness, ...] = ()
        self._gaps: tuple[Gap, ...] = ()

    def show_answer(self, answer: Evaluation) -> None:
        """Show another evaluation, the column with the clearest gap first."""
        self._groups, self._gaps = answer.fairness, answer.gaps
        self.column.set_choices([(each.column, each.column) for each in answer.fairness])
        first = next((gap.column for gap in answer.gaps), None)
        if first is not None:
            self.column.set_value(first)
        self.set_caption(
            tr("of “{name}”; rates of fewer than ten rows are left out", name=answer.positive)
        )
        self._show()

    def _show(self) -> None:
        found = next((each for each in self._groups if each.column == self.column.value()), None)
        if found is None:
            return
        gaps = [gap for gap in self._gaps if gap.column == found.column]
        self._said.setText(" ".join(_said(gap) for gap in gaps))
        self._said.setVisible(bool(gaps))
        columns = [
            TableColumn(found.column),
            TableColumn(tr("Rows"), figures=True),
            *(TableColumn(tr(title), figures=True) for title in RATES.values()),
            TableColumn(tr("Accuracy"), figures=True),
        ]
        rows: list[Sequence[str]] = [
            (
                each.value,
                count_text(each.rows),
                "—" if each.selected is None else percent_text(each.selected),
                figure(each.recall),
                figure(each.false_positive),
                figure(each.calibration),
                figure(each.accuracy),
            )
            for each in found.groups
        ]
        self.table.set_rows(columns, rows)


def gap_text(gap: Gap) -> str:
    """How large it is, with its interval where that is known."""
    text = f"{gap.gap:.2f}"
    if gap.low is None or gap.high is None:
        return text
    return tr("{gap} ({low} to {high})", gap=text, low=f"{gap.low:.2f}", high=f"{gap.high:.2f}")


def _said(gap: Gap) -> str:
    facts = {
        "rate": tr(RATES.get(gap.rate, gap.rate)),
        "gap": gap_text(gap),
        "highest": gap.highest,
        "lowest": gap.lowest,
    }
    if gap.is_clear:
        return tr("{rate}: “{highest}” lies {gap} above “{lowest}”, beyond chance.", **facts)
    return tr("{rate}: “{highest}” lies {gap} above “{lowest}”; it may be chance.", **facts)
