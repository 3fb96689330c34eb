"""The column grid as an item model: one line per column of the table."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal

from engine.data.preparing.column_steps import (
    choices,
    is_automatic,
    is_flagged,
    kind_in_force,
    missing_in_force,
    scale_in_force,
)
from engine.data.preparing.plan import (
    USABLE,
    codes,
    has_times,
    is_used,
    number_inputs,
)
from engine.messages import Message
from engine.recipe.column_families import ColumnStep, Fill, Scaling
from engine.recipe.columns import ColumnSpec
from engine.recipe.parts import AUTO
from engine.recipe.recipe import Recipe
from engine.schema import Column, Kind, Role, Schema
from gui.i18n import render, tr, trn
from gui.models.column_facts import ColumnFacts, facts_of_columns
from gui.models.column_words import role_name
from gui.pages.prepare.words import auto_name, missing_name, step_name

if TYPE_CHECKING:
    from engine.data.profiling.profile import Profile

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


class Part(IntEnum):
    """The columns of the grid."""

    USE = 0
    NAME = 1
    TYPE = 2
    ROLE = 3
    MISSING = 4
    SCALE = 5
    PREVIEW = 6
    INPUTS = 7


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the grid: a column of the table and what the recipe says of it."""

    column: Column
    spec: ColumnSpec
    facts: ColumnFacts
    encoder: str
    """How category columns are encoded."""
    with_times: bool = False
    """The dates have times of day."""

    @property
    def kind(self) -> Kind:
        """The kind in force."""
        return kind_in_force(self.spec, self.column)

    @property
    def role(self) -> Role:
        """The role in force."""
        return self.spec.role or self.column.role

    @property
    def used(self) -> bool:
        """Whether the column feeds the network."""
        return is_used(self.spec, self.column)

    @property
    def can_be_used(self) -> bool:
        """Whether a network can be fed with such a column."""
        return self.kind in USABLE and self.role is not Role.TARGET

    def choices(self, part: Part) -> tuple[tuple[Any, str], ...]:
        """What can be chosen in a cell; nothing where there is no choice."""
        match part:
            case Part.ROLE if self.role is not Role.TARGET:
                return tuple((role, role_name(role)) for role in self._roles())
            case Part.MISSING if self.used:
                return missing_options(self.column, self.kind, self.spec)
            case Part.SCALE if self.used:
                return scale_options(self.kind)
            case _:
                return ()

    def _roles(self) -> tuple[Role, ...]:
        feature = (Role.FEATURE,) if self.kind in USABLE else ()
        time = (Role.TIME,) if self.kind in (Kind.DATE, Kind.NUMBER) else ()
        weight = (Role.WEIGHT,) if self.kind is Kind.NUMBER else ()
        return (*feature, Role.IGNORE, Role.GROUP, *time, *weight, Role.TARGET)

    def value(self, part: Part) -> Any:
        """What is chosen in a cell."""
        match part:
            case Part.ROLE:
                return self.role
            case Part.MISSING:
                return _chosen("missing", self.kind, self.spec)
            case Part.SCALE:
                return _chosen("scale", self.kind, self.spec)
            case _:
                return None

    def text(self, part: Part) -> str:
        """What a cell says."""
        match part:
            case Part.USE:
                return tr("used") if self.used else tr("not used")
            case Part.NAME:
                return self.column.name
            case Part.TYPE:
                return self.facts.word
            case Part.ROLE:
                return role_name(self.role)
            case Part.MISSING:
                return self._missing_text()
            case Part.SCALE:
                return self._scale_text()
            case Part.PREVIEW:
                return self._preview_text()
            case Part.INPUTS:
                return self._inputs_text()

    def _missing_text(self) -> str:
        policy = missing_in_force(self.spec, self.kind) if self.used else None
        if policy is None or (not self.column.missing and self.spec.missing is None):
            return "—"
        flagged = is_flagged(self.spec, self.kind, self.column.missing)
        return missing_name(policy, flagged=flagged)

    def _scale_text(self) -> str:
        if not self.used:
            return "—"
        if self.kind is Kind.CATEGORY:
            return self.encoder
        if self.kind is Kind.DATE:
            return tr("Calendar parts")
        policy = scale_in_force(self.spec, self.kind)
        return step_name(policy) if policy is not None else "—"

    def _preview_text(self) -> str:
        return "" if self.facts.bars else self.facts.unique or self.facts.range

    def _inputs_text(self) -> str:
        if self.role is Role.TARGET:
            return "—"
        if not self.used:
            return "0"
        if self.kind is Kind.CATEGORY:
            levels = codes(self.spec, self.column) - 1
            return trn("{count} level", "{count} levels", levels)
        return str(len(number_inputs(self.spec, self.column, with_times=self.with_times)))

    @property
    def needs_look(self) -> bool:
        """Values are missing in more than half of the rows."""
        return self.used and self.facts.missing_share > 0.5


