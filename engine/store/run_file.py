"""A run as one file, to take it elsewhere: written whole, read with suspicion.

An archive of plain files (`engine.checked_archive`): those of the run's folder. Nothing in it can run,
and no name in it leads out of the run's folder.
"""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, ValidationError

from engine.checked_archive import (
    MANIFEST,
    ArchiveFlaw,
    CheckedArchive,
    Entry,
    Limits,
    NoArchive,
    checked_archive,
    first_line,
    parsed_json,
)
from engine.errors import (
    FileMissing,
    NoPermission,
    NotARunFile,
    RecipeError,
    RunDamaged,
    RunFileDamaged,
    RunFileTooNew,
)
from engine.files import atomic_file, unsealed, writing
from engine.recipe.files import parse_recipe
from engine.store.info import RunInfo
from engine.store.run_folder import INFO, RECIPE, RunFolder

if TYPE_CHECKING:
    from engine.store.workspace import Workspace

FORMAT = "trainyard-run"
VERSION = 1
SUFFIX = ".trainyard-run"
_TEXT_BYTES = 16 << 20
_TENSOR_HEADER = 100_000_000
"""Bytes; the readers of safetensors refuse more."""
_CHUNK = 1 << 20
_KINDS = (".json", ".jsonl", ".safetensors", ".csv")
_NAME = re.compile(r"\w[\w.-]{0,99}", re.ASCII)
_DEPTH = 4
_LEFT_OUT = ("control.jsonl", "lock")


class RunManifest(BaseModel):
    """What a run file says of itself."""

    model_config = ConfigDict(frozen=True)

    format: str = FORMAT
    version: int = VERSION
    run: str
    name: str
    files: dict[str, Entry]


def export_run_file(run: RunFolder, destination: Path) -> int:
    """Write all of a run as one file; its size in bytes.

    Raises:
        RunBusy: The run is being trained.
        RunNotFound, RunDamaged: There is nothing to export, or it cannot be read.
        DiskFull, WriteFailed: The file cannot be written; one that was there is as before.
    """
    run.require_idle()
    info = run.info()
    files: dict[str, Entry] = {}
    with writing(destination):
        destination.parent.mkdir(parents=True, exist_ok=True)
    with atomic_file(destination) as temporary:
        with zipfile.ZipFile(temporary, "w", zipfile.ZIP_STORED) as archive:
            for name in _files(run.path):
                files[name] = _pack(run, name, archive)
            manifest = RunManifest(run=run.id, name=info.name, files=files)
            archive.writestr(MANIFEST, manifest.model_dump_json(indent=2))
        return temporary.stat().st_size


def import_run_file(workspace: Workspace, path: Path) -> RunFolder:
    """Take a run file into a workspace, as a run with a number of its own.

    Every byte is checked before there is such a run.

    Raises:
        FileMissing, NoPermission, NotARunFile: There is no such file, or it is something else.
        RunFileTooNew, RunFileDamaged: It cannot be trusted; nothing was imported.
        DiskFull, WriteFailed: The workspace cannot be written; nothing was imported.
    """
    try:
        with checked_archive(path, _LIMITS) as archive:
            manifest = _manifest(path, archive)
            info = _described(archive)
            return workspace.adopt(info, lambda folder: _unpack(archive, manifest, folder))
    except NoArchive:
        raise NotARunFile(str(path)) from None
    except ArchiveFlaw as flaw:
        raise RunFileDamaged(str(path), str(flaw)) from flaw
    except FileNotFoundError:
        raise FileMissing(str(path)) from None
    except PermissionError:
        raise NoPermission(str(path)) from None
    except OSError as error:
        raise RunFileDamaged(str(path), error.strerror or type(error).__name__) from error


def _files(folder: Path) -> Iterator[str]:
    """What belongs to a run: no locks, no commands, nothing half written, nothing hidden."""
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        is_plain = path.is_file() and not path.is_symlink()
        if is_plain and name not in _LEFT_OUT and _is_safe(name):
            yield name


def _is_safe(name: str) -> bool:
    parts = name.split("/")
    return (
        len(parts) <= _DEPTH
        and all(_NAME.fullmatch(part) and ".." not in part for part in parts)
        and name.endswith(_KINDS)
    )


_LIMITS = Limits(entries=10_000, manifest=_TEXT_BYTES, accepts=_is_safe)


def _pack(run: RunFolder, name: str, archive: zipfile.ZipFile) -> Entry:
    digest, size = hashlib.sha256(), 0
    try:
        source = (run.path / name).open("rb")
    except OSError as error:
        raise RunDamaged(run.id, name, error.strerror or str(error)) from None
    with source, archive.open(zipfile.ZipInfo(name), "w", force_zip64=True) as target:
        while chunk := _read(run, name, source):
            digest.update(chunk)
            size += len(chunk)
            target.write(chunk)
    return Entry(size=size, sha256=digest.hexdigest())


def _read(run: RunFolder, name: str, source: IO[bytes]) -> bytes:
    try:
        return source.read(_CHUNK)
    except OSError as error:
        raise RunDamaged(run.id, name, error.strerror or str(error)) from None


def _manifest(path: Path, archive: CheckedArchive) -> RunManifest:
    found: Any = archive.manifest
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise NotARunFile(str(path))
    version = found.get("version")
    if isinstance(version, int) and version > VERSION:
        raise RunFileTooNew(str(path), version, VERSION)
    try:
        manifest = RunManifest.model_validate(found)
    except ValidationError as error:
        where = ".".join(str(part) for part in error.errors()[0]["loc"])
        raise ArchiveFlaw(f"its manifest is wrong at {where}") from None
    archive.expect(manifest.files)
    for name in (INFO, RECIPE):
        if name not in archive.names:
            raise ArchiveFlaw(f"“{name}” is missing")
    return manifest


def _described(archive: CheckedArchive) -> RunInfo:
    """Identity and recipe, which everything else depends on."""
    parts = {name: archive.read(name, _TEXT_BYTES) for name in (INFO, RECIPE)}
    values = {name: parsed_json(data) for name, data in parts.items()}
    try:
        info = RunInfo.model_validate_json(parts[INFO])
    except ValidationError as error:
        raise ArchiveFlaw(f"{INFO}: {error.errors()[0]['msg']}") from None
    try:
        parse_recipe(json.dumps(unsealed(values[RECIPE])), RECIPE)
    except RecipeError as error:
        raise ArchiveFlaw(first_line(error.messages()[0])) from None
    return info


def _unpack(archive: CheckedArchive, manifest: RunManifest, folder: Path) -> None:
    """Write every entry but the identity, checking size and hash on the way."""
    for name in manifest.files:
        if name == INFO:
            continue  # the run has a number of its own here
        target = folder / name
        with writing(target):
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("xb", buffering=0) as file:
                for place, chunk in enumerate(archive.chunks(name)):
                    if place == 0:
                        _require_kind(name, chunk)
                    _write(file, chunk)


def _require_kind(name: str, beginning: bytes) -> None:
    """Refuse what only bears the name of tensors or of JSON."""
    if name.endswith(".safetensors"):
        length = int.from_bytes(beginning[:8], "little")
        good = length <= _TENSOR_HEADER and beginning[8:9] == b"{"
    else:
        good = name.endswith(".csv") or beginning.lstrip()[:1] in (b"{", b"[")
    if not good:
        raise ArchiveFlaw(f"“{name}” is not what its name says")


def _write(file: IO[bytes], data: bytes) -> None:
    """All of it, however little the system takes at a time."""
    rest = memoryview(data)
    while rest:
        rest = rest[file.write(rest) or 0 :]
