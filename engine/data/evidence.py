"""What type a column has, decided from all that its cells look like."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from engine.data.cell_types import MINUSES, TEXT, CellKind, CellType
from engine.data.dates import (
    COMPACT,
    DIGITS,
    EPOCHS,
    ISO,
    date_shape,
    day_of,
    is_day_first,
    swapped_order,
    with_time,
)
from engine.data.notations import with_unit, without_groups
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
)
from engine.data.yes_no import says_yes_or_no, spelling
from engine.recipe.reading import ColumnReading, DateOrder

_LARGEST = 2**63 - 1
_TOKENS = frozenset(MISSING)
_CODE = re.compile("[A-Z]{2}")
_MANY_CODES = 5
_NAMED_LIKE_TIME = re.compile(
    r"time|date|epoch|(^|[_\W])(ts|at|day|created|updated|modified|seen|when)($|[_\W])|(?-i:[a-z]At)$|时间|日期",
    re.I,
)
_EARLIEST = 10**8  # 1973, in seconds since 1970
_LATEST = 4 * 10**9  # 2096
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


@dataclass(slots=True)
class Evidence:
    """How many cells have which shape. Integers count among the dotted and commaed numbers too."""

    integers: int = 0
    dotted: int = 0
    commaed: int = 0
    grouped_by_comma: int = 0
    grouped_by_dot: int = 0
    dates: Counter[str] = field(default_factory=Counter)
    """By notation of the day; a date may fit several."""
    times: Counter[str] = field(default_factory=Counter)
    """By format of the time of day."""
    zoned: int = 0
    """Dates with a time zone."""
    date_cells: int = 0
    padded: Counter[int] = field(default_factory=Counter)
    """Integers with leading zeros, by their number of digits."""
    huge: int = 0
    """Integers beyond 64 bits."""
    digits: int = 0
    """The largest number of digits of an integer."""
    negatives: int = 0
    """Numbers with the sign of accountants: in parentheses, or with the minus behind."""
    bits: int = 0
    """Cells that are 0 or 1."""
    tokens: Counter[str] = field(default_factory=Counter)
    words: Counter[str] = field(default_factory=Counter)
    groups: Counter[str] = field(default_factory=Counter)
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
        plain = _MINUS.sub("-", text)
        negative = _NEGATIVE.fullmatch(plain)
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
        for pattern, name in _PATTERNS:
            if pattern.fullmatch(bare):
                found = True
                setattr(self, name, getattr(self, name) + count)
        if found:
            self.different += 1
            if grouped is not None:
                self.groups[grouped[1]] += count
            return True
        valued = with_unit(text)
        if valued is None or date_shape(text).days:
            return False
        self.units.setdefault((valued.prefix, valued.suffix), Evidence())._add(valued.number, count)
        self.words[text] += count
        return True

    def _add_integer(self, text: str, count: int) -> None:
        self.integers += count
        digits = len(text.lstrip("+-"))
        self.digits = max(self.digits, digits)
        self.bits += count if text in ("0", "1") else 0
        if LEADING_ZERO.fullmatch(text):
            self.padded[digits] += count
        elif not -_LARGEST - 1 <= int(text) <= _LARGEST:
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

    def decide(self, decimal: str) -> CellType:
        """The type that the most cells fit, if all but a few do; text otherwise.

        `decimal` is the file's decimal mark; a column that knows only the other mark keeps it.
        """
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


def plan_columns(
    rows: Iterable[tuple[str, ...]],
    width: int,
    decimal: str,
    names: Sequence[str] = (),
    asked: Sequence[ColumnReading] = (),
) -> list[CellType]:
    """The types of all columns as far as these rows, the columns' names and a person tell."""
    columns: list[Counter[str]] = [Counter() for _ in range(width)]
    for row in rows:
        for counter, cell in zip(columns, row, strict=True):
            counter[cell] += 1
    wishes = {column.name: column for column in asked}
    by_place = [wishes.get(name) for name in names] or [None] * width
    evidence, types = [], []
    for place, (cells, wish) in enumerate(zip(columns, by_place, strict=True)):
        found = evidence_of(cells, wish)
        cell_type = found.decide(decimal)
        if names:
            cell_type = as_moments(cell_type, names[place], cells)
        evidence.append(found)
        types.append(as_asked(cell_type, wish))
    used = tokens_in_use(types, [each.tokens for each in evidence])
    return [
        cell_type
        if wish is not None and wish.missing is not None
        else with_file_tokens(cell_type, used, codes=looks_like_codes(cells))
        for cell_type, cells, wish in zip(types, columns, by_place, strict=True)
    ]