class ColumnModel(QAbstractTableModel):
    """The lines. Edits are not made here but asked for."""

    roleWanted = Signal(str, object)  # noqa: N815 - Qt's naming
    """Column name and `Role`."""
    specWanted = Signal(object, str)  # noqa: N815
    """A `ColumnSpec` and the words for the step."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: tuple[Line, ...] = ()

    def show_columns(self, schema: Schema | None, recipe: Recipe, profile: Profile | None) -> None:
        """Show the columns of a table as a recipe uses them."""
        lines: tuple[Line, ...] = ()
        if schema is not None:
            encoder = tr(recipe.model.categories.title)
            facts = facts_of_columns(schema, recipe, profile)
            lines = tuple(
                Line(
                    column,
                    recipe.column(column.name),
                    fact,
                    encoder,
                    _with_times(profile, column.name),
                )
                for column, fact in zip(schema.columns, facts, strict=True)
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
                self.roleWanted.emit(name, Role(value))
            case Part.MISSING:
                missing = None if value == AUTO else Fill.default(value)
                label = tr("missing values of {column}", column=name)
                self.specWanted.emit(line.spec.model_copy(update={"missing": missing}), label)
            case Part.SCALE:
                scale = None if value == AUTO else Scaling.default(value)
                label = tr("scale of {column}", column=name)
                self.specWanted.emit(line.spec.model_copy(update={"scale": scale}), label)
            case _:
                return

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
        if part is Part.PREVIEW and not text:
            text = line.facts.sentence()
        if part in (Part.ROLE, Part.PREVIEW) and line.role is Role.IGNORE:
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


def missing_options(column: Column, kind: Kind, spec: ColumnSpec) -> tuple[tuple[str, str], ...]:
    """What can stand in for missing values, by kind of step, Auto first with what it stands for."""
    found = choices("missing", kind, spec)
    if not found:
        return ()
    automatic = spec.model_copy(update={"missing": None})
    fill = missing_in_force(automatic, kind)
    assert fill is not None
    words = missing_name(fill, flagged=is_flagged(automatic, kind, column.missing))
    return ((AUTO, auto_name(words)), *_named(found))


def scale_options(kind: Kind) -> tuple[tuple[str, str], ...]:
    """The ways to scale, by kind of step, Auto first with what it stands for."""
    auto = scale_in_force(ColumnSpec(), kind)
    if auto is None:
        return ()
    return ((AUTO, auto_name(step_name(auto))), *_named(choices("scale", kind)))


def _named(steps: tuple[type[ColumnStep], ...]) -> tuple[tuple[str, str], ...]:
    return tuple((step.kind_name(), step_name(step)) for step in steps)


def _chosen(step: str, kind: Kind, spec: ColumnSpec) -> str:
    """The kind of step that is chosen, or Auto."""
    return AUTO if is_automatic(step, kind, spec) else str(getattr(spec, step).kind)
