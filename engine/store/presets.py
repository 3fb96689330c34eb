"""The presets of a workspace: one JSON file each, in its folder `presets`."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from engine.errors import PresetNameTaken, PresetNotFound, TrainyardError
from engine.files import write_atomic, writing
from engine.recipe.preset import Preset, load_preset, preset_json

SUFFIX = ".json"


@dataclass(frozen=True, slots=True)
class Presets:
    """What lies on the shelf."""

    all: tuple[Preset, ...]
    """In the order of their names."""
    refused: tuple[TrainyardError, ...] = ()
    """Why files that lie there too are left out."""


class PresetShelf:
    """Saves, finds, renames and deletes presets. Names are unique, whatever their letters' case."""

    def __init__(self, workspace: Path) -> None:
        self.folder = workspace / "presets"
        self._known: dict[Path, tuple[tuple[int, int], Preset | TrainyardError]] = {}
        """What was read, with the time and size of the file it was read from."""

    def load(self) -> Presets:
        """All presets; a file that is none hides no other."""
        found, refused = self._files()
        ordered = sorted(found.values(), key=lambda preset: preset.name.casefold())
        return Presets(tuple(ordered), tuple(refused))

    def get(self, name: str) -> Preset:
        """The preset of that name.

        Raises `PresetNotFound`.
        """
        return load_preset(self._path_of(name))

    def save(self, preset: Preset, *, replace: bool = False) -> None:
        """Put a preset on the shelf.

        Raises `PresetNameTaken` unless it may `replace` one, `DiskFull` or `WriteFailed`; what lay there
        is then as it was.
        """
        taken = self._find(preset.name)
        if taken is not None and not replace:
            raise PresetNameTaken(preset.name)
        with writing(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
        write_preset(taken or self._free_path(preset.name), preset)

    def rename(self, name: str, new: str) -> Preset:
        """Give a preset another name, and return it.

        Raises `PresetNotFound`, `PresetNameTaken`, `DiskFull`, `WriteFailed`, or `pydantic.ValidationError`
        for a name that cannot be one.
        """
        path = self._path_of(name)
        old = load_preset(path)
        renamed = Preset(name=new, model=old.model, training=old.training)
        taken = self._find(renamed.name)
        if taken is not None and taken != path:
            raise PresetNameTaken(renamed.name)
        write_preset(path, renamed)
        return renamed

    def delete(self, name: str) -> Preset:
        """Take a preset away, and return it, so that it can be saved again.

        Raises `PresetNotFound` or `WriteFailed`.
        """
        path = self._path_of(name)
        preset = load_preset(path)
        with writing(path):
            path.unlink()
        return preset

    def free_name(self, wished: str) -> str:
        """The name wished for, or with a number after it if there is a preset of that name."""
        name, number = wished, 2
        while self._find(name) is not None:
            name, number = f"{wished} {number}", number + 1
        return name

    def _path_of(self, name: str) -> Path:
        path = self._find(name)
        if path is None:
            raise PresetNotFound(name, ", ".join(preset.name for preset in self.load().all))
        return path

    def _find(self, name: str) -> Path | None:
        wanted = " ".join(name.split()).casefold()
        found, _ = self._files()
        return next((p for p, preset in found.items() if preset.name.casefold() == wanted), None)

    def _files(self) -> tuple[dict[Path, Preset], list[TrainyardError]]:
        found: dict[Path, Preset] = {}
        refused: list[TrainyardError] = []
        for path in sorted(self.folder.glob(f"*{SUFFIX}")):
            content = self._read(path)
            if isinstance(content, Preset):
                found[path] = content
            else:
                refused.append(content)
        return found, refused

    def _read(self, path: Path) -> Preset | TrainyardError:
        try:
            facts = path.stat()
            state = (facts.st_mtime_ns, facts.st_size)
        except OSError:
            state = (0, 0)  # `load_preset` says what is the matter
        known = self._known.get(path)
        if known is not None and known[0] == state:
            return known[1]
        content: Preset | TrainyardError
        try:
            content = load_preset(path)
        except TrainyardError as error:
            content = error
        self._known[path] = (state, content)
        return content

    def _free_path(self, name: str) -> Path:
        """A file name that every system takes; what makes names different may not be in it."""
        plain = re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")[:40]
        path = self.folder / f"{plain or 'preset'}{SUFFIX}"
        if path.exists():
            mark = hashlib.sha256(name.casefold().encode()).hexdigest()[:8]
            path = self.folder / f"{plain or 'preset'}-{mark}{SUFFIX}"
        return path


def write_preset(path: Path, preset: Preset) -> None:
    """Write a preset to a file, whole or not at all.

    Raises `DiskFull` or `WriteFailed`.
    """
    write_atomic(path, preset_json(preset).encode())
