"""The state that a fork begins with: its parent's, as far as it holds under the fork's own settings."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from pydantic import ValidationError

from engine.errors import RunDamaged
from engine.training.checkpoint import (
    Checkpoint,
    Position,
    load_checkpoint,
    load_weights,
)
from engine.training.fork_plan import FORK, ORIGIN, ForkPlan
from engine.training.rate import Plateau


def forked_start(checkpoints: Path, seed: int, *, in_blocks: bool) -> Checkpoint | None:
    """The first state of a fork; None for a run that is none.

    Args:
        checkpoints: The run's folder of checkpoints.
        seed: Of its training.
        in_blocks: Whether its rows lie on disk, where the parent's state does not tell.

    Raises:
        RunDamaged: What was copied from the parent cannot be read.
    """
    folder = checkpoints / ORIGIN
    if not folder.exists():
        return None
    try:
        plan = ForkPlan.model_validate_json((folder / FORK).read_bytes())
    except (OSError, ValidationError) as error:
        raise RunDamaged(checkpoints.parent.name, str(folder / FORK), str(error)) from None
    if not plan.whole:
        return _from_weights(folder, plan, seed, in_blocks)
    found = load_checkpoint(folder)
    changes: dict[str, Any] = {"waited": 0, "seconds": 0.0, "gain_from": None}
    changes |= {"steered": (), "commands": 0, "stretch": None}  # the settings are the fork's own
    if not plan.keeps_rate:
        changes |= {"by_hand": None, "plateau": Plateau()}
    if plan.keeps_optimizer:
        changes |= {"optimizer": _without_settings(found.position.optimizer)}
    else:
        changes |= {"optimizer": {}}
        found = replace(found, optimizer={})
    if not plan.keeps_place:
        changes |= {"batches": 0, "step": plan.step}
        changes |= {"meter_rows": 0, "meter_loss": 0.0, "meter_norms": ()}
        found = replace(found, recent=None)
    if not plan.keeps_best:
        changes |= {"best_epoch": 0, "best_value": None}
        found = replace(found, best={})
    return replace(found, position=found.position.model_copy(update=changes))


def _without_settings(optimizer: dict[str, Any]) -> dict[str, Any]:
    """An optimizer's state without its rates and the like: those are the fork's own."""
    groups = [{"params": group["params"]} for group in optimizer.get("groups", [])]
    return {**optimizer, "groups": groups}


def _from_weights(folder: Path, plan: ForkPlan, seed: int, in_blocks: bool) -> Checkpoint:
    weights, epoch = load_weights(folder)
    position = Position(
        epoch=epoch,
        batches=0,
        step=plan.step,
        threads=torch.get_num_threads(),
        by_hand=None,
        meter_rows=0,
        meter_loss=0.0,
        meter_norms=(),
        best_epoch=epoch if plan.keeps_best else 0,
        best_value=plan.best_value if plan.keeps_best else None,
        waited=0,
        optimizer={},
        in_blocks=in_blocks,
    )
    return Checkpoint(
        position,
        weights=weights,
        best=dict(weights) if plan.keeps_best else {},
        optimizer={},
        random={"cpu": torch.Generator().manual_seed(seed).get_state()},
        recent=None,
    )
