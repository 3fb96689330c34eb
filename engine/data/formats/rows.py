"""The rows of one table, whatever it is stored in: the interface of all formats."""

from __future__ import annotations

import datetime as dt
import json
import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, TypeAlias

import numpy as np
import pyarrow as pa

from engine.data.cells.cell_types import CellType
from engine.data.cells.planning import typed_as_asked
from engine.data.cells.sampled_types import sampled_types
from engine.data.formats.kinds import Kind
from engine.data.progress import Cancelled, Progress, never, nothing
from engine.data.rejects import Reject, Repair
from engine.data.text.detection import Detected
from engine.data.text.header import unique_names
from engine.data.text.line_map import LineMap
from engine.errors import Cancelled as CancelledError
from engine.errors import TrainyardError
from engine.messages import Message
from engine.recipe.reading import Reading

BATCH = 20_000
"""Rows of a batch that is put together from single cells."""


@dataclass(frozen=True, slots=True)
class Ask:
    """What is to be opened."""

    path: Path
    """Where the bytes are."""
    origin: Path
    """The file that a person knows, which may be an archive around `path`."""
    reading: Reading
    scratch: Path
    """A folder for what is unpacked; it need not exist and goes when the reading is over."""
    progress: Progress = nothing
    cancelled: Cancelled = never
    must_choose: bool = False
    """Whether to raise `PartNotChosen` where the first of several tables would be taken."""

    def refuse_when_cancelled(self) -> None:
        """Raise `Cancelled` when that was asked for."""
        if self.cancelled():
            raise CancelledError


class Format(ABC):
    """A way to store tables."""

    kind: ClassVar[Kind]

    @abstractmethod
    def recognises(self, path: Path, head: bytes) -> bool:
        """Whether a file that begins with `head` is of this format."""

    @abstractmethod
    def open(self, ask: Ask) -> Rows:
        """The rows of the part that the reading names.

        Raises the errors of `ReadError`.
        """


class Rows(ABC):
    """The rows of a table. `read` passes over all of them and can be called again.

    Cells come as text (`types` is None), or with the Arrow types of their source.
    """

    kind: Kind
    names: tuple[str, ...]
    """One per column, unique, none blank."""
    reading: Reading
    """Resolved; `part` is None where there is nothing to choose."""
    why: tuple[Message, ...] = ()
    """Why it is read in this way."""
    detected: tuple[Detected, ...] = ()
    """What was found out about a text, with reasons (which are among `why`) and confidences."""
    renamed: tuple[tuple[str, str], ...] = ()
    """Names that were blank or taken, and what they became."""
    parts: tuple[str, ...] = ()
    """What could be chosen instead of `reading.part`."""
    types: tuple[CellType, ...] | None = None
    sample: tuple[tuple[str, ...], ...] = ()
    """Some rows of text, from which the types are planned."""
    file_column: str = ""
    """The column that says which file a row came from."""

    rows: int = 0
    """How many came; known after `read`, like the rest here."""
    rejects: tuple[Reject, ...] = ()
    repairs: tuple[Repair, ...] = ()
    """The rows that were set right."""
    left_out: int = 0
    """Records that a person wants to be left out."""
    line_map: LineMap
    remarks: tuple[Message, ...] = ()

    def __init__(self, ask: Ask) -> None:
        self.path, self.origin = ask.path, ask.origin
        self.thousands = ask.reading.thousands
        """What a person says to stand between thousands; `None`: every column tells by itself."""

    def plan(self, beginning: pa.RecordBatch | None = None) -> list[CellType]:
        """The types of the columns as far as they are known beforehand.

        `beginning` is what was read of the rows so far.
        """
        if self.types is not None:
            return typed_as_asked(self.types, self.names, self.reading.columns)
        return sampled_types(
            self.sample,
            beginning,
            self.names,
            self.reading.decimal or ".",
            self.reading.columns,
            self.thousands,
        )

    def read(
        self, progress: Progress = nothing, cancelled: Cancelled = never
    ) -> Iterator[pa.RecordBatch]:
        """All rows in batches with the columns `names`.

        Raises `Cancelled` and the errors of `ReadError`.
        """
        if cancelled():
            raise CancelledError
        with naming(self.path, self.origin):
            yield from self._read(progress, cancelled)

    @abstractmethod
    def _read(self, progress: Progress, cancelled: Cancelled) -> Iterator[pa.RecordBatch]: ...


@dataclass(frozen=True, slots=True)
class Bad:
    """A record that is no row."""

    text: str
    reason: Message


