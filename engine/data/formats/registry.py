"""All formats and packings, and how the right one is found: by content first, by name second."""

from __future__ import annotations

import secrets
from dataclasses import replace
from pathlib import Path

from engine.data.formats.appended import AppendedRows
from engine.data.formats.arrow import Arrow
from engine.data.formats.choosing import chosen_part
from engine.data.formats.compressed import Gzip, Zstandard
from engine.data.formats.containers import Container
from engine.data.formats.file_list import bytes_of, files_behind
from engine.data.formats.json_lines import JsonLines
from engine.data.formats.parquet import Parquet
from engine.data.formats.rows import Ask, Format, Rows, naming, portion
from engine.data.formats.sqlite import Sqlite
from engine.data.formats.text import Text
from engine.data.formats.workbook import Workbook
from engine.data.formats.zip_archive import Zip
from engine.errors import FileMissing, NoPermission, PartMissing, PartNotChosen
from engine.messages import Message, message

FORMATS: tuple[Format, ...] = (Sqlite(), Parquet(), Arrow(), Workbook(), JsonLines())
"""Formats that know their own; the order decides where two could claim a file."""
CONTAINERS: tuple[Container, ...] = (Gzip(), Zstandard(), Zip())
_ANYTHING_ELSE = Text()
_HEAD = 256 * 1024
_DEEPEST = 3
"""Packings inside packings that are opened."""


def open_rows(ask: Ask) -> Rows:
    """The rows of a file, or of all files behind a folder or a list of files.

    Raises the errors of `ReadError`, `Cancelled`, and for what is unpacked `DiskFull` and
    `WriteFailed`.
    """
    files = files_behind(ask.path)
    if files == (ask.path,):
        return _open(ask, 0)
    total = bytes_of(files) or 1
    done, opened, reading = 0, list[Rows](), ask.reading
    for file in files:
        size = bytes_of((file,))
        progress = portion(ask.progress, done / total, (done + size) / total)
        rows = _open(replace(ask, path=file, origin=file, reading=reading, progress=progress), 0)
        opened.append(rows)
        # What the first line is, the first file decides for all.
        reading = reading.model_copy(update={"header": opened[0].reading.header})
        done += size
    return AppendedRows(ask, opened)


def is_of_known_format(path: Path) -> bool:
    """Whether a file begins as one of `FORMATS` or `CONTAINERS` does; else it is taken for text."""
    head = _head(path)
    known = any(each.recognises(path, head) for each in FORMATS)
    return known or any(each.recognises(head) for each in CONTAINERS)


def _open(ask: Ask, depth: int) -> Rows:
    head = _head(ask.path)
    with naming(ask.path, ask.origin):
        for known in FORMATS:
            if known.recognises(ask.path, head):
                return known.open(ask)
        if depth < _DEEPEST:
            for container in CONTAINERS:
                if container.recognises(head):
                    return _open_inside(ask, container, depth)
        return _ANYTHING_ELSE.open(ask)


def _open_inside(ask: Ask, container: Container, depth: int) -> Rows:
    members = container.members(ask)
    member, inner, notes = _split(ask, container, members)
    unpacked = ask.scratch / secrets.token_hex(4) / f"content{Path(member).suffix[:16]}"
    first_half = portion(ask.progress, 0.0, 0.5)
    container.unpack(replace(ask, progress=first_half), member, unpacked)
    prefix = f"{member}/" if len(members) > 1 else ""
    try:
        rows = _open(
            replace(
                ask,
                path=unpacked,
                reading=ask.reading.model_copy(update={"part": inner}),
                progress=portion(ask.progress, 0.5, 1.0),
            ),
            depth + 1,
        )
    except PartMissing as error:
        error.part = f"{prefix}{error.part}"
        raise
    except PartNotChosen as error:
        error.choices = tuple(f"{prefix}{choice}" for choice in error.choices)
        raise
    part = rows.reading.part
    if prefix:
        inside = tuple(f"{prefix}{each}" for each in rows.parts) if part else (member,)
        at = members.index(member)
        rows.parts = (*members[:at], *inside, *members[at + 1 :])
        part = f"{prefix}{part}" if part else member
        rows.reading = rows.reading.model_copy(update={"part": part})
    told = message("Unpacked from {format}: {name}.", format=container.kind.name, name=member)
    rows.why = (told, *notes, *rows.why)
    return rows


def _split(
    ask: Ask, container: Container, members: tuple[str, ...]
) -> tuple[str, str | None, tuple[Message, ...]]:
    """The member that is asked for, what is asked for inside of it, and notes on the choice."""
    wanted = ask.reading.part
    inside = [m for m in members if wanted is not None and wanted.startswith(f"{m}/")]
    if wanted is not None and wanted not in members:
        if inside:
            member = max(inside, key=len)
            return member, wanted.removeprefix(f"{member}/"), ()
        if len(members) == 1:
            return members[0], wanted, ()
    member, notes = chosen_part(ask, container.kind, members)
    return member, None, notes


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_HEAD)
    except FileNotFoundError:
        raise FileMissing(str(path)) from None
    except PermissionError:
        raise NoPermission(str(path)) from None
