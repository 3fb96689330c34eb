"""The comparison that was last made of a part of a run; read by the window, without any library."""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError

from engine.baselines.result import SetBeside
from engine.tasks import Part


def comparison_path(run: Path, part: Part) -> Path:
    """Where it is kept in the run's folder."""
    return run / "baselines" / f"{part}.json"


def kept_comparison(run: Path, part: Part, best_epoch: int) -> SetBeside | None:
    """The comparison of the run's weights of that epoch; None if there is none that can be read."""
    try:
        found = SetBeside.model_validate_json(comparison_path(run, part).read_bytes())
    except (OSError, ValidationError):
        return None
    return found if found.best_epoch == best_epoch else None
