"""Categories in which one value is written in several ways: `Bonn`, `bonn`, `BONN `."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from engine.data.cells.cell_types import CellKind
from engine.data.problems.case import Case
from engine.data.problems.fixes import read_cells_as
from engine.data.problems.problem import Problem
from engine.data.rows.filters import LevelsFilter
from engine.messages import message
from engine.schema import Column, Kind, Role

_MOST_LEVELS = 50_000
_NAMED = 4


@dataclass(frozen=True, slots=True)
class _Variants:
    meant: Mapping[str, str]
    """The rarer ways of writing, and the most frequent one."""
    rows: tuple[int, ...]
    count: int


def spelling(case: Case) -> Iterator[Problem]:
    """Levels that differ in case, blanks and the like only."""
    for column in case.schema.columns:
        case.go_on()
        role = case.role(column.name)
        if column.kind is not Kind.CATEGORY or role not in (Role.FEATURE, Role.TARGET):
            continue
        found = case.once(("variants", column.name), lambda: _variants(case, column))  # noqa: B023
        if found is None:
            continue
        pairs = [f"“{one}” – “{other}”" for one, other in found.meant.items()]
        named = ", ".join(pairs[:_NAMED]) + (" …" if len(pairs) > _NAMED else "")
        yield Problem(
            "variants",
            "warning",
            message("{column} writes values in several ways", column=column.name),
            message("They count as different: {pairs}.", pairs=named),
            column=column.name,
            count=found.count,
            rows=found.rows,
            filters=(LevelsFilter(column=column.name, values=tuple(found.meant)),),
            fix=read_cells_as(column.name, found.meant),
        )


def _variants(case: Case, column: Column) -> _Variants | None:
    is_text = case.table.cell_type(column.name).kind is CellKind.TEXT
    if not is_text or column.distinct > _MOST_LEVELS:
        return None
    counts = case.table.column(column.name).drop_null().value_counts()
    frequent: dict[str, str] = {}
    meant: dict[str, str] = {}
    by_count = sorted(counts.to_pylist(), key=lambda entry: -entry["counts"])
    for entry in by_count:
        text = entry["values"]
        plain = _plain(text)
        if plain in frequent:
            meant[text] = frequent[plain]
        elif plain:
            frequent[plain] = text
    if not meant:
        return None
    wanted = pa.array(list(meant), pa.string())
    rows, count = case.first_rows(column.name, lambda cells: pc.is_in(cells, wanted))
    return _Variants(meant, rows, count)


def _plain(text: str) -> str:
    """What is left where case, kinds of blanks and full-width letters do not count."""
    text = unicodedata.normalize("NFKC", text).casefold()
    return re.sub(r"[\s\u200b\ufeff_]+", " ", text).strip().rstrip(".")
