"""How another file matches a preparation that was fitted before: column by column, with what is done about it."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from engine.data.cells import typed
from engine.data.cells.cell_types import CellKind, CellType
from engine.data.preparing.categories.fitted_category import FittedCategory
from engine.data.preparing.columnar import (
    SPAN_ROWS,
    Layer,
    Source,
    column_cells,
    column_names,
    row_count,
)
from engine.data.preparing.dates.fitted_date import FittedDate
from engine.data.preparing.derived.source import raw_columns
from engine.data.preparing.fitted import FittedColumn, warnings_of
from engine.data.preparing.fitted_target import FittedValue
from engine.data.preparing.hidden import hidden_warnings
from engine.data.preparing.levels import LevelCounts
from engine.data.preparing.match_report import ColumnMatch, FileMatch, UnseenLevel
from engine.data.preparing.preparation import Preparation
from engine.data.preparing.reads import Read
from engine.data.preparing.target.several import known_of
from engine.data.progress import Cancelled, Progress, never, nothing
from engine.errors import Cancelled as CancelledError
from engine.messages import Message, message, message_n
from engine.recipe.recipe import Recipe
from engine.schema import Kind

_LEVELS_TOLD = 20
_LEVELS_COUNTED = 10_000
"""Different unseen levels of a column that are told apart; more are not counted one by one."""
_KINDS = {
    CellKind.INTEGER: Kind.NUMBER,
    CellKind.NUMBER: Kind.NUMBER,
    CellKind.DATE: Kind.DATE,
    CellKind.BOOLEAN: Kind.CATEGORY,
    CellKind.TEXT: Kind.CATEGORY,
}


def match_source(
    preparation: Preparation,
    source: Source,
    recipe: Recipe | None = None,
    *,
    path: str = "",
    rejected: int = 0,
    progress: Progress = nothing,
    cancelled: Cancelled = never,
) -> FileMatch:
    """Compare every cell that a preparation needs with what it learned; nothing is written.

    Columns are matched by name, in any order. Memory stays bounded whatever the number of rows.

    Args:
        preparation: Fitted on the training rows of another table.
        source: The other file's table, or a frame.
        recipe: The recipe of the preparation, if it is known: tells columns that are new from columns
            that were left out of training.
        path: What to call the file.
        rejected: Rows of the file that could not be read as rows of a table.
        progress: Told of (rows, rows).
        cancelled: Asked between blocks of rows.

    Raises:
        Cancelled, KeyMissing, KeyDamaged.
    """
    found = _Match(preparation, source, recipe)
    found.look(progress, cancelled)
    return found.report(path, rejected)


class _Column:
    """What is seen of one fitted column."""

    def __init__(self, fitted: FittedColumn, source: Source) -> None:
        self.fitted = fitted
        self.read = Read.none()
        self.missing = 0
        self.low = np.inf
        self.high = -np.inf
        self.strange = LevelCounts()
        self.kind_here = _kind_here(source, fitted.name)

    def look(self, cells: pa.Array) -> Read:
        """Take in some cells."""
        fitted, rows = self.fitted, len(cells)
        numbers = np.empty((rows, len(fitted.inputs)), np.float32)
        codes = np.empty((rows, int(fitted.codes > 0)), np.int32)
        read = fitted.write(cells, numbers, codes)
        self.read = self.read.with_counts_of(read)
        self.missing += int(np.count_nonzero(read.missing)) - read.misfits
        if isinstance(fitted, FittedCategory):
            if read.unseen and len(self.strange.counts) < _LEVELS_COUNTED:
                self._count_strange(cells, fitted)
            return read
        is_date = isinstance(fitted, FittedDate)
        values, _ = (typed.days if is_date else typed.numbers)(cells, fitted.cell_type)
        known = values[~np.isnan(values)]
        if len(known):
            self.low = min(self.low, float(known.min()))
            self.high = max(self.high, float(known.max()))
        return read

    def _count_strange(self, cells: pa.Array, fitted: FittedCategory) -> None:
        texts, _ = typed.levels(cells, fitted.cell_type)
        counts = LevelCounts().add(texts, CellType(kind=CellKind.TEXT, missing=())).counts
        known = {*fitted.levels, *fitted.merged}
        self.strange.counts.update({k: n for k, n in counts.items() if k not in known})

    def match(self, rows: int) -> ColumnMatch:
        """What was found."""
        fitted = self.fitted
        kind = Kind(fitted.kind)
        is_number = kind is Kind.NUMBER and np.isfinite(self.low)
        return ColumnMatch(
            name=fitted.name,
            state="matched",
            kind=kind,
            kind_here=self.kind_here,
            rows=rows,
            missing=self.missing,
            misfits=self.read.misfits,
            unseen=self.read.unseen,
            levels=tuple(
                UnseenLevel(level=level, rows=count)
                for level, count in self.strange.counts.most_common(_LEVELS_TOLD)
            ),
            far=self.read.far,
            low=getattr(fitted, "low", None) if is_number else None,
            high=getattr(fitted, "high", None) if is_number else None,
            low_here=self.low if is_number else None,
            high_here=self.high if is_number else None,
            remarks=tuple(self._remarks(kind)),
        )

    def _remarks(self, kind: Kind) -> Iterator[Message]:
        name, here = self.fitted.name, self.kind_here
        if here is not None and here is not kind:
            yield _of_kind(name, kind, here)
        yield from warnings_of(self.fitted, self.read)
        if self.missing and self.fitted.drops_rows:
            yield message_n(
                "“{column}”: {count} row has no value; it is predicted with one filled in, but is left out where the result is scored.",
                "“{column}”: {count} rows have no value; they are predicted with one filled in, but are left out where the result is scored.",
                self.missing,
                column=name,
            )


def _of_kind(name: str, kind: Kind, here: Kind) -> Message:
    if kind is Kind.CATEGORY:
        return message(
            "“{column}” is a category, and here its cells are numbers or dates: each is taken for the name of a level.",
            column=name,
        )
    if kind is Kind.DATE:
        return message(
            "“{column}” holds dates in training, and none here: cells that cannot be read as dates count as missing.",
            column=name,
        )
    if here is Kind.DATE:
        return message(
            "“{column}” holds numbers in training and dates here: all of them count as missing.",
            column=name,
        )
    return message(
        "“{column}” holds numbers in training and texts here: cells that cannot be read as numbers count as missing.",
        column=name,
    )


def _kind_here(source: Source, name: str) -> Kind | None:
    known = Layer(source).known_type(name)
    if known is not None:
        return _KINDS.get(known.kind)
    stored = column_cells(source, name, slice(0, 1)).type
    if pa.types.is_temporal(stored):
        return Kind.DATE
    is_number = pa.types.is_integer(stored) or pa.types.is_floating(stored)
    return Kind.NUMBER if is_number else None


class _Match:
    """The comparison under way."""

    def __init__(self, preparation: Preparation, source: Source, recipe: Recipe | None) -> None:
        self.preparation = preparation
        self.names = column_names(source)
        present = set(self.names)
        derived = preparation.derived
        self.absent = [name for name in preparation.columns if name not in present]
        self.extra = self._extra(recipe)
        gone = set(self.absent)
        usable = [
            column
            for column in preparation.fitted
            if gone.isdisjoint(raw_columns(derived, (column.name,)))
        ]
        target = raw_columns(derived, preparation.targets)
        self.has_target = present.issuperset(target)
        self.seen = preparation.seen(source)
        self.rows = row_count(source, self.names[0]) if self.names else 0
        self.columns = [_Column(column, self.seen) for column in usable]
        self.without_target = self.strange_targets = self.dropped = 0

    def _extra(self, recipe: Recipe | None) -> list[str]:
        known = {*self.preparation.columns, *self.preparation.targets}
        if recipe is not None:
            known |= {column.name or "" for column in recipe.columns}
        return [name for name in self.names if name not in known]

    def look(self, progress: Progress, cancelled: Cancelled) -> None:
        """Read all rows, a block at a time."""
        for start in range(0, self.rows, SPAN_ROWS):
            if cancelled():
                raise CancelledError
            span = slice(start, min(start + SPAN_ROWS, self.rows))
            lacking = np.zeros(span.stop - span.start, np.bool_)
            for column in self.columns:
                read = column.look(column_cells(self.seen, column.fitted.name, span))
                if column.fitted.drops_rows:
                    lacking |= read.missing
            if self.has_target:
                lacking |= self._targets(span)
            self.dropped += int(np.count_nonzero(lacking))
            progress(span.stop, self.rows)

    def _targets(self, span: slice) -> NDArray[np.bool_]:
        """The rows whose target cannot be scored; of several targets, none of them."""
        lacks = np.ones(span.stop - span.start, np.bool_)
        of_other_class = 0
        several = len(self.preparation.targets) > 1
        for fitted in self.preparation.fitted_targets:
            values, strangers = fitted.read(column_cells(self.seen, fitted.name, span))
            lacks &= ~known_of(values)
            if not isinstance(fitted, FittedValue):
                of_other_class += strangers
        self.strange_targets += of_other_class
        self.without_target += int(np.count_nonzero(lacks)) - (0 if several else of_other_class)
        return lacks

    def report(self, path: str, rejected: int) -> FileMatch:
        """All that was found."""
        columns = [column.match(self.rows) for column in self.columns]
        columns += [self._missing(name) for name in self.absent]
        columns += [_extra(name) for name in self.extra]
        return FileMatch(
            path=path,
            rows=self.rows,
            rejected=rejected,
            target=self.preparation.target,
            has_target=self.has_target,
            without_target=self.without_target,
            strange_targets=self.strange_targets,
            not_scored=self.dropped if self.has_target else 0,
            columns=tuple(columns),
            remarks=tuple(self._remarks(rejected)),
        )

    def _missing(self, name: str) -> ColumnMatch:
        free = [each for each in self.names if each not in self.preparation.columns]
        lower = {each.casefold(): each for each in free}
        close = difflib.get_close_matches(name.casefold(), list(lower), n=1, cutoff=0.6)
        closest = lower[close[0]] if close else ""
        remark = message(
            "“{column}” is needed and not there: the file cannot be predicted.", column=name
        )
        if closest:
            remark = message(
                "“{column}” is needed and not there: the file cannot be predicted. Is it “{closest}”? Rename it then.",
                column=name,
                closest=closest,
            )
        return ColumnMatch(name=name, state="missing", closest=closest, remarks=(remark,))

    def _remarks(self, rejected: int) -> Iterator[Message]:
        wanted = [name for name in self.names if name in self.preparation.columns]
        if not self.absent and wanted != list(self.preparation.columns):
            yield message("The columns come in another order; they are matched by name.")
        if rejected:
            yield message_n(
                "{count} row cannot be read and is left out.",
                "{count} rows cannot be read and are left out.",
                rejected,
            )
        yield from hidden_warnings(self.seen)
        target = self.preparation.target
        if not self.has_target:
            yield message(
                "The target “{column}” is not there: rows can be predicted, but not scored.",
                column=target,
            )
            return
        if self.without_target:
            yield message_n(
                "{count} row has no target; it can be predicted, but not scored.",
                "{count} rows have no target; they can be predicted, but not scored.",
                self.without_target,
            )
        if self.strange_targets:
            yield message_n(
                "{count} row has a class of “{column}” that no training row has; it cannot be scored.",
                "{count} rows have a class of “{column}” that no training row has; they cannot be scored.",
                self.strange_targets,
                column=target,
            )


def _extra(name: str) -> ColumnMatch:
    remark = message("“{column}” was not in the training table; it is not used.", column=name)
    return ColumnMatch(name=name, state="extra", remarks=(remark,))
