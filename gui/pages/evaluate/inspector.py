"""Beside Evaluate: what was chosen in the matrix, and the facts of the run."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from engine.messages import N_
from gui.i18n import tr
from gui.models.figures import count_text, percent_text
from gui.pages.evaluate.certainty_section import CertaintySection
from gui.pages.evaluate.class_scores import ClassScore
from gui.pages.evaluate.fairness_card import gap_text
from gui.pages.evaluate.row_details import RowSection
from gui.pages.evaluate.threshold_section import ThresholdSection
from gui.widgets.note import Note
from gui.widgets.results_inspector import Fact, Facts, InspectorPanel, Section
from gui.widgets.results_numbers import figure

if TYPE_CHECKING:
    from engine.evaluation.result import Evaluation, Gap
    from engine.store.info import RunInfo
    from engine.store.summary import RunSummary
    from engine.training.history import History


MOST_GAPS = 6
"""That are listed here; the card of groups has all."""


class EvaluateInspector(InspectorPanel):
    """Facts of the run; scores of the second class; the chosen cell; two notices."""

    def __init__(self) -> None:
        super().__init__(tr("Run"))
        self._cell = Section(tr("Chosen cell"))
        self._cell_facts = Facts()
        self._cell.body.addWidget(self._cell_facts)
        self.threshold = ThresholdSection()
        self.certainty = CertaintySection()
        self.row = RowSection()
        self._gaps = Section(tr("Fairness gaps"))
        self._gap_facts = Facts()
        self._gaps.body.addWidget(self._gap_facts)
        self._class = Section(tr("At threshold 0.50"))
        self._class_facts = Facts()
        self._class.body.addWidget(self._class_facts)
        self._run = Section(tr("Facts"))
        self._run_facts = Facts()
        self._run.body.addWidget(self._run_facts)
        self._notes = Section(divided=False)
        self._aside = Note(tr("The test part was kept aside until training was over."))
        self._changed = Note(tr("The recipe has changed since this run."), "warn")
        self._notes.body.addWidget(self._aside)
        self._notes.body.addWidget(self._changed)
        self._looks = Note("", "warn")
        self._notes.body.addWidget(self._looks)
        self._outdated = Note(
            tr(
                "What was decided for this run was for its earlier weights, and is no longer used. Decide again."
            ),
            "warn",
        )
        self._notes.body.addWidget(self._outdated)
        for section in (
            self._cell,
            self.row,
            self.threshold,
            self._class,
            self.certainty,
            self._gaps,
            self._run,
            self._notes,
        ):
            self.add(section)
        self.show_looks(0)
        self.show_outdated(False)
        self.show_nothing()

    def show_nothing(self) -> None:
        """No run is shown."""
        self.set_title(tr("Run"))
        self.show_cell(None, None)
        self.show_class(None, 0)
        self.show_threshold(None)
        self.show_gaps(())
        self.certainty.hide()
        self._run.hide()
        self._notes.hide()

    def show_run(self, run: RunSummary, info: RunInfo | None, history: History) -> None:
        """Show the facts of a run."""
        self.set_title(tr("Run {number}", number=run.number), run.name)
        self._run.show()
        self._notes.show()
        started = history.started
        facts: list[Fact] = [
            (tr("Data"), Path(info.table_path).name if info else run.dataset),
            (tr("Target"), run.target),
        ]
        if started is not None:
            facts += [
                (tr("Train rows"), count_text(started.train_rows)),
                (tr("Validation rows"), count_text(started.validation_rows)),
                (tr("Test rows"), count_text(started.test_rows)),
                (tr("Parameters"), count_text(started.parameters)),
            ]
        if history.best_epoch:
            facts.append(
                (tr("Best epoch"), tr("{best} of {all}", best=history.best_epoch, all=run.epoch))
            )
        facts += [
            (tr("Seed"), str(info.seed) if info else ""),
            (tr("Device"), run.device.upper() if run.device == "cpu" else run.device),
        ]
        self._run_facts.set(facts)

    def show_notices(self, *, test: bool, recipe_changed: bool) -> None:
        """Say which notices hold."""
        self._aside.setVisible(test)
        self._changed.setVisible(recipe_changed)

    def show_outdated(self, outdated: bool) -> None:
        """Say that a decision was made for other weights."""
        self._outdated.setVisible(outdated)

    def show_looks(self, looks: int) -> None:
        """Say how often the test part was looked at, once that is more than once."""
        self._looks.setVisible(looks > 1)
        if looks > 1:
            self._looks.set(
                tr(
                    "The test part has been looked at {count} times. What is chosen by it is no longer tested by it.",
                    count=looks,
                )
            )

    def show_threshold(self, answer: Evaluation | None) -> None:
        """Show the threshold of two classes, or nothing."""
        shown = answer is not None and answer.sweep is not None and len(answer.classes) == 2
        self.threshold.setVisible(shown)
        if answer is not None and shown:
            self.threshold.show_answer(answer, (answer.missed, answer.alarm))
        else:
            self.threshold.forget()

    def show_gaps(self, gaps: Sequence[Gap]) -> None:
        """Show the largest differences between groups."""
        self._gaps.setVisible(bool(gaps))
        names = {
            "recall": N_("Recall, by {column}"),
            "selected": N_("Selected, by {column}"),
            "false_positive": N_("False positives, by {column}"),
            "calibration": N_("Calibration, by {column}"),
        }
        self._gaps.setToolTip(
            "\n".join(
                tr(
                    "{gap} by {column}: highest for {highest}, lowest for {lowest}",
                    gap=gap_text(gap),
                    column=gap.column,
                    highest=gap.highest,
                    lowest=gap.lowest,
                )
                for gap in gaps
            )
        )
        self._gap_facts.set(
            [
                (
                    tr(names[gap.rate], column=gap.column),
                    f"{gap.gap:.2f}",
                )
                for gap in gaps[:MOST_GAPS]
            ]
        )

    def show_class(self, score: ClassScore | None, rows: int) -> None:
        """Show the scores of the positive class, or nothing with None."""
        self._class.setVisible(score is not None)
        if score is None:
            return
        self._class.set_caption(score.name)
        self._class_facts.set(
            [
                (tr("Precision"), figure(score.precision)),
                (tr("Recall"), figure(score.recall)),
                (tr("False positive rate"), figure(score.false_positive_rate(rows))),
                (
                    tr("Rows flagged"),
                    tr("{flagged} of {all}", flagged=score.predicted, all=rows),
                ),
            ]
        )

    def show_cell(
        self,
        evaluation: Evaluation | None,
        cell: tuple[int, int] | None,
        counts: Sequence[Sequence[int]] = (),
    ) -> None:
        """Show one cell of the matrix, or nothing; `counts` of another threshold are taken."""
        self._cell.setVisible(cell is not None)
        if evaluation is None or cell is None:
            return
        actual, predicted = cell
        counts = counts or evaluation.confusion
        rows = counts[actual][predicted]
        of_actual = sum(counts[actual])
        of_predicted = sum(row[predicted] for row in counts)
        self._cell_facts.set(
            [
                (tr("Actual"), evaluation.classes[actual]),
                (tr("Predicted"), evaluation.classes[predicted]),
                (tr("Rows"), count_text(rows)),
                (tr("Of the actual class"), percent_text(rows / of_actual) if of_actual else "—"),
                (
                    tr("Of those predicted so"),
                    percent_text(rows / of_predicted) if of_predicted else "—",
                ),
            ]
        )
