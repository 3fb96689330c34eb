"""The figures of columns as a Qt table: a row for each column, to be searched and sorted by any figure."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt

from engine.messages import N_
from engine.schema import Kind
from gui.i18n import tr
from gui.models.column_facts import ColumnFacts
from gui.models.column_words import kind_name
from gui.models.figures import count_text, date_text, exact_text, percent_text
from gui.models.profile_cards import CARD, ProfileCard, ProfileCards
from gui.models.statistics import duration_text
from gui.models.table_model import Index

if TYPE_CHECKING:
    from engine.data.profiling.profile import ColumnProfile

Value: TypeAlias = float | str | None
_DISPLAY = int(Qt.ItemDataRole.DisplayRole)
_ALIGN = int(Qt.ItemDataRole.TextAlignmentRole)
_TOOLTIP = int(Qt.ItemDataRole.ToolTipRole)
_ACCESSIBLE = int(Qt.ItemDataRole.AccessibleTextRole)
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
NAME, SHAPE = "name", "shape"
"""Keys of the two columns that are not figures."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: what it is called, what it sorts by, how it is written."""

    key: str
    """As in `ColumnProfile`, so that it can be asked whether it is exact."""
    title: str
    value: Callable[[ColumnProfile], Value]
    text: Callable[[ColumnProfile, bool], str] | None = None
    """Of a profile and whether the column is of whole numbers; `None`: as a number."""


def _quartile(at: int) -> Callable[[ColumnProfile], Value]:
    return lambda found: found.quartiles[at] if found.quartiles else None


def _measured(value: Callable[[ColumnProfile], Value], *, whole: bool) -> Callable[..., str]:
    """A figure in the unit of the column: a number, or a date."""

    def text(found: ColumnProfile, integer: bool) -> str:
        known = value(found)
        if not isinstance(known, float | int):
            return ""
        if found.kind is Kind.DATE:
            return date_text(known)
        return exact_text(known, integer=integer and whole)

    return text


def _moment(name: str) -> Callable[[ColumnProfile], Value]:
    """A figure of numbers that says nothing about dates."""

    def value(found: ColumnProfile) -> Value:
        known: Value = getattr(found, name)
        return known if found.kind is Kind.NUMBER else None

    return value


def _share(found: ColumnProfile) -> float:
    return found.missing / found.rows if found.rows else 0.0


def _gap(found: ColumnProfile) -> float | None:
    spacing = found.spacing
    return None if spacing is None else spacing.largest_gap[1] - spacing.largest_gap[0]


def _counted(name: str) -> tuple[Callable[[ColumnProfile], Value], Callable[..., str]]:
    def text(found: ColumnProfile, integer: bool) -> str:
        known = getattr(found, name)
        return "" if known is None else count_text(known)

    return (lambda found: getattr(found, name)), text


def _low(found: ColumnProfile) -> Value:
    return found.minimum


def _high(found: ColumnProfile) -> Value:
    return found.maximum


FIGURES: tuple[Figure, ...] = (
    Figure("missing", N_("Missing"), *_counted("missing")),
    Figure("missing", N_("Missing share"), _share, lambda f, _: percent_text(_share(f))),
    Figure("distinct", N_("Unique"), *_counted("distinct")),
    Figure("minimum", N_("Min"), _low, _measured(_low, whole=True)),
    Figure("quartiles", N_("25%"), _quartile(0), _measured(_quartile(0), whole=True)),
    Figure("quartiles", N_("Median"), _quartile(1), _measured(_quartile(1), whole=True)),
    Figure("quartiles", N_("75%"), _quartile(2), _measured(_quartile(2), whole=True)),
    Figure("maximum", N_("Max"), _high, _measured(_high, whole=True)),
    Figure("mean", N_("Mean"), _moment("mean")),
    Figure("deviation", N_("Std. dev."), _moment("deviation")),
    Figure("skew", N_("Skew"), _moment("skew")),
    Figure("outliers", N_("Outliers"), *_counted("outliers")),
    Figure("zeros", N_("Zeros"), *_counted("zeros")),
    Figure("negatives", N_("Negative"), *_counted("negatives")),
    Figure(
        "top",
        N_("Mode"),
        lambda f: f.top[0][0] if f.top else None,
        lambda f, _: f.top[0][0].replace("\n", " ")[:80] if f.top else "",
    ),
    Figure(
        "top",
        N_("Its share"),
        lambda f: f.top[0][1] / f.counted if f.top and f.counted else None,
        lambda f, _: percent_text(f.top[0][1] / f.counted) if f.top and f.counted else "",
    ),
    Figure("shortest", N_("Shortest text"), *_counted("shortest")),
    Figure("longest", N_("Longest text"), *_counted("longest")),
    Figure("mean_length", N_("Mean length"), lambda f: f.mean_length),
    Figure(
        "correlation",
        N_("Correlation with target"),
        lambda f: None if f.correlation is None else abs(f.correlation),
        lambda f, _: "" if f.correlation is None else exact_text(f.correlation),
    ),
    Figure(
        "spacing",
        N_("Largest gap"),
        _gap,
        lambda f, _: "" if _gap(f) is None else duration_text(_gap(f) or 0.0),
    ),
)


