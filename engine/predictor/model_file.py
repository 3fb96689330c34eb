"""Model files (`.trainyard`): what they hold, and reading them with suspicion.

A zip of plain data: a manifest with the hash of every other entry, the recipe, the preparation, the
weights as safetensors, the run's metrics, what was decided of its predictions. Nothing in it can run. Entries are stored, not compressed, so
a small file cannot grow into a large one; only known names are accepted, and none becomes a path.
"""

from __future__ import annotations

import hashlib
import json
import struct
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from engine.errors import (
    FileMissing,
    ModelFileDamaged,
    ModelFileTooNew,
    NoPermission,
    NotAModelFile,
)
from engine.predictor.decision import Decision

FORMAT = "trainyard-model"
VERSION = 2
PLAIN_VERSION = 1
"""Of files without a decision, which the first release reads too."""
MANIFEST = "manifest.json"
RECIPE = "recipe.json"
PREPARATION = ("preparation/preparation.json", "preparation/arrays.safetensors")
WEIGHTS = "weights.safetensors"
METRICS = "metrics.json"
ENTRIES = (RECIPE, *PREPARATION, WEIGHTS, METRICS)
DECISION = "decision.json"
"""Only where something was decided."""
_ZIP_MAGIC = b"PK"
_MANIFEST_BYTES = 1 << 20
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    OSError,
    EOFError,
    ValueError,
    KeyError,
    NotImplementedError,
    RuntimeError,
    OverflowError,
)


class Entry(BaseModel):
    """One file inside the model file."""

    model_config = ConfigDict(frozen=True)

    size: int
    sha256: str


class Manifest(BaseModel):
    """What the model file says of itself."""

    model_config = ConfigDict(frozen=True)

    format: str = FORMAT
    version: int = VERSION
    run: str
    name: str
    target: str
    dataset: str
    created: float
    """Seconds since 1970."""
    versions: dict[str, str]
    best_epoch: int
    files: dict[str, Entry]


def digest(data: bytes) -> Entry:
    """Size and hash of an entry."""
    return Entry(size=len(data), sha256=hashlib.sha256(data).hexdigest())


def decision_in(entries: Mapping[str, bytes]) -> Decision:
    """What was decided for the run of a model file. Raises `ValueError`."""
    if DECISION not in entries:
        return Decision()
    return Decision.model_validate_json(entries[DECISION])


def read_model_file(path: Path) -> tuple[Manifest, Mapping[str, bytes]]:
    """The manifest and the entries of a model file, every byte checked.

    Raises `FileMissing`, `NoPermission`, `NotAModelFile`, `ModelFileTooNew` or `ModelFileDamaged`.
    """
    try:
        with path.open("rb") as file:
            starts_as_zip = file.read(2) == _ZIP_MAGIC
    except FileNotFoundError:
        raise FileMissing(str(path)) from None
    except PermissionError:
        raise NoPermission(str(path)) from None
    except OSError:
        raise NotAModelFile(str(path)) from None
    if not starts_as_zip:
        raise NotAModelFile(str(path))
    try:
        with zipfile.ZipFile(path) as archive:
            return _read(path, archive)
    except _BROKEN as error:
        detail = str(error).strip().rstrip(".") or type(error).__name__
        raise ModelFileDamaged(str(path), detail) from error


def _read(path: Path, archive: zipfile.ZipFile) -> tuple[Manifest, Mapping[str, bytes]]:
    infos = archive.infolist()
    names = [info.filename for info in infos]
    if MANIFEST not in names:
        raise NotAModelFile(str(path))
    for info in infos:
        if info.filename not in (MANIFEST, *ENTRIES, DECISION):
            raise ModelFileDamaged(str(path), f"it holds an unknown entry “{info.filename}”")
        if info.compress_type != zipfile.ZIP_STORED or info.flag_bits & 1:
            raise ModelFileDamaged(str(path), f"“{info.filename}” is compressed or encrypted")
    if len(set(names)) != len(names):
        raise ModelFileDamaged(str(path), "an entry occurs twice")
    if archive.getinfo(MANIFEST).file_size > _MANIFEST_BYTES:
        raise ModelFileDamaged(str(path), "its manifest is too large")
    manifest = _manifest(path, archive.read(MANIFEST))
    entries: dict[str, bytes] = {}
    wanted = (*ENTRIES, DECISION) if DECISION in names or DECISION in manifest.files else ENTRIES
    for name in wanted:
        if name not in names or name not in manifest.files:
            raise ModelFileDamaged(str(path), f"“{name}” is missing")
        data = archive.read(name)
        if digest(data) != manifest.files[name]:
            raise ModelFileDamaged(str(path), f"“{name}” was altered")
        entries[name] = data
    return manifest, entries


def _manifest(path: Path, data: bytes) -> Manifest:
    found: Any = json.loads(data)
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise NotAModelFile(str(path))
    version = found.get("version")
    if isinstance(version, int) and version > VERSION:
        raise ModelFileTooNew(str(path), version, VERSION)
    try:
        return Manifest.model_validate(found)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise ModelFileDamaged(str(path), f"its manifest is wrong at {where}") from None
