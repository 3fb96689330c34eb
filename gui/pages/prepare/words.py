"""Policies of the preparation as words."""

from __future__ import annotations

from engine.recipe.columns import Missing, Scale
from engine.recipe.split import SplitMethod
from engine.schema import Kind
from gui.i18n import tr


def missing_name(missing: Missing, kind: Kind) -> str:
    """What stands in for a missing value, as a choice."""
    if missing is Missing.ZERO and kind is Kind.DATE:
        return tr("Zero + flag")
    names = {
        Missing.AUTO: tr("Auto"),
        Missing.MEDIAN: tr("Median"),
        Missing.MEDIAN_FLAG: tr("Median + flag"),
        Missing.MEAN: tr("Mean"),
        Missing.ZERO: tr("Zero"),
        Missing.OWN_LEVEL: tr("Own level"),
        Missing.MOST_FREQUENT: tr("Most frequent"),
        Missing.DROP_ROW: tr("Drop the row"),
    }
    return names[missing]


def scale_name(scale: Scale) -> str:
    """How numbers are scaled, as a choice."""
    names = {
        Scale.AUTO: tr("Auto"),
        Scale.NONE: tr("None"),
        Scale.STANDARD: tr("Standard"),
        Scale.ROBUST: tr("Robust"),
        Scale.MINMAX: tr("Min–max"),
        Scale.QUANTILE: tr("Quantile"),
    }
    return names[scale]


def scale_help(scale: Scale) -> str:
    """What a way of scaling does, in one sentence."""
    helps = {
        Scale.AUTO: tr("Chosen from the column; now it is Standard."),
        Scale.NONE: tr("The values as they are."),
        Scale.STANDARD: tr("Mean 0 and deviation 1."),
        Scale.ROBUST: tr("Median 0 and quartiles one apart; outliers have no say."),
        Scale.MINMAX: tr("From 0 to 1."),
        Scale.QUANTILE: tr("By rank, into a normal distribution; outliers have no say."),
    }
    return helps[scale]


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
