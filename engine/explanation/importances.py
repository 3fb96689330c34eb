"""The importance that was last computed of a part of a run, kept in its folder; read without torch."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from engine.explanation.result import Importance
from engine.files import write_atomic
from engine.tasks import Part

FOLDER = "explanation"


class _Kept(BaseModel):
    model_config = ConfigDict(frozen=True)

    best_epoch: int
    importance: Importance


def keep_importance(run: Path, found: Importance, best_epoch: int) -> None:
    """Keep what was found for the weights of that epoch. Raises `DiskFull` or `WriteFailed`."""
    path = _path(run, found.part)
    path.parent.mkdir(exist_ok=True)
    kept = _Kept(best_epoch=best_epoch, importance=found)
    write_atomic(path, kept.model_dump_json().encode())


def kept_importance(run: Path, part: Part, best_epoch: int) -> Importance | None:
    """The importance for the run's weights of that epoch; None if there is none that can be read."""
    try:
        found = _Kept.model_validate_json(_path(run, part).read_bytes())
    except (OSError, ValidationError):
        return None
    return found.importance if found.best_epoch == best_epoch else None


def _path(run: Path, part: Part) -> Path:
    return run / FOLDER / f"{part}.json"
