"""The Evaluate page."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from engine.errors import TrainyardError
from engine.evaluation.result import Evaluation, RowError
from engine.tasks import EvaluateTask, Part
from gui.i18n import tr, trn
from gui.pages.answer_page import AnswerPage
from gui.pages.evaluate.cards import EvaluateCards, PlotsAhead
from gui.pages.evaluate.certainty_link import CertaintyLink
from gui.pages.evaluate.choosing import Choosing
from gui.pages.evaluate.class_scores import class_scores, positive_score
from gui.pages.evaluate.column_errors_link import ColumnErrorsLink
from gui.pages.evaluate.deciding import Deciding
from gui.pages.evaluate.inspector import EvaluateInspector
from gui.pages.evaluate.label_desk import LabelDesk
from gui.pages.evaluate.origin import Origin
from gui.pages.evaluate.other_runs_view import OtherRunsView
from gui.pages.evaluate.row_details import RowDetails
from gui.pages.evaluate.run_rows import RunRows
from gui.pages.evaluate.scores_view import ScoresView
from gui.pages.evaluate.shown import Shown
from gui.pages.evaluate.steps import Steps
from gui.pages.evaluate.threshold_link import ThresholdLink
from gui.pages.page import RefreshWhenShown
from gui.pages.report_menu import ReportMenu
from gui.widgets.choice import ComboBox
from gui.widgets.file_choosers import choose_file, documents

if TYPE_CHECKING:
    from engine.store.summary import RunSummary
    from gui.notices import Notices
    from gui.session import Session

FILE = "file"
OUT_OF_FOLD = "out_of_fold"
ALL = ""
"""Stands for all of several targets together."""


class EvaluatePage(AnswerPage[Evaluation]):
    """How good the run in focus is on a part of its rows, how sure that is, and where it is wrong."""

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
            more_parts=((OUT_OF_FOLD, tr("Out of fold")), (FILE, tr("New file"))),
        )
        self._file: Path | None = None
        self._part_before = "test"
        self._origin_of = ""
        self._rows: RunRows | None = None
        self.shown = Shown(session)
        self.cards = EvaluateCards()
        self.cards.lay_out(self.view.body)
        self._inspector = EvaluateInspector()
        self.deciding = Deciding(session, self)
        self.deciding.decided.connect(self._on_decided)
        threshold = self._inspector.threshold
        self._steps = Steps(self)
        self._ahead = PlotsAhead(self.cards, threshold, self)
        self.scores = ScoresView(self.shown, self.cards, threshold, self)
        self.scores.stale.connect(self._on_stale_scores)
        self.header.right.addWidget(self.scores.legend)
        self.report = ReportMenu(session.ask, notices, compact=True)
        self.header.right.addWidget(self.report.button)
        self.choosing = Choosing(self.shown, self.cards, self._inspector, self)
        self.choosing.changed.connect(self._show_errors)
        self._link = ThresholdLink(
            self.shown,
            self.cards,
            self._inspector,
            self.scores,
            self.choosing,
            self.deciding,
            self,
        )
        self._certainty = CertaintyLink(
            self.shown, self._inspector.certainty, self.choosing, self.deciding, self
        )
        self.labels = LabelDesk(self.shown, self)
        mend = self.cards.errors.mend
        mend.corrected.connect(self.labels.correct)
        mend.put_back.connect(self.labels.put_back)
        mend.again.connect(self.labels.train_again)
        self.others = OtherRunsView(self.shown, self.cards, self.deciding, self)
        self._column_errors = ColumnErrorsLink(
            self.shown, self.cards.column_errors, self.cards.spread_fold, self.choosing, self
        )
        self.details = RowDetails(self.shown, self._inspector.row, self)
        self.details.rows_wanted.connect(self.choosing.show_rows)
        self.cards.errors.row_chosen.connect(self._on_row)
        self.target = ComboBox(name=tr("Target"))
        self.target.changed.connect(lambda _name: self._show_chosen())
        self.target.hide()
        self.header.left.addWidget(self.target)
        self.cards.targets.chosen.connect(self._choose_target)
        self.cards.errors.which_changed.connect(self._show_errors)
        RefreshWhenShown(self, self._on_recipe, session.recipeChanged)
        RefreshWhenShown(self, self._on_table, session.tableChanged)

    def inspector(self) -> QWidget:
        return self._inspector

    def show_run(self, run: RunSummary) -> None:
        self._offer_out_of_fold(run)
        super().show_run(run)
        if self.shown.answer is None and run.task is not None:
            self._ahead.begin(run.task)

    def _offer_out_of_fold(self, run: RunSummary) -> None:
        """Only a run that holds folds has rows that each of its models did not learn from."""
        there = bool(run.folds)
        self.parts.set_shown(OUT_OF_FOLD, there)
        if not there and self.parts.value() == OUT_OF_FOLD:
            self.parts.set_value("test")

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
        self.shown.whole = answer
        several = bool(answer.by_target)
        if several:
            names = [(each.target, each.target) for each in answer.by_target]
            self.target.set_choices([(ALL, tr("All targets")), *names])
            self.cards.targets.show_targets(answer.by_target)
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
        if run is not None and self.shown.whole is not None:
            self.show_answer(run, self.shown.whole)

    def _show_evaluation(self, run: RunSummary, answer: Evaluation) -> None:
        same = answer is self.shown.answer
        self.shown.run, self.shown.answer = run, answer
        self.rows.setText(trn("{count} row", "{count} rows", answer.rows))
        if answer.left_out:
            self.rows.setText(
                tr(
                    "{rows} rows, {count} without a known label left out",
                    rows=answer.rows,
                    count=answer.left_out,
                )
            )
        if not same:
            self.choosing.choice.show_answer(answer)
            self._inspector.certainty.hide()
        self._steps.begin(
            (
                lambda: self._show_first(run, answer, same=same),
                lambda: self.cards.show_answer(run, answer, self.shown.hue),
                lambda: self.cards.show_values(answer, self.shown.hue),
                lambda: self.cards.show_tables(answer, self.shown.hue),
                lambda: self._show_rows_of(answer),
                self.scores.show,
                lambda: self._show_deciding(answer, same=same),
                lambda: self._show_beside(run),
            )
        )

    # An answer is shown in steps, so that none of them holds the window up ------------------------

    def _show_first(self, run: RunSummary, answer: Evaluation, *, same: bool) -> None:
        """What is looked at first."""
        self.scores.show_metrics()
        if answer.confusion:
            if not same:
                self.cards.matrix.set_matrix(answer.classes, answer.confusion)
            self.cards.show_classes(class_scores(answer.classes, answer.confusion))
            # Only of two classes the threshold decides; where it can be moved it has its own section.
            two = len(answer.classes) == 2 and answer.sweep is None
            self._inspector.show_class(positive_score(answer) if two else None, answer.rows)
        else:
            self._inspector.show_class(None, 0)
        self._inspector.show_looks(answer.looks)
        self._inspector.show_outdated(answer.has_outdated_decision)

    def _show_rows_of(self, answer: Evaluation) -> None:
        if answer.predicted_vs_actual:
            self.choosing.link_plots()
        self._inspector.show_gaps(answer.gaps)
        self._show_errors()

    def _show_deciding(self, answer: Evaluation, *, same: bool) -> None:
        if not same:
            self._inspector.show_threshold(None if self.shown.is_one_of_several else answer)
            self._certainty.show()

    def _show_beside(self, run: RunSummary) -> None:
        self._column_errors.show(self._table_rows(), (run.epoch, self.deciding.count(run.id)))
        self.others.show()
        self.cards.show_folds()

    def update_run(self, run: RunSummary) -> None:
        part = self.parts.value()
        self.report.set_run(
            self.folder(run).path, f"{run.dataset} {run.name}", None if part == FILE else part
        )
        self.shown.run = run
        origin = self._read_origin(run)
        self._inspector.show_run(run, origin.info if origin else None, self.session.history(run.id))
        self._inspector.show_notices(
            test=self.parts.value() == "test",
            recipe_changed=origin is not None and origin.differs_from(self.session),
        )

    def leave_run(self) -> None:
        super().leave_run()
        self.report.set_run(None)
        self._inspector.show_nothing()

    def clear(self) -> None:
        self._steps.give_up()
        self.scores.legend.hide()
        self.choosing.choice.show_answer(None)
        self._column_errors.leave()
        self.others.runs.leave()
        self.details.show(None, None)
        self._inspector.show_threshold(None)
        self._inspector.certainty.hide()
        self._inspector.show_gaps(())
        self._inspector.show_looks(0)
        self._inspector.show_outdated(False)
        self.shown.forget()
        self.target.hide()
        self._rows = None
        self._inspector.show_cell(None, None)
        self._inspector.show_class(None, 0)

    def _read_origin(self, run: RunSummary) -> Origin | None:
        """What the run was made from, read once; `None` where it cannot be read."""
        if self._origin_of != run.id:
            self._origin_of, self._rows = run.id, None
            try:
                self.shown.origin = Origin.read(self.folder(run))
            except TrainyardError:
                self.shown.origin = None
        return self.shown.origin

    def _show_errors(self) -> None:
        answer = self.shown.answer
        if answer is None:
            return
        choice = self.choosing.choice
        corrected = self.labels.corrected() if self.labels.can_correct else None
        self.cards.errors.show_errors(answer, self._table_rows(), choice, corrected)
        self.cards.errors.mend.show_corrected(len(corrected or ()), trained=self.labels.is_trained)
        self.cards.errors.show_in_data.setVisible(choice.knows_rows and self.shown.is_of_open_table)

    def _on_row(self, error: RowError | None) -> None:
        self.details.show(error, self._table_rows())

    def _table_rows(self) -> RunRows | None:
        origin = self.shown.origin
        if self._rows is None and origin is not None:
            self._rows = RunRows(self.session.table, origin.info, origin.resolved)
        return self._rows

    # What happens elsewhere ---------------------------------------------------------------------

    def _on_table(self) -> None:
        if self._rows is None or not self._rows.columns:
            self._rows = None  # the table may now be the one of the run
            self._show_errors()
        self._on_recipe()

    def _on_recipe(self) -> None:
        run = self.focused()
        if run is not None and run.id == self._origin_of and self.shown.answer is not None:
            self.update_run(run)
            if self.labels.can_correct:
                self._show_errors()

    def _on_stale_scores(self) -> None:
        if self.isVisible():
            self.scores.show()

    def _on_decided(self, run: str) -> None:
        if run == self.session.focus:
            self.refresh()
