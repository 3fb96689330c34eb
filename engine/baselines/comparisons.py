"""The comparison that was last made of a part of a run; read by the window, without any library."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from pydantic import ValidationError

from engine.baselines.result import SetBeside
from engine.tasks import Part

DECISION = "decision.json"
"""As `engine.predictor.decision` names it, which needs numpy."""


def comparison_path(run: Path, part: Part) -> Path:
    """Where it is kept in the run's folder."""
    return run / "baselines" / f"{part}.json"


def kept_comparison(run: Path, part: Part, best_epoch: int) -> SetBeside | None:
    """The comparison of the run's weights of that epoch as it is decided now; None if none can be read."""
    try:
        found = SetBeside.model_validate_json(comparison_path(run, part).read_bytes())
    except (OSError, ValidationError):
        return None
    is_of_now = found.best_epoch == best_epoch and found.decided == decided(run)
    return found if is_of_now else None


def decided(run: Path) -> str:
    """A digest of what is decided for the run in a folder; empty: nothing, or it cannot be read."""
    try:
        return sha256((run / DECISION).read_bytes()).hexdigest()[:16]
    except OSError:
        return ""
