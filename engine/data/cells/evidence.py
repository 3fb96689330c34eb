"""What type a column has, decided from all that its cells look like."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from engine.data.cells.cell_types import MINUSES, TEXT, WIDE_DIGITS, CellKind, CellType
from engine.data.cells.dates import DIGITS, ISO, date_shape, day_of, with_time
from engine.data.cells.notations import with_unit, without_groups
from engine.data.cells.shapes import (
    COMMAED,
    DOTTED,
    GROUPED_BY_COMMA,
    GROUPED_BY_DOT,
    INTEGER,
    LEADING_ZERO,
    MISSING,
)
from engine.data.cells.yes_no import says_yes_or_no, spelling

_LARGEST = 2**63 - 1
_DIGITS = len(str(_LARGEST))
_TOKENS = frozenset(MISSING)
_WIDE_DIGIT = re.compile(f"[{WIDE_DIGITS}]")
_ANY_DIGIT = re.compile(f"[0-9{WIDE_DIGITS}]")
_PLAIN_NUMBER = re.compile(r"[+-]?[0-9]+\.(?:[0-9]{1,2}|[0-9]{4,})")
"""With a decimal point that cannot stand between thousands."""
_MINUS = re.compile(f"^[{MINUSES}](?=[\\d.,$€£¥])")
_NEGATIVE = re.compile(r"\((?P<inside>[^()+-]*\d[^()]*)\)|(?P<before>[^+-]*\d[^-]*)-")
_FORGIVEN = 0.05
"""Share of cells that may fail to fit a number or date column before it is taken for text."""
_FORGIVEN_WORDS = 0.01
"""The same for a column of yes and no, where another word may well be a third answer."""
_HUGE = 0.001
"""Share of whole numbers beyond 64 bits from which on all are taken for codes."""
_CODES = 0.001
"""Share of whole numbers with leading zeros from which on all are taken for codes."""


Unit: TypeAlias = tuple[str, str]


def no_counts() -> Counter[Any]:
    """An empty counter, made faster than by calling its class: many columns need many of them."""
    return Counter.__new__(Counter)


@dataclass(slots=True)
class Evidence:
    """How many cells have which shape. Integers count among the dotted and commaed numbers too."""

    integers: int = 0
    dotted: int = 0
    commaed: int = 0
    grouped_by_comma: int = 0
    grouped_by_dot: int = 0
    dates: Counter[str] = field(default_factory=no_counts)
    """By notation of the day; a date may fit several."""
    times: Counter[str] = field(default_factory=no_counts)
    """By format of the time of day."""
    zoned: int = 0
    """Dates with a time zone."""
    date_cells: int = 0
    padded: Counter[int] = field(default_factory=no_counts)
    """Integers with leading zeros, by their number of digits."""
    huge: int = 0
    """Integers beyond 64 bits."""
    digits: int = 0
    """The largest number of digits of an integer."""
    negatives: int = 0
    """Numbers with the sign of accountants: in parentheses, or with the minus behind."""
    bits: int = 0
    """Cells that are 0 or 1."""
    tokens: Counter[str] = field(default_factory=no_counts)
    words: Counter[str] = field(default_factory=no_counts)
    groups: Counter[str] = field(default_factory=no_counts)
    """Marks other than point and comma between groups of digits."""
    units: dict[Unit, Evidence] = field(default_factory=dict)
    """The numbers that stand beside a unit: what stands before them, and what after."""
    different: int = 0
    """Number of different numbers among the cells looked at."""

    @classmethod
    def of(cls, cells: Mapping[str, int], missing: Iterable[str] = _TOKENS) -> Evidence:
        """The evidence of these cells (text → count), where `missing` are texts for "no value"."""
        evidence = cls()
        tokens = frozenset(missing)
        for raw, count in cells.items():
            text = raw.strip()
            if text in tokens:
                evidence.tokens[text] += count
            elif text:
                evidence._add(text, count)
        return evidence

    def _add(self, text: str, count: int) -> None:
        if text.isdigit() and text.isascii():  # most cells of most files
            self._add_integer(text, count)
            return
        if not _ANY_DIGIT.search(text):
            self.words[text] += count
            return
        if _PLAIN_NUMBER.fullmatch(text):
            self.dotted += count
            self.different += 1
            return
        if _WIDE_DIGIT.search(text):
            text = unicodedata.normalize("NFKC", text)
        plain = _MINUS.sub("-", text) if text[0] in MINUSES else text
        negative = _NEGATIVE.fullmatch(plain) if text[-1] in ")-" else None
        if negative is not None and self._add_number(
            negative["inside"] or negative["before"], count
        ):
            self.negatives += count
        elif not self._add_number(plain, count):
            self._add_date_or_word(text, count)

    def _add_number(self, text: str, count: int) -> bool:
        """Count a number, with or without a unit; whether it is one."""
        bare = text
        grouped = without_groups(text)
        if grouped is not None:
            bare = grouped[0]
        found = False
        if INTEGER.fullmatch(bare):
            found = True
            self._add_integer(bare, count)
        else:
            for pattern, name in _PATTERNS:
                if pattern.fullmatch(bare):
                    found = True
                    setattr(self, name, getattr(self, name) + count)
            self.different += found
        if found:
            if grouped is not None:
                self.groups[grouped[1]] += count
            return True
        valued = with_unit(text)
        if valued is None or date_shape(text).days:
            return False
        unit = (valued.prefix, valued.suffix)
        self.units.setdefault(unit, Evidence())._add(valued.number, count)
        self.words[text] += count
        return True

    def _add_integer(self, text: str, count: int) -> None:
        self.integers += count
        self.dotted += count
        self.commaed += count
        self.different += 1
        digits = len(text.lstrip("+-"))
        self.digits = max(self.digits, digits)
        self.bits += count if text in ("0", "1") else 0
        if LEADING_ZERO.fullmatch(text):
            self.padded[digits] += count
        elif digits > _DIGITS or not -_LARGEST - 1 <= int(text) <= _LARGEST:
            self.huge += count

    def _add_date_or_word(self, text: str, count: int) -> None:
        shape = date_shape(text)
        if not shape.days:
            self.words[text] += count
            return
        self.dates.update(dict.fromkeys(shape.days, count))
        self.times[shape.time] += count
        self.zoned += count if shape.zoned else 0
        self.date_cells += count

    def fitting(self, cell_type: CellType, count: int) -> None:
        """Add cells of which only this is known: they fit the type."""
        if not count:
            return
        if cell_type.accounting:
            self.negatives += 1
        if cell_type.kind is CellKind.INTEGER or (
            cell_type.kind is CellKind.DATE and cell_type.date_format in DIGITS
        ):
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
        elif cell_type.kind is CellKind.BOOLEAN:
            self.words[cell_type.yes] += count - count // 2
            self.words[cell_type.no] += count // 2
        if cell_type.kind is CellKind.DATE:
            form = day_of(cell_type.date_format)
            self.dates[form] += count
            self.times[cell_type.date_format.removeprefix(form)] += count
            self.date_cells += 0 if form in DIGITS else count

    def swapped_fitting(self, other: CellType, count: int) -> None:
        """Note how many of the dates that fit would fit with day and month the other way round."""
        self.dates[day_of(other.date_format)] += count

    def decide(self, decimal: str, thousands: str | None = None) -> CellType:
        """The type that the most cells fit, if all but a few do; text otherwise.

        `decimal` is the file's decimal mark; a column that knows only the other mark keeps it.
        `thousands` is what a person says to stand between thousands: nothing, or only that.
        """
        if thousands is not None:
            return self._grouped_only_by(thousands).decide(decimal)
        found = self._number_with_unit(decimal) or self._yes_or_no(decimal)
        if found is not None:
            return found
        words = self.words.total()
        dates = max(self.dates.values(), default=0)
        numbers, number_type = self._best_number(decimal)
        total = numbers + self.date_cells + words
        if numbers == dates == words == 0:
            return CellType(kind=CellKind.EMPTY, missing=MISSING)
        token = self._own_token(numbers)
        if token:
            total -= self.words[token]
        if total - max(numbers, dates) > _forgiven(total):
            return TEXT
        missing = (*MISSING, token) if token else MISSING
        form = max(self.dates, key=self.dates.__getitem__, default=ISO)
        if dates > numbers or (form in DIGITS and total - dates <= _forgiven(total)):
            return CellType(kind=CellKind.DATE, missing=missing, date_format=self.date_format)
        if number_type.kind is CellKind.INTEGER and self.are_codes:
            return TEXT
        return number_type.model_copy(update={"missing": missing})

    def _grouped_only_by(self, mark: str) -> Evidence:
        """The same without numbers that another mark groups."""
        groups = {group: n for group, n in self.groups.items() if _same_mark(group, mark)}
        others = {f"1{group}000": n for group, n in self.groups.items() if group not in groups}
        texts = sum(others.values())  # they were counted as numbers, without the marks
        return replace(
            self,
            integers=max(0, self.integers - texts),
            dotted=max(0, self.dotted - texts),
            commaed=max(0, self.commaed - texts),
            words=self.words + Counter(others),
            grouped_by_comma=self.grouped_by_comma if mark == "," else 0,
            grouped_by_dot=self.grouped_by_dot if mark == "." else 0,
            groups=Counter(groups),
            units={unit: inner._grouped_only_by(mark) for unit, inner in self.units.items()},
        )

    @property
    def are_codes(self) -> bool:
        """Whether the whole numbers are names made of digits, to be kept as they are written.

        They are if some go beyond 64 bits, or have leading zeros: many of them, or those that are
        as wide as the widest number (02134 among postal codes).
        """
        padded = self.padded.total()
        wide = sum(n for digits, n in self.padded.items() if digits >= self.digits)
        return (
            self.huge > _HUGE * self.integers
            or padded > _CODES * self.integers
            or (padded > 0 and wide == padded)
        )

    def _yes_or_no(self, decimal: str) -> CellType | None:
        """The type of a column of booleans in words."""
        said = self.words + Counter({t: n for t, n in self.tokens.items() if says_yes_or_no(t)})
        found = spelling(said)
        if found is None:
            return None
        others = {word: n for word, n in said.items() if not says_yes_or_no(word)}
        plain, _ = self._best_number(decimal)
        total = said.total() + plain + self.date_cells
        unfit = sum(others.values()) + plain - self.bits + self.date_cells
        rare = max(2.0, 0.001 * total)
        if unfit > _FORGIVEN_WORDS * total or any(count > rare for count in others.values()):
            return None
        missing = tuple(token for token in MISSING if not says_yes_or_no(token))
        return CellType(kind=CellKind.BOOLEAN, missing=missing, yes=found[0], no=found[1])

    def as_number(self, decimal: str) -> CellType:
        """The number type that the most cells fit, however few they are."""
        units = max(self.units.values(), key=lambda inner: inner.numbers, default=None)
        plain, number = self._best_number(decimal)
        if units is not None and units.numbers > plain:
            unit = next(unit for unit, inner in self.units.items() if inner is units)
            _, number = units._best_number(decimal)
            number = number.model_copy(update={"prefix": unit[0], "suffix": unit[1]})
        return number.model_copy(update={"kind": CellKind.NUMBER, "missing": MISSING})

    @property
    def date_format(self) -> str:
        """The notation that the most dates are in, however few there are."""
        form = max(self.dates, key=self.dates.__getitem__, default=ISO)
        time = max(self.times, key=self.times.__getitem__, default="")
        return with_time(form, time, zoned=2 * self.zoned > self.date_cells)

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
        if inner.numbers < max(plain, 2) or inner.are_codes or total - fits > _forgiven(total):
            return None
        merged = replace(inner, integers=inner.integers + self.integers)
        for name in ("dotted", "commaed", "grouped_by_comma", "grouped_by_dot"):
            setattr(merged, name, getattr(inner, name) + getattr(self, name))
        merged.groups = inner.groups + self.groups
        _, number = merged._best_number(decimal)
        return number.model_copy(
            update={
                "kind": CellKind.NUMBER, "missing": MISSING, "prefix": unit[0], "suffix": unit[1],
                "accounting": self.negatives > 0,
            }
        )  # fmt: skip

    @property
    def numbers(self) -> int:
        """Cells that are numbers in the notation that most of them have."""
        return max(self._best_number(mark)[0] for mark in ".,")

    def _best_number(self, decimal: str) -> tuple[int, CellType]:
        count, found = self._best_notation(decimal)
        return count, found.model_copy(update={"accounting": True}) if self.negatives else found

    def _best_notation(self, decimal: str) -> tuple[int, CellType]:
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


def _same_mark(group: str, mark: str) -> bool:
    """Whether a mark between digits is the one that is meant; there are several blanks."""
    return group == mark or (mark == " " and group.isspace()) or (mark == "'" and group == "’")
