"""The index of runs: summaries of runs that are at rest, so that a long list opens at once.

Derived from the run folders. An entry counts only while the signature of the run's files is the one
it was made from. When the index cannot be read it is made again; when it cannot be written the list is
merely slower.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import apsw
from pydantic import ValidationError

from engine.store.summary import RunSummary

_VERSION = 3
_BUSY_MS = 2_000


class RunIndex:
    """Summaries by run id, each with the signature of the files it was made from."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection = self._open()

    def load(self) -> dict[str, tuple[str, RunSummary]]:
        """All entries that can be read."""
        entries: dict[str, tuple[str, RunSummary]] = {}
        try:
            rows = self._connection.execute("SELECT id, signature, summary FROM runs")
            for run, signature, text in rows:
                with suppress(ValidationError):
                    entries[run] = (signature, RunSummary.model_validate_json(text))
        except apsw.Error:
            self._start_over()
        return entries

    def store(self, entries: Mapping[str, tuple[str, RunSummary]]) -> None:
        """Add or replace entries."""
        rows = [(run, sign, line.model_dump_json()) for run, (sign, line) in entries.items()]
        with suppress(apsw.Error), self._connection:
            self._connection.executemany("INSERT OR REPLACE INTO runs VALUES (?, ?, ?)", rows)

    def drop(self, runs: set[str]) -> None:
        """Remove the entries of runs that are gone."""
        with suppress(apsw.Error), self._connection:
            self._connection.executemany("DELETE FROM runs WHERE id = ?", [(run,) for run in runs])

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def _open(self) -> apsw.Connection:
        try:
            return self._connect(str(self._path))
        except apsw.BusyError:
            return self._connect(":memory:")
        except apsw.Error:
            with suppress(OSError):
                self._path.unlink(missing_ok=True)
            try:
                return self._connect(str(self._path))
            except apsw.Error:
                return self._connect(":memory:")

    def _connect(self, name: str) -> apsw.Connection:
        connection = apsw.Connection(name)
        try:
            connection.set_busy_timeout(_BUSY_MS)
            connection.execute("PRAGMA synchronous = OFF")  # derived: a crash costs a rebuild
            with connection:
                if connection.pragma("user_version") != _VERSION:
                    connection.execute("DROP TABLE IF EXISTS runs")
                    connection.execute(f"PRAGMA user_version = {_VERSION}")
                connection.execute(
                    "CREATE TABLE IF NOT EXISTS runs"
                    " (id TEXT PRIMARY KEY, signature TEXT NOT NULL, summary TEXT NOT NULL)"
                )
        except BaseException:
            connection.close()
            raise
        return connection

    def _start_over(self) -> None:
        self._connection.close()
        with suppress(OSError):
            self._path.unlink(missing_ok=True)
        self._connection = self._open()
