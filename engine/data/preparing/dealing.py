"""Dealing a table's rows to training, validation and test, a block of rows at a time."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from engine.data.cells import typed
from engine.data.memory import Storage
from engine.data.preparing.columnar import Source, Span, kind_of, span_length, spans, typed_cells
from engine.data.preparing.fitting import choose_columns
from engine.data.preparing.hidden import hidden_source
from engine.data.preparing.split import Parts, Rows, split_rows
from engine.errors import TargetMissing, TargetOneClass
from engine.messages import Message
from engine.recipe.recipe import Recipe
from engine.recipe.split import Split
from engine.schema import Kind, Schema

BLOCK_ROWS = 500_000
"""Rows that are dealt in one go. More are dealt in blocks of so many, whatever the memory: the same
table must always be split in the same way."""
_FEW = 20
"""Rows of a class in a block below which it is dealt together with other small ones."""


def deal_rows(
    source: Source, recipe: Recipe, schema: Schema, storage: Storage
) -> tuple[Parts, int]:
    """The parts of a table's rows that have a target, and how many these are.

    Raises `NoTarget`, `NoFeatures`, `TargetMissing`, `TargetOneClass` or `TooFewRows`.
    """
    target, _ = choose_columns(recipe, schema)
    source = hidden_source(source, recipe)
    name = target.name or ""
    is_number = kind_of(target, schema) is Kind.NUMBER
    dealer = _Dealer(recipe.split, storage)
    classes = _Classes()
    seen = 0
    for span in spans(source, name, None):
        values, cell_type = typed_cells(source, target, recipe, schema, span)
        if is_number:
            known = ~np.isnan(typed.numbers(values, cell_type)[0])
            codes = None
        else:
            texts, _ = typed.levels(values, cell_type)
            known = texts.is_valid().to_numpy(zero_copy_only=False)
            codes = classes.codes(texts.filter(known))
        dealer.take(np.flatnonzero(known).astype(np.int64) + _first(span), codes)
        seen += span_length(span)
    if not dealer.rows:
        raise TargetMissing(name, seen)
    if len(classes) == 1:
        raise TargetOneClass(name, classes.only, dealer.rows)
    return dealer.parts(), dealer.rows


class _Classes:
    """Codes of classes in the order in which they are met."""

    def __init__(self) -> None:
        self._places: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._places)

    @property
    def only(self) -> str:
        return next(iter(self._places))

    def codes(self, texts: pa.Array) -> NDArray[np.int32]:
        encoded = texts.dictionary_encode()
        own = [
            self._places.setdefault(t, len(self._places)) for t in encoded.dictionary.to_pylist()
        ]
        found: NDArray[np.int32] = np.asarray(own, np.int32)[encoded.indices.to_numpy()]
        return found


class _Dealer:
    """Collects rows to blocks and deals each block when it is full."""

    def __init__(self, split: Split, storage: Storage) -> None:
        self._split = split
        self._parts = tuple(storage.growing(np.int64) for _ in range(3))
        self._waiting: list[Rows] = []
        self._codes: list[NDArray[Any]] = []
        self._count = 0
        self._block = 0
        self._notes: dict[str, Message] = {}
        self.rows = 0

    def take(self, rows: Rows, codes: NDArray[Any] | None) -> None:
        self.rows += len(rows)
        while len(rows):
            if self._count == BLOCK_ROWS:  # and more to come
                self._deal()
            stop = BLOCK_ROWS - self._count
            self._waiting.append(rows[:stop])
            if codes is not None:
                self._codes.append(codes[:stop])
                codes = codes[stop:]
            self._count += len(rows[:stop])
            rows = rows[stop:]

    def parts(self) -> Parts:
        self._deal()
        train, validation, test = (part.array() for part in self._parts)
        return Parts(train, validation, test, tuple(self._notes.values()))

    def _deal(self) -> None:
        rows = np.concatenate(self._waiting)
        codes = np.concatenate(self._codes) if self._codes else None
        self._waiting, self._codes, self._count = [], [], 0
        split, least = self._split, 2 + (self._split.validation > 0) + (self._split.test > 0)
        if self._block and len(rows) < least:
            self._parts[0].append(rows)
            return
        if self._block:
            split = split.model_copy(update={"seed": _block_seed(split.seed, self._block)})
        if codes is not None and self.rows > BLOCK_ROWS:
            codes = _with_few_joined(codes)
        dealt = split_rows(split, rows, codes)
        for part, found in zip(
            self._parts, (dealt.train, dealt.validation, dealt.test), strict=True
        ):
            part.append(found)
        self._notes.update({str(note): note for note in dealt.notes})
        self._block += 1


def _first(span: Span) -> int:
    return int(span.start) if isinstance(span, slice) else 0


def _block_seed(seed: int, block: int) -> int:
    return int(np.random.SeedSequence((seed, block)).generate_state(1)[0]) & 0x7FFF_FFFF


def _with_few_joined(codes: NDArray[Any]) -> NDArray[Any]:
    """Classes of which a block has few rows become one, which can be dealt by shares."""
    counts = np.bincount(codes)
    few = (counts > 0) & (counts < _FEW)
    if not few.any():
        return codes
    joined = int(np.argmax(counts)) if counts[few].sum() < _FEW else int(np.flatnonzero(few)[0])
    names = np.arange(len(counts))
    names[few] = joined
    found: NDArray[Any] = names[codes]
    return found
