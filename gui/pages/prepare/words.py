"""Policies of the preparation as words."""

from __future__ import annotations

from engine.recipe.column_families import ColumnStep, Fill
from engine.recipe.split import SplitMethod
from gui.i18n import tr


def missing_name(missing: Fill, *, flagged: bool) -> str:
    """What stands in for a missing value, as a choice; with a flag that tells where it does."""
    name = step_name(missing)
    return tr("{choice} + flag", choice=name) if flagged else name


def step_name(step: ColumnStep | type[ColumnStep]) -> str:
    """A step, as a choice."""
    return tr(step.title)


def step_help(step: ColumnStep | type[ColumnStep]) -> str:
    """What a step does, in one sentence."""
    return tr(step.summary)


def method_name(method: SplitMethod) -> str:
    """How rows are dealt to the parts, as a choice."""
    names = {
        SplitMethod.AUTO: tr("Auto"),
        SplitMethod.STRATIFIED: tr("Stratified"),
        SplitMethod.RANDOM: tr("Random"),
        SplitMethod.GROUP: tr("Group"),
        SplitMethod.STRATIFIED_GROUP: tr("Balanced groups"),
        SplitMethod.TIME: tr("Time"),
        SplitMethod.COLUMN: tr("Column"),
        SplitMethod.FILE: tr("Test file"),
    }
    return names[method]


def auto_name(name: str) -> str:
    """The choice Auto, with what it stands for."""
    return tr("Auto ({choice})", choice=name)
