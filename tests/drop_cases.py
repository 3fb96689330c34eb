"""What people let go over the window, and what has to come of it: for the tests and for pictures."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QMimeData, QUrl

ROWS = "".join(f"{n / 7:.3f},{'ab'[n % 2]},2024-03-{n % 28 + 1:02}\n" for n in range(60))
TABLE = "x,label,day\n" + ROWS
OTHER = "name;height\n" + "".join(f"n{n};{n}\n" for n in range(30))
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + bytes(range(256)) * 20
PROGRAM = b"MZ\x90\x00\x03\x00\x00\x00" + bytes(range(256)) * 20

Make = Callable[[Path], QMimeData]


@dataclass(frozen=True)
class Case:
    """Something that is dropped."""

    name: str
    make: Make
    held: str
    """Part of what is said while it is held over the window."""
    rows: int = 0
    """Rows of the table that opens; 0: none does."""
    says: str = ""
    """Part of what is said after it was dropped."""
    between: Callable[[Path], None] | None = None
    """What happens to the files after they were held and before they are let go."""


def files(*contents: tuple[str, str | bytes]) -> Make:
    """Files of these names and contents."""

    def make(folder: Path) -> QMimeData:
        return urls(*(write(folder / name, content) for name, content in contents))

    return make


def write(path: Path, content: str | bytes) -> Path:
    """A file; the folders around it are made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def urls(*paths: Path) -> QMimeData:
    """What a file manager hands over."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return data


def _zip(*members: tuple[str, str]) -> Make:
    def make(folder: Path) -> QMimeData:
        path = folder / "export.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for name, content in members:
                archive.writestr(name, content)
        return urls(path)

    return make


def _folder(*contents: tuple[str, str | bytes]) -> Make:
    def make(folder: Path) -> QMimeData:
        inside = folder / "march"
        inside.mkdir()
        for name, content in contents:
            write(inside / name, content)
        return urls(inside)

    return make


def _text(text: str) -> Make:
    def make(folder: Path) -> QMimeData:
        data = QMimeData()
        data.setText(text)
        return data

    return make


def _link(folder: Path) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl("https://example.org/table.csv")])
    data.setText("https://example.org/table.csv")
    return data


CASES = (
    Case("file", files(("one.csv", TABLE)), "Drop to open one.csv", rows=60),
    Case(
        "files-of-one-shape",
        files(("a.csv", TABLE), ("b.csv", TABLE)),
        "Drop to open 2 files as one table",
        rows=120,
    ),
    Case(
        "files-of-two-shapes",
        files(("a.csv", TABLE), ("b.csv", OTHER)),
        "if the columns are the same",
        says="has other columns than",
    ),
    Case(
        "folder",
        _folder(("a.csv", TABLE), ("b.csv", TABLE), ("notes.md", "x")),
        "Drop to open 2 files in march as one table",
        rows=120,
    ),
    Case(
        "folder-without-tables",
        _folder(("notes.md", "x")),
        "There is no table in march",
        says="There is no table in march",
    ),
    Case(
        "zip-of-one",
        _zip(("inside.csv", TABLE)),
        "Drop to open inside.csv in export.zip",
        rows=60,
    ),
    Case(
        "zip-of-several",
        _zip(("a.csv", TABLE), ("b.csv", OTHER)),
        "Drop to choose among 2 tables in export.zip",
        says="export.zip holds 2 tables",
    ),
    Case("picture", files(("cat.png", PNG)), "cat.png is not a table", says="a PNG image"),
    Case("document", files(("form.pdf", PDF)), "form.pdf is not a table", says="a PDF document"),
    Case(
        "program",
        files(("setup.exe", PROGRAM)),
        "Drop to open setup.exe",
        says="belongs to a binary file",
    ),
    Case("empty", files(("empty.csv", b"")), "empty.csv is empty", says="empty.csv is empty"),
    Case(
        "vanished",
        files(("gone.csv", TABLE)),
        "Drop to open gone.csv",
        says="gone.csv is no longer there",
        between=lambda folder: (folder / "gone.csv").unlink(),
    ),
    Case(
        "damaged-model",
        files(("model.trainyard", b"PK\x03\x04 no model")),
        "Drop to load the model model.trainyard",
        says="model.trainyard",
    ),
    Case(
        "table-and-picture",
        files(("a.csv", TABLE), ("cat.png", PNG)),
        "Not all of these files are tables",
        says="cat.png",
    ),
    Case(
        "text",
        _text("city\tpeople\nBern\t134000\nGenf\t203000\nBasel\t177000\n"),
        "Drop to open 4 lines as a table",
        rows=3,
    ),
    Case("word", _text("hello"), "This text is no table", says="a line of names"),
    Case("link", _link, "not a file on this computer", says="Save https://example.org/table.csv"),
)
