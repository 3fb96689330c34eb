"""What the window remembers: choices and recent files in settings.json, geometry in QSettings."""

from __future__ import annotations

import threading
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from PySide6.QtCore import QByteArray, QSettings

from engine.errors import StoreError
from engine.files import write_atomic

RECENTS = 12
TEXT_SIZES = (0.9, 1.0, 1.1, 1.25, 1.5)


class Recent(BaseModel):
    """A table that was open."""

    model_config = ConfigDict(frozen=True)

    path: str
    part: str | None = None
    """The sheet, table or archive member that was open."""
    rows: int
    columns: int
    target: str | None = None
    opened: datetime


class Choices(BaseModel):
    """What a person chose once for all."""

    model_config = ConfigDict(frozen=True)

    theme: Literal["light", "dark", "system"] = "system"
    language: Literal["en", "zh_CN", "system"] = "system"
    text_size: float = Field(default=1.0, ge=0.9, le=1.5)
    inspector: bool = True
    runs: bool = False
    notify: bool = True
    """Tell through the system that a run has ended."""
    keep_awake: bool = True
    """Keep the computer from going to sleep while a run trains."""
    recents: tuple[Recent, ...] = ()


class Settings:
    """The choices on disk; an unreadable file counts as no choices.

    They are written in threads: a disk that is busy would stop the window. A program that ends waits for
    them.
    """

    def __init__(self, workspace: Path) -> None:
        self._path = workspace / "settings.json"
        self._geometry = QSettings(str(workspace / "window.ini"), QSettings.Format.IniFormat)
        self._saving = threading.Lock()
        self._last_saving: threading.Thread | None = None
        try:
            self.choices = Choices.model_validate_json(self._path.read_bytes())
        except (OSError, ValidationError):
            self.choices = Choices()

    def change(self, **values: object) -> None:
        """Replace some choices and save them; a full disk costs the memory of it, nothing else."""
        self.choices = Choices.model_validate({**self.choices.model_dump(), **values})
        self._last_saving = threading.Thread(target=self._save, name="settings")
        self._last_saving.start()

    def finish(self) -> None:
        """Wait until what was changed is on the disk."""
        if self._last_saving is not None:
            self._last_saving.join()

    def remember(
        self, path: Path, rows: int, columns: int, target: str | None, part: str | None = None
    ) -> None:
        """Put a table first in the list of recent ones."""
        recent = Recent(
            path=str(path),
            part=part,
            rows=rows,
            columns=columns,
            target=target,
            opened=datetime.now(UTC).astimezone(),
        )
        others = [r for r in self.choices.recents if (r.path, r.part) != (recent.path, part)]
        self.change(recents=(recent, *others)[:RECENTS])

    def forget(self, recent: Recent | None = None) -> None:
        """Take one table, or all, off the list of recent ones."""
        kept = (r for r in self.choices.recents if recent is not None and r != recent)
        self.change(recents=tuple(kept))

    def _save(self) -> None:
        # One after the other, and each writes the newest: none can bring old choices back.
        with self._saving, suppress(OSError, StoreError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            write_atomic(self._path, self.choices.model_dump_json(indent=1).encode())

    def geometry(self, name: str) -> QByteArray:
        """Bytes that a window saved under `name`; empty at first."""
        value = self._geometry.value(name)
        return value if isinstance(value, QByteArray) else QByteArray()

    def set_geometry(self, name: str, value: QByteArray) -> None:
        """Keep a window's bytes."""
        self._geometry.setValue(name, value)
