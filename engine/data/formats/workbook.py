"""Excel and OpenDocument workbooks."""

from __future__ import annotations

import zipfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

import python_calamine as calamine

from engine.data.formats.choosing import chosen_part
from engine.data.formats.kinds import WORKBOOK
from engine.data.formats.rows import Ask, Format, Record, RecordRows, Rows, cell_text, resolved
from engine.data.formats.typed_rows import first_line
from engine.data.formats.unpacking import refuse_expansion
from engine.data.progress import Cancelled, Progress
from engine.data.text.detection import found
from engine.data.text.header import has_header
from engine.errors import FileDamaged, FileEncrypted, HeaderOnly
from engine.messages import Message, message, message_n

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_INSIDE = ("xl/workbook.xml", "xl/workbook.bin")
_SPREADSHEET = b"application/vnd.oasis.opendocument.spreadsheet"
_SMALL = 16 << 20
"""Unpacked bytes up to which all sheets are looked into to find the blank ones."""
_LOOKED_AT = 300
"""Rows from which title lines, header and types are told at first."""


class Workbook(Format):
    """A sheet is a table. Reading one holds its cells in memory; a sheet has at most 1,048,576 rows."""

    kind = WORKBOOK

    def recognises(self, path: Path, head: bytes) -> bool:
        if head.startswith(_OLE):
            return True
        return head.startswith(_ZIP) and _is_workbook(path)

    def open(self, ask: Ask) -> Rows:
        return SheetRows(ask)


class SheetRows(RecordRows):
    """The rows of a sheet as text; types are told from the cells, as in a text table."""

    def __init__(self, ask: Ask) -> None:
        super().__init__(ask)
        self.kind = WORKBOOK
        self._size = ask.path.stat().st_size
        unpacked = refuse_expansion(ask.path)
        with _opened(ask.path) as book:
            self.parts = _sheets(book, unpacked <= _SMALL)
            part, notes = chosen_part(ask, self.kind, self.parts)
            self._part = part
            sheet = book.get_sheet_by_name(part)
            self._height, width = sheet.total_height, sheet.width
            skipped = ask.reading.skip_lines
            head = [_cells(row) for row in islice(sheet.iter_rows(), _LOOKED_AT + (skipped or 0))]
            if not any(map(any, head)):
                head = [_cells(row) for row in sheet.iter_rows()]
        self._title_rows = _title_rows(head) if skipped is None else skipped
        body = [row for row in head[self._title_rows :] if any(row)]
        records = [[cell or "" for cell in row] for row in body]
        if not records:
            raise HeaderOnly(str(ask.path), width)
        header, reason = has_header(records, ask.reading.header)
        if header and len(records) == 1:
            raise HeaderOnly(str(ask.path), width)
        self._set_names(records[0] if header else [""] * width, given=header)
        self.first_line = self._title_rows + 1 + header
        self.sample = tuple(tuple(row) for row in records[header:])
        self.reading = resolved(header, part if len(self.parts) > 1 else None).model_copy(
            update={"skip_lines": self._title_rows}
        )
        told = message("Sheet “{name}” of an Excel workbook.", name=part)
        self.why = (told, *notes, reason.reason)
        self.detected = (reason,)
        if self._title_rows and skipped is None:
            titles = found("skip_lines", _told_titles(self._title_rows), 0.9)
            self.why += (titles.reason,)
            self.detected += (titles,)

    def _records(self, progress: Progress, cancelled: Cancelled) -> Iterator[Record]:
        self._row = 0
        with _opened(self.path) as book:
            rows = book.get_sheet_by_name(self._part).iter_rows()
            for row in islice(rows, self.first_line - 1, None):
                self._row += 1
                cells = _cells(row)
                yield cells if any(cells) else None

    def _done(self) -> tuple[int, int]:
        return self._size * self._row // max(1, self._height), self._size


def _cells(row: list[Any]) -> list[str | None]:
    return [cell_text(value) for value in row]


def _sheets(book: calamine.CalamineWorkbook, look_inside: bool) -> tuple[str, ...]:
    """Names of the sheets, hidden ones last; blank ones left out if looking inside costs little."""
    sheets = [s for s in book.sheets_metadata if s.typ == calamine.SheetTypeEnum.WorkSheet]
    seen = [s.name for s in sheets if s.visible == calamine.SheetVisibleEnum.Visible]
    names = (*seen, *(s.name for s in sheets if s.name not in seen))
    if len(names) > 1 and look_inside:
        filled = tuple(n for n in names if book.get_sheet_by_name(n).start is not None)
        names = filled or names[:1]
    return names


@contextmanager
def _opened(path: Path) -> Iterator[calamine.CalamineWorkbook]:
    try:
        with calamine.CalamineWorkbook.from_path(str(path)) as book:
            yield book
    except calamine.PasswordError:
        raise FileEncrypted(str(path), WORKBOOK.name) from None
    except calamine.CalamineError as error:
        if _is_encrypted(path):
            raise FileEncrypted(str(path), WORKBOOK.name) from None
        raise FileDamaged(str(path), WORKBOOK.name, first_line(error)) from error


def _is_encrypted(path: Path) -> bool:
    """Whether it is the shell that Office puts around a workbook with a password."""
    with path.open("rb") as file:
        data = file.read(1 << 20)
        file.seek(max(0, path.stat().st_size - (1 << 20)))
        return data.startswith(_OLE) and _ENCRYPTED in data + file.read()


def _is_workbook(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            if names & set(_INSIDE):
                return True
            return "mimetype" in names and archive.read("mimetype").startswith(_SPREADSHEET)
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError):
        return (
            path.suffix.lower() in WORKBOOK.extensions
        )  # the workbook's reader says what is wrong


def _title_rows(rows: list[list[str | None]]) -> int:
    """Rows above the table: blank ones, and ones with a single cell where rows have several."""
    filled = [sum(cell is not None for cell in row) for row in rows]
    usual = Counter(count for count in filled if count).most_common(1)
    several = bool(usual) and usual[0][0] > 2
    for position, count in enumerate(filled):
        if count > 1 or (count == 1 and not several):
            return position
    return 0


def _told_titles(count: int) -> Message:
    return message_n(
        "{count} row above the table was left out.",
        "{count} rows above the table were left out.",
        count,
    )
