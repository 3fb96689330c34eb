"""Warnings of rows that come in batches: one sentence for each matter, with the count of all of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeAlias

from engine.data.preparing.fitted import FittedColumn, warnings_of
from engine.data.preparing.reads import Read
from engine.messages import Fact, Message, message_n

_Key: TypeAlias = tuple[str, frozenset[tuple[str, Fact]]]


class BatchWarnings:
    """Warnings of all batches, the counts of equal ones summed up."""

    def __init__(self, columns: Sequence[FittedColumn] = ()) -> None:
        """`columns` are those of the preparation, in its order."""
        self._columns = columns
        self._reads = [Read.none() for _ in columns]
        self._found: dict[_Key, Message] = {}

    @property
    def reads(self) -> tuple[Read, ...]:
        """What became of the cells of each column in all batches so far."""
        return tuple(self._reads)

    def count(self, reads: Sequence[Read]) -> None:
        """Take in what became of the cells of a batch, column by column."""
        pairs = zip(self._reads, reads, strict=True)
        self._reads = [before.with_counts_of(read) for before, read in pairs]

    def add(self, warnings: Iterable[Message]) -> None:
        """Take in other warnings of a batch."""
        for warning in warnings:
            facts = {key: value for key, value in warning.facts.items() if key != "count"}
            key = (warning.template, frozenset(facts.items()))
            former = self._found.get(key)
            count = warning.count + (former.count if former else 0)
            self._found[key] = message_n(warning.template, warning.plural, count, **facts)

    def messages(self) -> tuple[Message, ...]:
        """Those of columns first, the others in the order in which they first came."""
        pairs = zip(self._columns, self._reads, strict=True)
        of_columns = [warning for column, read in pairs for warning in warnings_of(column, read)]
        return (*of_columns, *self._found.values())
