"""What type a column has, decided from all that its cells look like."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from engine.data.cell_types import TEXT, CellKind, CellType
from engine.data.notations import with_unit, without_groups
from engine.data.shapes import (
    ALWAYS_MISSING,
    AMONG_VALUES_MISSING,
    COMMAED,
    DOTTED,
    EPOCH_MILLISECONDS,
    EPOCH_SECONDS,
    GROUPED_BY_COMMA,
    GROUPED_BY_DOT,
    INTEGER,
    LEADING_ZERO,
    MISSING,
    date_formats,
    is_missing_token,
)

_LARGEST = 2**63 - 1
_NAMED_LIKE_TIME = re.compile(
    r"time|date|epoch|(^|[_\W])(ts|at|created|updated|modified|seen|when)($|[_\W])|时间|日期", re.I
)
_EARLIEST = 10**8  # 1973, in seconds since 1970
_LATEST = 4 * 10**9  # 2096
_FORGIVEN = 0.05
"""Share of cells that may fail to fit a number or date column before it is taken for text."""


Unit: TypeAlias = tuple[str, str]


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
    groups: Counter[str] = field(default_factory=Counter)
    """Marks other than point and comma between groups of digits."""
    units: dict[Unit, Evidence] = field(default_factory=dict)
    """The numbers that stand beside a unit: what stands before them, and what after."""
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
        grouped = without_groups(text)
        if grouped is not None:
            text = grouped[0]
            self.groups[grouped[1]] += count
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
        valued = with_unit(text)
        if valued is not None:
            unit = (valued.prefix, valued.suffix)
            self.units.setdefault(unit, Evidence())._add(valued.number, count)
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
        elif cell_type.kind is CellKind.NUMBER and (cell_type.prefix or cell_type.suffix):
            unit = (cell_type.prefix, cell_type.suffix)
            bare = cell_type.model_copy(update={"prefix": "", "suffix": ""})
            self.units.setdefault(unit, Evidence()).fitting(bare, count)
        elif cell_type.kind is CellKind.NUMBER:
            self.different += count
            if cell_type.thousands and cell_type.thousands not in ",.":
                self.groups[cell_type.thousands] += count
                cell_type = cell_type.model_copy(update={"thousands": ""})
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
        with_unit_type = self._number_with_unit(decimal)
        if with_unit_type is not None:
            return with_unit_type
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

    def _number_with_unit(self, decimal: str) -> CellType | None:
        """The type of a column whose numbers have the same unit, nearly all of them."""
        if not self.units:
            return None
        unit, inner = max(self.units.items(), key=lambda item: item[1].numbers)
        plain, _ = self._best_number(decimal)
        total = self.words.total() + self.date_cells + plain
        fits = inner.numbers + plain
        known = sum(self.words[word] for word in self.words if with_unit(word) is not None)
        total += inner.numbers - min(known, inner.numbers)
        if inner.numbers < max(plain, 2) or inner.codes or total - fits > _forgiven(total):
            return None
        merged = replace(inner, integers=inner.integers + self.integers)
        for name in ("dotted", "commaed", "grouped_by_comma", "grouped_by_dot"):
            setattr(merged, name, getattr(inner, name) + getattr(self, name))
        merged.groups = inner.groups + self.groups
        _, number = merged._best_number(decimal)
        return number.model_copy(
            update={
                "kind": CellKind.NUMBER, "missing": MISSING, "prefix": unit[0], "suffix": unit[1],
            }
        )  # fmt: skip

    @property
    def numbers(self) -> int:
        """Cells that are numbers in the notation that most of them have."""
        return max(self._best_number(mark)[0] for mark in ".,")

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
            if grouped[mark]:
                group = "," if mark == "." else "."
                fit = counts[mark] + grouped[mark]
                return fit, CellType(kind=CellKind.NUMBER, decimal=mark, thousands=group)
        if self.groups:
            apart = self.groups.most_common(1)[0][0]
            return counts[mark], CellType(kind=CellKind.NUMBER, decimal=mark, thousands=apart)
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


def plan_columns(
    rows: Iterable[tuple[str, ...]], width: int, decimal: str, names: Sequence[str] = ()
) -> list[CellType]:
    """The types of all columns as far as these rows, and the columns' names, tell."""
    columns: list[Counter[str]] = [Counter() for _ in range(width)]
    for row in rows:
        for counter, cell in zip(columns, row, strict=True):
            counter[cell] += 1
    evidence = [Evidence.of(counter) for counter in columns]
    types = [each.decide(decimal) for each in evidence]
    for place, name in enumerate(names):
        types[place] = as_epoch(types[place], name, columns[place])
    used = tokens_in_use(types, [each.tokens for each in evidence])
    return [with_file_tokens(cell_type, used) for cell_type in types]


def as_epoch(cell_type: CellType, name: str, cells: Iterable[str]) -> CellType:
    """Dates instead of integers, where the name speaks of time and all are moments of our age."""
    if cell_type.kind is not CellKind.INTEGER or not _NAMED_LIKE_TIME.search(name):
        return cell_type
    moments = [int(cell) for cell in cells if INTEGER.fullmatch(cell.strip())]
    for form, unit in ((EPOCH_SECONDS, 1), (EPOCH_MILLISECONDS, 1000)):
        if moments and all(_EARLIEST * unit <= moment < _LATEST * unit for moment in moments):
            return cell_type.model_copy(update={"kind": CellKind.DATE, "date_format": form})
    return cell_type


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
