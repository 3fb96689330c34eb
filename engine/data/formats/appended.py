"""Several files of one shape as one table, with a column that says which file a row came from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa

from engine.data.cells.cell_types import NUMBER, CellKind, CellType
from engine.data.cells.stored import TEXT, as_text, decoded
from engine.data.formats.file_list import bytes_of, short_names
from engine.data.formats.rows import Ask, Rows, portion
from engine.data.progress import Cancelled, Progress
from engine.data.text.header import unique_names
from engine.data.text.line_map import Integers, LineMap
from engine.errors import ColumnsDiffer
from engine.messages import message_n

_SAMPLE = 2000
"""Rows of all files together from which types are planned."""


class AppendedRows(Rows):
    """The rows of the first file, then of the second, and so on; columns go by name."""

    def __init__(self, ask: Ask, files: Sequence[Rows]) -> None:
        super().__init__(ask)
        first = files[0]
        for other in files[1:]:
            _refuse_other_columns(first, other)
        self._files = files
        self._short = short_names([rows.origin for rows in files])
        self._own = first.names
        self.kind = first.kind
        self.reading, self.parts, self.renamed = first.reading, first.parts, first.renamed
        self.names = unique_names([*first.names, "file"], header=True)[0]
        self.file_column = self.names[-1]
        told = message_n(
            "{count} file of the same columns.",
            "{count} files of the same columns, one after the other.",
            len(files),
        )
        self.why = (told, *first.why)
        self.detected = first.detected
        if all(rows.types is not None for rows in files):
            self.types = (*_common_types(files, self._own), TEXT)
        else:
            share = max(1, _SAMPLE // len(files))
            self.sample = tuple(
                row
                for rows, short in zip(files, self._short, strict=True)
                for row in _sample(rows, self._own, share, short)
            )

    def _read(self, progress: Progress, cancelled: Cancelled) -> Iterator[pa.RecordBatch]:
        sizes = [bytes_of((rows.origin,)) for rows in self._files]
        total, done = sum(sizes) or 1, 0
        self.rows = 0
        for rows, size, short in zip(self._files, sizes, self._short, strict=True):
            share = _scaled(portion(progress, done / total, (done + size) / total), total)
            places = _places(rows, self._own)
            for batch in rows.read(share, cancelled):
                self.rows += batch.num_rows
                columns = [self._column(batch, rows, at, place) for at, place in enumerate(places)]
                columns.append(pa.array([short] * batch.num_rows, pa.string()))
                yield pa.record_batch(columns, names=list(self.names))
            done += size
        self.rejects = tuple(
            replace(reject, file=short)
            for rows, short in zip(self._files, self._short, strict=True)
            for reject in rows.rejects
        )
        before = np.cumsum([0, *(rows.rows for rows in self._files)]).tolist()
        self.repairs = tuple(
            replace(
                repair,
                became=(*(repair.became[place] for place in _places(rows, self._own)), short),
                file=short,
                row=repair.row + first,
            )
            for rows, short, first in zip(self._files, self._short, before, strict=False)
            for repair in rows.repairs
        )
        self.left_out = sum(rows.left_out for rows in self._files)
        remarks = [remark for rows in self._files for remark in rows.remarks]
        self.remarks = tuple(r for place, r in enumerate(remarks) if r not in remarks[:place])
        self.line_map = _joined([(rows.line_map, rows.rows) for rows in self._files])

    def _column(self, batch: pa.RecordBatch, rows: Rows, at: int, place: int) -> pa.Array:
        """A column as the whole table wants it; `place` is the one that the file has it at."""
        cells = batch.column(place)
        if self.types is None:
            return as_text(cells)
        assert rows.types is not None
        own, wanted = rows.types[place].kind, self.types[at]
        if own is wanted.kind:
            return cells
        if own is CellKind.EMPTY:
            return pa.nulls(len(cells), wanted.arrow_type)
        if wanted.kind is CellKind.NUMBER:
            return decoded(cells).cast(pa.float64())
        return as_text(cells)


def _scaled(progress: Progress, total: int) -> Progress:
    """A progress in shares of `total`, whatever the one who reports counts in."""
    return lambda done, of: progress(total * done // max(1, of), total)


def _refuse_other_columns(first: Rows, other: Rows) -> None:
    wanted, given = set(first.names), set(other.names)
    if given == wanted:
        return
    missing = [name for name in first.names if name not in given]
    added = [name for name in other.names if name not in wanted]
    raise ColumnsDiffer(
        str(other.origin), str(first.origin), ", ".join(missing) or "—", ", ".join(added) or "—"
    )


def _common_types(files: Sequence[Rows], names: Sequence[str]) -> Iterator[CellType]:
    typed = [(rows.types, _places(rows, names)) for rows in files if rows.types is not None]
    for at in range(len(names)):
        types = [own[places[at]] for own, places in typed]
        filled = [each for each in types if each.kind is not CellKind.EMPTY] or types[:1]
        kinds = {each.kind for each in filled}
        if len(kinds) == 1:
            yield filled[0]
        else:
            yield NUMBER if kinds == {CellKind.INTEGER, CellKind.NUMBER} else TEXT


def _places(rows: Rows, names: Sequence[str]) -> list[int]:
    """The places at which the file has these columns."""
    known = {name: place for place, name in enumerate(rows.names)}
    return [known[name] for name in names]


def _sample(rows: Rows, names: Sequence[str], count: int, short: str) -> Iterator[tuple[str, ...]]:
    places = _places(rows, names)
    if rows.types is None:
        for row in rows.sample[:count]:
            yield (*(row[place] for place in places), short)
        return
    for batch in rows.read():
        columns = [as_text(batch.column(place).slice(0, count)).to_pylist() for place in places]
        for cells in zip(*columns, strict=True):
            yield (*(cell or "" for cell in cells), short)
        return


def _joined(parts: Sequence[tuple[LineMap, int]]) -> LineMap:
    """One line map for several files: lines begin anew where a file does.

    A line map counts the lines that records have too many. Where a file ends, that number falls by
    all lines so far, so that the next record stands where its own file says.
    """
    skipped: list[Integers] = []
    broken: list[Integers] = []
    breaks: list[Integers] = []
    record, lines_before = 0, 0
    first = parts[0][0].first_line
    for line_map, rows in parts:
        shift = line_map.first_line - first - record - lines_before
        broken += [np.array([record - 1]), line_map.broken + record]
        breaks += [np.array([shift]), line_map.breaks]
        skipped.append(line_map.skipped + record)
        lines_before += shift + int(line_map.breaks.sum())
        record += rows + len(line_map.skipped)
    return LineMap(
        first, *(np.concatenate(each).astype(np.int64) for each in (skipped, broken, breaks))
    )
