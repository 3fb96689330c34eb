"""How the beginning of a file would be read: for trying readings out before one of them is used."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import ClassVar

import numpy as np
from pydantic import ConfigDict, TypeAdapter

from engine.data.cache import scratch_folder
from engine.data.cells.cell_types import CellKind
from engine.data.cells.stored import as_text
from engine.data.first_rows import unpacked_beginning
from engine.data.formats.containers import Container
from engine.data.formats.file_list import files_behind
from engine.data.formats.json_lines import JsonLines
from engine.data.formats.kinds import JSON_LINES, TEXT
from engine.data.formats.registry import CONTAINERS, FORMATS, open_rows
from engine.data.formats.rows import Ask, RecordRows, Rows
from engine.data.progress import Cancelled, never
from engine.data.rejects import Reject, Repair
from engine.data.text.detection import Detected
from engine.data.text.encoding import Decoder, detect_encoding, normal_name, with_byte_order
from engine.data.text.sample import HEAD, FileSample, refuse_binary, take_sample
from engine.errors import Cancelled as CancelledError
from engine.errors import TrainyardError
from engine.recipe.reading import Reading

ROWS = 100
LINES = 80
_WIDEST = 2000
"""Characters of a line that are handed out."""


class LineRole(StrEnum):
    """What a line of the file is to its reader."""

    ABOVE = "above"
    HEADER = "header"
    ROW = "row"
    COMMENT = "comment"
    BLANK = "blank"
    KEPT_OUT = "kept_out"
    MENDED = "mended"
    """A damaged row that is set right."""


@dataclass(frozen=True, slots=True)
class RawLine:
    """A line as it stands in the file."""

    number: int
    """Counted from 1."""
    text: str
    role: LineRole
    """`ROW` for all lines where nothing is known of them."""


@dataclass(frozen=True, slots=True)
class ReadingPreview:
    """The beginning of a file: as it stands, and as it would be read."""

    __pydantic_config__: ClassVar = ConfigDict(arbitrary_types_allowed=True)
    """Of the error, which `PREVIEW` does not carry."""

    path: Path
    asked: Reading
    lines: tuple[RawLine, ...] = ()
    """Of a text, or of the text that is packed in the file; none for formats without lines."""
    format: str = ""
    """Its name, the same in all languages; empty where the file could not be read."""
    parts: tuple[str, ...] = ()
    """What could be chosen instead of `reading.part`; none where there is but one."""
    reading: Reading | None = None
    """Resolved; `None` where the file could not be read."""
    detected: tuple[Detected, ...] = ()
    """Of a text: why it is read so, property by property, and how sure that is."""
    names: tuple[str, ...] = ()
    kinds: tuple[CellKind, ...] = ()
    """What the cells of each column look like, as far as the samples tell."""
    rows: tuple[tuple[str | None, ...], ...] = ()
    row_lines: tuple[int, ...] = ()
    """The line in which each row begins; without lines, the row of the sheet or table."""
    rejects: tuple[Reject, ...] = ()
    """The lines of the beginning that would be kept out."""
    repairs: tuple[Repair, ...] = ()
    """Those that would be set right."""
    whole: bool = False
    """Whether these are all rows of the file."""
    error: TrainyardError | None = None
    """Why it cannot be read in this way."""


PREVIEW: TypeAdapter[ReadingPreview] = TypeAdapter(ReadingPreview)
"""To and from plain values, where there is no error."""


def preview_reading(
    path: Path, reading: Reading, *, cancelled: Cancelled = never
) -> ReadingPreview:
    """Read the beginning of a file as `reading` says, and detect what it leaves open.

    What is wrong with the file or the reading is told in the result. Of a text no more than its
    sample is read, however large it is; of an archive no more than the beginning of one member. The
    readers of workbooks hold a whole sheet.

    Raises `Cancelled`.
    """
    path = Path(path).absolute()
    empty = ReadingPreview(path, reading)
    try:
        with scratch_folder() as scratch:
            scratch.mkdir(parents=True, exist_ok=True)
            return _preview(Ask(path, path, reading, scratch, cancelled=cancelled), empty)
    except CancelledError:
        raise
    except TrainyardError as error:
        return replace(empty, error=error)


def _preview(ask: Ask, empty: ReadingPreview) -> ReadingPreview:
    first = files_behind(ask.path)[0]
    ask = replace(ask, path=first)
    found = empty
    container = _container_of(first)
    if container is not None:
        members = container.members(ask)
        if len(members) > 1:
            found = replace(found, parts=members)
        beginning = unpacked_beginning(ask, container)
        if beginning is None or not _is_text(beginning):
            return _read(ask, found)
        part = ask.reading.part if ask.reading.part in members else members[0]
        inner = ask.reading.model_copy(update={"part": None})
        result = _read(replace(ask, path=beginning, reading=inner), found)
        if len(members) > 1 and result.reading is not None:
            used = result.reading.model_copy(update={"part": part})
            result = replace(result, reading=used, parts=members)
        return replace(result, whole=False)
    return _read(ask, found)


def _read(ask: Ask, found: ReadingPreview) -> ReadingPreview:
    """Fill in what can be found out; an error is kept beside the lines as they stand."""
    try:
        rows, sample = _opened(ask, take_sample(ask.path).head)
        ask.refuse_when_cancelled()
        found = replace(
            found,
            format=rows.kind.name,
            reading=rows.reading,
            parts=rows.parts or found.parts,
            detected=rows.detected,
            names=rows.names,
            kinds=tuple(cell_type.kind for cell_type in rows.plan()),
        )
        found = _with_rows(rows, sample, found, ask)
    except CancelledError:
        raise
    except TrainyardError as error:
        if getattr(error, "path", None) == str(ask.path):
            error.path = str(ask.origin)  # type: ignore[attr-defined]
        found = replace(found, error=error)
    if found.format in ("", TEXT.name, JSON_LINES.name):
        with suppress(TrainyardError):
            found = replace(found, lines=tuple(_lines(take_sample(ask.path), found)))
    return found


def _opened(ask: Ask, head: bytes) -> tuple[Rows, FileSample | None]:
    """The rows of the beginning; with the sample of a text, of which the rest is not read."""
    if JsonLines().recognises(ask.path, head):
        beginning = _cut(ask.scratch / f"beginning{ask.path.suffix}", head)
        return open_rows(replace(ask, path=beginning)), None
    rows = open_rows(ask)
    if rows.kind is not TEXT:
        return rows, None
    sample = take_sample(ask.path)
    if not sample.complete:
        # Its layout was told from samples all over the file; only the rows come from the head.
        rows.path = _cut(ask.scratch / f"head{ask.path.suffix}", sample.head)
    return rows, sample


def _with_rows(
    rows: Rows, sample: FileSample | None, found: ReadingPreview, ask: Ask
) -> ReadingPreview:
    cells: list[tuple[str | None, ...]] = []
    stream = rows.read(cancelled=ask.cancelled)
    whole = False
    for batch in stream if sample is not None else islice(stream, 1):
        if len(cells) < ROWS:
            first = batch.slice(0, ROWS - len(cells))
            columns = (as_text(column).to_pylist() for column in first.columns)
            cells += zip(*columns, strict=True)
        whole = batch.num_rows <= ROWS
    if sample is None:
        whole = whole and next(stream, None) is None
        first = rows.first_line if isinstance(rows, RecordRows) else 1
        numbers = range(first, first + len(cells))
        return replace(found, rows=tuple(cells), row_lines=tuple(numbers), whole=whole)
    lines = rows.line_map.lines(np.arange(len(cells), dtype=np.int64)).tolist()
    return replace(
        found,
        rows=tuple(cells),
        row_lines=tuple(lines),
        rejects=_certain(rows.rejects, sample),
        repairs=rows.repairs,
        whole=sample.complete and rows.rows == len(cells),
    )


def _certain(rejects: tuple[Reject, ...], sample: FileSample) -> tuple[Reject, ...]:
    """Without what may be but a row that is cut where the sample ends."""
    if sample.complete:
        return rejects
    last = sample.head.count(b"\n")
    return tuple(reject for reject in rejects if reject.line + reject.text.count("\n") < last)


def _lines(sample: FileSample, found: ReadingPreview) -> Iterator[RawLine]:
    reading = found.reading or found.asked
    codec = _known_codec(reading.encoding, sample)
    refuse_binary(sample, wide=codec.startswith(("utf-16", "utf-32")))
    text = Decoder(codec, lenient=True).decode(sample.head, final=sample.complete)
    rejected = {
        reject.line + more
        for reject in found.rejects
        for more in range(reject.text.count("\n") + 1)
    }
    mended = {repair.line for repair in found.repairs}
    above = reading.skip_lines or 0
    first_row = found.row_lines[0] if found.row_lines else None
    for number, line in enumerate(islice(text.splitlines(), LINES), start=1):
        role = LineRole.ROW
        if reading.comment and line.startswith(reading.comment):
            role = LineRole.COMMENT
        elif number in rejected:
            role = LineRole.KEPT_OUT
        elif number in mended:
            role = LineRole.MENDED
        elif not line.strip():
            role = LineRole.BLANK
        elif number <= above:
            role = LineRole.ABOVE
        elif reading.header and first_row is not None and number < first_row:
            role = LineRole.HEADER
        yield RawLine(number, line[:_WIDEST], role)


def _known_codec(asked: str | None, sample: FileSample) -> str:
    """The encoding that is asked for, or the likeliest where there is no such encoding."""
    if asked is not None:
        with suppress(LookupError):
            return with_byte_order(normal_name(asked), sample)
    return detect_encoding(sample).name


def _container_of(path: Path) -> Container | None:
    head = take_sample(path).head
    if any(known.recognises(path, head) for known in FORMATS):  # workbooks are ZIP files too
        return None
    return next((each for each in CONTAINERS if each.recognises(head)), None)


def _is_text(path: Path) -> bool:
    """Whether the beginning of a file can be read by itself; of workbooks and the like it cannot."""
    head = take_sample(path).head
    binary = (known for known in FORMATS if known.kind is not JSON_LINES)
    return not any(known.recognises(path, head) for known in binary) and not any(
        container.recognises(head) for container in CONTAINERS
    )


def _cut(path: Path, head: bytes) -> Path:
    """A file with the whole lines of a head."""
    end = max(head.rfind(b"\n"), head.rfind(b"\r")) + 1
    path.write_bytes(head[:end] if len(head) >= HEAD and end else head)
    return path
