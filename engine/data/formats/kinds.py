"""The formats by name, for choosers and sentences. Light to import: their readers are not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """A format as people know it."""

    name: str
    """The same in all languages."""
    extensions: tuple[str, ...]
    """With the dot, in lower case."""
    has_lines: bool = False
    """Whether places in such a file are lines that a text editor shows; else they are rows."""


TEXT = Kind("CSV", (".csv", ".tsv", ".tab", ".txt", ".psv", ".dat"), has_lines=True)
PARQUET = Kind("Parquet", (".parquet", ".pq"))
ARROW = Kind("Arrow", (".arrow", ".feather", ".ipc", ".arrows"))
JSON_LINES = Kind("JSON Lines", (".jsonl", ".ndjson", ".jsonlines"), has_lines=True)
WORKBOOK = Kind("Excel", (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"))
SQLITE = Kind("SQLite", (".sqlite", ".sqlite3", ".db", ".db3"))
FILE_LIST = Kind("Trainyard", (".files",))

GZIP = Kind("gzip", (".gz",))
ZSTANDARD = Kind("Zstandard", (".zst",))
ZIP = Kind("ZIP", (".zip",))

TABLES = (TEXT, WORKBOOK, PARQUET, ARROW, JSON_LINES, SQLITE)
CONTAINERS = (GZIP, ZSTANDARD, ZIP)


def patterns(kinds: Iterable[Kind] = (*TABLES, *CONTAINERS)) -> str:
    """The names of such files as a file chooser wants them: `*.csv *.tsv …`."""
    return " ".join(f"*{extension}" for kind in kinds for extension in kind.extensions)


def has_lines(format_name: str) -> bool:
    """Whether places in files of the format of that name are lines."""
    return any(kind.has_lines for kind in TABLES if kind.name == format_name)


def may_be_table(name: str) -> bool:
    """Whether a file of that name is looked into when a folder is opened."""
    lower = name.lower()
    return not lower.startswith((".", "~$")) and lower.endswith(
        tuple(e for kind in (*TABLES, *CONTAINERS) for e in kind.extensions)
    )
