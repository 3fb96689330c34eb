"""A run as one file, to take it elsewhere: written whole, read with suspicion.

A zip of plain files: a manifest with the size and the hash of every other entry, then the files of the
run's folder. Entries are stored, not compressed, so that a small file cannot grow into a large one;
nothing in it can run, and no name in it leads out of the run's folder.
"""

from __future__ import annotations

import hashlib
import json
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, ValidationError

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
MANIFEST = "manifest.json"
_MANIFEST_BYTES = 16 << 20
_ENTRIES = 10_000
_CHUNK = 1 << 20
_KINDS = (".json", ".jsonl", ".safetensors", ".csv")
_NAME = re.compile(r"[A-Za-z0-9_][\w.-]{0,99}")
_DEPTH = 4
_LEFT_OUT = ("control.jsonl", "lock")
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    ValueError,
    KeyError,
    NotImplementedError,
    RuntimeError,
    OverflowError,
)


class RunEntry(BaseModel):
    """One file of the run."""

    model_config = ConfigDict(frozen=True)

    size: int
    sha256: str


class RunManifest(BaseModel):
    """What a run file says of itself."""

    model_config = ConfigDict(frozen=True)

    format: str = FORMAT
    version: int = VERSION
    run: str
    name: str
    files: dict[str, RunEntry]


def export_run_file(run: RunFolder, destination: Path) -> int:
    """Write all of a run as one file; its size in bytes.

    Raises:
        RunBusy: The run is being trained.
        RunNotFound, RunDamaged: There is nothing to export, or it cannot be read.
        DiskFull, WriteFailed: The file cannot be written; one that was there is as before.
    """
    run.require_idle()
    info = run.info()
    files: dict[str, RunEntry] = {}
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
        size = path.stat().st_size
        if path.is_dir() or not zipfile.is_zipfile(path):
            raise NotARunFile(str(path))
    except FileNotFoundError:
        raise FileMissing(str(path)) from None
    except PermissionError:
        raise NoPermission(str(path)) from None
    except OSError:
        raise NotARunFile(str(path)) from None
    try:
        with path.open("rb") as file, zipfile.ZipFile(file) as archive:
            manifest = _manifest(path, archive)
            _check(path, archive, manifest, size)
            info, _ = _described(path, archive, manifest)
            return workspace.adopt(info, lambda folder: _unpack(path, archive, manifest, folder))
    except PermissionError:
        raise NoPermission(str(path)) from None
    except _BROKEN as error:
        detail = str(error).strip().rstrip(".") or type(error).__name__
        raise RunFileDamaged(str(path), detail) from error


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


def _pack(run: RunFolder, name: str, archive: zipfile.ZipFile) -> RunEntry:
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
    return RunEntry(size=size, sha256=digest.hexdigest())


def _read(run: RunFolder, name: str, source: IO[bytes]) -> bytes:
    try:
        return source.read(_CHUNK)
    except OSError as error:
        raise RunDamaged(run.id, name, error.strerror or str(error)) from None


def _manifest(path: Path, archive: zipfile.ZipFile) -> RunManifest:
    try:
        entry = archive.getinfo(MANIFEST)
    except KeyError:
        raise NotARunFile(str(path)) from None
    if entry.file_size > _MANIFEST_BYTES or entry.compress_type != zipfile.ZIP_STORED:
        raise RunFileDamaged(str(path), "its manifest is too large")
    found: Any = json.loads(archive.read(MANIFEST))
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise NotARunFile(str(path))
    version = found.get("version")
    if isinstance(version, int) and version > VERSION:
        raise RunFileTooNew(str(path), version, VERSION)
    try:
        return RunManifest.model_validate(found)
    except ValidationError as error:
        where = ".".join(str(part) for part in error.errors()[0]["loc"])
        raise RunFileDamaged(str(path), f"its manifest is wrong at {where}") from None


def _check(path: Path, archive: zipfile.ZipFile, manifest: RunManifest, size: int) -> None:
    """Refuse names and sizes that a run file cannot have, before anything is written."""
    entries = archive.infolist()
    names = [entry.filename for entry in entries if entry.filename != MANIFEST]
    if len(entries) > _ENTRIES:
        raise RunFileDamaged(str(path), f"it has {len(entries)} entries")
    if len(set(names)) != len(entries) - 1:
        raise RunFileDamaged(str(path), "an entry occurs twice")
    if sum(entry.file_size for entry in entries) > size:
        raise RunFileDamaged(str(path), "its entries are larger than the file")
    for entry in entries:
        name = entry.filename
        if name != MANIFEST and not _is_safe(name):
            raise RunFileDamaged(str(path), f"it holds “{name}”, which is no file of a run")
        if entry.compress_type != zipfile.ZIP_STORED or entry.flag_bits & 1:
            raise RunFileDamaged(str(path), f"“{name}” is compressed or encrypted")
    for name in manifest.files.keys() ^ set(names):
        raise RunFileDamaged(str(path), f"“{name}” is missing, or not in its manifest")
    for name in (INFO, RECIPE):
        if name not in names:
            raise RunFileDamaged(str(path), f"“{name}” is missing")


def _described(
    path: Path, archive: zipfile.ZipFile, manifest: RunManifest
) -> tuple[RunInfo, object]:
    """Identity and recipe, which everything else depends on."""
    parts = {name: _whole(path, archive, manifest, name) for name in (INFO, RECIPE)}
    try:
        info = RunInfo.model_validate_json(parts[INFO])
    except ValidationError as error:
        raise RunFileDamaged(str(path), f"{INFO}: {error.errors()[0]['msg']}") from None
    try:
        found = json.loads(parts[RECIPE])
        recipe = parse_recipe(json.dumps(unsealed(found)), RECIPE)
    except RecipeError as error:
        raise RunFileDamaged(str(path), str(error.messages()[0]).rstrip(".")) from None
    return info, recipe


def _whole(path: Path, archive: zipfile.ZipFile, manifest: RunManifest, name: str) -> bytes:
    if manifest.files[name].size > _MANIFEST_BYTES:
        raise RunFileDamaged(str(path), f"“{name}” is too large")
    data = archive.read(name)
    if hashlib.sha256(data).hexdigest() != manifest.files[name].sha256:
        raise RunFileDamaged(str(path), f"“{name}” was altered")
    return data


def _unpack(path: Path, archive: zipfile.ZipFile, manifest: RunManifest, folder: Path) -> None:
    """Write every entry but the identity, checking size and hash on the way."""
    for name, entry in manifest.files.items():
        if name == INFO:
            continue  # the run has a number of its own here
        target = folder / name
        digest, size = hashlib.sha256(), 0
        with writing(target):
            target.parent.mkdir(parents=True, exist_ok=True)
            with archive.open(name) as source, target.open("xb", buffering=0) as file:
                while chunk := source.read(_CHUNK):
                    digest.update(chunk)
                    size += len(chunk)
                    _write(file, chunk)
        if size != entry.size or digest.hexdigest() != entry.sha256:
            raise RunFileDamaged(str(path), f"“{name}” was altered")


def _write(file: IO[bytes], data: bytes) -> None:
    """All of it, however little the system takes at a time."""
    rest = memoryview(data)
    while rest:
        rest = rest[file.write(rest) or 0 :]
