"""What a fork takes of the checkpoint that it begins with: `fork.json` beside the copied checkpoint.

Free of torch, so that the window can fork a run.
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

ORIGIN = "origin"
"""Folder under `checkpoints` with the parent's checkpoint."""
FORK = "fork.json"
VERSION = 1


class ForkPlan(BaseModel):
    """What of the parent's state still holds under the fork's settings."""

    model_config = ConfigDict(frozen=True, ser_json_inf_nan="constants")

    fork: int = VERSION
    epoch: int
    """Epochs that the parent had done."""
    step: int
    """Steps that the fork counts as done."""
    whole: bool
    """Whether the checkpoint holds a whole state, and not weights alone."""
    keeps_place: bool
    """Whether the batches are those of the parent, so that a fork may begin within an epoch."""
    keeps_optimizer: bool
    """Whether it is the same optimizer, whose averages go on."""
    keeps_rate: bool
    """Whether a rate that was set by hand still holds."""
    keeps_best: bool
    """Whether the best epoch so far is still judged in the same way."""
    best_value: float | None = None
    """The watched metric of weights alone."""
