"""Filters in words, and the filters that the bars of a small histogram stand for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.data.rows.filters import (
    ExpressionFilter,
    Filter,
    LevelsFilter,
    MissingFilter,
    RangeFilter,
    RowsFilter,
    TextFilter,
)
from engine.schema import Column, Kind
from gui.i18n import listed, tr
from gui.models.figures import date_text

if TYPE_CHECKING:
    from engine.data.profiling.profile import ColumnProfile

_MOST_BARS = 8
_MOST_NAMED = 3


def words(filter_: Filter, kind: Kind | None = None) -> tuple[str, str]:
    """The column that a filter is about (empty for none or many), and what it asks of it."""
    if isinstance(filter_, RangeFilter):
        return filter_.column, _range(filter_, kind)
    if isinstance(filter_, LevelsFilter):
        return filter_.column, _levels(filter_)
    if isinstance(filter_, MissingFilter):
        return filter_.column, tr("missing") if filter_.missing else tr("not missing")
    if isinstance(filter_, TextFilter):
        said = tr("contains “{sought}”", sought=filter_.text)
        return filter_.column or tr("Any column"), said
    if isinstance(filter_, RowsFilter):
        return "", filter_.title
    assert isinstance(filter_, ExpressionFilter)
    return "", filter_.expression


def sentence(filter_: Filter, kind: Kind | None = None) -> str:
    """The same in one piece."""
    return " ".join(part for part in words(filter_, kind) if part)


def _range(filter_: RangeFilter, kind: Kind | None) -> str:
    low, high = filter_.low, filter_.high
    lowest = _bound(low, kind) if low is not None else ""
    highest = _bound(high, kind) if high is not None else ""
    if lowest and highest:
        if low == high:
            return lowest
        if filter_.holds_high:
            return tr("{low} to {high}", low=lowest, high=highest)
        return tr("{low} to below {high}", low=lowest, high=highest)
    if lowest:
        return tr("from {low}", low=lowest)
    if highest:
        if filter_.holds_high:
            return tr("up to {high}", high=highest)
        return tr("below {high}", high=highest)
    return tr("not missing")


def _bound(value: float, kind: Kind | None) -> str:
    if kind is Kind.DATE:
        return date_text(value)
    text = f"{value:.10g}"
    return text.replace("-", "\u2212")


def _levels(filter_: LevelsFilter) -> str:
    values = list(filter_.values[:_MOST_NAMED])
    rest = len(filter_.values) - len(values)
    named = listed(values)
    if rest > 0:
        named = tr("{named} and {count} more", named=named, count=rest)
    return tr("not {named}", named=named) if filter_.exclude else named


def bar_filter(column: Column, kind: Kind, figures: ColumnProfile, bar: int) -> Filter | None:
    """What a bar of `ColumnFacts.bars` stands for; `None` where there is no such bar."""
    if kind is Kind.CATEGORY:
        top = list(figures.top[:_MOST_BARS])
        if column.integer:
            top.sort(key=lambda level: _as_number(level[0]))
        return LevelsFilter(column=column.name, values=(top[bar][0],)) if bar < len(top) else None
    return bin_filter(figures, bar)


def bin_filter(figures: ColumnProfile, bar: int) -> RangeFilter | None:
    """What a bar of a histogram stands for: it holds its left edge, the last one its right edge too."""
    edges = figures.edges
    if not 0 <= bar < len(edges) - 1:
        return None
    is_last = bar == len(edges) - 2
    return RangeFilter(column=figures.name, low=edges[bar], high=edges[bar + 1], holds_high=is_last)


def _as_number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("inf")
