"""Choosing what a sweep tries, how, and for how long."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import ValidationError
from PySide6.QtCore import QStringListModel, Qt, Signal
from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import (
    QComboBox,
    QCompleter,
    QLineEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from engine.plans.sweep import MOST_TRIALS, Sweep
from engine.plans.sweepable import Sweepable, sweepable_fields
from engine.recipe.refusals import refusal
from gui.i18n import render, tr, trn
from gui.jobs import ThreadJob
from gui.models.run_words import clock, run_title
from gui.pages.sweep.field_row import FieldRow
from gui.pages.sweep.trial_words import field_words, spaced
from gui.widgets import Card, ComboBox, EmptyState, Note, button, column, label, row

if TYPE_CHECKING:
    from engine.errors import TrainyardError
    from engine.recipe.recipe import Recipe
    from gui.session import Session

USUAL_TRIALS = 30
FIRST = ("training.optimizer.learning_rate", "model.trunk.dropout")
"""Fields that are swept unless a person takes them out: those that mostly matter."""


class SweepBuilder(QWidget):
    """Fields with their ranges, then method, trials, time and pruning."""

    started = Signal(str)
    """Id of the sweep that was begun, or waits."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._job: ThreadJob | None = None
        self._recipe: Recipe | None = None
        self._asked: Recipe | None = None
        self._fields: dict[str, Sweepable] = {}
        self.rows: list[FieldRow] = []
        self.choose = QComboBox()
        self.choose.setEditable(True)
        self.choose.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.choose.setAccessibleName(tr("Add a field"))
        self.choose.setMinimumWidth(360)
        self.choose.setMaxVisibleItems(16)
        line = self.choose.lineEdit()
        assert line is not None
        line.setPlaceholderText(tr("Search the fields of the recipe"))
        completer = QCompleter(QStringListModel(self), self)
        completer.setModel(self.choose.model())
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        self.choose.setCompleter(completer)
        self.add = button(tr("Add field"), "plus", small=True)
        self.add.clicked.connect(self._on_add)
        self.choose.activated.connect(self._on_add)
        self._make_settings()
        self._note = Note("", "warn")
        self._note.hide()
        self._estimate = label("", "small", "muted", wrap=True)
        self.start = button(tr("Start sweep"), "play", primary=True)
        self.start.clicked.connect(self._on_start)
        self._make_layout()
        self._show_state()

    def _make_settings(self) -> None:
        labels = Sweep.model_fields
        methods, pruning = (_labels(labels[name]) for name in ("method", "prune"))
        self.method = ComboBox(methods, name=tr("Method"))
        self.prune = ComboBox(pruning, name=tr("Pruning"))
        self.prune.set_value("median")
        self.trials = QLineEdit(str(USUAL_TRIALS))
        self.trials.setValidator(QIntValidator(1, MOST_TRIALS, self.trials))
        self.trials.setPlaceholderText(tr("no limit"))
        self.trials.setAccessibleName(tr("Trials"))
        self.minutes = QLineEdit()
        self.minutes.setAccessibleName(tr("Time in minutes"))
        self.minutes.setPlaceholderText(tr("no limit"))
        self.minutes.setFixedWidth(100)
        self.trials.setFixedWidth(100)
        self.method.changed.connect(self._refresh)
        self.prune.changed.connect(self._refresh)
        self.trials.textChanged.connect(self._refresh)
        self.minutes.textChanged.connect(self._refresh)

    def _make_layout(self) -> None:
        self._list = QVBoxLayout()
        self._list.setSpacing(0)
        fields = Card(tr("Fields"), tr("what is tried"))
        adding = row(self.choose, self.add, None)
        self._empty = label(tr("No field is chosen. Add one above."), "small", "muted")
        fields.body.addLayout(adding)
        fields.body.addWidget(self._empty)
        fields.body.addLayout(self._list)
        how = Card(tr("How"), tr("and for how long"))
        settings = row(
            column(label(tr("Method"), "small", "text2"), self.method, spacing=4),
            column(label(tr("Trials at most"), "small", "text2"), self.trials, spacing=4),
            column(label(tr("Time, in minutes"), "small", "text2"), self.minutes, spacing=4),
            column(label(tr("Pruning"), "small", "text2"), self.prune, spacing=4),
            None,
            spacing=20,
        )
        how.body.addLayout(settings)
        how.body.addWidget(self._estimate)
        how.body.addWidget(self._note)
        how.body.addLayout(row(self.start, None))
        inside = QWidget()
        inside.setLayout(column(fields, how, None, spacing=12, margins=(16, 12, 16, 12)))
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setWidget(inside)
        self._nothing = EmptyState("", icon="train")
        outer = column(self._nothing, area, spacing=0)
        self._area = area
        self.setLayout(outer)

    # The recipe -----------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Follow the table and the recipe that are open now."""
        session = self._session
        table, asked = session.table, session.recipe
        if session.blockers() or table is None:
            self._recipe = self._asked = None
            self._show_state()
            return
        if asked == self._asked:
            return
        self._asked = asked
        if self._job is not None:
            self._job.cancel()

        def fix(progress: object, cancelled: object) -> object:
            from engine.pipeline.sweeping import fixed_recipe

            return fixed_recipe(asked, table)[0]

        self._job = ThreadJob(fix, self).start()
        self._job.finished.connect(self._on_fixed)
        self._job.failed.connect(self._on_unfit)
        self._show_state()

    def close_jobs(self) -> None:
        """Nobody waits any more."""
        if self._job is not None:
            self._job.cancel()

    @property
    def is_ready(self) -> bool:
        """Whether fields can be chosen."""
        return self._recipe is not None

    def _on_fixed(self, recipe: Recipe) -> None:
        self._job = None
        first = self._recipe is None and not self.rows
        self._recipe = recipe
        found = sweepable_fields(recipe)
        self._fields = {field.path: field for field in found}
        self.choose.clear()
        for field in found:
            self.choose.addItem(field_words(field), field.path)
        self.choose.setCurrentIndex(-1)
        chosen = [path for path in FIRST if path in self._fields] if first else []
        if not first:
            chosen = [each.field.path for each in self.rows if each.field.path in self._fields]
        for each in tuple(self.rows):
            self._remove(each)
        for path in chosen:
            self.add_field(path)
        self._show_state()
        self._refresh()

    def _on_unfit(self, error: TrainyardError) -> None:
        self._job = None
        self._recipe = None
        said = [render(each) for each in error.messages()]
        self._nothing.set(said[0], " ".join(said[1:]))
        self._show_state()

    def _show_state(self) -> None:
        reasons = self._session.blockers()
        self._area.setVisible(self._recipe is not None)
        self._nothing.setVisible(self._recipe is None)
        if self._session.table is None:
            self._nothing.set(tr("A sweep tries settings on a table."), tr("Open one first."))
        elif reasons:
            self._nothing.set(render(reasons[0]), " ".join(render(each) for each in reasons[1:]))
        elif self._job is not None:
            self._nothing.set(tr("Looking at the recipe"))

    # Fields ---------------------------------------------------------------------------------------

    def add_field(self, path: str) -> FieldRow | None:
        """Sweep another field; None for one that is not known, or swept already."""
        if path not in self._fields or any(each.field.path == path for each in self.rows):
            return None
        assert self._recipe is not None
        made = FieldRow(self._fields[path], self._recipe)
        made.changed.connect(self._refresh)
        made.removed.connect(lambda: self._remove(made))
        self.rows.append(made)
        self._list.addWidget(made)
        self._refresh()
        return made

    def _remove(self, made: FieldRow) -> None:
        self.rows.remove(made)
        self._list.removeWidget(made)
        made.hide()
        made.deleteLater()
        self._refresh()

    def _on_add(self) -> None:
        text = self.choose.currentText().strip().casefold()
        at = next(
            (i for i in range(self.choose.count()) if self.choose.itemText(i).casefold() == text),
            -1,
        )
        if at < 0 and text:
            at = next(
                (
                    i
                    for i in range(self.choose.count())
                    if text in self.choose.itemText(i).casefold()
                ),
                -1,
            )
        if at >= 0:
            self.add_field(str(self.choose.itemData(at)))
        self.choose.setCurrentIndex(-1)
        self.choose.clearEditText()

    # What it comes to -----------------------------------------------------------------------------

    def plan(self) -> Sweep | None:
        """What is chosen; None while it cannot be swept, which the note tells."""
        swept = [each.swept for each in self.rows]
        fields = tuple(each for each in swept if each is not None)
        if not fields or len(fields) < len(swept):
            return None
        try:
            minutes = float(self.minutes.text()) if self.minutes.text().strip() else None
        except ValueError:
            self._say(tr("“{typed}” is no number of minutes.", typed=self.minutes.text()))
            return None
        try:
            return Sweep(
                fields=fields,
                method=self.method.value(),
                trials=int(self.trials.text() or 0) or None,
                minutes=minutes,
                prune=self.prune.value(),
            )
        except ValidationError as error:
            self._say(render(refusal(error)))
            return None

    def _say(self, text: str) -> None:
        self._note.set(text, "warn")
        self._note.show()

    def _refresh(self, _: object = None) -> None:
        self._note.hide()
        self._empty.setVisible(not self.rows)
        plan = self.plan()
        self.start.setEnabled(plan is not None)
        self._estimate.setText("" if plan is None else self._estimated(plan))

    def _estimated(self, plan: Sweep) -> str:
        parts = []
        if plan.method == "grid":
            size = plan.grid_size
            parts.append(trn("The grid has {count} point.", "The grid has {count} points.", size))
        table = self._session.table
        dataset = table.path.stem if table is not None else ""
        like = next(
            (
                run
                for run in self._session.runs
                if run.dataset == dataset and run.status.value in ("done", "stopped_early")
                if not run.holds and not run.folds and run.duration > 0
            ),
            None,
        )
        if like is None:
            parts.append(tr("The first trial tells how long one takes."))
        elif plan.runs:
            parts.append(
                tr(
                    "About {time} for {count} trials, as long as {run} took each; less where trials are pruned.",
                    time=clock(like.duration * plan.runs),
                    count=plan.runs,
                    run=run_title(like),
                )
            )
        else:
            count = int(60 * (plan.minutes or 0) / like.duration)
            parts.append(
                trn(
                    "Time for about {count} trial, as long as {run} took.",
                    "Time for about {count} trials, as long as {run} took each.",
                    max(1, count),
                    run=run_title(like),
                )
            )
        if plan.minutes is not None:
            parts.append(tr("It ends after {time} at the latest.", time=clock(60 * plan.minutes)))
        return " ".join(parts)

    def _on_start(self) -> None:
        plan = self.plan()
        if plan is None or self._recipe is None:
            return
        name = tr("Sweep of {fields}", fields=", ".join(spaced(f.path) for f in plan.fields))
        run = self._session.train_with(self._recipe, plan, name)
        if run is not None:
            self.started.emit(run)


def _labels(info: object) -> list[tuple[str, str]]:
    extra = getattr(info, "json_schema_extra", None) or {}
    return [(value, tr(text)) for value, text in extra["labels"].items()]
