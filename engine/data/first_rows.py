"""The first rows of a table, to be looked at while the rest is still being read."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

import pyarrow as pa
from pydantic import TypeAdapter

from engine.data.cells.stored import as_text
from engine.data.formats.containers import Container
from engine.data.formats.file_list import files_behind
from engine.data.formats.registry import CONTAINERS, FORMATS, open_rows
from engine.data.formats.rows import Ask, Rows
from engine.data.progress import nothing
from engine.errors import Cancelled, TrainyardError
from engine.recipe.reading import Reading

COUNT = 200
"""Rows that are told of at most."""
_CELLS = 200_000
_LEAST = 20
"""Of very many columns, fewer rows are told of: so many cells, but no fewer rows than these."""
_PEEK = 4 << 20
"""Bytes of a packed file that are unpacked for them."""
_HEAD = 256 << 10


@dataclass(frozen=True, slots=True)
class FirstRows:
    """What is known of a table before all of it is read."""

    path: Path
    format: str
    """Its name, the same in all languages."""
    reading: Reading
    """Resolved, without a `None` where the format has such a thing."""
    names: tuple[str, ...]
    rows: tuple[tuple[str | None, ...], ...]
    """Cells as they stand in the file; `None` where there is nothing."""
    size: int = 0
    """Bytes of all files that the table is read from."""


FIRST_ROWS: TypeAdapter[FirstRows] = TypeAdapter(FirstRows)
"""Turns them into plain values and back, for the way between processes."""

TellFirst: TypeAlias = Callable[[FirstRows], None]
"""Called once at most, from the thread that opens the table."""


class FirstTold:
    """Tells of the first rows, once."""

    def __init__(self, tell: TellFirst | None, size: int) -> None:
        self._tell, self._size = tell, size

    def watch(self, rows: Rows, stream: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """The stream untouched; its first batch is told of before it is handed on."""
        for batch in stream:
            self._tell_of(rows, batch)
            yield batch
            break
        yield from stream

    def peek(self, ask: Ask) -> None:
        """Tell of the first rows of a packed text without waiting until all of it is unpacked.

        What cannot be read from its beginning alone is told of later, by `watch`.
        """
        if self._tell is None:
            return
        with suppress(TrainyardError, OSError, pa.ArrowException, ValueError):
            self._peek(ask)

    def _peek(self, ask: Ask) -> None:
        if files_behind(ask.path) != (ask.path,):
            return
        with ask.path.open("rb") as file:
            head = file.read(_HEAD)
        container = next((each for each in CONTAINERS if each.recognises(head)), None)
        if container is None or any(known.recognises(ask.path, head) for known in FORMATS):
            return  # a workbook is an archive, too
        quiet = replace(ask, progress=nothing)
        beginning = unpacked_beginning(quiet, container)
        if beginning is not None:
            rows = open_rows(replace(quiet, path=beginning, reading=_of_member(ask.reading)))
            for batch in rows.read(cancelled=ask.cancelled):
                self._tell_of(rows, batch)
                break

    def _tell_of(self, rows: Rows, batch: pa.RecordBatch) -> None:
        if self._tell is not None:
            tell, self._tell = self._tell, None
            most = max(_LEAST, _CELLS // max(1, batch.num_columns))
            first = batch.slice(0, min(COUNT, most))
            cells = (as_text(column).to_pylist() for column in first.columns)
            tell(
                FirstRows(
                    path=rows.origin,
                    format=rows.kind.name,
                    reading=rows.reading,
                    names=rows.names,
                    rows=tuple(zip(*cells, strict=True)),
                    size=self._size,
                )
            )


def unpacked_beginning(ask: Ask, container: Container) -> Path | None:
    """A file with the first lines of the first member, or of the one that is asked for."""
    members = container.members(ask)
    wanted = ask.reading.part
    member = wanted if wanted in members else members[0]
    if len(members) > 1 and wanted not in members and (wanted or ask.must_choose):
        return None
    unpacked = ask.scratch / secrets.token_hex(4) / f"beginning{Path(member).suffix[:16]}"

    def enough() -> bool:
        return ask.cancelled() or (unpacked.exists() and unpacked.stat().st_size >= _PEEK)

    try:
        container.unpack(replace(ask, cancelled=enough), member, unpacked)
    except Cancelled:
        ask.refuse_when_cancelled()
    data = unpacked.read_bytes()
    end = data.rfind(b"\n") + 1
    unpacked.write_bytes(data[:end] if len(data) >= _PEEK and end else data)
    return unpacked


def _of_member(reading: Reading) -> Reading:
    return reading.model_copy(update={"part": None})
