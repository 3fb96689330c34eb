"""Beside Explain: the chosen column, how much it matters, and its values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.schema import Kind
from gui.i18n import tr
from gui.models.column_words import KIND_ICONS
from gui.models.figures import count_text, exact_text, percent_text
from gui.pages.explain.values_chart import ValuesChart
from gui.widgets.note import Note
from gui.widgets.results_inspector import Fact, Facts, InspectorPanel, Section
from gui.widgets.results_numbers import figure
from gui.widgets.text import label

if TYPE_CHECKING:
    from engine.data.profiling.profile import ColumnProfile
    from engine.explanation.result import Importance


class ExplainInspector(InspectorPanel):
    """Facts of one column, and a reminder of what importance is not."""

    def __init__(self) -> None:
        super().__init__(tr("Column"))
        self._importance = Section(tr("Importance"))
        self._importance_facts = Facts()
        self._importance.body.addWidget(self._importance_facts)
        self._values = Section(tr("Values"))
        self._chart = ValuesChart()
        self._value_facts = Facts()
        self._elsewhere = label(
            tr("Open the table of this run to see the values."), "small", "muted", wrap=True
        )
        for widget in (self._chart, self._value_facts, self._elsewhere):
            self._values.body.addWidget(widget)
        self._reminder = Note("")
        last = Section(divided=False)
        last.body.addWidget(self._reminder)
        for section in (self._importance, self._values, last):
            self.add(section)
        self.show_column(None, None, None)

    def show_column(
        self, answer: Importance | None, name: str | None, profile: ColumnProfile | None
    ) -> None:
        """Show a column of an answer, with its profile where the run's table is open."""
        chosen = None
        if answer is not None:
            chosen = next((each for each in answer.columns if each.name == name), None)
        for widget in (self._importance, self._values, self._reminder):
            widget.setVisible(chosen is not None)
        if answer is None or chosen is None:
            self.set_title(tr("Column"))
            return
        icon = KIND_ICONS[profile.kind] if profile else ""
        rank = answer.columns.index(chosen) + 1
        place = tr("{rank} of {all}", rank=rank, all=len(answer.columns))
        self.set_title(chosen.name, place, icon)
        total = sum(max(column.mean, 0.0) for column in answer.columns)
        self._importance_facts.set(
            [
                (tr("Mean"), figure(chosen.mean)),
                (tr("Smallest"), figure(chosen.low)),
                (tr("Largest"), figure(chosen.high)),
                (
                    tr("Share of all"),
                    percent_text(max(chosen.mean, 0.0) / total) if total else "",
                ),
            ]
        )
        self._elsewhere.setVisible(profile is None)
        self._chart.set_profile(profile)
        self._value_facts.setVisible(profile is not None)
        if profile is not None:
            self._value_facts.set(_facts(profile))
        self._values.set_caption(
            tr("{count} different", count=profile.distinct) if profile is not None else ""
        )

    def set_target(self, target: str) -> None:
        """Say what the columns do not cause."""
        self._reminder.set(
            tr("These show what the model uses, not what causes {target}.", target=target)
        )


def _facts(profile: ColumnProfile) -> list[Fact]:
    facts: list[Fact] = [(tr("Count"), count_text(profile.rows - profile.missing))]
    if profile.missing:
        share = profile.missing / profile.rows
        facts.append((tr("Missing"), f"{count_text(profile.missing)} ({percent_text(share)})"))
    if profile.kind is Kind.NUMBER and profile.mean is not None:
        quartiles = profile.quartiles
        named: list[tuple[str, float | None]] = [
            (tr("Mean"), profile.mean),
            (tr("Std. dev."), profile.deviation),
            (tr("Min"), profile.minimum),
            *zip(("25%", "50%", "75%"), quartiles or (), strict=False),
            (tr("Max"), profile.maximum),
        ]
        facts += [(name, exact_text(value)) for name, value in named if value is not None]
    return facts
