"""What type a column has, decided from all that its cells look like."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from engine.data.cell_types import TEXT, CellKind, CellType
from engine.data.shapes import (
    ALWAYS_MISSING,
    AMONG_VALUES_MISSING,
    COMMAED,
    DOTTED,
    GROUPED_BY_COMMA,
    GROUPED_BY_DOT,
    INTEGER,
    LEADING_ZERO,
    MISSING,
    date_formats,
    is_missing_token,
)

_LARGEST = 2**63 - 1
_FORGIVEN = 0.05
"""Share of cells that may fail to fit a number or date column before it is taken for text."""


@dataclass(slots=True)
class Evidence:
    """How many cells have which shape. Integers count among the dotted and commaed numbers too."""

    integers: int = 0
    dotted: int = 0
    commaed: int = 0
    grouped_by_comma: int = 0
    grouped_by_dot: int = 0
    dates: Counter[str] = field(default_factory=Counter)
    """By format; a date may fit several."""
    date_cells: int = 0
    codes: int = 0
    """Integers with leading zeros, or beyond 64 bits: names made of digits."""
    tokens: Counter[str] = field(default_factory=Counter)
    words: Counter[str] = field(default_factory=Counter)
    different: int = 0
    """Number of different numbers among the cells looked at."""

    @classmethod
    def of(cls, cells: Mapping[str, int]) -> Evidence:
        """The evidence of these cells (text → count)."""
        evidence = cls()
        for raw, count in cells.items():
            text = raw.strip()
            if text:
                evidence._add(text, count)
        return evidence

    def _add(self, text: str, count: int) -> None:
        if is_missing_token(text):
            self.tokens[text] += count
            return
        number = False
        if INTEGER.fullmatch(text):
            number = True
            self.integers += count
            if LEADING_ZERO.fullmatch(text) or not -_LARGEST - 1 <= int(text) <= _LARGEST:
                self.codes += count
        for pattern, name in _PATTERNS:
            if pattern.fullmatch(text):
                number = True
                setattr(self, name, getattr(self, name) + count)
        if number:
            self.different += 1
            return
        formats = date_formats(text)
        self.dates.update(dict.fromkeys(formats, count))
        if formats:
            self.date_cells += count
        else:
            self.words[text] += count

    def fitting(self, cell_type: CellType, count: int) -> None:
        """Add cells of which only this is known: they fit the type."""
        if cell_type.kind is CellKind.INTEGER:
            self.integers += count
            self.dotted += count
            self.commaed += count
            self.different += count
        elif cell_type.kind is CellKind.NUMBER:
            self.different += count
            name = "dotted" if cell_type.decimal == "." else "commaed"
            if cell_type.thousands:
                name = "grouped_by_comma" if cell_type.thousands == "," else "grouped_by_dot"
            setattr(self, name, getattr(self, name) + count)
        elif cell_type.kind is CellKind.DATE:
            self.dates[cell_type.date_format] += count
            self.date_cells += count

    def decide(self, decimal: str) -> CellType:
        """The type that the most cells fit, if all but a few do; text otherwise.

        `decimal` is the file's decimal mark; a column that knows only the other mark keeps it.
        """
        words = self.words.total()
        dates = max(self.dates.values(), default=0)
        numbers, number_type = self._best_number(decimal)
        total = numbers + self.date_cells + words
        if numbers == dates == words == 0:
            return CellType(kind=CellKind.EMPTY, missing=MISSING)
        token = self._own_token(numbers)
        if token:
            total -= self.words[token]
        fit = max(numbers, dates)
        if total - fit > _forgiven(total):
            return TEXT
        missing = (*MISSING, token) if token else MISSING
        if numbers >= dates:
            if self.codes:
                return TEXT
            return number_type.model_copy(update={"missing": missing})
        form = next(form for form, count in self.dates.items() if count == dates)
        return CellType(kind=CellKind.DATE, missing=missing, date_format=form)

    def _best_number(self, decimal: str) -> tuple[int, CellType]:
        other = "," if decimal == "." else "."
        counts = {".": self.dotted, ",": self.commaed}
        grouped = {".": self.grouped_by_comma, ",": self.grouped_by_dot}
        pure = {mark: counts[mark] - self.integers for mark in counts}  # with a mark in them
        mark = decimal
        # 1,234 is a grouped number in a file with points, unless commas with other digits show up.
        if grouped[mark] and grouped[mark] >= pure[other]:
            fit = counts[mark] + grouped[mark]
            group = "," if mark == "." else "."
            return fit, CellType(kind=CellKind.NUMBER, decimal=mark, thousands=group)
        if pure[other] > pure[mark]:
            mark = other
        if counts[mark] == self.integers:
            return self.integers, CellType(kind=CellKind.INTEGER)
        return counts[mark], CellType(kind=CellKind.NUMBER, decimal=mark)

    def _own_token(self, numbers: int) -> str:
        """The one word that stands among many different numbers, as this column's missing token."""
        if len(self.words) != 1 or self.different < 10:
            return ""
        word, count = next(iter(self.words.items()))
        return word if numbers >= count > _forgiven(numbers + count) else ""


_PATTERNS = (
    (DOTTED, "dotted"),
    (COMMAED, "commaed"),
    (GROUPED_BY_COMMA, "grouped_by_comma"),
    (GROUPED_BY_DOT, "grouped_by_dot"),
)


def _forgiven(total: int) -> float:
    return max(1.0 if total >= 8 else 0.0, _FORGIVEN * total)


def plan_columns(rows: Iterable[tuple[str, ...]], width: int, decimal: str) -> list[CellType]:
    """The types of all columns as far as these rows tell."""
    columns: list[Counter[str]] = [Counter() for _ in range(width)]
    for row in rows:
        for counter, cell in zip(columns, row, strict=True):
            counter[cell] += 1
    evidence = [Evidence.of(counter) for counter in columns]
    types = [each.decide(decimal) for each in evidence]
    used = tokens_in_use(types, [each.tokens for each in evidence])
    return [with_file_tokens(cell_type, used) for cell_type in types]


def tokens_in_use(types: Iterable[CellType], tokens: Iterable[Mapping[str, int]]) -> set[str]:
    """The doubtful missing tokens (NA, - …) that stand among numbers and dates of this file."""
    seen: set[str] = set()
    for cell_type, found in zip(types, tokens, strict=True):
        if cell_type.kind in (CellKind.INTEGER, CellKind.NUMBER, CellKind.DATE):
            seen.update(found)
    return seen & set(AMONG_VALUES_MISSING)


def with_file_tokens(cell_type: CellType, used: set[str]) -> CellType:
    """A text column reads the file's own tokens as missing too."""
    if cell_type.kind is not CellKind.TEXT:
        return cell_type
    return cell_type.model_copy(update={"missing": (*ALWAYS_MISSING, *sorted(used))})


def swapped(cell_type: CellType) -> CellType | None:
    """The date type with day and month the other way round, where both are written as numbers."""
    if cell_type.kind is not CellKind.DATE:
        return None
    form = cell_type.date_format
    order = sorted((form.find("%d"), form.find("%m")))
    if order[0] != 0:
        return None
    other = form.replace("%d", "\0").replace("%m", "%d").replace("\0", "%m")
    return cell_type.model_copy(update={"date_format": other})
