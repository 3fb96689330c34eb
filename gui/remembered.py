"""What is kept about each file that was open: one small JSON file for each, in the workspace."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from engine.data.rows.filters import Filter, Sort
from engine.errors import StoreError
from engine.files import write_atomic
from engine.recipe.reading import Reading
from engine.recipe.recipe import Recipe

KEPT = 200
"""Files that are remembered; the one not opened for the longest time is forgotten first."""
_LARGEST = 32 << 20


class ColumnLayout(BaseModel):
    """How the columns of the table view are arranged; columns not named stand as in the file."""

    model_config = ConfigDict(frozen=True)

    order: tuple[str, ...] = ()
    """Names from left to right; empty: the order of the file."""
    hidden: tuple[str, ...] = ()
    frozen: tuple[str, ...] = ()
    """Columns that stay at the left edge."""
    widths: dict[str, int] = {}
    """In pixels at text size 100%, for columns that were made wider or narrower."""

    def without(self, gone: Iterable[str]) -> ColumnLayout:
        """The layout of the columns that are left."""
        left_out = set(gone)
        return ColumnLayout(
            order=tuple(name for name in self.order if name not in left_out),
            hidden=tuple(name for name in self.hidden if name not in left_out),
            frozen=tuple(name for name in self.frozen if name not in left_out),
            widths={name: w for name, w in self.widths.items() if name not in left_out},
        )


class FileMemory(BaseModel):
    """What a person chose for a file, and where they were in it."""

    model_config = ConfigDict(frozen=True)

    trainyard_memory: Literal[1] = 1
    path: str = ""
    part: str | None = None
    """The sheet, table or member; each is remembered by itself."""
    stamp: str = ""
    """What the bytes were like: changes when the file does."""
    reading: Reading = Reading()
    """What was asked for when it was read; all else was detected."""
    recipe: Recipe | None = None
    page: str = "data"
    tab: str = ""
    """Tab of the Data page; empty: the first."""
    column: str | None = None
    """The column that the inspector describes."""
    filters: tuple[Filter, ...] = ()
    sorts: tuple[Sort, ...] = ()
    layout: ColumnLayout = ColumnLayout()
    dismissed: tuple[str, ...] = ()
    """Keys of the findings that are no problem here."""

    def updated(self, **named: object) -> FileMemory:
        """A copy in which these fields have other values.

        Raises `ValueError` for a field that there is not, or a value that does not fit.
        """
        unknown = set(named) - set(FileMemory.model_fields)
        if unknown:
            raise ValueError(f"nothing is remembered as {', '.join(sorted(unknown))}")
        fields = {name: getattr(self, name) for name in FileMemory.model_fields}
        return FileMemory.model_validate({**fields, **named})


class DamagedMemoryError(Exception):
    """What is kept about a file cannot be used."""


class MemoryFolder:
    """The memories on disk. All methods may be called from any thread."""

    def __init__(self, workspace: Path) -> None:
        self._folder = workspace / "files"

    def load(self, path: Path, part: str | None) -> FileMemory | None:
        """What is kept about that file; `None` if nothing is.

        Raises `DamagedMemoryError` for what is damaged, or was written by a later Trainyard.
        """
        try:
            with self._place(path, part).open("rb") as file:
                data = file.read(_LARGEST)
            return FileMemory.model_validate_json(data)
        except FileNotFoundError:
            return None
        except (OSError, ValidationError) as error:
            raise DamagedMemoryError(str(error)) from None

    def save(self, memory: FileMemory) -> None:
        """Keep it; a full disk costs the memory of it, nothing else."""
        place = self._place(Path(memory.path), memory.part)
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            write_atomic(place, memory.model_dump_json().encode())
            self._drop_oldest()
        except (OSError, StoreError):
            return

    def forget(self, path: Path, part: str | None) -> None:
        """Keep nothing about that file any more."""
        try:
            self._place(path, part).unlink(missing_ok=True)
        except OSError:
            return

    def _place(self, path: Path, part: str | None) -> Path:
        key = f"{path}\0{part or ''}".encode("utf-8", "surrogatepass")
        digest = hashlib.blake2b(key, digest_size=12).hexdigest()
        return self._folder / f"{digest}.json"

    def _drop_oldest(self) -> None:
        kept = sorted(self._folder.glob("*.json"), key=_changed, reverse=True)
        for old in kept[KEPT:]:
            old.unlink(missing_ok=True)


def _changed(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:  # another window has just dropped it
        return 0.0
