"""What letting go of something that is dragged over the window would do, told before it is done."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QMimeData

from engine.data.formats.file_list import files_behind
from engine.data.formats.kinds import WORKBOOK, ZIP, may_be_table
from engine.data.text.sample import SIGNATURES
from engine.errors import TrainyardError
from engine.messages import Message
from gui.i18n import listed, render, tr, trn

_NAMED = 3
"""Names that are read in passing."""
_LONGEST_TEXT = 64 << 20


@dataclass(frozen=True, slots=True)
class DropOffer:
    """What would happen: paths or a text are opened, or nothing is and `detail` says what helps."""

    words: str
    paths: tuple[Path, ...] = ()
    text: str = ""
    detail: str = ""

    @property
    def opens(self) -> bool:
        """Whether there is something to open."""
        return bool(self.paths or self.text)


def offer_of(data: QMimeData, *, has_table: bool) -> DropOffer | None:
    """What dropping this would do; None for what is not for this window at all."""
    urls = data.urls()
    paths = tuple(Path(url.toLocalFile()) for url in urls if url.isLocalFile())
    if paths:
        return _one(paths[0], has_table) if len(paths) == 1 else _several(paths)
    if urls:
        return DropOffer(
            tr("This is not a file on this computer"),
            detail=tr("Save {name} first, then drop the saved file.", name=urls[0].toString()),
        )
    text = data.text() if data.hasText() else ""
    if not text.strip():
        return None
    if len(text) > _LONGEST_TEXT:
        return DropOffer(
            tr("This text is too long to be dropped"),
            detail=tr("Save it as a file, then open that."),
        )
    lines = len(text.strip().splitlines())
    if lines < 2:
        return DropOffer(
            tr("This text is no table"),
            detail=tr("A table needs a line of names and at least one row below it."),
        )
    return DropOffer(
        trn("Drop to open {count} line as a table", "Drop to open {count} lines as a table", lines),
        text=text,
    )


def _one(path: Path, has_table: bool) -> DropOffer:
    name = path.name
    if path.is_dir():
        return _folder(path)
    if not path.exists():
        return DropOffer(
            tr("{name} is no longer there", name=name),
            detail=tr("It may have been moved, renamed or deleted."),
        )
    if path.is_file() and path.stat().st_size == 0:
        return DropOffer(
            tr("{name} is empty", name=name), detail=tr("Export the table again, then open that.")
        )
    if path.suffix == ".trainyard":
        return DropOffer(tr("Drop to load the model {name}", name=name), (path,))
    if path.suffix == ".json" and has_table:
        return DropOffer(tr("Drop to use the recipe {name}", name=name), (path,))
    looks_like = _looks_like(path)
    if looks_like is not None:
        return DropOffer(
            tr("{name} is not a table", name=name),
            detail=f"{looks_like} {tr('Save it as CSV, Excel or Parquet, then open that.')}".strip(),
        )
    members = _members(path)
    if len(members) > 1:
        count = trn("{count} table", "{count} tables", len(members))
        return DropOffer(
            tr("Drop to choose among {count} in {name}", count=count, name=name), (path,)
        )
    if members:
        return DropOffer(
            tr("Drop to open {member} in {name}", member=members[0], name=name), (path,)
        )
    return DropOffer(tr("Drop to open {name}", name=name), (path,))


def _folder(path: Path) -> DropOffer:
    try:
        files = files_behind(path)
    except TrainyardError as error:
        found, *advice = error.messages()
        return DropOffer(
            tr("There is no table in {name}", name=path.name),
            detail=" ".join(render(line) for line in advice) or render(found),
        )
    if len(files) == 1:
        return DropOffer(
            tr("Drop to open {member} in {name}", member=files[0].name, name=path.name), (path,)
        )
    return DropOffer(
        trn(
            "Drop to open {count} file in {name} as one table",
            "Drop to open {count} files in {name} as one table",
            len(files),
            name=path.name,
        ),
        (path,),
    )


def _several(paths: Sequence[Path]) -> DropOffer:
    gone = [path for path in paths if not path.exists()]
    ours = [path for path in paths if path.suffix in (".trainyard", ".json")]
    others = [path for path in paths if path.is_file() and _looks_like(path) is not None]
    for found, words in (
        (gone, tr("Not all of these files are still there")),
        (ours, tr("Models and recipes are opened one at a time")),
        (others, tr("Not all of these files are tables")),
    ):
        if found:
            return DropOffer(words, detail=_names(found))
    return DropOffer(
        trn(
            "Drop to open {count} file as one table, if the columns are the same",
            "Drop to open {count} files as one table, if the columns are the same",
            len(paths),
        ),
        tuple(paths),
    )


def _names(paths: Sequence[Path]) -> str:
    more = " …" if len(paths) > _NAMED else ""
    return listed(path.name for path in paths[:_NAMED]) + more


def _looks_like(path: Path) -> str | None:
    """What a file is that is known to be no table, in a sentence; None for all others."""
    try:
        with path.open("rb") as file:
            head = file.read(16)
    except OSError:
        return None  # opening it will tell
    for signature, looks_like in SIGNATURES:
        if head.startswith(signature):
            return render(Message(looks_like))
    return None


def _members(path: Path) -> list[str]:
    """The tables in a ZIP archive; none for other files."""
    if path.suffix.lower() not in ZIP.extensions or path.suffix.lower() in WORKBOOK.extensions:
        return []
    try:
        with zipfile.ZipFile(path) as archive:
            names = [Path(name) for name in archive.namelist() if "__MACOSX" not in name]
    except (OSError, zipfile.BadZipFile):
        return []
    return [name.as_posix() for name in names if may_be_table(name.name)]