Record: TypeAlias = "list[str | None] | Bad | None"
"""The cells of a row, or what is wrong with it, or None for a blank one."""


class RecordRows(Rows):
    """Rows that come one by one, as text cells."""

    first_line = 1
    """Line or row of the file in which the first record stands."""

    @abstractmethod
    def _records(self, progress: Progress, cancelled: Cancelled) -> Iterator[Record]:
        """All records; `progress` is called and `cancelled` asked by `_read`."""

    @abstractmethod
    def _done(self) -> tuple[int, int]:
        """How far the last pass is, and how far it goes."""

    def _read(self, progress: Progress, cancelled: Cancelled) -> Iterator[pa.RecordBatch]:
        skipped: list[int] = []
        rejects: list[Reject] = []
        rows: list[list[str | None]] = []
        self.rows = 0
        for number, record in enumerate(self._records(progress, cancelled)):
            if isinstance(record, list):
                rows.append(record)
                if len(rows) >= BATCH:
                    self.rows += len(rows)
                    yield self._batch(rows)
                    rows = []
                    if cancelled():
                        raise CancelledError
                    progress(*self._done())
                continue
            skipped.append(number)
            if record is not None:
                rejects.append(Reject(self.first_line + number, record.text, record.reason))
        if rows:
            self.rows += len(rows)
            yield self._batch(rows)
        self.rejects = tuple(rejects)
        self.line_map = plain_line_map(self.first_line, skipped)
        _, total = self._done()
        progress(total, total)

    def _batch(self, rows: list[list[str | None]]) -> pa.RecordBatch:
        columns = [_strings(cells) for cells in zip(*rows, strict=True)]
        return pa.record_batch(columns, names=list(self.names))

    def _set_names(self, raw: list[str], *, given: bool = True) -> None:
        self.names, renamed = unique_names([name.strip() for name in raw], header=given)
        self.renamed = renamed if given else ()


def resolved(header: bool = True, part: str | None = None) -> Reading:
    """The reading of a format that has no dialect."""
    return Reading(
        encoding="utf-8", delimiter=",", quote='"', escape="", comment="", skip_lines=0,
        header=header, header_rows=1, decimal=".", thousands="", footer_lines=0, repair=True,
        part=part,
    )  # fmt: skip


def plain_line_map(first_line: int, skipped: list[int] | None = None) -> LineMap:
    """Row after row, one line each."""
    none = np.empty(0, dtype=np.int64)
    return LineMap(first_line, np.array(skipped or [], dtype=np.int64), none, none)


def cell_text(value: Any) -> str | None:
    """A single value as the text of a cell; None where it is missing."""
    maker = _TEXT.get(type(value), str)
    return maker(value)


def _float_text(value: float) -> str | None:
    if value != value:
        return None
    if value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return repr(value) if math.isfinite(value) else str(value)


def _moment_text(value: dt.datetime) -> str:
    moment = value.astimezone(dt.UTC).replace(tzinfo=None) if value.tzinfo else value
    if (moment.hour, moment.minute, moment.second, moment.microsecond) == (0, 0, 0, 0):
        return moment.date().isoformat()
    return moment.isoformat(" ")


def _bytes_text(value: bytes) -> str:
    return f"<{len(value)} bytes>"


def _json_text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


_TEXT: dict[type, Callable[[Any], str | None]] = {
    str: lambda value: value or None,
    type(None): lambda value: None,
    int: str,
    float: _float_text,
    bool: str,
    dt.datetime: _moment_text,
    dt.date: dt.date.isoformat,
    dt.time: dt.time.isoformat,
    dt.timedelta: str,
    bytes: _bytes_text,
    list: _json_text,
    dict: _json_text,
}


def _strings(cells: tuple[str | None, ...]) -> pa.Array:
    try:
        return pa.array(cells, pa.string())
    except UnicodeEncodeError:  # half a surrogate pair, which JSON can spell
        return pa.array(
            [c if c is None else c.encode("utf-8", "replace").decode() for c in cells], pa.string()
        )


@contextmanager
def naming(path: Path, origin: Path) -> Iterator[None]:
    """Let errors name the file that a person knows instead of what was unpacked from it."""
    try:
        yield
    except TrainyardError as error:
        if getattr(error, "path", None) == str(path):
            error.path = str(origin)  # type: ignore[attr-defined]
        raise


def portion(progress: Progress, start: float, end: float) -> Progress:
    """A progress that runs from `start` to `end` (shares) of another one."""

    def told(done: int, total: int) -> None:
        share = done / total if total else 1.0
        progress(round(total * (start + (end - start) * share)), total)

    return told
