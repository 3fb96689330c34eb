"""What will happen to the missing values of a column, in one sentence."""

from __future__ import annotations

from engine.recipe.columns import ColumnSpec, Missing
from engine.schema import Kind, Role
from gui.i18n import tr


def missing_advice(kind: Kind, role: Role, spec: ColumnSpec) -> str:
    """What Prepare does with rows that have no value in this column."""
    if role is Role.TARGET:
        return tr("Rows without a target are left out of training.")
    if role is not Role.FEATURE or kind is Kind.TEXT:
        return tr("The column is not used, so nothing is filled in.")
    if spec.missing is Missing.AUTO:
        if kind is Kind.CATEGORY:
            return tr("Prepare gives them a level of their own.")
        return tr("Prepare fills them with the median and adds a “missing” flag.")
    sentences = {
        Missing.MEDIAN: tr("Prepare fills them with the median."),
        Missing.MEDIAN_FLAG: tr("Prepare fills them with the median and adds a “missing” flag."),
        Missing.MEAN: tr("Prepare fills them with the mean."),
        Missing.ZERO: tr("Prepare fills them with zero."),
        Missing.OWN_LEVEL: tr("Prepare gives them a level of their own."),
        Missing.MOST_FREQUENT: tr("Prepare fills them with the most frequent value."),
        Missing.DROP_ROW: tr("Prepare leaves these rows out."),
    }
    return sentences[spec.missing]