def figure_text(figure: Figure, found: ColumnProfile, integer: bool) -> str:
    """The figure as written, with ≈ before it where it comes from a sample."""
    if figure.text is not None:
        text = figure.text(found, integer)
    else:
        value = figure.value(found)
        text = exact_text(value) if isinstance(value, float) else ""
    return f"≈ {text}" if text and not found.is_exact(figure.key) else text


def ordered_facts(
    facts: Sequence[ColumnFacts],
    figures: Mapping[str, ColumnProfile],
    search: str,
    sort: int | None,
    *,
    descending: bool,
) -> tuple[ColumnFacts, ...]:
    """The columns whose name holds `search`, by a figure (−1: the name, `None`: as in the file).

    Columns without the figure come last in either direction.
    """
    wanted = search.casefold()
    kept = [fact for fact in facts if wanted in fact.name.casefold()]
    if sort is None:
        return tuple(kept)
    if sort < 0:
        return tuple(sorted(kept, key=lambda fact: fact.name.casefold(), reverse=descending))
    figure = FIGURES[sort]
    known: list[tuple[Any, ColumnFacts]] = []
    unknown = []
    for fact in kept:
        found = figures.get(fact.name)
        value = figure.value(found) if found is not None else None
        if value is None or (isinstance(value, float) and math.isnan(value)):
            unknown.append(fact)
        else:
            known.append((value, fact))
    known.sort(key=lambda pair: pair[0], reverse=descending)
    return (*(fact for _, fact in known), *unknown)


class ProfileFiguresModel(QAbstractTableModel):
    """Name, shape, then `FIGURES`."""

    FIRST = 2
    """Where the figures begin."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._cards = ProfileCards()

    def set_columns(
        self,
        facts: tuple[ColumnFacts, ...],
        figures: Mapping[str, ColumnProfile],
        integers: frozenset[str],
    ) -> None:
        """Show these columns in this order; the view keeps its place while they stay the same."""
        cards = ProfileCards(facts, figures, integers)
        if facts and cards.are_of_columns_of(self._cards):
            self._cards = cards
            last = self.index(len(facts) - 1, self.columnCount() - 1)
            self.dataChanged.emit(self.index(0, 0), last)
            return
        self.beginResetModel()
        self._cards = cards
        self.endResetModel()

    def row_of(self, name: str | None) -> int:
        """The row of a column; −1 if there is none."""
        return self._cards.row_of(name)

    def card(self, row: int) -> ProfileCard:
        """The column of a row with its figures."""
        return self._cards[row]

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._cards)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else self.FIRST + len(FIGURES)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _DISPLAY) -> Any:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == _ALIGN:
            return _LEFT if section < self.FIRST else _RIGHT
        if role not in (_DISPLAY, _TOOLTIP):
            return None
        if section < self.FIRST:
            return (tr("Column"), tr("Distribution"))[section]
        return tr(FIGURES[section - self.FIRST].title)

    def data(self, index: Index, role: int = _DISPLAY) -> Any:
        card = self.card(index.row())
        if role == CARD:
            return card
        if role == _ALIGN:
            return _LEFT if index.column() < self.FIRST else _RIGHT
        if role in (_DISPLAY, _ACCESSIBLE):
            return self._text(card, index.column(), spoken=role == _ACCESSIBLE)
        if role == _TOOLTIP:
            return self._tooltip(card, index.column())
        return None

    def _text(self, card: ProfileCard, column: int, *, spoken: bool) -> str:
        if column == 0:
            return card.facts.sentence() if spoken else card.facts.name
        if column == 1 or card.figures is None:
            return ""
        figure = FIGURES[column - self.FIRST]
        text = figure_text(figure, card.figures, card.integer)
        return f"{card.facts.name}, {tr(figure.title)}: {text or '—'}" if spoken else text

    def _tooltip(self, card: ProfileCard, column: int) -> str:
        figures = card.figures
        if column < self.FIRST or figures is None:
            return f"{card.facts.name}, {kind_name(card.facts.kind)}"
        key = FIGURES[column - self.FIRST].key
        if figures.is_exact(key):
            return tr("From all {rows} rows", rows=figures.rows)
        if key == "distinct":
            return tr("Estimated while reading all rows, to about 3%")
        return tr(
            "From a random sample of {rows} of {all} rows", rows=figures.sample, all=figures.rows
        )
