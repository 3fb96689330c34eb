"""One line of the column grid: a column of the table and what the recipe says of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from engine.data.preparing.column_steps import (
    FAMILIES,
    automatic,
    choices,
    in_force,
    is_automatic,
    is_flagged,
    kind_in_force,
    missing_in_force,
)
from engine.data.preparing.plan import USABLE, codes, is_used, number_inputs
from engine.recipe.column_families import ColumnStep
from engine.recipe.columns import ColumnSpec
from engine.recipe.parts import AUTO
from engine.schema import Column, Kind, Role
from gui.i18n import tr, trn
from gui.models.column_facts import ColumnFacts
from gui.models.column_words import BESIDE, offered_name, role_name, roles_offered
from gui.pages.prepare.words import auto_name, missing_name, step_name

_MADE_BY = {Kind.NUMBER: "scale", Kind.CATEGORY: "encode", Kind.DATE: "dates"}
"""The step that makes inputs of a column, by kind."""


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
    is_personal: bool = False
    """It looks like data about people, and nobody has said what becomes of it."""

    is_derived: bool = False
    targets: int = 1
    """How many columns are predicted."""
    """It is computed from others; `column.reason` says how."""

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
            case Part.ROLE if self.role is not Role.TARGET or self.targets > 1:
                return tuple((role, offered_name(role)) for role in self._roles())
            case Part.MISSING if self.used:
                return missing_options(self.column, self.kind, self.spec)
            case Part.SCALE if self.used:
                return made_options(self)
            case _:
                return ()

    def _roles(self) -> tuple[object, ...]:
        feature = (Role.FEATURE,) if self.kind in USABLE else ()
        time = (Role.TIME,) if self.kind in (Kind.DATE, Kind.NUMBER) else ()
        weight = (Role.WEIGHT,) if self.kind is Kind.NUMBER else ()
        is_target = self.role is Role.TARGET
        offered = roles_offered(self.targets, is_target=is_target, is_derived=self.is_derived)
        target = tuple(role for role in offered if role in (Role.TARGET, BESIDE))
        return (*feature, Role.IGNORE, Role.GROUP, *time, *weight, *target)

    def value(self, part: Part) -> Any:
        """What is chosen in a cell."""
        match part:
            case Part.ROLE:
                return self.role
            case Part.MISSING:
                return _chosen("missing", self.kind, self.spec)
            case Part.SCALE:
                return _chosen(self.made_by, self.kind, self.spec)
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
        step = in_force(self.made_by, self.kind, self.spec)
        if step is not None:
            return step_name(step)
        return self.encoder if self.kind is Kind.CATEGORY else "—"

    @property
    def made_by(self) -> str:
        """The step that makes inputs of the column."""
        return _MADE_BY.get(self.kind, "scale")

    def with_choice(self, part: Part, value: Any) -> ColumnSpec | None:
        """The column with another choice in a cell; None where the cell does not have that choice."""
        if part is Part.USE:
            return self.spec.model_copy(update={"role": value}) if self.can_be_used else None
        if value not in [choice for choice, _ in self.choices(part)]:
            return None
        if part is Part.ROLE:
            return self.spec.model_copy(update={"role": value})
        step = "missing" if part is Part.MISSING else self.made_by
        wanted = None if value == AUTO else FAMILIES[step].default(str(value))
        return self.spec.model_copy(update={step: wanted})

    def _preview_text(self) -> str:
        if self.is_personal:
            return tr("May name people")
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
    def undecided_part(self) -> Part | None:
        """The cell about which a person should decide; None where nothing is open.

        That is the role of data about people, and what stands in for missing values where they are
        more than half of the column.
        """
        if self.is_personal:
            return Part.ROLE
        is_open = self.spec.missing is None and self.used and self.facts.missing_share > 0.5
        return Part.MISSING if is_open else None

    @property
    def needs_choice(self) -> bool:
        """Whether a person should decide about the column."""
        return self.undecided_part is not None


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


def made_options(line: Line) -> tuple[tuple[str, str], ...]:
    """What can be made of a column, by kind of step, Auto first with what it stands for."""
    found = choices(line.made_by, line.kind, line.spec)
    if not found:
        return ()
    taken = automatic(line.made_by, line.kind, line.spec)
    auto = step_name(taken) if taken is not None else line.encoder
    return ((AUTO, auto_name(auto)), *_named(found))


def _named(steps: tuple[type[ColumnStep], ...]) -> tuple[tuple[str, str], ...]:
    return tuple((step.kind_name(), step_name(step)) for step in steps)


def _chosen(step: str, kind: Kind, spec: ColumnSpec) -> str:
    """The kind of step that is chosen, or Auto."""
    return AUTO if is_automatic(step, kind, spec) else str(getattr(spec, step).kind)
