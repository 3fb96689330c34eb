"""What will happen to the missing values of a column, in one sentence."""

from __future__ import annotations

from engine.recipe.columns import ColumnSpec
from engine.schema import Kind, Role
from gui.i18n import tr


def missing_advice(kind: Kind, role: Role, spec: ColumnSpec) -> str:
    """What Prepare does with rows that have no value in this column."""
    if role is Role.TARGET:
        return tr("Rows without a target are left out of training.")
    if role is not Role.FEATURE or kind is Kind.TEXT:
        return tr("The column is not used, so nothing is filled in.")
    if spec.missing is None:
        if kind is Kind.CATEGORY:
            return tr("Prepare gives them a level of their own.")
        return tr("Prepare fills them with the median and adds a “missing” flag.")
    sentences = {
        "median": tr("Prepare fills them with the median."),
        "mean": tr("Prepare fills them with the mean."),
        "constant": tr("Prepare fills them with a constant."),
        "zero": tr("Prepare fills them with zero."),
        "own_level": tr("Prepare gives them a level of their own."),
        "most_frequent": tr("Prepare fills them with the most frequent value."),
        "drop_row": tr("Prepare leaves these rows out."),
    }
    return sentences[spec.missing.kind]
