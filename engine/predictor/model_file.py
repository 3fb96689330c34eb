"""Model files (`.trainyard`): what they hold, and reading them with suspicion.

An archive of plain data (`engine.checked_archive`): the recipe, the preparation, the weights as
safetensors, the run's metrics; what was decided of its predictions and a card for people, where there
are such. Nothing in it can run. Only known names are accepted, and none becomes a path.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from engine.checked_archive import (
    MANIFEST as MANIFEST,
)
from engine.checked_archive import (
    ArchiveFlaw,
    CheckedArchive,
    Entry,
    Limits,
    checked_archive,
    flaws_told,
    parsed_json,
)
from engine.data.memory import available_memory
from engine.errors import (
    ModelFileDamaged,
    ModelFileTooLarge,
    ModelFileTooNew,
    NotAModelFile,
)
from engine.predictor.decision import Decision

FORMAT = "trainyard-model"
VERSION = 3
"""1 had no decision, 2 no card; both are read."""
RECIPE = "recipe.json"
PREPARATION = ("preparation/preparation.json", "preparation/arrays.safetensors")
WEIGHTS = "weights.safetensors"
METRICS = "metrics.json"
ENTRIES = (RECIPE, *PREPARATION, WEIGHTS, METRICS)
DECISION = "decision.json"
"""Only where something was decided."""
CARD = "card.md"
"""What people should know of the model, as Markdown; it may be absent."""
_TIMES_IN_MEMORY = 3
_OPTIONAL = (DECISION, CARD)
_MEGABYTE = 1 << 20
_LARGEST = {
    RECIPE: 16 * _MEGABYTE,
    PREPARATION[0]: 64 * _MEGABYTE,
    PREPARATION[1]: 64 * _MEGABYTE,
    METRICS: _MEGABYTE,
    DECISION: _MEGABYTE,
    CARD: 4 * _MEGABYTE,
}
"""Bytes of all but the weights, which take what the file has and no more."""
_LIMITS = Limits(
    entries=16, manifest=_MEGABYTE, accepts=lambda name: name in (*ENTRIES, *_OPTIONAL)
)


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

    Raises `FileMissing`, `NoPermission`, `NotAModelFile`, `ModelFileTooNew`, `ModelFileTooLarge` or
    `ModelFileDamaged`.
    """
    with flaws_told(path, another=NotAModelFile, damaged=ModelFileDamaged):
        _require_memory(path)
        with checked_archive(path, _LIMITS) as archive:
            manifest = _manifest(path, archive.manifest)
            return manifest, _entries(archive, manifest)


def _require_memory(path: Path) -> None:
    """Its tensors are in memory twice while the network is made."""
    size, free = path.stat().st_size, available_memory()
    if _TIMES_IN_MEMORY * size > free:
        raise ModelFileTooLarge(str(path), size >> 20, free >> 20)


def _entries(archive: CheckedArchive, manifest: Manifest) -> dict[str, bytes]:
    archive.expect(manifest.files)
    for name in ENTRIES:
        if name not in archive.names:
            raise ArchiveFlaw(f"“{name}” is missing")
    entries = {name: archive.read(name, _LARGEST.get(name)) for name in archive.names}
    for name, data in entries.items():
        if name.endswith(".json"):
            parsed_json(data)
    return entries


def _manifest(path: Path, found: Any) -> Manifest:
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
