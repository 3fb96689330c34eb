"""From batches of text cells to batches of values, with a tally of what did not fit.

The types are planned on a sample. The tally of a whole pass tells which plans were wrong; the file is
then passed once more with better ones. So a column is typed by all of its cells, not by the first.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor

import pyarrow as pa

from engine.data.cells.alike import add_alike
from engine.data.cells.cell_types import TEXT, CellKind, CellType
from engine.data.cells.dates import is_day_first
from engine.data.cells.planning import as_asked, tokens_in_use, with_file_tokens
from engine.data.cells.shapes import AMONG_VALUES_MISSING
from engine.data.cells.tally import Tally
from engine.messages import Message, message, message_n
from engine.recipe.reading import ColumnReading

_TOLD = 10
"""Texts kept as values that are told one by one."""
THREADS = max(1, min(4, (os.cpu_count() or 1) - 2))  # reading takes two
_WORTH_THREADS = 1_000
"""Rows of a batch from which on its columns are cast side by side."""
_FEW_ROWS = 4_000
"""Rows of a batch up to which columns of one type are cast together: calls would cost more."""
_TOGETHER = 256
"""Columns of one type that are cast together at most."""


class Converter:
    """Casts batches with one set of types and tallies them."""

    def __init__(
        self,
        names: tuple[str, ...],
        types: list[CellType],
        *,
        typed: bool = False,
        asked: Sequence[ColumnReading] = (),
    ) -> None:
        """Begin.

        Args:
            names: The columns.
            types: Theirs.
            typed: Whether cells do not come as text, and `types` are those of the source.
            asked: What a person decided about columns.
        """
        self._typed = typed
        self._types = types
        wishes = {wish.name: wish for wish in asked}
        self.tallies = [
            Tally(cell_type, wishes.get(name), typed=typed)
            for name, cell_type in zip(names, types, strict=True)
        ]
        self.schema = pa.schema(
            [(name, cell_type.arrow_type) for name, cell_type in zip(names, types, strict=True)]
        )
        known = frozenset(names)
        self._unknown = [name for name in wishes if name not in known]
        self._rows = 0
        self._alike = [[place] for place in range(len(types))] if typed else _alike(types)

    def convert(self, batch: pa.RecordBatch, pool: Executor | None = None) -> pa.RecordBatch:
        """The batch as values; with a pool of `THREADS` its columns are cast side by side."""
        cells = batch.columns
        few = batch.num_rows <= _FEW_ROWS
        groups = self._alike if few else [[place] for place in range(len(cells))]
        columns: list[pa.Array] = [None] * len(cells)

        def cast(groups: Sequence[Sequence[int]]) -> None:
            for group in groups:
                tallies = [self.tallies[place] for place in group]
                values = add_alike(tallies, [cells[place] for place in group], self._rows)
                for place, cells_cast in zip(group, values, strict=True):
                    columns[place] = cells_cast

        if pool is None or THREADS == 1 or batch.num_rows < _WORTH_THREADS:
            cast(groups)
        else:
            list(pool.map(cast, [groups[i::THREADS] for i in range(THREADS)]))
        self._rows += batch.num_rows
        return pa.record_batch(columns, schema=self.schema)

    def doubts(self) -> tuple[Message, ...]:
        """What the cells left open, and what was decided where there was a choice."""
        told = [
            message(
                "There is no column “{column}” here; what was set for it is not used.", column=name
            )
            for name in self._unknown
        ]
        told += [_ambiguous(name, tally) for name, tally in self._named() if tally.is_ambiguous]
        kept = [
            message(
                "{column}: “{text}” is kept as a value ({count} rows).",
                column=name,
                text=text,
                count=count,
            )
            for name, tally in self._named()
            for text, count in tally.kept.items()
        ]
        told += kept[:_TOLD]
        if len(kept) > _TOLD:
            told.append(
                message_n(
                    "{count} more text like these is kept as a value.",
                    "{count} more texts like these are kept as values.",
                    len(kept) - _TOLD,
                )
            )
        return tuple(told)

    def _named(self) -> Iterator[tuple[str, Tally]]:
        return zip(self.schema.names, self.tallies, strict=True)

    @property
    def is_hopeless(self) -> bool:
        """Whether a column was given up, so that another pass is needed whatever it costs."""
        return any(tally.hopeless for tally in self.tallies)

    def verdict(
        self, decimal: str, *, thousands: str | None = None, last: bool = False
    ) -> list[CellType]:
        """The types that the whole file speaks for, with the marks that a person names.

        With `last` there is but one pass to come, so that a column which still did not settle
        becomes text, which every cell fits.
        """
        if self._typed:
            return self._types
        types = [
            TEXT if last and tally.hopeless else tally.verdict(decimal, thousands)
            for tally in self.tallies
        ]
        used = tokens_in_use(types, [tally.tokens for tally in self.tallies])
        for cell_type, tally in zip(types, self.tallies, strict=True):
            # What an earlier pass found stays in use.
            if cell_type.kind is CellKind.TEXT and not tally.keeps_tokens:
                used |= set(cell_type.missing) & set(AMONG_VALUES_MISSING)
        return [
            as_asked(cell_type, tally.wish)
            if tally.keeps_tokens
            else as_asked(with_file_tokens(cell_type, used, codes=tally.has_codes), tally.wish)
            for cell_type, tally in zip(types, self.tallies, strict=True)
        ]


def _ambiguous(name: str, tally: Tally) -> Message:
    if is_day_first(tally.cell_type.date_format):
        return message(
            "{column}: no date tells day from month; the day is read first.", column=name
        )
    return message("{column}: no date tells day from month; the month is read first.", column=name)


def _alike(types: Sequence[CellType]) -> list[list[int]]:
    """The places of the columns that are cast together."""
    groups: dict[CellType, list[int]] = {}
    known: dict[int, list[int]] = {}  # by identity, for most are the very same
    for place, cell_type in enumerate(types):
        if id(cell_type) not in known:
            known[id(cell_type)] = groups.setdefault(cell_type, [])
        known[id(cell_type)].append(place)
    return [
        places[start : start + _TOGETHER]
        for places in groups.values()
        for start in range(0, len(places), _TOGETHER)
    ]
