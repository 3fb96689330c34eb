"""The column grid as an item model: one line per column of the table."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal

from engine.data.preparing.plan import has_times
from engine.messages import Message
from engine.recipe.parts import AUTO
from engine.recipe.recipe import Recipe
from engine.schema import Kind, Role, Schema
from gui.i18n import render, tr, trn
from gui.models.column_facts import facts_of_columns
from gui.models.column_words import BESIDE
from gui.pages.prepare.column_line import Line as Line
from gui.pages.prepare.column_line import Part as Part
from gui.pages.prepare.words import auto_name

if TYPE_CHECKING:
    from engine.data.profiling.profile import Profile

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
Wanted: TypeAlias = Callable[[Line], bool]


def _any(_line: Line) -> bool:
    return True


class ColumnModel(QAbstractTableModel):
    """The lines. Edits are not made here but asked for."""

    roleWanted = Signal(str, object)  # noqa: N815 - Qt's naming
    """Column name and `Role`, or `BESIDE`."""
    specWanted = Signal(object, str)  # noqa: N815
    """A `ColumnSpec` and the words for the step."""
    targetsWanted = Signal(object, bool)  # noqa: N815
    """Names of the columns to predict, and whether the targets that there are stay."""
    specsWanted = Signal(object, str)  # noqa: N815
    """Several `ColumnSpec`s and the words for the step."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: tuple[Line, ...] = ()
        """Those that are shown."""
        self.all_lines: tuple[Line, ...] = ()
        self._search = ""
        self._wanted: Wanted = _any

    def narrow(self, search: str, wanted: Wanted) -> None:
        """Show only columns whose name has `search` in it, and that are wanted."""
        self._search, self._wanted = search.casefold(), wanted
        self._show(self.all_lines)

    def show_columns(
        self,
        schema: Schema | None,
        recipe: Recipe,
        profile: Profile | None,
        personal: Collection[str] = (),
    ) -> None:
        """Show the columns of a table as a recipe uses them; of those in `personal` nobody has decided."""
        lines: tuple[Line, ...] = ()
        if schema is not None:
            categories = recipe.model.categories
            encoder = tr("Auto") if categories is None else tr(categories.title)
            derived = {column.name for column in recipe.derived}
            facts = facts_of_columns(schema, recipe, profile)
            targets = len(recipe.targets)
            lines = tuple(
                Line(
                    column,
                    recipe.column(column.name),
                    fact,
                    encoder,
                    _with_times(profile, column.name),
                    column.name in personal,
                    is_derived=column.name in derived,
                    targets=targets,
                )
                for column, fact in zip(schema.columns, facts, strict=True)
            )
        self.all_lines = lines
        self._show(lines)

    def _show(self, all_lines: tuple[Line, ...]) -> None:
        lines = tuple(
            line
            for line in all_lines
            if self._search in line.column.name.casefold() and self._wanted(line)
        )
        same = [line.column.name for line in lines] == [x.column.name for x in self.lines]
        if same:
            self.lines = lines
            if lines:
                last = self.index(len(lines) - 1, len(Part) - 1)
                self.dataChanged.emit(self.index(0, 0), last)
        else:
            self.beginResetModel()
            self.lines = lines
            self.endResetModel()

    def row_of(self, name: str | None) -> int | None:
        """The line of a column."""
        for row, line in enumerate(self.lines):
            if line.column.name == name:
                return row
        return None

    def choose(self, index: Index, value: Any) -> None:
        """Ask for another value in a cell."""
        line = self.lines[index.row()]
        name = line.column.name
        match Part(index.column()):
            case Part.USE if line.can_be_used:
                self.roleWanted.emit(name, Role.IGNORE if line.used else Role.FEATURE)
            case Part.ROLE:
                self.roleWanted.emit(name, value)
            case Part.MISSING:
                self._ask(line, Part.MISSING, value, tr("missing values of {column}", column=name))
            case Part.SCALE:
                self._ask(line, Part.SCALE, value, tr("scale of {column}", column=name))
            case _:
                return

    def _ask(self, line: Line, part: Part, value: Any, words: str) -> None:
        spec = line.with_choice(part, value)
        if spec is not None:
            self.specWanted.emit(spec, words)

    def choose_for(self, rows: Sequence[int], index: Index, value: Any) -> None:
        """Ask for the same choice in a cell of several lines; those that do not have it stay."""
        part = Part(index.column())
        if len(rows) < 2:
            self.choose(index, value)
            return
        if part is Part.ROLE and value in (Role.TARGET, BESIDE):
            self.targetsWanted.emit(
                [self.lines[row].column.name for row in rows if not self.lines[row].is_derived],
                value == BESIDE,
            )
            return
        if part is Part.USE:
            value = Role.IGNORE if self.lines[index.row()].used else Role.FEATURE
        specs = [self.lines[row].with_choice(part, value) for row in rows]
        found = tuple(spec for spec in specs if spec is not None)
        if found:
            words = trn("{count} column", "{count} columns", len(found))
            self.specsWanted.emit(found, words)

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.lines)

    def columnCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(Part)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation == Qt.Orientation.Vertical:
            return None
        titles = {
            Part.USE: "",
            Part.NAME: tr("Column"),
            Part.TYPE: tr("Type"),
            Part.ROLE: tr("Role"),
            Part.MISSING: tr("Missing values"),
            Part.SCALE: tr("Scale or encode"),
            Part.PREVIEW: tr("Before and after"),
            Part.INPUTS: tr("Inputs"),
        }
        if role == Qt.ItemDataRole.DisplayRole:
            return titles[Part(section)]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            right = section == Part.INPUTS
            side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        line = self.lines[index.row()]
        part = Part(index.column())
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return line.text(part)
            case Qt.ItemDataRole.CheckStateRole if part is Part.USE and line.can_be_used:
                return Qt.CheckState.Checked if line.used else Qt.CheckState.Unchecked
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"{line.column.name}: {self._spoken(line, part)}"
            case Qt.ItemDataRole.ToolTipRole:
                return self._spoken(line, part) or None
            case _:
                return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if index.column() == Part.USE and self.lines[index.row()].can_be_used:
            flags |= Qt.ItemFlag.ItemIsUserCheckable
        return flags

    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role == Qt.ItemDataRole.CheckStateRole:
            self.choose(index, value)
            return True
        return False

    def _spoken(self, line: Line, part: Part) -> str:
        """A cell in full words."""
        text = line.text(part)
        if part in (Part.MISSING, Part.SCALE) and text != "—":
            value = line.value(part)
            if line.choices(part) and value == AUTO:
                text = auto_name(text)
            if part is Part.MISSING and line.facts.missing:
                text = tr("{share} missing: {policy}", share=line.facts.missing, policy=text)
        if part is line.undecided_part:
            text = tr("{choice}. Needs a choice", choice=text)
        if part is Part.PREVIEW and not text:
            text = line.facts.sentence()
        computed = part is Part.NAME and line.is_derived
        if computed or (part in (Part.ROLE, Part.PREVIEW) and line.role is Role.IGNORE):
            reason = line.column.reason
            if reason is not None:
                text += ". " + render(Message(reason.template, reason.facts))
        if part is Part.USE and not line.can_be_used:
            text = (
                tr("This is the target")
                if line.role is Role.TARGET
                else tr("Text feeds no network yet. Read it as a category to use it.")
            )
        return text


def _with_times(profile: Profile | None, name: str) -> bool:
    figures = profile.columns.get(name) if profile is not None else None
    if figures is None or figures.kind is not Kind.DATE:
        return False
    return has_times((figures.minimum, figures.maximum))
