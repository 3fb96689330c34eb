"""SQLite databases, read only and never trusted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from urllib.parse import quote

import apsw

from engine.data.formats.choosing import chosen_part
from engine.data.formats.kinds import SQLITE
from engine.data.formats.rows import Ask, Format, Record, RecordRows, Rows, cell_text, resolved
from engine.data.formats.typed_rows import first_line
from engine.data.progress import Cancelled, Progress
from engine.errors import Cancelled as CancelledError
from engine.errors import FileDamaged, FileEncrypted, HeaderOnly
from engine.messages import message

_MAGIC = b"SQLite format 3\x00"
_SAMPLE = 1000
_ALLOWED = {
    apsw.SQLITE_SELECT,
    apsw.SQLITE_READ,
    apsw.SQLITE_FUNCTION,
    apsw.SQLITE_RECURSIVE,
}
_STEPS = 100_000
"""Steps of SQLite's machine between two questions whether to go on."""
_BUSY_MS = 2000


class Sqlite(Format):
    """A table or view of the database is a part."""

    kind = SQLITE

    def recognises(self, path: Path, head: bytes) -> bool:
        return head.startswith(_MAGIC)

    def open(self, ask: Ask) -> Rows:
        return DatabaseRows(ask)


class DatabaseRows(RecordRows):
    """Cells as text; SQLite lets every cell of a column have a type of its own."""

    def __init__(self, ask: Ask) -> None:
        super().__init__(ask)
        self.kind = SQLITE
        self._size = ask.path.stat().st_size
        self._row = 0
        with _opened(ask.path, ask.cancelled) as database:
            self.parts = _tables(database)
            part, notes = chosen_part(ask, self.kind, self.parts)
            self._query = f"SELECT * FROM {_quoted(part)}"  # noqa: S608
            names = _names(database.execute(f"{self._query} LIMIT 1"))
            self._careful_query = _careful(names, part)
            sample = [
                [cell_text(value) or "" for value in row]
                for row in islice(self._values(database), _SAMPLE)
            ]
            count = f"SELECT count(*) FROM {_quoted(part)}"  # noqa: S608
            self._count = int(str(next(database.execute(count))[0]))
        if not sample:
            raise HeaderOnly(str(ask.path), len(names))
        self._set_names(names)
        self.sample = tuple(map(tuple, sample))
        self.reading = resolved(part=part if len(self.parts) > 1 else None)
        self.why = (message("Table “{name}” of a SQLite database.", name=part), *notes)

    def _records(self, progress: Progress, cancelled: Cancelled) -> Iterator[Record]:
        self._row = 0
        with _opened(self.path, cancelled) as database:
            for row in self._values(database):
                self._row += 1
                yield [cell_text(value) for value in row]

    def _values(self, database: apsw.Connection) -> Iterator[Iterable[object]]:
        done = 0
        try:
            for row in database.execute(self._query):
                yield row
                done += 1
            return
        except UnicodeDecodeError:  # SQLite takes any bytes for text
            pass
        for row in database.execute(f"{self._careful_query} LIMIT -1 OFFSET {done}"):
            yield [
                _text(value) if kind == "text" else value
                for kind, value in zip(row[::2], row[1::2], strict=True)
            ]

    def _done(self) -> tuple[int, int]:
        return self._size * min(self._row, self._count) // max(1, self._count), self._size


def _names(cursor: apsw.Cursor) -> list[str]:
    try:
        return [str(column[0]) for column in cursor.get_description()]
    except apsw.ExecutionCompleteError:  # no rows
        return []


def _careful(names: Iterable[str], part: str) -> str:
    """A query for the type of each cell and the cell, texts as bytes."""
    columns = ", ".join(
        f"typeof({name}), CASE typeof({name}) WHEN 'text' THEN CAST({name} AS BLOB) ELSE {name} END"
        for name in map(_quoted, names)
    )
    return f"SELECT {columns} FROM {_quoted(part)}"  # noqa: S608


def _text(value: object) -> str:
    assert isinstance(value, bytes)
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("cp1252", "replace")


def _tables(database: apsw.Connection) -> tuple[str, ...]:
    """Tables, then views, in the order in which they were made."""
    rows = database.execute(
        "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') "
        "AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY type, rowid"
    )
    return tuple(str(name) for (name,) in rows)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


@contextmanager
def _opened(path: Path, cancelled: Cancelled = lambda: False) -> Iterator[apsw.Connection]:
    """A connection that can do nothing but select."""
    try:
        database = apsw.Connection(
            _address(path), flags=apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI
        )
        try:
            database.set_busy_timeout(_BUSY_MS)
            database.config(apsw.SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0)
            database.config(apsw.SQLITE_DBCONFIG_DEFENSIVE, 1)
            database.config(apsw.SQLITE_DBCONFIG_ENABLE_TRIGGER, 0)
            database.authorizer = _may
            database.set_progress_handler(cancelled, _STEPS)
            yield database
        finally:
            database.close(True)
    except apsw.InterruptError:
        raise CancelledError from None
    except apsw.NotADBError:
        raise FileEncrypted(str(path), SQLITE.name) from None
    except (apsw.Error, UnicodeDecodeError) as error:
        raise FileDamaged(str(path), SQLITE.name, first_line(error)) from error


def _may(action: int, *details: str | None) -> int:
    return apsw.SQLITE_OK if action in _ALLOWED else apsw.SQLITE_DENY


def _address(path: Path) -> str:
    """Read only; also without locks and helper files where nobody can be writing."""
    journals = any(path.with_name(path.name + end).exists() for end in ("-wal", "-journal"))
    options = "mode=ro" if journals else "mode=ro&immutable=1"
    return f"file:{quote(str(path.absolute()))}?{options}"
