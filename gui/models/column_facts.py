"""What a column's header, its card and its inspector say about it in short."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from engine.recipe.recipe import Recipe
from engine.schema import Column, Kind, Role, Schema
from gui.i18n import language, listed, tr
from gui.models.column_words import KIND_ICONS, kind_name
from gui.models.figures import (
    compact_text,
    count_text,
    date_text,
    percent_text,
    whole_percent_text,
)

if TYPE_CHECKING:
    from engine.data.profiling.profile import ColumnProfile, Profile

_BARS_OF_CATEGORIES = 8
_DAY = 86_400.0
_TRUE_WORDS = frozenset({"1", "1.0", "true", "yes", "y", "t", "是", "真"})
_FALSE_WORDS = frozenset({"0", "0.0", "false", "no", "n", "f", "否", "假"})


@dataclass(frozen=True, slots=True)
class ColumnFacts:
    """One column in a few words and figures, all of them ready to be drawn."""

    name: str
    position: int
    """From 0, in file order."""
    kind: Kind
    role: Role
    icon: str
    word: str
    """The kind in a short word: `int`, `cat`, `id` …"""
    is_identifier: bool = False
    bars: tuple[int, ...] = ()
    """Counts of a small histogram; empty where there is none."""
    unique: str = ""
    """How many different values, said in place of a histogram."""
    range: str = ""
    """Bounds, the most frequent value or the lengths."""
    missing_share: float = 0.0
    missing: str = ""
    """The missing share as text; empty when nothing is missing."""

    def sentence(self) -> str:
        """Everything that the header draws, for a tooltip and for those who cannot see it."""
        parts = [self.name, self.word]
        if self.role is Role.TARGET:
            parts.append(tr("target"))
        elif self.role is Role.IGNORE:
            parts.append(tr("ignored"))
        parts += [part for part in (self.unique, self.range) if part]
        if self.missing:
            parts.append(tr("{share} missing", share=self.missing))
        return listed(parts)


_Known: TypeAlias = "tuple[tuple[object, ...], Column, ColumnProfile | None, ColumnFacts]"
_known: dict[str, _Known] = {}
"""What was said last of the columns of the open table."""


def facts_of_columns(
    schema: Schema, recipe: Recipe, profile: Profile | None
) -> tuple[ColumnFacts, ...]:
    """The facts of every column in file order; figures are absent until there is a profile.

    Several views show them: what was said last of a column that is the same still is not said anew.
    """
    specs = {spec.name: spec for spec in recipe.columns}
    known = profile.columns if profile is not None else {}
    facts = []
    fresh: dict[str, _Known] = {}
    words = language()
    for position, column in enumerate(schema.columns):
        spec = specs.get(column.name)
        kind = (spec.kind if spec is not None else None) or column.kind
        role = (spec.role if spec is not None else None) or column.role
        figures = known.get(column.name)
        if figures is not None and figures.kind is not kind:
            figures = None  # of the kind before; a new profile is on its way
        shown = (position, kind, role, schema.rows, words)
        last = _known.get(column.name)
        same = last is not None and last[0] == shown
        if last is None or not same or last[1] is not column or last[2] is not figures:
            said = _facts(position, column, kind, role, figures, schema.rows)
            last = fresh[column.name] = (shown, column, figures, said)
        facts.append(last[3])
    if fresh:
        names = {column.name for column in schema.columns}
        kept = {name: each for name, each in _known.items() if name in names}
        _known.clear()
        _known.update(kept | fresh)
    return tuple(facts)


def _facts(
    position: int,
    column: Column,
    kind: Kind,
    role: Role,
    figures: ColumnProfile | None,
    rows: int,
) -> ColumnFacts:
    is_identifier = column.is_identifier and role is not Role.TARGET
    icon, word = _icon_and_word(column, kind, is_identifier, figures)
    missing = figures.missing if figures is not None else column.missing
    rows = figures.rows if figures is not None else rows  # a filter may leave fewer
    share = missing / rows if rows else 0.0
    return ColumnFacts(
        name=column.name,
        position=position,
        kind=kind,
        role=role,
        icon=icon,
        word=word,
        is_identifier=is_identifier,
        bars=_bars(kind, column, figures),
        unique=_unique(kind, column, figures),
        range=_range(kind, figures),
        missing_share=share,
        missing=percent_text(share) if missing else "",
    )


def is_yes_or_no(figures: ColumnProfile) -> bool:
    """Whether the values are one word for true and one for false."""
    values = [value.strip().lower() for value, _ in figures.top]
    return (
        len(values) == 2
        and any(value in _TRUE_WORDS for value in values)
        and any(value in _FALSE_WORDS for value in values)
    )


def _icon_and_word(
    column: Column, kind: Kind, is_identifier: bool, figures: ColumnProfile | None
) -> tuple[str, str]:
    if is_identifier and kind in (Kind.NUMBER, Kind.CATEGORY):
        return "key", tr("id")
    if kind is Kind.NUMBER:
        return "num", tr("int") if column.integer else tr("float")
    if kind is Kind.CATEGORY:
        if figures is not None and is_yes_or_no(figures):
            return "bool", tr("bool")
        return "cat", tr("cat")
    words = {Kind.DATE: tr("date"), Kind.TEXT: tr("text")}
    return KIND_ICONS[kind], words.get(kind) or kind_name(kind).lower()


def _bars(kind: Kind, column: Column, figures: ColumnProfile | None) -> tuple[int, ...]:
    if figures is None or kind is Kind.TEXT:
        return ()
    if kind is Kind.CATEGORY:
        top = figures.top[:_BARS_OF_CATEGORIES]
        if column.integer:  # levels that are numbers keep their order: class 1, 2, 3
            top = tuple(sorted(top, key=lambda level: _as_number(level[0])))
        return tuple(count for _, count in top)
    return figures.histogram


def _unique(kind: Kind, column: Column, figures: ColumnProfile | None) -> str:
    if kind is not Kind.TEXT:
        return ""
    distinct = figures.distinct if figures is not None else column.distinct
    return tr("{count} unique", count=count_text(distinct))


def _range(kind: Kind, figures: ColumnProfile | None) -> str:
    if figures is None:
        return ""
    if kind is Kind.CATEGORY:
        return _most_frequent(figures)
    if kind is Kind.TEXT:
        if figures.shortest is None or figures.longest is None:
            return ""
        return tr("{shortest}–{longest} chars", shortest=figures.shortest, longest=figures.longest)
    if figures.minimum is None or figures.maximum is None:
        return ""
    if kind is Kind.DATE:
        span = max(figures.maximum - figures.minimum, 4 * _DAY)
        first, last = date_text(figures.minimum, span), date_text(figures.maximum, span)
        return first if first == last else f"{first}–{last}"
    return f"{compact_text(figures.minimum)}–{compact_text(figures.maximum)}"


def _most_frequent(figures: ColumnProfile) -> str:
    present = figures.counted
    if not figures.top or not present:
        return ""
    if is_yes_or_no(figures):
        value, count = next(
            level for level in figures.top if level[0].strip().lower() in _TRUE_WORDS
        )
        return tr("{value}: {share}", value=value, share=whole_percent_text(count / present))
    value, count = figures.top[0]
    return f"{value} {whole_percent_text(count / present)}"


def _as_number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("inf")
