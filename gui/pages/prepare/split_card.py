"""The card of the split: method, seed, and the bar with its handles."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal

from engine.recipe.checks import Finding
from engine.recipe.recipe import Recipe
from engine.recipe.split import Split, SplitMethod
from engine.schema import Task
from gui.forms.finding_notes import FindingNotes
from gui.forms.form import Form
from gui.i18n import tr
from gui.pages.prepare.split_bar import Shares, SplitBar
from gui.pages.prepare.words import method_name
from gui.widgets import Card, Segmented, label


class SplitCard(Card):
    """Edits a `Split`; `edited` hands over another one and the words for the step."""

    METHODS = (
        SplitMethod.AUTO,
        SplitMethod.STRATIFIED,
        SplitMethod.RANDOM,
        SplitMethod.GROUP,
        SplitMethod.TIME,
    )
    """The others are shown in words when the recipe has them."""

    edited = Signal(object, str)
    fixed = Signal(object)
    """A mended `Recipe`."""

    def __init__(self) -> None:
        super().__init__(tr("Split"))
        self._split = Split()
        self.method = Segmented(
            [(method, method_name(method)) for method in self.METHODS],
            small=True,
            name=tr("How rows are dealt to the parts"),
        )
        self.method.changed.connect(self._on_method)
        self._what = label("", "small", "muted")
        self.seed = Form(self._split, only=("seed",))
        self.seed.setFixedWidth(190)
        self.seed.changed.connect(self._on_seed)
        self.header.insertWidget(1, self.method)
        self.header.insertWidget(2, self._what)
        self.header.addWidget(self.seed)
        self.header.setContentsMargins(12, 2, 12, 2)
        self.bar = SplitBar()
        self.bar.changed.connect(self._on_shares)
        self.body.setContentsMargins(12, 0, 12, 6)
        self.body.addWidget(self.bar)
        self._notes = FindingNotes()
        self._notes.fixed.connect(self.fixed)
        self.body.addWidget(self._notes)

    def show_split(
        self, recipe: Recipe, rows: int, task: Task | None, findings: Sequence[Finding]
    ) -> None:
        """Show how `rows` rows are split, and what is wrong with that."""
        split = self._split = recipe.split
        for method in (SplitMethod.GROUP, SplitMethod.TIME):
            possible = recipe.with_split(method=method).split_column is not None
            self.method.set_enabled(
                method, possible, "" if possible else tr("Give a column this role first.")
            )
        self.method.set_value(split.method)
        self._what.setText(_what(recipe, task))
        self.seed.set_model(split)
        shares = Shares(round(100 * split.validation), round(100 * split.test))
        self.bar.set_shares(shares, rows)
        self._notes.set_findings(findings)

    def _on_method(self, method: object) -> None:
        self._edit({"method": SplitMethod(str(method))}, tr("split method"))

    def _on_seed(self, split: Split) -> None:
        self._edit({"seed": split.seed}, tr("split seed"))

    def _on_shares(self, shares: Shares) -> None:
        update = {"validation": shares.validation / 100, "test": shares.test / 100}
        self._edit(update, tr("split shares"))

    def _edit(self, update: dict[str, object], words: str) -> None:
        self.edited.emit(self._split.model_copy(update=update), words)


def _what(recipe: Recipe, task: Task | None) -> str:
    """What the method in force does, in a few words."""
    column = recipe.split_column or ""
    match recipe.split_method:
        case SplitMethod.GROUP | SplitMethod.STRATIFIED_GROUP:
            return tr("Rows of one {column} stay in one part.", column=column)
        case SplitMethod.TIME:
            return tr("Later rows of {column} test.", column=column)
        case SplitMethod.COLUMN:
            return tr("{column} says where a row belongs.", column=column)
        case SplitMethod.FILE:
            return tr("The test rows come from {file}.", file=recipe.split.file or "")
        case SplitMethod.RANDOM:
            return tr("Rows are dealt at random.")
        case SplitMethod.STRATIFIED if task is not None and not task.is_classification:
            return tr("Every part has the same share of low and high values.")
        case _ if task is not None and not task.is_classification:
            return tr("Rows are dealt at random.")
        case _:
            return tr("Every part has the same share of each class.")
