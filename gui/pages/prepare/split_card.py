"""The card of the split: method, the column it goes by, seed, the bar, and what comes of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QWidget, QWidgetAction

from engine.recipe.checks import Finding
from engine.recipe.recipe import Recipe
from engine.recipe.split import Split, SplitMethod
from engine.schema import Kind, Role, Schema, Task
from gui.forms.finding_notes import FindingNotes
from gui.forms.form import Form
from gui.i18n import tr
from gui.pages.prepare.split_bar import Shares, SplitBar
from gui.pages.prepare.split_words import figures_below, what_it_does
from gui.pages.prepare.warning_notes import WarningNotes
from gui.pages.prepare.words import method_name
from gui.theme import grown
from gui.widgets import Card, ComboBox, Segmented, button, label, row

if TYPE_CHECKING:
    from engine.data.preparing.split_report.finding import SplitReport

_GROUPED = (SplitMethod.GROUP, SplitMethod.STRATIFIED_GROUP)
_WIDEST_COLUMN = 200
_GAPS = 70
"""Px between the parts of the header and around them."""
_ELSEWHERE = ("copies", "groups")
"""Warnings that the card of duplicates shows."""


@dataclass(frozen=True, slots=True)
class SplitState:
    """What the card shows."""

    recipe: Recipe
    schema: Schema
    rows: int
    """That are dealt."""
    task: Task | None
    findings: Sequence[Finding]
    report: SplitReport | None
    """None while nobody has counted."""
    problem: str = ""
    """Why there is no report."""


class SplitCard(Card):
    """Edits a `Split`; `edited` hands over another one and the words for the step."""

    METHODS = (
        SplitMethod.AUTO,
        SplitMethod.RANDOM,
        SplitMethod.STRATIFIED,
        SplitMethod.GROUP,
        SplitMethod.TIME,
        SplitMethod.COLUMN,
        SplitMethod.FILE,
    )

    edited = Signal(object, str)
    fileWanted = Signal()  # noqa: N815 - Qt's naming
    """Choose the file whose rows test."""
    fixed = Signal(object)
    """A mended `Recipe`."""
    mended = Signal(object, str)
    """A `Recipe` that a warning proposes, and the words for the step."""

    def __init__(self) -> None:
        super().__init__(tr("Split"))
        self._split = Split()
        self.method = Segmented(
            [(method, method_name(method)) for method in self.METHODS],
            small=True,
            name=tr("How rows are dealt to the parts"),
        )
        self.method.changed.connect(self._on_method)
        self.method_list = ComboBox(
            [(method, method_name(method)) for method in self.METHODS],
            small=True,
            name=tr("How rows are dealt to the parts"),
        )
        self.method_list.changed.connect(self._on_method)
        self.method_list.hide()
        self._by = label(tr("by"), "small", "text2")
        self.column = ComboBox(small=True, name=tr("Column that the split goes by"))
        self.column.changed.connect(self._on_column)
        self.balance = ComboBox(
            (
                (SplitMethod.GROUP, tr("as they come")),
                (SplitMethod.STRATIFIED_GROUP, tr("classes balanced")),
            ),
            small=True,
            name=tr("Whether every part gets the same share of each class"),
        )
        self.balance.changed.connect(
            lambda method: self._edit({"method": method}, tr("split method"))
        )
        self.file = button(tr("Choose file…"), "folder", small=True)
        self.file.clicked.connect(self.fileWanted)
        self.more = button(tr("More"), small=True)
        self.details = Form(self._split, only=("seed", "gap", "bins", "folds", "fold"))
        self.details.setFixedWidth(grown(320))
        self.details.setContentsMargins(12, 10, 12, 10)
        self.details.changed.connect(self._on_details)
        menu = QMenu(self.more)
        held = QWidgetAction(menu)
        held.setDefaultWidget(self.details)
        menu.addAction(held)
        self.more.setMenu(menu)
        self.what = label("", "small", "muted", wrap=True)
        self._lay_out()

    def _lay_out(self) -> None:
        self._going_by = QWidget()
        self._going_by.setLayout(row(self._by, self.column, self.balance, self.file))
        self._going_by.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.column.setMaximumWidth(grown(_WIDEST_COLUMN))
        self.header.insertWidget(1, self.method)
        self.header.insertWidget(2, self.method_list)
        self.header.insertWidget(3, self._going_by)
        self.header.addWidget(self.more)
        self.header.setContentsMargins(12, 2, 12, 2)
        self.bar = SplitBar()
        self.bar.changed.connect(self._on_shares)
        self._notes = FindingNotes()
        self._notes.fixed.connect(self.fixed)
        self.warnings = WarningNotes()
        self.warnings.fixed.connect(self.mended)
        self.body.setContentsMargins(12, 0, 12, 8)
        self.body.setSpacing(6)
        self._second_line = QHBoxLayout()
        self._second_line.setSpacing(8)
        self._second_line.addWidget(self.what, 1)
        self.body.addLayout(self._second_line)
        for widget in (self.bar, self._notes, self.warnings):
            self.body.addWidget(widget)

    def show_state(self, state: SplitState) -> None:
        """Show how rows are split, what comes of it, and what is wrong with that."""
        recipe, split = state.recipe, state.recipe.split
        self._split = split
        self._show_method()
        self._show_columns(recipe, state.schema)
        self.balance.setVisible(split.method in _GROUPED)
        self.balance.set_value(split.method)
        is_class = state.task is not None and state.task.is_classification
        self.balance.setEnabled(is_class)
        self.file.setVisible(split.method is SplitMethod.FILE)
        self.details.set_model(split)
        self.what.setText(what_it_does(recipe, state.task, state.problem))
        self.bar.set_shares(_shares(split, state.report), state.rows)
        is_dealt = split.method is not SplitMethod.COLUMN and split.in_folds is None
        self.bar.set_movable(is_dealt and split.method is not SplitMethod.FILE)
        self.bar.set_figures(figures_below(state.report))
        self._notes.set_findings(state.findings)
        told = state.report.warnings if state.report is not None else ()
        self.warnings.set_warnings([each for each in told if each.code not in _ELSEWHERE])
        needed = (split.method.needs_column, split.method is SplitMethod.FILE)
        self._going_by.setVisible(any(needed))
        self._place()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        """What the split goes by stands beside the methods where there is room, else below them.

        Where not even the methods have room beside each other, they are a list.
        """
        frame = self.title.sizeHint().width() + self.more.sizeHint().width() + _GAPS
        narrow = frame + self.method.sizeHint().width() > self.width()
        self.method.setVisible(not narrow)
        self.method_list.setVisible(narrow)
        shown = self.method_list if narrow else self.method
        beside = frame + shown.sizeHint().width()
        fits = beside + self._going_by.sizeHint().width() <= self.width()
        if fits == (self.header.indexOf(self._going_by) >= 0):
            return
        self.header.removeWidget(self._going_by)
        self._second_line.removeWidget(self._going_by)
        if fits:
            self.header.insertWidget(3, self._going_by)
        else:
            self._second_line.insertWidget(0, self._going_by)

    def minimumSizeHint(self) -> QSize:
        others = (self.title, self.method_list, self.more)
        wide = sum(widget.minimumSizeHint().width() for widget in others) + _GAPS
        return QSize(wide, super().minimumSizeHint().height())

    def _show_columns(self, recipe: Recipe, schema: Schema) -> None:
        method = recipe.split.method
        for widget in (self._by, self.column):
            widget.setVisible(method.needs_column)
        names = columns_for(method, recipe, schema)
        role = tr("the column with the role")
        named = [(name, name) for name in names]
        with_role = method.role is not None and recipe.named_with(method.role) is not None
        if recipe.split.column is None and (with_role or not named):
            named.insert(0, (None, role))  # type: ignore[arg-type]
        elif recipe.split.column is not None and recipe.split.column not in names:
            named.insert(0, (recipe.split.column, recipe.split.column))
        self.column.set_choices(named)
        self.column.set_value(recipe.split_column if not with_role else recipe.split.column)

    def _on_method(self, method: object) -> None:
        wanted = SplitMethod(str(method))
        if wanted is SplitMethod.FILE and self._split.file is None:
            self._show_method()
            self.fileWanted.emit()
            return
        self._edit({"method": wanted}, tr("split method"))

    def _show_method(self) -> None:
        method = self._split.method
        for shown in (self.method, self.method_list):
            shown.set_value(SplitMethod.GROUP if method in _GROUPED else method)

    def _on_column(self, name: object) -> None:
        self._edit({"column": name}, tr("split column"))

    def _on_details(self, split: Split) -> None:
        self.edited.emit(split, tr("split"))

    def _on_shares(self, shares: Shares) -> None:
        update = {"validation": shares.validation / 100, "test": shares.test / 100}
        self._edit(update, tr("split shares"))

    def _edit(self, update: dict[str, object], words: str) -> None:
        self.edited.emit(self._split.model_copy(update=update), words)


def _shares(split: Split, report: SplitReport | None) -> Shares:
    """As asked for; as found where the data decide."""
    asked = Shares(round(100 * split.validation), round(100 * split.test))
    if split.in_folds is not None:
        validation = (1 - split.test) / split.in_folds[1]
        asked = Shares(round(100 * validation), round(100 * split.test))
    decided = split.method in (SplitMethod.COLUMN, SplitMethod.FILE) or split.in_folds is not None
    if report is None or not decided:
        return asked
    return Shares(round(100 * report.validation.share), round(100 * report.test.share))


def columns_for(method: SplitMethod, recipe: Recipe, schema: Schema) -> list[str]:
    """Columns that a split of that method can go by, the likeliest first."""
    columns = [
        column
        for column in schema.columns
        if recipe.column(column.name).role is not Role.TARGET and not column.is_constant
    ]
    match method:
        case SplitMethod.TIME:
            columns = [each for each in columns if each.kind in (Kind.DATE, Kind.NUMBER)]
            columns.sort(key=lambda each: each.kind is not Kind.DATE)
        case SplitMethod.COLUMN:
            columns = [each for each in columns if 2 <= each.distinct <= 20]
            columns.sort(key=lambda each: each.distinct > 3)
        case _:
            columns = [each for each in columns if each.distinct < schema.rows]
            columns.sort(key=lambda each: -each.distinct)
    return [each.name for each in columns]


def with_method(recipe: Recipe, schema: Schema, split: Split) -> Recipe:
    """The recipe with that split; a column is chosen where the method needs one and none is named."""
    changed = recipe.model_copy(update={"split": split})
    usable = columns_for(split.method, recipe, schema)
    needs = split.method.needs_column
    former_fits = split.column in usable if recipe.split.method is not split.method else True
    if needs and (changed.split_column is None or not former_fits):
        role = split.method.role
        has_role = role is not None and recipe.named_with(role) is not None
        changed = changed.with_split(column=None if has_role or not usable else usable[0])
    elif not needs and split.column is not None:
        changed = changed.with_split(column=None)
    return changed