def evidence_of(cells: Mapping[str, int], wish: ColumnReading | None) -> Evidence:
    """The evidence of cells with what a person decided about them."""
    if wish is None:
        return Evidence.of(cells)
    fixes = {fix.found: fix.value for fix in wish.fixes}
    fixed: Counter[str] = Counter()
    for text, count in cells.items():
        fixed[fixes.get(text.strip(), text)] += count
    return Evidence.of(fixed, MISSING if wish.missing is None else wish.missing)


def as_asked(cell_type: CellType, wish: ColumnReading | None) -> CellType:
    """The type with what a person decided about its column."""
    if wish is None:
        return cell_type
    changed: dict[str, object] = {"fixes": tuple((fix.found, fix.value) for fix in wish.fixes)}
    if wish.missing is not None:
        changed["missing"] = wish.missing
    other = swapped(cell_type)
    if other is not None and wish.dates is not None:
        day_first = is_day_first(cell_type.date_format)
        if day_first != (wish.dates is DateOrder.DAY_FIRST):
            changed["date_format"] = other.date_format
    return cell_type.model_copy(update=changed)


def as_moments(cell_type: CellType, name: str, cells: Iterable[str]) -> CellType:
    """Dates instead of integers, where the name speaks of time and all are moments of our age."""
    if cell_type.kind is not CellKind.INTEGER or not _NAMED_LIKE_TIME.search(name):
        return cell_type
    texts = [cell.strip() for cell in cells]
    texts = [text for text in texts if INTEGER.fullmatch(text)]
    moments = [int(text) for text in texts]
    form = None
    for place, epoch in enumerate(EPOCHS):
        unit = 1000**place
        if moments and all(_EARLIEST * unit <= moment < _LATEST * unit for moment in moments):
            form = epoch
    if moments and all(_is_compact_date(text) for text in texts):
        form = COMPACT
    if form is None:
        return cell_type
    return cell_type.model_copy(update={"kind": CellKind.DATE, "date_format": form})


def _is_compact_date(text: str) -> bool:
    """Whether eight digits are a day of our age: 20210305."""
    if len(text) != 8 or not "1900" <= text[:4] <= "2099":
        return False
    return bool(date_shape(f"{text[:4]}-{text[4:6]}-{text[6:]}").days)


def tokens_in_use(types: Iterable[CellType], tokens: Iterable[Mapping[str, int]]) -> set[str]:
    """The doubtful missing tokens (NA, - …) that stand among numbers and dates of this file."""
    seen: set[str] = set()
    for cell_type, found in zip(types, tokens, strict=True):
        if cell_type.kind in (CellKind.INTEGER, CellKind.NUMBER, CellKind.DATE):
            seen.update(found)
    return seen & set(AMONG_VALUES_MISSING)


def with_file_tokens(cell_type: CellType, used: set[str], *, codes: bool = False) -> CellType:
    """A text column reads the file's own tokens as missing too.

    `codes` says that the column holds codes of two capital letters, among which NA is one.
    """
    if cell_type.kind is not CellKind.TEXT:
        return cell_type
    own = sorted(used - {"NA"} if codes else used)
    return cell_type.model_copy(update={"missing": (*ALWAYS_MISSING, *own)})


def looks_like_codes(texts: Iterable[str]) -> bool:
    """Whether the texts are codes of two capital letters, like those of countries and states."""
    filled = {text.strip() for text in texts} - {"", "NA"}
    return len(filled) >= _MANY_CODES and all(_CODE.fullmatch(text) for text in filled)


def swapped(cell_type: CellType) -> CellType | None:
    """The date type with day and month the other way round, where both are written as numbers."""
    if cell_type.kind is not CellKind.DATE:
        return None
    other = swapped_order(cell_type.date_format)
    return None if other is None else cell_type.model_copy(update={"date_format": other})
