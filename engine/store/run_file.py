"""A run as one file, to take it elsewhere: written whole, read with suspicion.

An archive of plain files (`engine.checked_archive`): those of the run's folder, and of the runs that it
holds. Nothing in it can run, and no name in it leads out of a run's folder.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import zipfile
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from engine.checked_archive import (
    MANIFEST,
    ArchiveFlaw,
    CheckedArchive,
    Entry,
    Limits,
    checked_archive,
    first_line,
    flaws_told,
    parsed_json,
)
from engine.errors import (
    NotARunFile,
    RecipeError,
    RunDamaged,
    RunFileDamaged,
    RunFileTooNew,
    WriteFailed,
)
from engine.files import atomic_file, unsealed, writing
from engine.recipe.files import parse_recipe
from engine.store.info import RunInfo
from engine.store.run_file_members import (
    check_holders,
    folder_of,
    packed_runs,
    rename_trials,
)
from engine.store.run_folder import INFO, RECIPE, RunFolder

if TYPE_CHECKING:
    from engine.store.workspace import Workspace

FORMAT = "trainyard-run"
VERSION = 2
"""Of a file that holds several runs; a single one is written as version 1."""
SUFFIX = ".trainyard-run"
_TEXT_BYTES = 16 << 20
_TENSOR_HEADER = 100_000_000
"""Bytes; the readers of safetensors refuse more."""
_CHUNK = 1 << 20
_KINDS = (".json", ".jsonl", ".safetensors", ".csv")
_NAME = re.compile(r"\w[\w.-]{0,99}", re.ASCII)
_DEPTH = 4
_LEFT_OUT = ("control.jsonl", "lock")
_ENTRIES = 50_000


class RunManifest(BaseModel):
    """What a run file says of itself."""

    model_config = ConfigDict(frozen=True)

    format: str = FORMAT
    version: int = VERSION
    run: str
    name: str
    files: dict[str, Entry]
    members: dict[str, str] = Field(default_factory=dict)
    """Folders of the runs that it holds, and in which folder the run lies that holds them: empty for the
    run itself."""


def export_run_file(run: RunFolder, destination: Path) -> int:
    """Write all of a run as one file, with the runs that it holds; its size in bytes.

    Raises:
        RunBusy: The run is being trained, or one that it holds.
        RunNotFound, RunDamaged: There is nothing to export, or it cannot be read.
        DiskFull, WriteFailed: The file cannot be written; one that was there is as before.
    """
    run.require_idle()
    info = run.info()
    packed = packed_runs(run)
    for each in packed:
        each.run.require_idle()
    names = [(each, name) for each in packed for name in _files(each.run.path)]
    if len(names) >= _ENTRIES:
        raise WriteFailed(str(destination), f"{len(names)} files are more than a run file holds")
    folders = {each.run.id: each.folder for each in packed}
    members = {each.folder: folders[each.run.info().group or run.id] for each in packed[1:]}
    files: dict[str, Entry] = {}
    with writing(destination):
        destination.parent.mkdir(parents=True, exist_ok=True)
    with atomic_file(destination) as temporary:
        with zipfile.ZipFile(temporary, "w", zipfile.ZIP_STORED) as archive:
            for each, name in names:
                files[each.folder + name] = _pack(each.run, name, each.folder + name, archive)
            manifest = RunManifest(
                version=VERSION if members else 1,
                run=run.id,
                name=info.name,
                files=files,
                members=members,
            )
            archive.writestr(MANIFEST, manifest.model_dump_json(indent=2))
        return temporary.stat().st_size


def import_run_file(workspace: Workspace, path: Path) -> RunFolder:
    """Take a run file into a workspace: a run with a number of its own, and those that it holds.

    Every byte is checked before there is such a run.

    Raises:
        FileMissing, NoPermission, NotARunFile: There is no such file, or it is something else.
        RunFileTooNew, RunFileDamaged: It cannot be trusted; nothing was imported.
        DiskFull, WriteFailed: The workspace cannot be written; nothing was imported.
    """
    told = flaws_told(path, another=NotARunFile, damaged=RunFileDamaged)
    with told, checked_archive(path, _LIMITS) as archive:
        manifest = _manifest(path, archive)
        infos = {folder: _described(archive, folder) for folder in ("", *manifest.members)}
        return _adopt(workspace, archive, manifest, infos)


def _files(folder: Path) -> Iterator[str]:
    """What belongs to a run: no locks, no commands, nothing half written, nothing hidden."""
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        is_plain = path.is_file() and not path.is_symlink()
        if is_plain and name not in _LEFT_OUT and _is_safe(name):
            yield name


def _is_safe_anywhere(name: str) -> bool:
    """In the folder of the run, or of one that it holds."""
    return _is_safe(name.removeprefix(folder_of(name)))


def _is_safe(name: str) -> bool:
    parts = name.split("/")
    return (
        len(parts) <= _DEPTH
        and all(_NAME.fullmatch(part) and ".." not in part for part in parts)
        and name.endswith(_KINDS)
    )


_LIMITS = Limits(entries=_ENTRIES, manifest=_TEXT_BYTES, accepts=_is_safe_anywhere)


def _pack(run: RunFolder, name: str, packed: str, archive: zipfile.ZipFile) -> Entry:
    digest, size = hashlib.sha256(), 0
    try:
        source = (run.path / name).open("rb")
    except OSError as error:
        raise RunDamaged(run.id, name, error.strerror or str(error)) from None
    with source, archive.open(zipfile.ZipInfo(packed), "w", force_zip64=True) as target:
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
    check_holders(manifest.members)
    for folder in ("", *manifest.members):
        for name in (folder + INFO, folder + RECIPE):
            if name not in archive.names:
                raise ArchiveFlaw(f"“{name}” is missing")
    for name in archive.names:
        if (folder := folder_of(name)) and folder not in manifest.members:
            raise ArchiveFlaw(f"“{name}” belongs to no run of it")
    return manifest


def _adopt(
    workspace: Workspace,
    archive: CheckedArchive,
    manifest: RunManifest,
    infos: dict[str, RunInfo],
) -> RunFolder:
    """Make the runs, the holding ones first; all of them, or none."""
    made: dict[str, RunFolder] = {}
    names: dict[str, list[str]] = {}
    for name in archive.names:
        names.setdefault(folder_of(name), []).append(name)
    try:
        for folder, info in infos.items():
            holder = None if not folder else made[manifest.members[folder]].id
            unpack = partial(_unpack, archive, folder, names[folder])
            made[folder] = workspace.adopt(info, unpack, group=holder)
        if len(made) > 1:
            ids = {infos[folder].id: run.id for folder, run in made.items()}
            for folder in {"", *manifest.members.values()}:
                rename_trials(made[folder], ids)
    except BaseException:
        for run in made.values():
            shutil.rmtree(run.path, ignore_errors=True)
        raise
    return made[""]


def _described(archive: CheckedArchive, folder: str) -> RunInfo:
    """Identity and recipe, which everything else depends on."""
    parts = {name: archive.read(folder + name, _TEXT_BYTES) for name in (INFO, RECIPE)}
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


def _unpack(archive: CheckedArchive, inside: str, names: Sequence[str], folder: Path) -> None:
    """Write every entry of one run but the identity, checking size and hash on the way."""
    for name in names:
        if name == inside + INFO:
            continue  # the run has a number of its own here
        target = folder / name.removeprefix(inside)
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
