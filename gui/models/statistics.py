"""The statistics of a column as pairs of words and figures, in two columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from engine.schema import Kind
from gui.i18n import tr
from gui.models.column_facts import values_seen
from gui.models.figures import count_text, date_text, exact_text, percent_text

if TYPE_CHECKING:
    from engine.data.profile import ColumnProfile

Pairs: TypeAlias = list[tuple[str, str]]


def statistics(figures: ColumnProfile, integer: bool) -> tuple[Pairs, Pairs]:
    """What is worth saying of a column of this kind: left and right column."""
    left: Pairs = [(tr("Count"), count_text(figures.rows - figures.missing))]
    if figures.kind is Kind.NUMBER:
        return _of_numbers(left, figures, integer)
    if figures.kind is Kind.DATE:
        return _of_dates(left, figures)
    left.append((tr("Unique"), count_text(figures.distinct)))
    right: Pairs = [(tr("Missing"), count_text(figures.missing))]
    seen = values_seen(figures) if figures.kind is Kind.CATEGORY else 0
    if seen and figures.top:
        share = figures.top[0][1] / seen
        right.append((tr("Largest share"), percent_text(share)))
    elif figures.kind is Kind.TEXT and figures.shortest is not None and figures.longest is not None:
        left.append((tr("Shortest"), tr("{count} chars", count=figures.shortest)))
        right.append((tr("Longest"), tr("{count} chars", count=figures.longest)))
    return left, right


def _of_numbers(left: Pairs, figures: ColumnProfile, integer: bool) -> tuple[Pairs, Pairs]:
    def text(value: float | None, whole: bool = integer) -> str:
        return "—" if value is None else exact_text(value, integer=whole)

    left += [
        (tr("Mean"), text(figures.mean, False)),
        (tr("Std. dev."), text(figures.deviation, False)),
        (tr("Unique"), count_text(figures.distinct)),
        (tr("Outliers"), "—" if figures.outliers is None else count_text(figures.outliers)),
    ]
    quartiles = figures.quartiles or (None, None, None)
    right = [
        (tr("Min"), text(figures.minimum)),
        (tr("25%"), text(quartiles[0])),
        (tr("50%"), text(quartiles[1])),
        (tr("75%"), text(quartiles[2])),
        (tr("Max"), text(figures.maximum)),
    ]
    return left, right


def _of_dates(left: Pairs, figures: ColumnProfile) -> tuple[Pairs, Pairs]:
    def text(value: float | None) -> str:
        return "—" if value is None else date_text(value)

    left += [
        (tr("Unique"), count_text(figures.distinct)),
        (tr("Missing"), count_text(figures.missing)),
    ]
    median = figures.quartiles[1] if figures.quartiles else None
    right = [
        (tr("First"), text(figures.minimum)),
        (tr("Median"), text(None if median is None else median - median % 86_400)),
        (tr("Last"), text(figures.maximum)),
    ]
    return left, right
